//! From typed to erased: the one place where JSON becomes a resource's configuration and its handle loses its type.

use std::{
    any::TypeId,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use nebula_ports::{
    model::{CapabilityKind, Failure, ResourceDescriptor, ResourceId, ResourceKind},
    resource::{self, ArcResource, DynResource, ResourceHandle},
    time::DurationText,
};
use serde_json::Value;

use super::{Bound, CredentialFacts, Slots, manifest};
use crate::{ActionError, Parameters, ResourceContext, ResourceLifecycle};

/// The facts of a resource, as the macro writes them.
#[derive(Debug)]
pub struct ResourceMetadata {
    pub id: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    pub kind: ResourceKind,
    pub needs: &'static [(CapabilityKind, Bound)],
    pub slots: &'static [CredentialFacts],
    pub acquire_timeout: Option<Duration>,
    pub health_interval: Option<Duration>,
    pub teardown: Option<Duration>,
}

/// What was created, with what created it: its credentials and its doors live as long as it does.
pub(crate) struct Live<R: ResourceLifecycle> {
    handle: R::Handle,
    /// Absent where a test has put the handle into a slot.
    made: Option<(R, ResourceContext<R>)>,
    is_discarded: AtomicBool,
}

/// A resource, erased.
struct Erased<R> {
    descriptor: ResourceDescriptor,
    resource: std::marker::PhantomData<fn() -> R>,
}

/// The erased resource.
#[must_use]
#[track_caller]
pub fn erased_resource<R: ResourceLifecycle>() -> ArcResource {
    Arc::new(Erased::<R> { descriptor: descriptor::<R>(), resource: std::marker::PhantomData })
}

#[track_caller]
fn descriptor<R: ResourceLifecycle>() -> ResourceDescriptor {
    const ACQUIRE: Duration = Duration::from_secs(30);
    const HEALTH: Duration = Duration::from_secs(30);
    const TEARDOWN: Duration = Duration::from_secs(5);
    let facts = R::metadata();
    let config_schema = R::Config::input_schema();
    ResourceDescriptor {
        id: ResourceId::new(facts.id).expect("the macro has checked the id"),
        name: facts.name.to_owned(),
        description: facts.description.to_owned(),
        kind: facts.kind,
        capabilities: manifest(facts.needs, &format!("the resource `{}`: its configuration", facts.id), &config_schema),
        credentials: facts.slots.iter().map(|(name, description, describe)| describe(name, description)).collect(),
        acquire_timeout: DurationText::new(facts.acquire_timeout.unwrap_or(ACQUIRE)),
        health_interval: DurationText::new(facts.health_interval.unwrap_or(HEALTH)),
        teardown: DurationText::new(facts.teardown.unwrap_or(TEARDOWN)),
        config_schema,
    }
}

// === impl Live ===

impl<R: ResourceLifecycle> Live<R> {
    pub(crate) fn fake(handle: R::Handle) -> Self {
        Self { handle, made: None, is_discarded: AtomicBool::new(false) }
    }

    pub(crate) fn handle(&self) -> &R::Handle {
        &self.handle
    }

    pub(crate) fn discard(&self) {
        self.is_discarded.store(true, Ordering::SeqCst);
    }
}

// === impl Erased ===

impl<R: ResourceLifecycle> Erased<R> {
    fn live<'h>(&self, handle: &'h ResourceHandle) -> Result<&'h Live<R>, Failure> {
        handle.downcast_ref().ok_or_else(|| {
            let message = format!("what is given back as a `{}` is another resource", self.descriptor.id);
            ActionError::bug(message).into()
        })
    }
}

#[async_trait]
impl<R: ResourceLifecycle> DynResource for Erased<R> {
    fn descriptor(&self) -> &ResourceDescriptor {
        &self.descriptor
    }

    fn handle_type(&self) -> TypeId {
        TypeId::of::<Live<R>>()
    }

    fn type_name(&self) -> &'static str {
        let name = std::any::type_name::<R>();
        name.rsplit("::").next().unwrap_or(name)
    }

    fn check_config(&self, config: &Value) -> Result<(), Failure> {
        R::Config::decode(config)?;
        Ok(())
    }

    async fn create(&self, config: Value, context: resource::ResourceContext) -> Result<ResourceHandle, Failure> {
        let made = R::from_slots(&Slots::of(&context))?;
        let context = ResourceContext::new(context);
        let config = R::Config::decode(&config)?;
        let handle = made.create(config, &context).await?;
        Ok(Arc::new(Live { handle, made: Some((made, context)), is_discarded: AtomicBool::new(false) }))
    }

    async fn check(&self, handle: &ResourceHandle) -> Result<(), Failure> {
        let live = self.live(handle)?;
        match &live.made {
            Some((resource, context)) => Ok(resource.check(&live.handle, context).await?),
            None => Ok(()),
        }
    }

    async fn reset(&self, handle: &ResourceHandle) -> Result<(), Failure> {
        let live = self.live(handle)?;
        match &live.made {
            Some((resource, context)) => Ok(resource.reset(&live.handle, context).await?),
            None => Ok(()),
        }
    }

    fn is_discarded(&self, handle: &ResourceHandle) -> bool {
        self.live(handle).is_ok_and(|live| live.is_discarded.load(Ordering::SeqCst))
    }

    async fn close(&self, handle: ResourceHandle) -> Result<(), Failure> {
        // One that somebody still holds ends when it is let go.
        let Some(Live { handle, made: Some((resource, context)), .. }) =
            handle.downcast::<Live<R>>().ok().and_then(Arc::into_inner)
        else {
            return Ok(());
        };
        Ok(resource.close(handle, &context).await?)
    }
}
