//! The life of one node's call, on one screen. Reading order is call order: with `ServiceBuilder` the first is outermost.

use std::{convert::Infallible, sync::Arc, time::Duration};

use nebula_ports::{
    blob_store::BlobStore, clock::Clock, ids::IdSource, model::ByteSize, sandbox::SandboxRunner, secrets::SecretsStore,
    spawn::Spawner,
};
use tokio::sync::{Semaphore, broadcast};
use tower::{Service, ServiceBuilder, util::BoxCloneSyncService};

use crate::engine::EngineEvent;
use crate::layers::{
    NodeCall, NodeEnd, acquire::AcquireLayer, attempt::AttemptLayer, authorize::AuthorizeLayer, cache::CacheLayer,
    concurrency::ConcurrencyLayer, deadline::DeadlineLayer, heartbeat::HeartbeatLayer, leaf::Leaf, permit::PermitLayer,
    rate::RateLayer, rescue::RescueLayer, resolve::ResolveLayer, retry::RetryLayer, share::ShareLayer,
    spill::SpillLayer, timeout::TimeoutLayer, trace::TraceLayer,
};
use crate::resources::Resources;

/// The whole stack, boxed once.
pub(crate) type BoxNodeService = BoxCloneSyncService<NodeCall, NodeEnd, Infallible>;

/// What the layers need of the world.
#[derive(Debug, Clone)]
pub(crate) struct StackPorts {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) secrets: Arc<dyn SecretsStore>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) sandbox: Arc<dyn SandboxRunner>,
    pub(crate) spawner: Arc<dyn Spawner>,
    pub(crate) resources: Arc<Resources>,
    /// Those who watch.
    pub(crate) watchers: broadcast::Sender<EngineEvent>,
}

/// What the layers are set to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StackLimits {
    pub(crate) max_attempts_at_once: usize,
    pub(crate) longest_wait_in_memory: Duration,
    pub(crate) default_timeout: Duration,
    pub(crate) cancel_grace: Duration,
    pub(crate) max_input: ByteSize,
    pub(crate) max_output: ByteSize,
    pub(crate) cache: ByteSize,
}

/// Builds the stack of a worker.
pub(crate) fn build(ports: &StackPorts, limits: StackLimits) -> BoxNodeService {
    BoxCloneSyncService::new(layered(ports, limits))
}

/// The chain itself. A test fixes the order; the types make most wrong orders impossible.
fn layered(
    ports: &StackPorts,
    limits: StackLimits,
) -> impl Service<NodeCall, Response = NodeEnd, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static {
    let StackPorts { clock, ids, secrets, blobs, sandbox, spawner, resources, watchers } = ports.clone();
    let worker = Arc::new(Semaphore::new(limits.max_attempts_at_once));
    ServiceBuilder::new()
        // The span is open for everything below.
        .layer(TraceLayer::new(Arc::clone(&clock)))
        // Above here nothing fails: an error has become an outcome.
        .layer(RescueLayer)
        // Covers all attempts and the waits between them.
        .layer(DeadlineLayer::new(Arc::clone(&clock)))
        // Once: what was granted does not change between attempts, and nothing is computed for a call that may not be.
        .layer(AuthorizeLayer)
        // Once: the input is the same for every attempt.
        .layer(ResolveLayer::new(secrets, spawner, limits.max_input))
        // Below here once for each attempt.
        .layer(RetryLayer::new(Arc::clone(&clock), limits.longest_wait_in_memory))
        // Below the retry, so that a waiting one holds no place. First of the bounds: a run that has its share already
        // waits for itself, and keeps no other from an action's place.
        .layer(ShareLayer)
        // Above the worker's permit: what waits for its action keeps no other action from running.
        .layer(ConcurrencyLayer::default())
        // Below the place, so that what was counted begins soon: those who waited for places do not come all at once.
        .layer(RateLayer::new(Arc::clone(&clock)))
        // Last of the bounds, held for the attempt and nothing else.
        .layer(PermitLayer::new(worker))
        // Below the permit, so that nobody holds a resource while waiting for a place. Above the attempt: waiting is no
        // part of it, so a crash meanwhile leaves no doubt, and its time is not charged to the action.
        .layer(AcquireLayer::new(resources))
        // Around the real work and nothing else: what the journal calls an attempt could have had an effect.
        .layer(AttemptLayer::new(Arc::clone(&clock), ids, limits.cancel_grace))
        // Below the permit and the commit, so that waiting for them is not charged to the action.
        .layer(TimeoutLayer::new(Arc::clone(&clock), limits.default_timeout))
        // Inside the time of the attempt, around what may hang: what was produced already is no silence to end.
        .layer(HeartbeatLayer::new(Arc::clone(&clock), watchers))
        // Before an output travels up.
        .layer(SpillLayer::new(Arc::clone(&blobs), limits.max_output))
        // Around the sandbox and nothing else: what is known already is an attempt like any other, but for the work.
        .layer(CacheLayer::new(clock, limits.cache))
        .service(Leaf::new(sandbox, blobs))
}

#[cfg(test)]
mod tests;
