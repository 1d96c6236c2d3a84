//! Opens the span of a node's call and says how it ended.

use std::{convert::Infallible, sync::Arc};

use nebula_ports::clock::Clock;
use tower::{Layer, Service};
use tracing::{Instrument, debug, info_span};

use super::{LayerFuture, NodeCall, NodeEnd, always_ready};

#[derive(Debug, Clone)]
pub(crate) struct TraceLayer {
    clock: Arc<dyn Clock>,
}

#[derive(Debug, Clone)]
pub(crate) struct Trace<S> {
    inner: S,
    clock: Arc<dyn Clock>,
}

// === impl TraceLayer ===

impl TraceLayer {
    pub(crate) const fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;

    fn layer(&self, inner: S) -> Trace<S> {
        Trace { inner, clock: Arc::clone(&self.clock) }
    }
}

// === impl Trace ===

impl<S> Service<NodeCall> for Trace<S>
where
    S: Service<NodeCall, Response = NodeEnd, Error = Infallible> + Send + 'static,
    S::Future: Send,
{
    type Response = NodeEnd;
    type Error = Infallible;
    type Future = LayerFuture<NodeEnd, Infallible>;

    always_ready!();

    fn call(&mut self, call: NodeCall) -> Self::Future {
        let node = call.node();
        let span =
            info_span!("node", execution = %call.run.execution, node = %call.address, action = %node.reference.id);
        let clock = Arc::clone(&self.clock);
        let begun = clock.now();
        let ended = self.inner.call(call);
        Box::pin(
            async move {
                let end = ended.await?;
                let took_us = u64::try_from(clock.now().since(begun).as_micros()).unwrap_or(u64::MAX);
                match &end {
                    NodeEnd::Failed(failure) => debug!(took_us, code = %failure.code, "The node failed."),
                    NodeEnd::Journaled => debug!(took_us, "The call ended."),
                    NodeEnd::Stopped => debug!(took_us, "The call was stopped."),
                }
                Ok(end)
            }
            .instrument(span),
        )
    }
}
