//! What a run has left to look at.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use nebula_expression::nearest;
use nebula_ports::model::{ActionId, ExecutionStatus, Failure, JournalRecord, Workflow};
use nebula_runtime::{engine::RunEnd, execution::ExecutionState};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    journal::TestJournal,
    sandbox::RecordedCall,
    secrets,
    tree::Tree,
    world::{Prepared, Simulated},
};
use crate::{
    Action, Parameters, ProcessAction, SimpleAction,
    testing::{Denied, canary::Canaries},
};

/// A run that has come to its end, or to where somebody has to decide.
///
/// Displayed, it is the tree of its nodes with their inputs and outputs. A test that fails prints it, with the seed:
/// whatever failed, as long as the run was still there.
pub struct TestRun {
    pub(super) seed: u64,
    pub(super) definition: Arc<Workflow>,
    pub(super) state: Option<ExecutionState>,
    pub(super) end: RunEnd,
    pub(super) records: Vec<JournalRecord>,
    pub(super) calls: Vec<RecordedCall>,
    pub(super) elapsed: Duration,
    pub(super) crashes: usize,
    pub(super) denied: Vec<Denied>,
    canaries: Arc<Canaries>,
    /// The first secret in the log.
    heard: Option<String>,
    /// Whether its tree is, or must not be, in the message of a panic.
    is_told: AtomicBool,
}

// === impl TestRun ===

impl TestRun {
    pub(super) fn new(prepared: &Prepared, simulated: Simulated) -> Self {
        let Simulated { end, records, seen, denied, heard, elapsed, crashes } = simulated;
        let entries = records.iter().map(|record| &record.entry);
        let state = nebula_runtime::execution::fold(Arc::clone(&prepared.plan), end.execution, entries).ok();
        Self {
            seed: prepared.seed,
            definition: Arc::clone(&prepared.definition),
            state,
            end,
            records,
            calls: seen.calls,
            elapsed,
            crashes,
            denied,
            canaries: Arc::clone(&prepared.canaries),
            heard,
            is_told: AtomicBool::new(false),
        }
    }

    /// The result of a run that has completed.
    ///
    /// # Panics
    /// When it has not, or when its result is no `T`.
    #[must_use]
    #[track_caller]
    pub fn output<T: DeserializeOwned>(&self) -> T {
        let Some(output) = self.end.output.as_ref().filter(|_| self.status() == ExecutionStatus::Completed) else {
            panic!("the run has no result: it is {}\n\n{}", self.status(), self.tell());
        };
        match serde_json::from_value(Value::clone(output)) {
            Ok(value) => value,
            Err(error) => {
                let wanted = std::any::type_name::<T>();
                panic!("the result is no `{wanted}`: {error}\n  {output}\n\n{}", self.tell())
            }
        }
    }

    /// Why the run has failed or was cancelled.
    ///
    /// # Panics
    /// When it has done neither.
    #[must_use]
    #[track_caller]
    pub fn failure(&self) -> &Failure {
        match &self.end.error {
            Some(failure) => failure,
            None => panic!("the run has not failed: it is {}\n\n{}", self.status(), self.tell()),
        }
    }

    /// How it ended; `Waiting` when somebody has to decide about a node.
    #[must_use]
    pub const fn status(&self) -> ExecutionStatus {
        self.end.status
    }

    /// The inputs of all calls of an action, in order, repeated attempts included.
    ///
    /// # Panics
    /// When an input cannot be read as the action's.
    #[must_use]
    #[track_caller]
    pub fn calls<A: SimpleAction>(&self) -> Vec<A::Input> {
        self.inputs::<A, _>()
    }

    /// As [`calls`](Self::calls), for a [`ProcessAction`].
    ///
    /// # Panics
    /// When an input cannot be read as the action's.
    #[must_use]
    #[track_caller]
    pub fn calls_of_process<A: ProcessAction>(&self) -> Vec<A::Input> {
        self.inputs::<A, _>()
    }

    #[track_caller]
    fn inputs<A: Action, I: Parameters>(&self) -> Vec<I> {
        let id = ActionId::new(A::metadata().id).expect("the macro has checked the id");
        let calls = self.calls.iter().filter(|call| call.action.id == id);
        calls
            .map(|call| match I::decode(&call.input) {
                Ok(input) => input,
                Err(error) => panic!("an input of `{id}` cannot be read: {error}\n\n{}", self.tell()),
            })
            .collect()
    }

    /// The calls of a node, in order.
    ///
    /// # Panics
    /// When the workflow has no such node.
    #[must_use]
    #[track_caller]
    pub fn calls_of(&self, node: &str) -> Vec<&RecordedCall> {
        let ids = || self.definition.all_nodes().map(|node| node.id.as_str());
        if !ids().any(|id| id == node) {
            let help = nearest(node, ids()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            panic!("there is no node `{node}`{help}\n\n{}", self.tell());
        }
        self.calls.iter().filter(|call| call.node.id().as_str() == node).collect()
    }

    /// All calls, in order.
    #[must_use]
    pub fn all_calls(&self) -> &[RecordedCall] {
        &self.calls
    }

    /// What was recorded.
    #[must_use]
    pub fn journal(&self) -> TestJournal<'_> {
        TestJournal::new(&self.records)
    }

    /// How much of the test's time has passed; none of yours.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How often the process has died.
    #[must_use]
    pub const fn crashes(&self) -> usize {
        self.crashes
    }

    /// The seed: the same seed gives the same run.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Checks that no credential's secret is in the journal, the inputs, the outputs, the failures, the log (what `tracing`
    /// carries) or a request that was refused: neither as it is, nor in other case, backwards, in Base64, in hexadecimal, or
    /// escaped for JSON or for an address. Of a secret that is a JSON object, that is each of its texts of eight characters
    /// or more, save `username`. Every run is checked so before it is handed out.
    ///
    /// # Panics
    /// When one is; the message names the place and not the secret.
    #[track_caller]
    pub fn assert_no_secret(&self) {
        let seen = secrets::Seen {
            records: &self.records,
            calls: &self.calls,
            denied: &self.denied,
            output: self.end.output.as_deref(),
            error: self.end.error.as_ref(),
        };
        if let Some(leak) = secrets::leak(&self.canaries, &seen).or_else(|| self.heard.clone()) {
            self.is_told.store(true, Ordering::SeqCst);
            panic!("{leak} (seed {})", self.seed);
        }
    }

    /// The tree, for the message of a panic.
    pub(super) fn tell(&self) -> String {
        self.is_told.store(true, Ordering::SeqCst);
        self.to_string()
    }
}

impl Drop for TestRun {
    #[expect(clippy::print_stderr, reason = "the test fails, and this is what it is about")]
    fn drop(&mut self) {
        if std::thread::panicking() && !self.is_told.load(Ordering::SeqCst) {
            eprintln!("\n{self}");
        }
    }
}

impl fmt::Display for TestRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Tree(self), f)
    }
}

impl fmt::Debug for TestRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Tree(self), f)
    }
}
