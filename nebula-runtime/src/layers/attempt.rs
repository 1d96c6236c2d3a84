//! Journals an attempt around the real work and nothing else: started before any effect, finished with its outcome.

use std::{sync::Arc, time::Duration};

use nebula_ports::{
    clock::Clock,
    ids::IdSource,
    model::{AttemptOutcome, EffectClass, Failure, FailureKind, IdempotencyKey, JournalEntry},
    progress::Unheard,
};
use tower::{Layer, Service};

use super::{Attempted, CallError, Equipped, LayerFuture, Produced, ProducedKind, Started, always_ready};
use crate::backoff;

/// Most steps of a node that follow each other without waiting for anything: more are taken for a loop without an end.
pub(crate) const MAX_UNWAITED: u32 = 10_000;

#[derive(Debug, Clone)]
pub(crate) struct AttemptLayer {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    /// How long an attempt may take to end once it is cancelled; then it is dropped.
    grace: Duration,
}

#[derive(Debug, Clone)]
pub(crate) struct Attempt<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    grace: Duration,
}

// === impl AttemptLayer ===

impl AttemptLayer {
    pub(crate) const fn new(clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>, grace: Duration) -> Self {
        Self { clock, ids, grace }
    }
}

impl<S> Layer<S> for AttemptLayer {
    type Service = Attempt<S>;

    fn layer(&self, inner: S) -> Attempt<S> {
        Attempt { inner, clock: Arc::clone(&self.clock), ids: Arc::clone(&self.ids), grace: self.grace }
    }
}

// === impl Attempt ===

impl<S> Service<Equipped> for Attempt<S>
where
    S: Service<Started, Response = Produced, Error = Failure> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Attempted;
    type Error = CallError;
    type Future = LayerFuture<Attempted, CallError>;

    always_ready!();

    fn call(&mut self, Equipped { resolved, resources }: Equipped) -> Self::Future {
        let Self { mut inner, clock, ids, grace } = self.clone();
        Box::pin(async move {
            let call = resolved.call.clone();
            let (run, instance, effect) = (Arc::clone(&call.run), call.at, resolved.effect);
            let node = call.address.clone();
            let names = &call.action()?.descriptor().key;
            let key = IdempotencyKey::with_values(run.execution, &node, names, &resolved.input);
            let key = key.of_step(call.step.number);
            let started_at = clock.now();
            let started = JournalEntry::AttemptStarted {
                node: node.clone(),
                attempt: call.attempt,
                at: started_at,
                effect,
                key: (effect == EffectClass::Idempotent).then_some(key),
            };
            if effect == EffectClass::Pure && call.step.number == 0 {
                // Running it again does no harm, so nobody waits for the disk. What a pause has kept is to be kept: a next
                // step begins when it is durable, which also bounds what gathers while steps follow each other at once.
                run.journal.record(instance, started, None)?;
            } else {
                run.journal.record_durably(instance, started).await?;
            }

            let work = async move {
                let started = Started { resolved, resources: resources?, started_at, key, pulse: Arc::new(Unheard) };
                inner.call(started).await
            };
            let given_up = async {
                call.cancel.cancelled().await;
                clock.sleep_until(clock.now().plus(grace)).await;
            };
            let ended = tokio::select! {
                biased;
                ended = work => Some(ended),
                () = given_up => None,
            };

            let at = clock.now();
            let (outcome, value) = match ended {
                Some(Ok(Produced { payload: output, value, kind, cached })) => match kind {
                    ProducedKind::Result => (AttemptOutcome::Completed { output, cached }, value),
                    ProducedKind::ResultAt(until) => (AttemptOutcome::CompletesAt { until, output }, value),
                    ProducedKind::ResultBy(port) => (AttemptOutcome::Routed { port, output }, value),
                    ProducedKind::State(_) if call.unwaited >= MAX_UNWAITED => {
                        (AttemptOutcome::Failed { error: endless() }, None)
                    }
                    // The state is brought when the next step begins.
                    ProducedKind::State(wake) => (AttemptOutcome::Paused { wake, state: output }, None),
                },
                None => (AttemptOutcome::Cancelled, None),
                Some(Err(error)) if error.kind == FailureKind::Cancelled && call.cancel.is_cancelled() => {
                    (AttemptOutcome::Cancelled, None)
                }
                Some(Err(error)) => {
                    let policy = call.node().retry.as_ref();
                    (
                        backoff::outcome(
                            policy,
                            error,
                            call.failures,
                            effect,
                            at,
                            call.deadline(started_at),
                            ids.random(),
                        ),
                        None,
                    )
                }
            };
            let attempted = match &outcome {
                AttemptOutcome::Retry { next_at, .. } => Attempted::Retry { next_at: *next_at },
                _ => Attempted::Ended,
            };
            run.journal.record(
                instance,
                JournalEntry::AttemptFinished { node, attempt: call.attempt, at, outcome },
                value,
            )?;
            Ok(attempted)
        })
    }
}

fn endless() -> Failure {
    let message = format!("the node has gone on {MAX_UNWAITED} times in a row without waiting for anything");
    Failure::new(FailureKind::Bug, "node.endless", message)
        .with_help("do more in each step, or wait between steps with `ActionResult::wait_until`")
}
