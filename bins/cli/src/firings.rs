//! What `nebula serve` tells while it serves: a line for each firing and for each end.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

use nebula_ports::model::{ExecutionId, JournalEntry, TriggerRecord};
use nebula_runtime::{
    engine::{EngineEvent, EngineEventKind},
    triggers::{TriggerEvent, TriggerEventKind},
};
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    console::Console,
    error::{Result, Stop},
    signals::Signals,
};

/// The lines, as they come.
pub(crate) struct Firings {
    console: Console,
    quiet: bool,
    runs: Receiver<EngineEvent>,
    polls: Receiver<TriggerEvent>,
    /// Executions whose start has been told, or was before.
    told: BTreeSet<ExecutionId>,
    /// What came of others so far: a quick one is over before its start is told.
    early: BTreeMap<ExecutionId, Vec<(String, Value)>>,
}

// === impl Firings ===

impl Firings {
    /// `unfinished` are the executions of before.
    pub(crate) fn new(
        console: Console,
        quiet: bool,
        (runs, polls): (Receiver<EngineEvent>, Receiver<TriggerEvent>),
        unfinished: impl Iterator<Item = ExecutionId>,
    ) -> Self {
        Self { console, quiet, runs, polls, told: unfinished.collect(), early: BTreeMap::new() }
    }

    /// What is polled.
    pub(crate) fn begin(&self, registered: &[TriggerRecord]) {
        for record in registered {
            let (workflow, trigger) = (&record.workflow, &record.id);
            let paused = if record.enabled { "" } else { " (paused)" };
            self.say(
                format_args!("{workflow}/{trigger}  is polled{paused}"),
                &json!({ "type": "trigger", "workflow": workflow, "trigger": trigger, "enabled": record.enabled }),
            );
        }
    }

    /// Tells what happens until somebody asks for the end.
    pub(crate) async fn follow(&mut self, signals: &mut Signals) -> Result<()> {
        loop {
            tokio::select! {
                biased;
                () = signals.next() => return Ok(()),
                event = self.polls.recv() => match event {
                    Ok(event) => self.poll(&event),
                    Err(RecvError::Lagged(missed)) => self.missed(missed),
                    Err(RecvError::Closed) => return Err(Stop::internal("the polling ended by itself")),
                },
                event = self.runs.recv() => match event {
                    Ok(event) => self.run(&event),
                    Err(RecvError::Lagged(missed)) => self.missed(missed),
                    Err(RecvError::Closed) => return Err(Stop::internal("the engine ended by itself")),
                },
            }
        }
    }

    /// Tells what has happened since.
    pub(crate) fn rest(&mut self) {
        while let Ok(event) = self.polls.try_recv() {
            self.poll(&event);
        }
        while let Ok(event) = self.runs.try_recv() {
            self.run(&event);
        }
        for (text, line) in std::mem::take(&mut self.early).into_values().flatten() {
            self.say(text, &line);
        }
    }

    fn poll(&mut self, event: &TriggerEvent) {
        let (workflow, trigger) = (&event.workflow, &event.trigger);
        let place = format!("{workflow}/{trigger}");
        match &event.kind {
            TriggerEventKind::Started { key, execution } => {
                self.say(
                    format_args!("{place}  {key}  starts {execution}"),
                    &json!({ "type": "started", "workflow": workflow, "trigger": trigger, "key": key, "execution_id": execution }),
                );
                self.told.insert(*execution);
                for (text, line) in self.early.remove(execution).unwrap_or_default() {
                    self.say(text, &line);
                }
            }
            TriggerEventKind::Refused { key, error } => self.say(
                format_args!("{place}  {key}  is refused: {error}"),
                &json!({ "type": "refused", "workflow": workflow, "trigger": trigger, "key": key, "error": error }),
            ),
            TriggerEventKind::Polled(report) => {
                let Some(error) = &report.failure else { return };
                let next = report.next_due.map_or_else(String::new, |next| format!("; next at {next}"));
                self.say(
                    format_args!("{place}  the poll failed: {error}{next}"),
                    &json!({ "type": "poll_failed", "workflow": workflow, "trigger": trigger, "error": error, "next_due": report.next_due }),
                );
            }
        }
    }

    fn run(&mut self, event: &EngineEvent) {
        let id = event.execution;
        match &event.kind {
            EngineEventKind::Entry(entry) => {
                if let JournalEntry::ExecutionFinished { status, error, .. } = &**entry {
                    let why = error.as_ref().map_or_else(String::new, |error| format!(": {error}"));
                    let line = json!({ "type": "ended", "execution_id": id, "status": status, "error": error });
                    self.end(id, format!("{id}  {status}{why}"), line);
                    self.told.remove(&id);
                }
            }
            EngineEventKind::Parked { wake_at: None, waiting_for: Some(reason) } => {
                let line = json!({ "type": "waiting", "execution_id": id, "waiting_for": reason });
                self.end(id, format!("{id}  waits for {reason}"), line);
            }
            EngineEventKind::Parked { .. } | EngineEventKind::Progress { .. } | EngineEventKind::Lost => {}
        }
    }

    /// Tells it, behind the start.
    fn end(&mut self, id: ExecutionId, text: String, line: Value) {
        if self.told.contains(&id) {
            self.say(text, &line);
        } else {
            self.early.entry(id).or_default().push((text, line));
        }
    }

    fn missed(&self, missed: u64) {
        self.console.note(format_args!("{missed} lines are missing: more happens than can be printed"));
    }

    fn say(&self, text: impl Display, line: &Value) {
        if self.console.json {
            self.console.json_line(line);
        } else if !self.quiet {
            self.console.line(text);
        }
    }
}
