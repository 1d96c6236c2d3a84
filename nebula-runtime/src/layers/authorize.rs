//! Cuts the action's manifest down to what the run was granted; below here only that exists.

use nebula_ports::model::{Denial, Failure, FailureKind};
use tower::{Layer, Service};

use super::{Authorized, CallError, LayerFuture, NodeCall, NodeEnd, always_ready};

#[derive(Debug, Clone, Copy)]
pub(crate) struct AuthorizeLayer;

#[derive(Debug, Clone)]
pub(crate) struct Authorize<S> {
    inner: S,
}

impl<S> Layer<S> for AuthorizeLayer {
    type Service = Authorize<S>;

    fn layer(&self, inner: S) -> Authorize<S> {
        Authorize { inner }
    }
}

impl<S> Service<NodeCall> for Authorize<S>
where
    S: Service<Authorized, Response = NodeEnd, Error = CallError>,
    S::Future: Send + 'static,
{
    type Response = NodeEnd;
    type Error = CallError;
    type Future = LayerFuture<NodeEnd, CallError>;

    always_ready!();

    fn call(&mut self, call: NodeCall) -> Self::Future {
        let action = match call.action() {
            Ok(action) => action,
            Err(failure) => return Box::pin(async move { Err(CallError::Failure(failure)) }),
        };
        match action.descriptor().capabilities.permissions(&call.run.grants) {
            Ok(permissions) => Box::pin(self.inner.call(Authorized { call, permissions })),
            Err(denials) => {
                let failure = denied(&denials);
                Box::pin(async move { Err(CallError::Failure(failure)) })
            }
        }
    }
}

pub(crate) fn denied(denials: &[Denial]) -> Failure {
    let wanted: Vec<_> = denials.iter().map(|denial| denial.wanted.as_str()).collect();
    let grants: Vec<_> = denials.iter().map(|denial| format!("--grant {}", denial.grant)).collect();
    Failure::new(FailureKind::Denied, "capability.denied", format!("not granted: {}", wanted.join(", ")))
        .with_help(format!("grant it with `{}`", grants.join(" ")))
}
