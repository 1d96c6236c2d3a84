//! Commits: many executions in one transaction, each on its own.

use std::{collections::HashMap, sync::Arc};

use nebula_ports::{
    Error, ErrorKind,
    execution_repo::{CommitOutcome, StoreError},
    execution_row::{CommitFacts, Encoded, ExecutionRow, Left},
    model::{CommitId, ExecutionId, Lease, NextState, RequestId, Seq, Transition},
};
use sqlx::PgConnection;

use super::{
    load::{self, Inboxes, Locked},
    write::{self, Additions, NewEntry},
};
use crate::{
    error::{Failure, repeat},
    pool::Pool,
    transaction::{Decided, Transaction},
};

const OPERATION: &str = "execution_repo.commit";

/// A transition whose entries are text already.
#[derive(Debug)]
pub(super) struct Commit {
    lease: Lease,
    expected: Seq,
    commit: CommitId,
    entries: Encoded,
    consumed: Vec<RequestId>,
    next: NextState,
}

type Answer = Result<CommitOutcome, StoreError>;

pub(super) async fn commit(pool: &Pool, transitions: Vec<Transition>) -> Vec<Answer> {
    let commits: Vec<Commit> = transitions.into_iter().map(Commit::from).collect();
    if commits.is_empty() {
        return Vec::new();
    }
    match together(pool, &commits).await {
        Ok(answers) => answers,
        // One of them holds what the database cannot store: each by itself, so that the others land.
        Err(StoreError::Invalid(_)) if commits.len() > 1 => {
            let mut answers = Vec::with_capacity(commits.len());
            for commit in &commits {
                let answer = together(pool, std::slice::from_ref(commit)).await;
                answers.push(answer.and_then(|mut answers| answers.pop().unwrap_or_else(|| Err(unanswered()))));
            }
            answers
        }
        Err(error) => commits.iter().map(|_| Err(copy(&error))).collect(),
    }
}

async fn together(pool: &Pool, commits: &[Commit]) -> Result<Vec<Answer>, StoreError> {
    let mut transaction = Transaction::begin(pool, OPERATION).await.map_err(StoreError::NotApplied)?;
    let decided = pool.connector().limit(decide(transaction.connection(), commits)).await;
    transaction.end(decided).await
}

async fn decide(connection: &mut PgConnection, commits: &[Commit]) -> Result<Decided<Vec<Answer>>, Failure> {
    let mut locked = load::lock(connection, OPERATION, commits.iter().map(|commit| commit.lease.execution)).await?;
    let mut inboxes = load::inboxes(connection, OPERATION, locked.rows.values()).await?;
    let mut additions = Additions::default();
    let mut changed: HashMap<ExecutionId, ExecutionRow> = HashMap::new();
    let mut answers = Vec::with_capacity(commits.len());
    for commit in commits {
        let answer = commit.apply(&mut locked, &mut inboxes, &mut additions);
        if matches!(answer, Ok(CommitOutcome::Applied(_)))
            && let Some(row) = locked.rows.get(&commit.lease.execution)
        {
            changed.insert(commit.lease.execution, row.clone());
        }
        answers.push(answer);
    }
    if changed.is_empty() {
        return Ok(Decided::Nothing(answers));
    }
    write::transitions(connection, changed.values(), additions, locked.now).await?;
    Ok(Decided::Write(answers))
}

/// An answer for each member, of an error that there is once.
fn copy(error: &StoreError) -> StoreError {
    match error {
        StoreError::NotApplied(error) => StoreError::NotApplied(repeat(error)),
        StoreError::OutcomeUnknown(error) => StoreError::OutcomeUnknown(repeat(error)),
        StoreError::Invalid(error) => StoreError::Invalid(repeat(error)),
    }
}

fn unanswered() -> StoreError {
    StoreError::OutcomeUnknown(Error::new(ErrorKind::Internal, OPERATION, "a commit was not answered"))
}

// === impl Commit ===

impl From<Transition> for Commit {
    fn from(transition: Transition) -> Self {
        let Transition { lease, expected, commit, entries, consumed, next } = transition;
        Self { lease, expected, commit, entries: Encoded::of(&entries), consumed, next }
    }
}

impl Commit {
    fn facts(&self) -> CommitFacts<'_> {
        CommitFacts {
            lease: &self.lease,
            expected: self.expected,
            commit: self.commit,
            entries: self.entries.texts.len(),
            oversize: self.entries.oversize,
            progress: self.entries.progress,
            next: &self.next,
        }
    }

    fn apply(&self, locked: &mut Locked, inboxes: &mut Inboxes, additions: &mut Additions) -> Answer {
        let id = self.lease.execution;
        if let Some(error) = locked.broken.get(&id) {
            return Err(StoreError::NotApplied(repeat(error)));
        }
        let Some(row) = locked.rows.get_mut(&id) else {
            return Err(StoreError::Invalid(
                Error::new(ErrorKind::NotFound, OPERATION, "there is no such execution").with_context("execution", id),
            ));
        };
        let waiting = inboxes.get(&id).map(Vec::as_slice).unwrap_or_default();
        let left = waiting.iter().filter(|item| !self.consumed.contains(&item.id));
        let left = Left::of(left.map(|item| &item.request));
        let outcome = row.commit(&self.facts(), left, locked.generation, locked.now)?;
        if !matches!(outcome, CommitOutcome::Applied(_)) {
            return Ok(outcome);
        }
        let places = row.append(&self.entries.texts, locked.now);
        additions.entries.extend(places.into_iter().zip(&self.entries.texts).map(|(place, text)| NewEntry {
            execution: id,
            place,
            text: Arc::clone(text),
        }));
        if let Some(waiting) = inboxes.get_mut(&id) {
            let consumed = waiting.extract_if(.., |item| self.consumed.contains(&item.id));
            additions.consumed.extend(consumed.map(|item| (id, item.id)));
        }
        if row.record.status.is_terminal() && row.requests > 0 {
            inboxes.remove(&id);
            additions.emptied.push(id);
        }
        Ok(outcome)
    }
}
