//! The in-memory reference keeps the contracts that it is the reference of.

use std::{process::ExitCode, sync::Arc, time::Duration};

use futures_util::future::{BoxFuture, FutureExt as _, ready};
use nebula_ports::{
    blob_store::BlobStore,
    conformance::{
        Harness, Run, Unavailable, blob_store, execution_repo, secrets, task_queue, trigger_repo, workflow_repo,
    },
    execution_repo::ExecutionRepo,
    memory::{
        ManualClock, MemoryBlobs, MemoryExecutions, MemoryQueue, MemorySecrets, MemoryTriggers, MemoryWorkflows,
        SeededIds,
    },
    secrets::SecretsStore,
    task_queue::TaskQueue,
    trigger_repo::TriggerRepo,
    workflow_repo::WorkflowRepo,
};

/// A port in memory and its time.
struct InMemory<P: ?Sized> {
    port: Arc<P>,
    clock: ManualClock,
    raise: Option<Box<dyn Fn() + Send + Sync>>,
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

    fn take_over(&self) -> Option<BoxFuture<'_, Arc<P>>> {
        self.raise.as_ref()?();
        Some(ready(self.port()).boxed())
    }
}

async fn executions() -> Result<InMemory<dyn ExecutionRepo>, Unavailable> {
    let clock = ManualClock::default();
    let port = MemoryExecutions::new(Arc::new(clock.clone()));
    let same = port.clone();
    Ok(InMemory { port: Arc::new(port), clock, raise: Some(Box::new(move || same.raise_generation())) })
}

async fn workflows() -> Result<InMemory<dyn WorkflowRepo>, Unavailable> {
    let clock = ManualClock::default();
    Ok(InMemory { port: Arc::new(MemoryWorkflows::new(Arc::new(clock.clone()))), clock, raise: None })
}

async fn triggers() -> Result<InMemory<dyn TriggerRepo>, Unavailable> {
    let clock = ManualClock::default();
    let port = MemoryTriggers::new(Arc::new(clock.clone()));
    let same = port.clone();
    Ok(InMemory { port: Arc::new(port), clock, raise: Some(Box::new(move || same.raise_generation())) })
}

async fn queue() -> Result<InMemory<dyn TaskQueue>, Unavailable> {
    let clock = ManualClock::default();
    let port = MemoryQueue::new(Arc::new(clock.clone()), Arc::new(SeededIds::new(1)));
    Ok(InMemory { port: Arc::new(port), clock, raise: None })
}

async fn blobs() -> Result<InMemory<dyn BlobStore>, Unavailable> {
    Ok(InMemory { port: Arc::new(MemoryBlobs::new()), clock: ManualClock::default(), raise: None })
}

async fn material() -> Result<InMemory<dyn SecretsStore>, Unavailable> {
    let clock = ManualClock::default();
    Ok(InMemory { port: Arc::new(MemorySecrets::new(Arc::new(clock.clone()))), clock, raise: None })
}

fn main() -> ExitCode {
    Run::default()
        .suite(&execution_repo::SUITE, executions)
        .suite(&workflow_repo::SUITE, workflows)
        .suite(&trigger_repo::SUITE, triggers)
        .suite(&task_queue::SUITE, queue)
        .suite(&blob_store::SUITE, blobs)
        .suite(&secrets::SUITE, material)
        .main()
}
