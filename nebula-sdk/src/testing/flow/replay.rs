//! A run that was, once more: the engine decides anew, and attempts end as they did.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use nebula_ports::{
    action::ActionOutput,
    clock::Clock,
    memory::ManualClock,
    model::{AttemptOutcome, Failure, FailureKind},
    sandbox::SandboxCall,
};

use super::{
    TestFlow, TestFlowError, TestRun,
    compare::difference,
    recording::{End, Recording},
};

/// What a replay has found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Replay {
    /// The run as it is now, as far as the recorded one tells how attempts end.
    pub run: TestRun,
    difference: Option<String>,
}

/// Lets attempts end as they did.
#[derive(Debug)]
pub(super) struct Playback {
    pub(super) recording: Arc<Recording>,
    /// Whether an attempt was asked for that did not end, or never was.
    is_over: AtomicBool,
}

/// What the playback makes of an attempt.
pub(super) enum Played {
    Ended(Result<ActionOutput, Failure>),
    /// The process dies.
    Died,
}

/// How much later than it was an attempt may begin, and still ends when it did.
const LATE: Duration = Duration::from_secs(1);
/// Time moves only when nothing else can go on: what was begun is durable when this has passed.
const SOON: Duration = Duration::from_millis(1);

// === impl TestFlow ===

impl TestFlow {
    /// Runs a recorded run again: with its input, its grants and its time, and with the recorded ends of attempts in the
    /// place of actions. Tells whether the workflow and the actions as they are now would decide otherwise: other nodes,
    /// other attempts, other waits, another result.
    ///
    /// `journal` is what `nebula execution journal ID --json --whole` prints. Actions that the test knows, by
    /// [`action`](Self::action) or [`actions`](Self::actions), are asked for their schemas, effect classes, retries and
    /// limits, and never run; of others only what was recorded is known. Calls of one node are compared in their order;
    /// those of nodes beside each other are not, nor are times. Ids of the run are new: a result
    /// that holds `$execution.id` differs.
    ///
    /// ```
    /// use nebula_sdk::{prelude::*, testing::TestFlow};
    ///
    /// const PAY: &str = r#"
    ///     nebula: 1
    ///     id: pay
    ///     nodes: [{ id: charge, action: shop.charge@1 }, { id: thank, action: mail.send@1 }]
    ///     connections: [{ from: charge, to: thank, when: $nodes.charge.result > 100 }]
    /// "#;
    /// let flow = TestFlow::new(7).flow(PAY);
    /// # let run = flow.clone().mock_id("shop.charge", |_| Ok(json!(120))).mock_id("mail.send", |_| Ok(json!(null)))
    /// #     .run_blocking(json!({}));
    /// # let journal = run.journal().to_json();
    /// // let journal = include_str!("pay-2026-05.jsonl");
    /// flow.replay(&journal).assert_same();
    ///
    /// let replay = flow.flow(PAY.replace("100", "150")).replay(&journal);
    /// assert_eq!(replay.difference(), Some("entry 4 of the journal: `thank` begins attempt 1 (idempotent); now `thank` is skipped"));
    /// ```
    ///
    /// # Panics
    /// When the journal cannot be read, when the workflow is another or cannot be planned, or when the test has mocks,
    /// faults or a cancellation: the recorded run says what happens.
    #[must_use]
    #[track_caller]
    pub fn replay(&self, journal: &str) -> Replay {
        self.expect_ok(self.try_replay(journal))
    }

    /// As [`replay`](Self::replay), and gives back why it could not begin.
    ///
    /// # Errors
    /// Where [`replay`](Self::replay) panics.
    pub fn try_replay(&self, journal: &str) -> Result<Replay, TestFlowError> {
        if self.mocks.iter().next().is_some() || !self.faults.is_empty() || self.cancel_after.is_some() {
            return Err(TestFlowError::new(
                "a replay has no mocks, faults and cancellations of its own: the recorded run says what happens",
            ));
        }
        let recording = Arc::new(Recording::read(journal)?);
        let definition = self.read()?.workflow;
        if definition.id != recording.workflow {
            return Err(TestFlowError::new(format!(
                "the journal is one of the workflow `{}`, and this is `{}`",
                recording.workflow, definition.id
            )));
        }
        let prepared = self.prepare_for(Some(&recording))?;
        let run = TestRun::new(&prepared, prepared.simulate(&recording.input, None)?);
        let difference = difference(&recording, &run.records);
        Ok(Replay { run, difference })
    }
}

// === impl Replay ===

impl Replay {
    /// The first thing that is decided otherwise, in words.
    #[must_use]
    pub fn difference(&self) -> Option<&str> {
        self.difference.as_deref()
    }

    /// Checks that everything is decided as it was.
    ///
    /// # Panics
    /// When something is not, with the tree of the run as it is now.
    #[track_caller]
    pub fn assert_same(&self) {
        if let Some(difference) = &self.difference {
            panic!("{difference}\n\n{}", self.run.tell());
        }
    }
}

// === impl Playback ===

impl Playback {
    pub(super) fn new(recording: Arc<Recording>) -> Self {
        Self { recording, is_over: AtomicBool::new(false) }
    }

    /// Whether there is nothing more to be told.
    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    pub(super) async fn play(&self, clock: &ManualClock, call: &SandboxCall) -> Played {
        let recording = &self.recording;
        let Some(attempt) = recording.attempts.get(&(call.node.clone(), call.attempt)) else {
            let was_to_come = !recording.has_ended() && recording.until.since(clock.now()) <= LATE;
            // What was not is a difference, and nothing that follows from it is told.
            return if was_to_come { self.end(clock).await } else { self.stop(clock).await };
        };
        match &attempt.end {
            End::Open => self.end(clock).await,
            End::Died { at } => {
                clock.sleep_until((*at).max(clock.now().plus(SOON))).await;
                Played::Died
            }
            End::Told { at, outcome } => {
                let now = clock.now();
                let is_in_time = now.since(attempt.at) <= LATE && attempt.at.since(now) <= LATE;
                clock.sleep_until(if is_in_time { *at } else { now.plus(at.since(attempt.at)) }).await;
                if matches!(outcome, AttemptOutcome::Cancelled) {
                    call.cancel.cancelled().await;
                }
                Played::Ended(as_told(outcome))
            }
        }
    }

    /// Nobody knows how this attempt ends. What runs beside it goes on to where the recorded run came.
    async fn end(&self, clock: &ManualClock) -> Played {
        clock.sleep_until(self.recording.until.plus(LATE)).await;
        self.stop(clock).await
    }

    async fn stop(&self, clock: &ManualClock) -> Played {
        clock.sleep_until(clock.now().plus(SOON)).await;
        self.is_over.store(true, Ordering::SeqCst);
        Played::Died
    }
}

fn as_told(outcome: &AttemptOutcome) -> Result<ActionOutput, Failure> {
    let value = |payload: &nebula_ports::model::Payload| {
        // Blobs are refused when the journal is read.
        payload.inline().map(|value| serde_json::Value::clone(value)).unwrap_or_default()
    };
    match outcome {
        AttemptOutcome::Completed { output, .. } => Ok(ActionOutput::Done(value(output))),
        AttemptOutcome::Routed { port, output } => Ok(ActionOutput::Route(port.clone(), value(output))),
        AttemptOutcome::Paused { wake, state } => Ok(ActionOutput::Paused { wake: wake.clone(), state: value(state) }),
        AttemptOutcome::CompletesAt { until, output } => Ok(ActionOutput::DoneAt(*until, value(output))),
        AttemptOutcome::Retry { error, .. } | AttemptOutcome::Failed { error } => Err(error.clone()),
        AttemptOutcome::Cancelled => {
            Err(Failure::new(FailureKind::Cancelled, "action.cancelled", "the run is being cancelled"))
        }
    }
}
