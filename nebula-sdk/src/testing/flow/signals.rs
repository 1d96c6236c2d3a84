//! Signals that a test sends when a node waits for them.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use futures_util::{TryStreamExt, future::BoxFuture};
use nebula_ports::{
    Scope,
    execution_repo::ExecutionRepo,
    model::{AttemptOutcome, ExecutionId, JournalEntry, Seq, SignalName, WakeOn},
};
use nebula_runtime::engine::Engine;
use serde::Serialize;
use serde_json::Value;

use super::{TestFlow, to_json};

/// The signals of one run, in all its processes.
#[derive(Debug)]
pub(super) struct Signals {
    store: Arc<dyn ExecutionRepo>,
    scope: Scope,
    planned: Mutex<Vec<(SignalName, Value, bool)>>,
    has_sent: AtomicBool,
}

// === impl TestFlow ===

impl TestFlow {
    /// Sends a signal as soon as a node waits for its name. Several of one name are sent one after the other, each to a
    /// wait of its own.
    ///
    /// ```
    /// use nebula_sdk::{prelude::*, testing::TestFlow};
    ///
    /// /// Ask somebody.
    /// #[derive(Action)]
    /// #[action(id = "demo.ask", version = "1.0", pure)]
    /// struct Ask;
    ///
    /// impl ProcessAction for Ask {
    ///     type Input = ();
    ///     type Output = String;
    ///
    ///     async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<ActionResult<String>> {
    ///         Ok(match ctx.signal()? {
    ///             Some(answer) => ActionResult::Done(answer),
    ///             None => ActionResult::wait_for("answer").keeping(&()),
    ///         })
    ///     }
    /// }
    ///
    /// let run = TestFlow::new(7)
    ///     .flow("{ nebula: 1, id: ask, nodes: [{ id: ask, action: demo.ask@1 }], output: !expr $nodes.ask.result }")
    ///     .action::<Ask>()
    ///     .signal_when_waiting("answer", "yes")
    ///     .run_blocking(json!({}));
    ///
    /// assert_eq!(run.output::<String>(), "yes");
    /// ```
    ///
    /// # Panics
    /// When the name is none, or the payload cannot be written as JSON.
    #[must_use]
    #[track_caller]
    pub fn signal_when_waiting(mut self, name: &str, payload: impl Serialize) -> Self {
        match SignalName::new(name) {
            Ok(name) => self.signals.push((name, to_json(payload))),
            Err(error) => panic!("{error}"),
        }
        self
    }
}

// === impl Signals ===

impl Signals {
    pub(super) fn new(store: Arc<dyn ExecutionRepo>, scope: Scope, planned: &[(SignalName, Value)]) -> Arc<Self> {
        let planned = planned.iter().map(|(name, payload)| (name.clone(), payload.clone(), false)).collect();
        Arc::new(Self { store, scope, planned: Mutex::new(planned), has_sent: AtomicBool::new(false) })
    }

    /// Whether something was sent since the last question.
    pub(super) fn has_sent(&self) -> bool {
        self.has_sent.swap(false, Ordering::SeqCst)
    }

    /// Sends what nodes wait for, whenever something has happened.
    pub(super) fn watch(self: Arc<Self>, engine: Engine, id: ExecutionId) -> BoxFuture<'static, ()> {
        let mut events = engine.subscribe();
        Box::pin(async move {
            loop {
                self.send(&engine, id).await;
                // Events that were missed are in the journal, which is read anyhow.
                if events.recv().await.is_err() && events.is_closed() {
                    return;
                }
            }
        })
    }

    /// Sends what nodes wait for.
    pub(super) async fn send(&self, engine: &Engine, id: ExecutionId) {
        if self.planned().iter().all(|(_, _, is_sent)| *is_sent) {
            return;
        }
        let journal = self.store.journal(&self.scope, id, Seq(0));
        let Ok(records) = journal.try_collect::<Vec<_>>().await else { return };
        let waits = |name: &SignalName| {
            let entries = records.iter().map(|record| &record.entry);
            let paused = entries.filter(|entry| match entry {
                JournalEntry::AttemptFinished { outcome: AttemptOutcome::Paused { wake, .. }, .. } => {
                    matches!(wake, WakeOn::Signal { name: wanted, .. } if wanted == name)
                }
                _ => false,
            });
            paused.count()
        };
        for (name, payload) in self.take_due(waits) {
            self.has_sent.store(true, Ordering::SeqCst);
            // A run that has ended waits for nothing; the store is made of memory.
            let _ = engine.signal(&self.scope, id, name, payload).await;
        }
    }

    /// What is to be sent now; it counts as sent.
    fn take_due(&self, waits: impl Fn(&SignalName) -> usize) -> Vec<(SignalName, Value)> {
        let mut due = Vec::new();
        let mut planned = self.planned();
        for at in 0..planned.len() {
            let (name, payload, is_sent) = &planned[at];
            let before = planned[..at].iter().filter(|(other, _, is_sent)| other == name && *is_sent).count();
            if !is_sent && waits(name) > before {
                due.push((name.clone(), payload.clone()));
                planned[at].2 = true;
            }
        }
        due
    }

    fn planned(&self) -> MutexGuard<'_, Vec<(SignalName, Value, bool)>> {
        // Nothing panics while the lock is held.
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
