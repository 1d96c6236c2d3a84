//! The in-memory reference keeps the contracts that it is the reference of.

use std::{process::ExitCode, sync::Arc, time::Duration};

use futures_util::future::{BoxFuture, FutureExt as _, ready};
use nebula_ports::{
    conformance::{Harness, Run, Unavailable, execution_repo, workflow_repo},
    execution_repo::ExecutionRepo,
    memory::{ManualClock, MemoryExecutions, MemoryWorkflows},
    workflow_repo::WorkflowRepo,
};

/// A port in memory and its time.
struct InMemory<P: ?Sized> {
    port: Arc<P>,
    clock: ManualClock,
}

impl<P: ?Sized + Send + Sync + 'static> Harness for InMemory<P> {
    type Port = P;

    fn port(&self) -> Arc<P> {
        Arc::clone(&self.port)
    }

    fn elapse(&self, by: Duration) -> BoxFuture<'_, ()> {
        self.clock.advance(by);
        ready(()).boxed()
    }
}

async fn executions() -> Result<InMemory<dyn ExecutionRepo>, Unavailable> {
    let clock = ManualClock::default();
    Ok(InMemory { port: Arc::new(MemoryExecutions::new(Arc::new(clock.clone()))), clock })
}

async fn workflows() -> Result<InMemory<dyn WorkflowRepo>, Unavailable> {
    let clock = ManualClock::default();
    Ok(InMemory { port: Arc::new(MemoryWorkflows::new(Arc::new(clock.clone()))), clock })
}

fn main() -> ExitCode {
    Run::default().suite(&execution_repo::SUITE, executions).suite(&workflow_repo::SUITE, workflows).main()
}
