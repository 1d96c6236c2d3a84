//! The journal of a run that was, as `nebula execution journal ID --json` prints it.

use std::collections::BTreeMap;

use nebula_ports::{
    model::{
        AttemptOutcome, EffectClass, Grants, JournalEntry, JournalRecord, NodeAddress, NodeId, Payload, Request,
        WorkflowId,
    },
    time::Timestamp,
};
use serde_json::Value;

use super::TestFlowError;

/// What there is to know of a run, so that it can be run again.
#[derive(Debug)]
pub(super) struct Recording {
    pub(super) records: Vec<JournalRecord>,
    pub(super) workflow: WorkflowId,
    pub(super) started_at: Timestamp,
    pub(super) input: Value,
    pub(super) grants: Grants,
    /// Every attempt that began, by its node and number.
    pub(super) attempts: BTreeMap<(NodeAddress, u32), Attempt>,
    /// Signals and cancellations, and when they were taken up.
    pub(super) requests: Vec<(Timestamp, Request)>,
    /// Decisions about nodes in doubt, in order.
    pub(super) decisions: Vec<Request>,
    /// When its last entry was stored.
    pub(super) until: Timestamp,
}

/// An attempt that was.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) at: Timestamp,
    pub(super) effect: EffectClass,
    pub(super) end: End,
    /// The place in the journal of its begin.
    index: usize,
}

/// What became of an attempt.
#[derive(Debug, Clone)]
pub(super) enum End {
    /// It ended.
    Told { at: Timestamp, outcome: AttemptOutcome },
    /// Its worker died, the last time it was heard of.
    Died { at: Timestamp },
    /// The journal ends before it.
    Open,
}

// === impl Recording ===

impl Recording {
    /// Reads the entries: one on a line, or a list of them.
    ///
    /// # Errors
    /// When it is no journal, when it does not begin with the first entry or has gaps, and when values of it were too large
    /// for it.
    pub(super) fn read(text: &str) -> Result<Self, TestFlowError> {
        let records = parse(text)?;
        for (place, record) in (1_u64..).zip(&records) {
            if record.seq.0 != place {
                return Err(wrong(format!("entry {place} is missing: {} stands in its place", record.seq)));
            }
        }
        let (Some(first), Some(last)) = (records.first(), records.last()) else {
            return Err(wrong("there is no entry in it"));
        };
        let JournalEntry::ExecutionStarted { at, workflow, input, grants, .. } = &first.entry else {
            return Err(wrong(format!("it begins with `{}`, not with `execution_started`", first.entry.kind())));
        };
        let mut recording = Self {
            workflow: workflow.clone(),
            started_at: *at,
            input: whole(first, input)?,
            grants: grants.clone(),
            attempts: BTreeMap::new(),
            requests: Vec::new(),
            decisions: Vec::new(),
            until: last.recorded_at,
            records: Vec::new(),
        };
        for (index, record) in records.iter().enumerate() {
            recording.take(index, record)?;
        }
        recording.find_deaths(&records);
        recording.records = records;
        Ok(recording)
    }

    fn take(&mut self, index: usize, record: &JournalRecord) -> Result<(), TestFlowError> {
        match &record.entry {
            JournalEntry::AttemptStarted { node, attempt, at, effect, .. } => {
                let begun = Attempt { at: *at, effect: *effect, end: End::Open, index };
                self.attempts.insert((node.clone(), *attempt), begun);
            }
            JournalEntry::AttemptFinished { node, attempt, at, outcome } => {
                if let AttemptOutcome::Completed { output, .. }
                | AttemptOutcome::CompletesAt { output, .. }
                | AttemptOutcome::Routed { output, .. }
                | AttemptOutcome::Paused { state: output, .. } = outcome
                {
                    whole(record, output)?;
                }
                if let Some(begun) = self.attempts.get_mut(&(node.clone(), *attempt)) {
                    begun.end = End::Told { at: *at, outcome: outcome.clone() };
                }
            }
            JournalEntry::CancelRequested { reason, .. } => {
                self.requests.push((record.recorded_at, Request::Cancel { reason: reason.clone() }));
            }
            JournalEntry::SignalReceived { name, payload, .. } => {
                let request = Request::Signal { name: name.clone(), payload: whole(record, payload)? };
                self.requests.push((record.recorded_at, request));
            }
            JournalEntry::NodeResolved { node, resolution, .. } => {
                self.decisions.push(Request::Resolve { node: node.clone(), resolution: resolution.clone() });
            }
            _ => {}
        }
        Ok(())
    }

    /// An attempt without an end, and a later claim behind it: its worker was no more.
    fn find_deaths(&mut self, records: &[JournalRecord]) {
        for attempt in self.attempts.values_mut().filter(|attempt| matches!(attempt.end, End::Open)) {
            let fence = records[attempt.index].fence;
            if records.iter().any(|record| record.fence > fence) {
                let last = records.iter().rev().find(|record| record.fence == fence);
                attempt.end = End::Died { at: last.map_or(attempt.at, |record| record.recorded_at) };
            }
        }
    }

    /// Whether the run has come to its end.
    pub(super) fn has_ended(&self) -> bool {
        matches!(self.records.last().map(|record| &record.entry), Some(JournalEntry::ExecutionFinished { .. }))
    }

    /// What repeating the node's attempts might have done.
    pub(super) fn effect(&self, node: &NodeId) -> Option<EffectClass> {
        self.attempts.iter().find(|((own, _), _)| own.id() == node).map(|(_, attempt)| attempt.effect)
    }
}

fn parse(text: &str) -> Result<Vec<JournalRecord>, TestFlowError> {
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map_err(|error| wrong(error.to_string()));
    }
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let read = |(number, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| wrong(format!("line {number} is no entry: {error}")))
    };
    lines.map(read).collect()
}

fn whole(record: &JournalRecord, payload: &Payload) -> Result<Value, TestFlowError> {
    match payload {
        Payload::Inline(value) => Ok(Value::clone(value)),
        Payload::Blob(blob) => Err(wrong(format!(
            "entry {} refers to a value of {} bytes, which the journal does not hold: print it with `--whole`",
            record.seq, blob.size
        ))),
    }
}

fn wrong(why: impl std::fmt::Display) -> TestFlowError {
    TestFlowError::new(format!(
        "this is no journal that can be replayed: {why}\n  `nebula execution journal ID --json` prints one"
    ))
}
