//! The innermost service: the sandbox runs the action.

use std::sync::Arc;

use nebula_ports::{
    action::ActionOutput,
    attempt_blobs::AttemptBlobs,
    blob_store::BlobStore,
    model::{ActionDescriptor, CapabilityKind, Failure, FailureKind},
    sandbox::{SandboxCall, SandboxRunner},
};
use tower::Service;

use super::{LayerFuture, Started, always_ready};

#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    sandbox: Arc<dyn SandboxRunner>,
    blobs: Arc<dyn BlobStore>,
}

impl Leaf {
    pub(crate) const fn new(sandbox: Arc<dyn SandboxRunner>, blobs: Arc<dyn BlobStore>) -> Self {
        Self { sandbox, blobs }
    }
}

impl Service<Started> for Leaf {
    type Response = ActionOutput;
    type Error = Failure;
    type Future = LayerFuture<ActionOutput, Failure>;

    always_ready!();

    fn call(&mut self, started: Started) -> Self::Future {
        let (sandbox, blobs) = (Arc::clone(&self.sandbox), Arc::clone(&self.blobs));
        Box::pin(async move {
            let Started { resolved, resources, started_at, key, pulse } = started;
            let call = resolved.call;
            let is_reader = resolved.permissions.declared.contains(&CapabilityKind::Blob);
            // What the step before has kept, it was given or has put itself.
            let values = [Some(resolved.input.as_ref()), call.step.state.as_deref()];
            let named = values.into_iter().flatten().filter(|_| is_reader);
            let blobs = AttemptBlobs::new(blobs, call.run.scope.clone(), named);
            let sandboxed = SandboxCall {
                execution: call.run.execution,
                node: call.address.clone(),
                attempt: call.attempt,
                step: call.step.clone(),
                idempotency_key: key,
                started_at,
                pulse,
                cancel: call.cancel.clone(),
                credentials: resolved.credentials.as_ref().clone(),
                blobs: Arc::new(blobs),
                resources,
                permissions: resolved.permissions.as_ref().clone(),
                input: resolved.input.as_ref().clone(),
            };
            let action = call.action()?;
            let output = sandbox.run(action, sandboxed).await?;
            declared(action.descriptor(), output)
        })
    }
}

/// What an action gave, if it is what its ports promise: the planner has built on them.
fn declared(action: &ActionDescriptor, output: ActionOutput) -> Result<ActionOutput, Failure> {
    let listed = || action.ports.iter().map(|port| format!("`{port}`")).collect::<Vec<_>>().join(", ");
    let (code, message) = match &output {
        ActionOutput::Done(_) | ActionOutput::DoneAt(..) if !action.ports.is_empty() => {
            let message = format!("`{}` has completed without saying by which port: {}", action.id, listed());
            ("action.no_port", message)
        }
        ActionOutput::Route(port, _) if !action.ports.contains(port) => {
            let has = if action.ports.is_empty() { "no ports".to_owned() } else { format!("the ports {}", listed()) };
            ("action.unknown_port", format!("`{}` has left by `{port}`, and it has {has}", action.id))
        }
        _ => return Ok(output),
    };
    Err(Failure::new(FailureKind::Bug, code, message).with_help("the author of the action has to mend it"))
}
