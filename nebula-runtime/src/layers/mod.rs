//! The layers of a node's call, in the order of [`stack`](crate::stack), outermost first.
//!
//! | layer | file | does |
//! |---|---|---|
//! | Trace | `trace.rs` | opens the span |
//! | Rescue | `rescue.rs` | turns errors into outcomes |
//! | Deadline | `deadline.rs` | ends a call whose time for all attempts is up |
//! | Authorize | `authorize.rs` | cuts the manifest down to the grants |
//! | Resolve | `resolve.rs` | computes and checks the input and its size, brings credentials |
//! | Retry | `retry.rs` | waits and tries again; long waits leave the stack |
//! | Share | `share.rs` | bounds what a run has at one time |
//! | Concurrency | `concurrency.rs` | bounds what an action has at one time |
//! | Rate | `rate.rs` | spaces the attempts of an action |
//! | Permit | `permit.rs` | bounds what the worker has at one time |
//! | Acquire | `acquire.rs` | brings the resources, for the time of the attempt |
//! | Attempt | `attempt.rs` | journals the attempt around the real work |
//! | Timeout | `timeout.rs` | ends an attempt that takes too long |
//! | Heartbeat | `heartbeat.rs` | ends an attempt that gives no sign of life |
//! | Spill | `spill.rs` | moves large outputs to the blob store, refuses too large ones |
//! | Cache | `cache.rs` | gives what is known already |
//! | – | `leaf.rs` | runs the action in the sandbox |
//!
//! All services here are ready at any time: what has to be waited for is waited for inside the call, where the deadline
//! and cancellation can end the wait.

pub(crate) mod acquire;
pub(crate) mod attempt;
pub(crate) mod authorize;
pub(crate) mod cache;
pub(crate) mod call;
pub(crate) mod concurrency;
pub(crate) mod deadline;
pub(crate) mod heartbeat;
pub(crate) mod leaf;
pub(crate) mod permit;
pub(crate) mod rate;
pub(crate) mod rescue;
pub(crate) mod resolve;
pub(crate) mod retry;
pub(crate) mod share;
pub(crate) mod size;
pub(crate) mod spill;
pub(crate) mod timeout;
pub(crate) mod trace;

pub(crate) use call::{
    Attempted, Authorized, CallError, Equipped, JournalHandle, NodeCall, NodeEnd, Produced, ProducedKind, Ran, Record,
    Resolved, RunContext, Started,
};

/// What every service here returns: boxed once a layer, about 10 ns each.
pub(crate) type LayerFuture<T, E> = futures_util::future::BoxFuture<'static, Result<T, E>>;

/// The readiness of every service here.
macro_rules! always_ready {
    () => {
        fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
            std::task::Poll::Ready(Ok(()))
        }
    };
}
pub(crate) use always_ready;
