//! The innermost service: the sandbox runs the action.

use std::sync::Arc;

use nebula_ports::{
    action::ActionOutput,
    model::Failure,
    sandbox::{SandboxCall, SandboxRunner},
};
use tower::Service;

use super::{LayerFuture, Started, always_ready};

#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    sandbox: Arc<dyn SandboxRunner>,
}

impl Leaf {
    pub(crate) const fn new(sandbox: Arc<dyn SandboxRunner>) -> Self {
        Self { sandbox }
    }
}

impl Service<Started> for Leaf {
    type Response = ActionOutput;
    type Error = Failure;
    type Future = LayerFuture<ActionOutput, Failure>;

    always_ready!();

    fn call(&mut self, started: Started) -> Self::Future {
        let sandbox = Arc::clone(&self.sandbox);
        Box::pin(async move {
            let Started { resolved, started_at, key, pulse } = started;
            let call = resolved.call;
            let sandboxed = SandboxCall {
                execution: call.run.execution,
                node: call.address.clone(),
                attempt: call.attempt,
                idempotency_key: key,
                started_at,
                pulse,
                cancel: call.cancel.clone(),
                credentials: resolved.credentials.as_ref().clone(),
                permissions: resolved.permissions.as_ref().clone(),
                input: resolved.input.as_ref().clone(),
            };
            sandbox.run(call.action()?, sandboxed).await
        })
    }
}
