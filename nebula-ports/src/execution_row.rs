//! The rules by which an execution's row changes, as pure functions: what every store decides in the same way, whatever
//! it keeps its rows in. A store loads a row, applies one of these, and writes the row back in the same transaction.

use std::{sync::Arc, time::Duration};

use crate::{
    chain::{self, StoredEntry},
    error::{Error, ErrorKind},
    execution_repo::{ClaimRequest, CommitOutcome, StoreError},
    model::{
        CommitId, Digest, ExecutionRecord, ExecutionStatus, Fence, Generation, HolderId, JournalEntry, Lease,
        NewExecution, NextState, Request, Seq, TenantId, Transition,
    },
    time::Timestamp,
};

/// The longest JSON text of one journal entry, in bytes. What may be large goes to the blob store.
pub const ENTRY_LIMIT: usize = 1024 * 1024;

/// A row with what the store keeps beside the visible part.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionRow {
    /// What callers see.
    pub record: ExecutionRecord,
    /// Digest of the input it was started with.
    pub input: Digest,
    /// The commit that landed last.
    pub last_commit: Option<CommitId>,
    /// Requests accepted so far; the position of the last one in the inbox.
    pub requests: u64,
}

/// Where an entry belongs that a start or a commit appends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its position.
    pub seq: Seq,
    /// The claim it is written under.
    pub fence: Fence,
    /// Its place in the journal's [`chain`](mod@crate::chain).
    pub chain: Digest,
}

/// An entry that no store takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oversize {
    /// Which entry of the call, from 0.
    pub index: usize,
    /// The length of its JSON text.
    pub bytes: usize,
}

// === impl ExecutionRow ===

impl ExecutionRow {
    /// The row of an accepted start, and the lease if it asked for one and goes on running.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the next state is not legal, when it goes on running without a claim, or for an
    /// entry that is too large.
    pub fn start(
        tenant: TenantId,
        new: &NewExecution,
        oversize: Option<Oversize>,
        generation: Generation,
        now: Timestamp,
    ) -> Result<(Self, Option<Lease>), StoreError> {
        const OPERATION: &str = "execution_repo.start";
        check_next(OPERATION, new.id, ExecutionStatus::Pending, &new.next)?;
        check_size(OPERATION, oversize)?;
        if matches!(new.next, NextState::Running { .. }) && new.claim.is_none() {
            return Err(StoreError::Invalid(
                Error::new(
                    ErrorKind::InvalidInput,
                    OPERATION,
                    "a start that goes on running needs a claim; without one, park it and give the time to wake it",
                )
                .with_context("execution", new.id),
            ));
        }
        let mut row = Self {
            record: ExecutionRecord {
                id: new.id,
                tenant,
                workflow: new.workflow.clone(),
                definition: new.definition,
                plan: new.plan,
                status: ExecutionStatus::Pending,
                seq: Seq(new.entries.len() as u64),
                chain: chain::beginning(new.id),
                fence: Fence(0),
                holder: None,
                lease_until: None,
                wake_at: None,
                waiting_for: None,
                claims_without_progress: 0,
                created_at: now,
                finished_at: None,
            },
            input: new.input,
            last_commit: None,
            requests: 0,
        };
        let lease = new.claim.as_ref().map(|(holder, ttl)| row.lend(holder, *ttl, generation, now));
        row.settle(&new.next, Left::default(), now);
        Ok((row, lease.filter(|_| matches!(new.next, NextState::Running { .. }))))
    }

    /// Whether a repeated start with this row's id is the start that made the row.
    #[must_use]
    pub fn was_started_by(&self, tenant: &TenantId, new: &NewExecution) -> bool {
        self.record.tenant == *tenant && self.record.workflow == new.workflow && self.input == new.input
    }

    /// The lease that a repeated start gets: the first claim's, as long as nobody claimed after it.
    #[must_use]
    pub fn lease_of_start(&self, new: &NewExecution, generation: Generation) -> Option<Lease> {
        let (holder, _) = new.claim.as_ref()?;
        let until = self.record.lease_until?;
        (self.record.fence == Fence(0).next(generation) && self.record.holder.as_ref() == Some(holder))
            .then(|| self.lease(holder, until))
    }

    /// From when on it may be claimed: the end of its lease, or else the time it is to be woken. `None` when it has ended
    /// or waits for a request.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.record.lease_until.or(self.record.wake_at)
    }

    /// Whether a claim may take it. A dead letter is taken when it is to be revived, or is due to be cancelled.
    #[must_use]
    pub fn is_claimable(&self, request: &ClaimRequest, now: Timestamp) -> bool {
        let record = &self.record;
        if record.status.is_terminal() {
            return false;
        }
        match self.due_at() {
            Some(due) if due <= now => true,
            _ => {
                let is_dead = record.status == ExecutionStatus::DeadLetter;
                request.only.is_some() && record.lease_until.is_none() && (request.revive || !is_dead)
            }
        }
    }

    /// Hands the row to the holder under the next fence. Call it only when [`is_claimable`](Self::is_claimable).
    pub fn claim(&mut self, request: &ClaimRequest, generation: Generation, now: Timestamp) -> Lease {
        let record = &mut self.record;
        if request.revive && request.only.is_some() {
            record.claims_without_progress = 0;
            if record.status == ExecutionStatus::DeadLetter {
                record.status = ExecutionStatus::Running;
                record.waiting_for = None;
            }
        }
        record.claims_without_progress = record.claims_without_progress.saturating_add(1);
        self.lend(&request.holder, request.ttl, generation, now)
    }

    fn lend(&mut self, holder: &HolderId, ttl: Duration, generation: Generation, now: Timestamp) -> Lease {
        let until = now.plus(ttl);
        self.record.fence = self.record.fence.next(generation);
        self.record.holder = Some(holder.clone());
        self.record.lease_until = Some(until);
        self.record.wake_at = None;
        self.lease(holder, until)
    }

    /// Ends a lease of the generation before, when the store becomes another generation: whoever had it is gone, or fenced.
    pub fn end_lease(&mut self, now: Timestamp) {
        if let Some(until) = self.record.lease_until {
            self.record.lease_until = Some(until.min(now));
        }
    }

    /// Prolongs a lease, also one that ran out, as long as nobody else claimed. `None` when it is lost: claimed by
    /// somebody else, given up or ended.
    pub fn renew(&mut self, lease: &Lease, ttl: Duration, generation: Generation, now: Timestamp) -> Option<Lease> {
        if lease.fence != self.record.fence || !lease.fence.is_of(generation) || self.record.holder.is_none() {
            return None;
        }
        let until = now.plus(ttl);
        self.record.lease_until = Some(until);
        Some(Lease { until, ..lease.clone() })
    }

    /// Applies a transition, if it may land. `left` are the requests that wait when those that the transition consumes are
    /// gone. The caller appends the entries when the outcome is `Applied`.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for an illegal change of status or an entry that is too large.
    pub fn commit(
        &mut self,
        transition: &CommitFacts<'_>,
        left: Left,
        generation: Generation,
        now: Timestamp,
    ) -> Result<CommitOutcome, StoreError> {
        const OPERATION: &str = "execution_repo.commit";
        let record = &self.record;
        let is_last = self.last_commit == Some(transition.commit);
        if record.status.is_terminal() {
            return Ok(if is_last {
                CommitOutcome::AlreadyApplied(record.seq)
            } else {
                CommitOutcome::Closed(record.status)
            });
        }
        if transition.lease.fence != record.fence || !transition.lease.fence.is_of(generation) {
            return Ok(CommitOutcome::Fenced { by: record.fence.max(generation.floor()) });
        }
        if is_last {
            return Ok(CommitOutcome::AlreadyApplied(record.seq));
        }
        if transition.expected != record.seq {
            return Ok(CommitOutcome::Conflict { expected: transition.expected, actual: record.seq });
        }
        check_next(OPERATION, record.id, record.status, transition.next)?;
        check_size(OPERATION, transition.oversize)?;

        self.record.seq = record.seq.plus(transition.entries);
        self.last_commit = Some(transition.commit);
        if transition.progress {
            self.record.claims_without_progress = 0;
        } else if matches!(transition.next, NextState::Park { .. }) {
            // Handed back by a process that lives: this claim says nothing about the execution.
            self.record.claims_without_progress = self.record.claims_without_progress.saturating_sub(1);
        }
        if matches!(transition.next, NextState::Running { .. }) && self.record.holder.is_none() {
            // It had been parked under this very fence and nobody came in between: the lease goes on.
            self.record.holder = Some(transition.lease.holder.clone());
            self.record.lease_until = Some(transition.lease.until);
        }
        self.settle(transition.next, left, now);
        Ok(CommitOutcome::Applied(self.record.seq))
    }

    /// Where the entries belong that a start or a commit has just appended, in their order; the row has the end of the chain
    /// from then on. `texts` are what is stored of them ([`JournalEntry::canonical_json`]), `now` is what is recorded as
    /// their time. Call it once after each [`start`](Self::start), and each [`commit`](Self::commit) that was `Applied`.
    pub fn append<T: AsRef<str>>(&mut self, texts: &[T], now: Timestamp) -> Vec<Place> {
        let before = self.record.seq.0.saturating_sub(texts.len() as u64);
        let fence = self.record.fence;
        let places = (1..).zip(texts).map(|(index, text)| {
            let (seq, bytes) = (Seq(before).plus(index), text.as_ref().as_bytes());
            self.record.chain = chain::link(self.record.chain, StoredEntry { seq, fence, recorded_at: now, bytes });
            Place { seq, fence, chain: self.record.chain }
        });
        places.collect()
    }

    /// Notes that a request was put into the inbox, and gives its position there. A parked row falls due at once; one of a dead
    /// letter only when it is to be cancelled.
    pub fn accept_request(&mut self, request: &Request, now: Timestamp) -> u64 {
        self.requests += 1;
        let wakes = self.record.status != ExecutionStatus::DeadLetter || matches!(request, Request::Cancel { .. });
        if self.record.holder.is_none() && wakes {
            self.record.wake_at = Some(self.record.wake_at.map_or(now, |wake_at| wake_at.min(now)));
        }
        self.requests
    }

    /// The status and the times that follow from a next state.
    fn settle(&mut self, next: &NextState, left: Left, now: Timestamp) {
        let record = &mut self.record;
        record.status = next.status();
        match next {
            NextState::Running { .. } => {
                record.wake_at = None;
                record.waiting_for = None;
            }
            NextState::Park { status, wake_at, waiting_for } => {
                record.holder = None;
                record.lease_until = None;
                record.waiting_for.clone_from(waiting_for);
                // Work that is under way, or a request that came in meanwhile, waits for nothing.
                let under_way = matches!(status, ExecutionStatus::Running | ExecutionStatus::Cancelling);
                record.wake_at = match status {
                    ExecutionStatus::DeadLetter => (left.cancels > 0).then_some(now),
                    _ if left.requests > 0 || (under_way && wake_at.is_none()) => Some(now),
                    _ => *wake_at,
                };
            }
            NextState::Finish { .. } => {
                record.holder = None;
                record.lease_until = None;
                record.wake_at = None;
                record.waiting_for = None;
                record.finished_at = Some(now);
            }
        }
    }

    fn lease(&self, holder: &HolderId, until: Timestamp) -> Lease {
        Lease { execution: self.record.id, holder: holder.clone(), fence: self.record.fence, until }
    }
}

/// Requests of an inbox that a commit leaves in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Left {
    /// How many.
    pub requests: usize,
    /// How many of them want the execution to be cancelled.
    pub cancels: usize,
}

/// Journal entries as the texts that are stored.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// One for each entry.
    pub texts: Vec<Arc<str>>,
    /// The first entry that is too large, if there is one.
    pub oversize: Option<Oversize>,
    /// Whether one of them [is progress](JournalEntry::is_progress).
    pub progress: bool,
}

/// What the rules need to know of a transition, so that a store may encode the entries and let go of them before.
#[derive(Debug, Clone, Copy)]
pub struct CommitFacts<'a> {
    /// The right to write.
    pub lease: &'a Lease,
    /// The journal's last entry as the writer knows it.
    pub expected: Seq,
    /// Makes the commit recognisable.
    pub commit: CommitId,
    /// How many entries it appends.
    pub entries: usize,
    /// The first entry that is too large, if there is one.
    pub oversize: Option<Oversize>,
    /// Whether one of the entries [is progress](JournalEntry::is_progress).
    pub progress: bool,
    /// What it leaves behind.
    pub next: &'a NextState,
}

// === impl Encoded ===

impl Encoded {
    /// The texts of `entries`.
    #[must_use]
    pub fn of(entries: &[JournalEntry]) -> Self {
        let texts: Vec<Arc<str>> = entries.iter().map(|entry| entry.canonical_json().into()).collect();
        let too_large = |(index, text): (usize, &Arc<str>)| {
            let bytes = text.len();
            (bytes > ENTRY_LIMIT).then_some(Oversize { index, bytes })
        };
        let oversize = texts.iter().enumerate().find_map(too_large);
        Self { texts, oversize, progress: entries.iter().any(JournalEntry::is_progress) }
    }
}

// === impl Left ===

impl Left {
    /// Of these requests.
    pub fn of<'a>(requests: impl IntoIterator<Item = &'a Request>) -> Self {
        requests.into_iter().fold(Self::default(), |left, request| Self {
            requests: left.requests + 1,
            cancels: left.cancels + usize::from(matches!(request, Request::Cancel { .. })),
        })
    }
}

// === impl CommitFacts ===

impl<'a> CommitFacts<'a> {
    /// The facts of `transition`, whose entries are `encoded`.
    #[must_use]
    pub fn of(transition: &'a Transition, encoded: &Encoded) -> Self {
        Self {
            lease: &transition.lease,
            expected: transition.expected,
            commit: transition.commit,
            entries: transition.entries.len(),
            oversize: encoded.oversize,
            progress: encoded.progress,
            next: &transition.next,
        }
    }
}

fn check_next(
    operation: &'static str,
    id: crate::model::ExecutionId,
    from: ExecutionStatus,
    next: &NextState,
) -> Result<(), StoreError> {
    let to = next.status();
    let fits = match next {
        NextState::Running { .. } => matches!(to, ExecutionStatus::Running | ExecutionStatus::Cancelling),
        NextState::Park { .. } => !to.is_terminal(),
        NextState::Finish { .. } => to.is_terminal(),
    };
    let message = if fits {
        let Err(error) = from.check(to) else { return Ok(()) };
        error.to_string()
    } else {
        let what = match next {
            NextState::Running { .. } => "what goes on is `running` or `cancelling`",
            NextState::Park { .. } => "what is parked has not ended",
            NextState::Finish { .. } => "what finishes has ended",
        };
        format!("{what}, it cannot be `{to}`")
    };
    Err(StoreError::Invalid(Error::new(ErrorKind::InvalidInput, operation, message).with_context("execution", id)))
}

fn check_size(operation: &'static str, oversize: Option<Oversize>) -> Result<(), StoreError> {
    let Some(Oversize { index, bytes }) = oversize else { return Ok(()) };
    Err(StoreError::Invalid(
        Error::new(
            ErrorKind::InvalidInput,
            operation,
            format!("a journal entry has at most {ENTRY_LIMIT} bytes of JSON (1 MiB), this one has {bytes}; large data belongs into the blob store"),
        )
        .with_context("entry", index),
    ))
}
