//! Filling the queue from the executions.

use std::time::Duration;

use nebula_ports::{
    ErrorKind, Result, Scope,
    clock::Clock,
    execution_repo::{ExecutionFilter, ExecutionRepo},
    model::{ExecutionRecord, ExecutionStatus},
    task_queue::{Task, TaskQueue},
};

/// Executions asked for at once.
const PAGE: usize = 500;

/// Statuses of executions that may have something to do.
const OPEN: [ExecutionStatus; 5] = [
    ExecutionStatus::Pending,
    ExecutionStatus::Running,
    ExecutionStatus::Waiting,
    ExecutionStatus::Cancelling,
    // One that is to be cancelled.
    ExecutionStatus::DeadLetter,
];

/// Enqueues every execution of these tenants that is due or has a time to be, and gives their number. One that is held is
/// due when its lease ends: its holder may have been this process before it ended.
///
/// Doing it twice does no harm: tasks that wait already are merged. A queue that is full ends it early without an error,
/// as the sweep finds the rest.
///
/// # Errors
/// When executions cannot be read or the queue cannot be reached.
pub async fn rebuild(
    queue: &dyn TaskQueue,
    repo: &dyn ExecutionRepo,
    clock: &dyn Clock,
    scopes: &[Scope],
) -> Result<usize> {
    let mut enqueued = 0;
    for scope in scopes {
        for status in OPEN {
            let mut before = None;
            loop {
                let filter =
                    ExecutionFilter { status: Some(status), before, limit: PAGE, ..ExecutionFilter::default() };
                let page = repo.list(scope, &filter).await?;
                for record in &page {
                    let Some(delay) = due_in(record, clock) else { continue };
                    match queue.enqueue(Task { execution: record.id }, delay).await {
                        Ok(()) => enqueued += 1,
                        Err(error) if error.kind() == ErrorKind::Throttled => return Ok(enqueued),
                        Err(error) => return Err(error),
                    }
                }
                match page.last() {
                    Some(last) if page.len() == PAGE => before = Some(last.id),
                    _ => break,
                }
            }
        }
    }
    Ok(enqueued)
}

/// How long until it may be claimed; `None` when only a request wakes it.
fn due_in(record: &ExecutionRecord, clock: &dyn Clock) -> Option<Duration> {
    record.lease_until.or(record.wake_at).map(|due_at| due_at.since(clock.now()))
}
