//! Brings what the slots for resources hold, for the time of an attempt.
//!
//! Several are asked for in the order of their names, so that two nodes that want the same two do not wait for each other.
//! What could not be had is told to the layer below, which makes a failed attempt of it: the node's retry applies, and as
//! nothing was begun, nothing can be repeated.

use std::{collections::BTreeMap, sync::Arc};

use nebula_ports::{
    model::{Denial, Failure, FailureKind},
    resource::ResourceHandle,
};
use smol_str::SmolStr;
use tower::{Layer, Service};

use super::{Attempted, CallError, Equipped, LayerFuture, Resolved, always_ready};
use crate::resources::{Lease, Resources};

#[derive(Debug, Clone)]
pub(crate) struct AcquireLayer {
    resources: Arc<Resources>,
}

#[derive(Debug, Clone)]
pub(crate) struct Acquire<S> {
    inner: S,
    resources: Arc<Resources>,
}

// === impl AcquireLayer ===

impl AcquireLayer {
    pub(crate) const fn new(resources: Arc<Resources>) -> Self {
        Self { resources }
    }
}

impl<S> Layer<S> for AcquireLayer {
    type Service = Acquire<S>;

    fn layer(&self, inner: S) -> Acquire<S> {
        Acquire { inner, resources: Arc::clone(&self.resources) }
    }
}

// === impl Acquire ===

impl<S> Service<Resolved> for Acquire<S>
where
    S: Service<Equipped, Response = Attempted, Error = CallError> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Attempted;
    type Error = CallError;
    type Future = LayerFuture<Attempted, CallError>;

    always_ready!();

    fn call(&mut self, resolved: Resolved) -> Self::Future {
        if resolved.call.node().resources.is_empty() {
            return Box::pin(self.inner.call(Equipped { resolved, resources: Ok(BTreeMap::new()) }));
        }
        let mut inner = self.inner.clone();
        let resources = Arc::clone(&self.resources);
        Box::pin(async move {
            let acquired = tokio::select! {
                biased;
                acquired = acquire(&resources, &resolved) => acquired,
                () = resolved.call.cancel.cancelled() => return Err(CallError::Stopped),
            };
            let (leases, handles) = match acquired {
                Ok(leases) => {
                    let handles = leases.iter().filter_map(|(slot, lease)| Some((slot.clone(), lease.handle()?)));
                    let handles: BTreeMap<SmolStr, ResourceHandle> = handles.collect();
                    (leases, Ok(handles))
                }
                Err(failure) => (Vec::new(), Err(failure)),
            };
            let attempted = inner.call(Equipped { resolved, resources: handles }).await;
            // The attempt has let go of its handles.
            drop(leases);
            attempted
        })
    }
}

async fn acquire(resources: &Resources, resolved: &Resolved) -> Result<Vec<(SmolStr, Lease)>, Failure> {
    let call = &resolved.call;
    let mut slots: Vec<_> = call.node().resources.iter().collect();
    slots.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
    let mut leases = Vec::with_capacity(slots.len());
    for (slot, instance) in slots {
        let permissions = instance.permissions(&call.run.grants).map_err(|denials| denied(&instance.name, &denials))?;
        leases.push((slot.clone(), resources.acquire(&call.run.scope, permissions, instance).await?));
    }
    Ok(leases)
}

fn denied(name: &nebula_ports::model::ResourceName, denials: &[Denial]) -> Failure {
    let wanted: Vec<_> = denials.iter().map(|denial| denial.wanted.as_str()).collect();
    let grants: Vec<_> = denials.iter().map(|denial| format!("--grant {}", denial.grant)).collect();
    let message = format!("the resource `{name}` is not granted: {}", wanted.join(", "));
    Failure::new(FailureKind::Denied, "capability.denied", message)
        .with_help(format!("grant it with `{}`", grants.join(" ")))
        .before_effect()
}
