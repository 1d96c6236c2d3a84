//! Deciding a batch in memory: each call is applied to the rows as the calls before it left them.

use std::{collections::HashSet, sync::Arc, time::Duration};

use nebula_ports::{
    Error, ErrorKind,
    execution_repo::{ClaimRequest, CommitOutcome, Renewal, RequestOutcome, StartOutcome, StoreError},
    execution_row::{ExecutionRow, Left, Place},
    model::{Claimed, Digest, ExecutionId, InboxItem, Lease, NextState, RequestId, TenantId, Workflow},
    time::Timestamp,
    workflow_repo::StoredWorkflow,
};

use crate::error::repeat;

use super::{
    job::{Answer, Commit, Job, Start},
    state::{Change, Key, Known, Received, State},
    triggers::TriggerJob,
};

/// What a batch adds to the database beside the rows that changed.
#[derive(Debug, Default)]
pub(super) struct Additions {
    /// Executions whose rows changed, each once.
    pub(super) rows: Vec<ExecutionId>,
    pub(super) entries: Vec<NewEntry>,
    pub(super) keys: Vec<(Key, ExecutionId, Digest)>,
    /// With the position in the inbox.
    pub(super) requests: Vec<(i64, u64, InboxItem)>,
    pub(super) consumed: Vec<(i64, RequestId)>,
    /// Executions whose inbox ends with them.
    pub(super) emptied: Vec<i64>,
    pub(super) workflows: Vec<(TenantId, StoredWorkflow, String)>,
}

/// A journal entry to be.
#[derive(Debug)]
pub(super) struct NewEntry {
    pub(super) execution: i64,
    pub(super) place: Place,
    pub(super) text: Arc<str>,
}

/// A batch being decided.
pub(super) struct Batch<'a> {
    state: &'a mut State,
    now: Timestamp,
    changed: HashSet<ExecutionId>,
    additions: Additions,
}

// === impl Batch ===

impl<'a> Batch<'a> {
    pub(super) fn new(state: &'a mut State, now: Timestamp) -> Self {
        Self { state, now, changed: HashSet::new(), additions: Additions::default() }
    }

    /// The answers, in order, and what has to be written before they may be given. Claims come last, so that they see what
    /// the others leave behind.
    pub(super) fn decide(mut self, jobs: &[Job]) -> (Vec<Answer>, Additions) {
        let mut answers: Vec<Option<Answer>> = jobs.iter().map(|job| self.answer(job)).collect();
        for (job, answer) in jobs.iter().zip(&mut answers) {
            match job {
                Job::Claim(request, _) => *answer = Some(Answer::Claim(self.claim(request))),
                Job::Trigger(job, _) if is_claim(job) => {
                    *answer = Some(Answer::Trigger(self.state.triggers.decide(job, self.now)));
                }
                _ => {}
            }
        }
        // Each job has an answer by now; `Close` never gets here.
        (answers.into_iter().flatten().collect(), self.additions)
    }

    fn answer(&mut self, job: &Job) -> Option<Answer> {
        Some(match job {
            Job::Start(start, _) => Answer::Start(self.start(start)),
            Job::Renew { leases, ttl, .. } => {
                Answer::Renew(leases.iter().map(|lease| self.renew(lease, *ttl)).collect())
            }
            Job::Commit(commits, _) => Answer::Commit(commits.iter().map(|commit| self.commit(commit)).collect()),
            Job::Request { tenant, id, item, .. } => Answer::Request(self.request(tenant, *id, item)),
            Job::PutWorkflow { tenant, definition, .. } => {
                Answer::PutWorkflow(Box::new(self.put_workflow(tenant, definition)))
            }
            Job::Trigger(job, _) if !is_claim(job) => Answer::Trigger(self.state.triggers.decide(job, self.now)),
            Job::Claim(..) | Job::Trigger(..) | Job::Close(_) => return None,
        })
    }

    fn start(&mut self, start: &Start) -> Result<StartOutcome, StoreError> {
        let Start { tenant, new, entries } = start;
        self.readable(new.id).map_err(StoreError::NotApplied)?;
        if let Some(known) = self.state.executions.get(&new.id) {
            let row = &known.row;
            return if row.was_started_by(tenant, new) {
                Ok(StartOutcome::Started { lease: row.lease_of_start(new, self.state.generation), seq: row.record.seq })
            } else {
                Err(StoreError::Invalid(
                    Error::new(ErrorKind::AlreadyExists, "execution_repo.start", "another execution has this id")
                        .with_context("execution", new.id),
                ))
            };
        }
        let key = new.key.clone().map(|key| (tenant.clone(), new.workflow.clone(), key));
        if let Some((id, input)) = key.as_ref().and_then(|key| self.state.keys.get(key)) {
            return Ok(if *input == new.input { StartOutcome::Existing(*id) } else { StartOutcome::KeyReused(*id) });
        }
        let (mut row, lease) =
            ExecutionRow::start(tenant.clone(), new, entries.oversize, self.state.generation, self.now)?;
        let seq = row.record.seq;
        self.state.last_number += 1;
        let number = self.state.last_number;
        self.append(number, row.append(&entries.texts, self.now), &entries.texts);
        if let Some(key) = key {
            self.state.keys.insert(key.clone(), (new.id, new.input));
            self.additions.keys.push((key, new.id, new.input));
        }
        self.state.executions.insert(new.id, Known { number, row, inbox: Vec::new(), change: Change::New });
        self.note(new.id);
        Ok(StartOutcome::Started { lease, seq })
    }

    fn renew(&mut self, lease: &Lease, ttl: Duration) -> Renewal {
        let lost = Renewal::Lost(lease.execution);
        let Some(known) = self.state.executions.get_mut(&lease.execution) else { return lost };
        let Some(lease) = known.row.renew(lease, ttl, self.state.generation, self.now) else { return lost };
        known.mark(Change::Whole);
        let inbox = known.waiting();
        self.note(lease.execution);
        Renewal::Held { lease, inbox }
    }

    fn commit(&mut self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let id = commit.lease.execution;
        self.readable(id).map_err(StoreError::NotApplied)?;
        let Some(known) = self.state.executions.get_mut(&id) else {
            return Err(StoreError::Invalid(
                Error::new(ErrorKind::NotFound, "execution_repo.commit", "there is no such execution")
                    .with_context("execution", id),
            ));
        };
        let left = Left::of(known.inbox.iter().filter_map(|received| match received {
            Received::Waiting(item) if !commit.consumed.contains(&item.id) => Some(&item.request),
            Received::Waiting(_) | Received::Consumed(_) => None,
        }));
        let number = known.number;
        let before = stable_part(&known.row);
        let outcome = known.row.commit(&commit.facts(), left, self.state.generation, self.now)?;
        if !matches!(outcome, CommitOutcome::Applied(_)) {
            return Ok(outcome);
        }
        let goes_on = matches!(commit.next, NextState::Running { .. }) && before == stable_part(&known.row);
        known.mark(if goes_on { Change::Progress } else { Change::Whole });
        for received in &mut known.inbox {
            let request = received.id();
            if commit.consumed.contains(&request) && matches!(received, Received::Waiting(_)) {
                *received = Received::Consumed(request);
                self.additions.consumed.push((number, request));
            }
        }
        if known.row.record.status.is_terminal() && !known.inbox.is_empty() {
            known.inbox.clear();
            self.additions.emptied.push(number);
        }
        let places = known.row.append(&commit.entries.texts, self.now);
        self.append(number, places, &commit.entries.texts);
        self.note(id);
        Ok(outcome)
    }

    fn request(&mut self, tenant: &TenantId, id: ExecutionId, item: &InboxItem) -> Result<RequestOutcome, Error> {
        self.readable(id)?;
        let Some(known) = self.state.executions.get_mut(&id).filter(|known| known.row.record.tenant == *tenant) else {
            return Ok(RequestOutcome::NotFound);
        };
        let status = known.row.record.status;
        if status.is_terminal() {
            return Ok(RequestOutcome::Closed(status));
        }
        if known.inbox.iter().any(|received| received.id() == item.id) {
            return Ok(RequestOutcome::AlreadyAccepted);
        }
        let position = known.row.accept_request(&item.request, self.now);
        known.inbox.push(Received::Waiting(item.clone()));
        known.mark(Change::Whole);
        self.additions.requests.push((known.number, position, item.clone()));
        self.note(id);
        Ok(RequestOutcome::Accepted)
    }

    fn put_workflow(&mut self, tenant: &TenantId, definition: &Workflow) -> StoredWorkflow {
        let text = definition.canonical_json();
        let digest = Digest::of(text.as_bytes());
        if let Some(stored) = self.state.workflows.get(&(tenant.clone(), digest)) {
            return stored.clone();
        }
        let version = self.state.versions.entry((tenant.clone(), definition.id.clone())).or_default();
        *version += 1;
        let stored = StoredWorkflow { digest, version: *version, stored_at: self.now, definition: definition.clone() };
        self.state.workflows.insert((tenant.clone(), digest), stored.clone());
        self.additions.workflows.push((tenant.clone(), stored.clone(), text));
        stored
    }

    fn claim(&mut self, request: &ClaimRequest) -> Result<Vec<Claimed>, Error> {
        let mut candidates: Vec<(Option<Timestamp>, ExecutionId)> = match request.only {
            Some(id) => {
                self.readable(id)?;
                vec![(None, id)]
            }
            None => {
                // What the index said, and what the calls before this one made due.
                let ids: HashSet<ExecutionId> = self.state.due.iter().chain(&self.changed).copied().collect();
                let due = ids.into_iter().filter_map(|id| Some((self.state.executions.get(&id)?.row.due_at(), id)));
                due.collect()
            }
        };
        candidates.sort_unstable();
        let mut claimed = Vec::new();
        for (_, id) in candidates {
            if claimed.len() == request.limit {
                break;
            }
            let Some(known) = self.state.executions.get_mut(&id) else { continue };
            if !known.row.is_claimable(request, self.now) {
                continue;
            }
            let lease = known.row.claim(request, self.state.generation, self.now);
            known.mark(Change::Whole);
            claimed.push(Claimed { record: known.row.record.clone(), lease, inbox: known.waiting() });
            self.note(id);
        }
        Ok(claimed)
    }

    /// Whether the execution can be read, or is not there at all.
    fn readable(&self, id: ExecutionId) -> Result<(), Error> {
        self.state.broken.get(&id).map_or(Ok(()), |error| Err(repeat(error)))
    }

    fn append(&mut self, execution: i64, places: Vec<Place>, texts: &[Arc<str>]) {
        let entries = places.into_iter().zip(texts);
        self.additions.entries.extend(entries.map(|(place, text)| NewEntry {
            execution,
            place,
            text: Arc::clone(text),
        }));
    }

    fn note(&mut self, id: ExecutionId) {
        if self.changed.insert(id) {
            self.additions.rows.push(id);
            self.state.touched.push(id);
        }
    }
}

/// Whether it takes whatever is due.
const fn is_claim(job: &TriggerJob) -> bool {
    matches!(job, TriggerJob::Claim(_))
}

/// What a step of an execution that goes on leaves as it is.
fn stable_part(row: &ExecutionRow) -> impl PartialEq + use<> {
    let record = &row.record;
    let claims = record.claims_without_progress;
    (
        record.status,
        record.fence,
        record.lease_until,
        record.wake_at,
        record.waiting_for.is_some(),
        row.requests,
        claims,
    )
}
