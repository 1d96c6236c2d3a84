//! Ends an attempt that gives no sign of life, when its action promises some, and tells those who watch how far it is.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use nebula_ports::{
    clock::Clock,
    model::{ExecutionId, Failure, FailureKind, NodeAddress},
    progress::{Progress, Pulse},
    time::Timestamp,
};
use tokio::sync::broadcast;
use tower::{Layer, Service};

use super::{LayerFuture, Produced, Started, always_ready};
use crate::engine::{EngineEvent, EngineEventKind};

/// Those who watch are told no more often.
const TELL_EVERY: Duration = Duration::from_millis(100);

#[derive(Debug, Clone)]
pub(crate) struct HeartbeatLayer {
    clock: Arc<dyn Clock>,
    watchers: broadcast::Sender<EngineEvent>,
}

#[derive(Debug, Clone)]
pub(crate) struct Heartbeat<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    watchers: broadcast::Sender<EngineEvent>,
}

/// The pulse of one attempt.
#[derive(Debug)]
struct Heart {
    clock: Arc<dyn Clock>,
    watchers: broadcast::Sender<EngineEvent>,
    execution: ExecutionId,
    node: NodeAddress,
    attempt: u32,
    /// The last sign of life, in microseconds.
    last: AtomicI64,
    /// When those who watch were last told.
    told: AtomicI64,
}

// === impl HeartbeatLayer ===

impl HeartbeatLayer {
    pub(crate) const fn new(clock: Arc<dyn Clock>, watchers: broadcast::Sender<EngineEvent>) -> Self {
        Self { clock, watchers }
    }
}

impl<S> Layer<S> for HeartbeatLayer {
    type Service = Heartbeat<S>;

    fn layer(&self, inner: S) -> Heartbeat<S> {
        Heartbeat { inner, clock: Arc::clone(&self.clock), watchers: self.watchers.clone() }
    }
}

// === impl Heartbeat ===

impl<S> Service<Started> for Heartbeat<S>
where
    S: Service<Started, Response = Produced, Error = Failure>,
    S::Future: Send + 'static,
{
    type Response = Produced;
    type Error = Failure;
    type Future = LayerFuture<Produced, Failure>;

    always_ready!();

    fn call(&mut self, mut started: Started) -> Self::Future {
        let call = &started.resolved.call;
        let Some(silence) = call.node().limits().heartbeat else {
            return Box::pin(self.inner.call(started));
        };
        let clock = Arc::clone(&self.clock);
        let heart = Arc::new(Heart {
            clock: Arc::clone(&clock),
            watchers: self.watchers.clone(),
            execution: call.run.execution,
            node: call.address.clone(),
            attempt: call.attempt,
            last: AtomicI64::new(started.started_at.as_micros()),
            told: AtomicI64::new(i64::MIN),
        });
        started.pulse = Arc::clone(&heart) as Arc<dyn Pulse>;
        let mut work = Box::pin(self.inner.call(started));
        Box::pin(async move {
            loop {
                let due = heart.last().plus(silence.get());
                tokio::select! {
                    biased;
                    done = work.as_mut() => return done,
                    () = clock.sleep_until(due) => {}
                }
                if heart.last().plus(silence.get()) <= clock.now() {
                    return Err(Failure::new(
                        FailureKind::Timeout,
                        "attempt.heartbeat",
                        format!("the attempt has given no sign of life for {silence}"),
                    )
                    .with_help("it hangs, or its action calls `ctx.heartbeat(..)` too seldom"));
                }
            }
        })
    }
}

// === impl Heart ===

impl Heart {
    fn last(&self) -> Timestamp {
        Timestamp::from_micros(self.last.load(Ordering::SeqCst))
    }
}

impl Pulse for Heart {
    fn beat(&self, progress: Progress) {
        let now = self.clock.now();
        self.last.store(now.as_micros(), Ordering::SeqCst);
        let told = self.told.load(Ordering::SeqCst);
        if told != i64::MIN && now.since(Timestamp::from_micros(told)) < TELL_EVERY {
            return;
        }
        self.told.store(now.as_micros(), Ordering::SeqCst);
        let kind = EngineEventKind::Progress { node: self.node.clone(), attempt: self.attempt, progress };
        // Nobody may be watching.
        let _ = self.watchers.send(EngineEvent { execution: self.execution, kind });
    }
}
