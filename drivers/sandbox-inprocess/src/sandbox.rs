//! The runner: one action, one set of doors, one end.

use std::{any::Any, collections::BTreeMap, panic::AssertUnwindSafe, sync::Arc};

use async_trait::async_trait;
use futures_util::FutureExt;
use nebula_ports::{
    action::{ActionOutput, ActionRef, CallContext},
    attempt_blobs::AttemptBlobs,
    clock::Clock,
    host::Host,
    model::{Failure, FailureKind, Permissions},
    sandbox::{SandboxCall, SandboxRunner},
};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use crate::{
    Config,
    host::{CallHost, Shared},
    http::{Http, Resolve, SystemResolver},
    permit::Permit,
    program::Programs,
};

/// Runs native actions in this process. See the [crate](crate) for what their doors let through.
///
/// Needs a Tokio runtime with time and I/O around every call. Where programs are found, the environment of the process says
/// when the sandbox is made. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct InProcessSandbox {
    shared: Shared,
}

// === impl InProcessSandbox ===

impl InProcessSandbox {
    /// A sandbox that measures time-outs by `clock`, tells actions its time and resolves names as the system does.
    #[must_use]
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Self {
        Self::with_resolver(config, clock, Arc::new(SystemResolver))
    }

    /// A sandbox with a resolver of its own. What it answers is checked like any other answer.
    #[must_use]
    pub fn with_resolver(config: Config, clock: Arc<dyn Clock>, resolver: Arc<dyn Resolve>) -> Self {
        let http = Arc::new(Http::new(config, Arc::clone(&clock), resolver));
        Self { shared: Shared { http, clock, programs: Arc::new(Programs::of_this_process()) } }
    }
}

#[async_trait]
impl SandboxRunner for InProcessSandbox {
    async fn run(&self, action: &ActionRef, call: SandboxCall) -> Result<ActionOutput, Failure> {
        let action = match action {
            ActionRef::Native(action) => action.clone(),
            other => {
                let message = format!("{other:?} is not native code, and this sandbox runs nothing else");
                return Err(Failure::new(FailureKind::Bug, "sandbox.unsupported", message));
            }
        };
        let host = Arc::new(CallHost::new(
            Permit::new(call.permissions),
            self.shared.clone(),
            call.blobs,
            call.cancel.clone(),
        ));
        // Also when this future is dropped.
        let _shut = host.shut_on_drop();
        let secrets = call.credentials.clone();
        let context = CallContext {
            execution: call.execution,
            node: call.node,
            attempt: call.attempt,
            step: call.step,
            idempotency_key: call.idempotency_key,
            started_at: call.started_at,
            cancel: call.cancel,
            pulse: call.pulse,
            credentials: call.credentials,
            resources: call.resources,
            host,
        };
        // Inside the block, so that a panic before the first await is caught too. The action is not used any more after a
        // panic, and its doors are shut.
        let attempt = AssertUnwindSafe(async move { action.run(call.input, context).await });
        attempt.catch_unwind().await.unwrap_or_else(|panic| Err(panicked(panic.as_ref(), &secrets)))
    }

    fn host(&self, permissions: Permissions, blobs: Arc<AttemptBlobs>) -> Arc<dyn Host> {
        Arc::new(CallHost::new(Permit::new(permissions), self.shared.clone(), blobs, CancellationToken::new()))
    }
}

/// Longest part of a panic's message that is kept, in characters.
const PANIC_MESSAGE_LIMIT: usize = 500;

fn panicked(panic: &(dyn Any + Send), secrets: &BTreeMap<impl Ord, SecretString>) -> Failure {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "something that is no text".to_owned());
    // A panic may quote what it was given.
    let text = secrets
        .values()
        .map(ExposeSecret::expose_secret)
        .filter(|secret| !secret.is_empty())
        .fold(text, |text, secret| text.replace(secret, "***"));
    let text: String = text.chars().take(PANIC_MESSAGE_LIMIT).collect();
    Failure::new(FailureKind::Bug, "action.panicked", format!("the action panicked: {text}"))
        .with_help("this is a bug in the action; the process' standard error has the place")
}
