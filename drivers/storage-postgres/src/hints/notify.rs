//! Telling the others: one notification at a time, with all that has gathered.

use std::{collections::BTreeSet, fmt::Write as _, mem, sync::Arc};

use futures_util::{
    future::{Either, select},
    pin_mut,
};
use nebula_ports::model::ExecutionId;
use uuid::Uuid;

use super::{Alive, Shared};
use crate::executions::read::fetch;

const NOTIFY: &str = "SELECT pg_notify($1, $2)";

/// Executions that one notification names at most: the server takes 7,999 bytes, and an id has 33 with its space.
const NAMED: usize = 200;

/// Sends what gathers, until the queue is dropped.
pub(super) async fn run(shared: Arc<Shared>, mut alive: Alive) {
    loop {
        {
            let (gathered, over) = (shared.gathered.notified(), alive.changed());
            pin_mut!(gathered, over);
            if let Either::Right(_) = select(gathered, over).await {
                return;
            }
        }
        loop {
            let pending = mem::take(&mut *lock(&shared));
            if pending.is_empty() {
                break;
            }
            for named in pending.into_iter().collect::<Vec<_>>().chunks(NAMED) {
                let channel = shared.pool.connector().schema();
                let query = sqlx::query(NOTIFY).bind(channel).bind(payload(shared.sender, named));
                // One that is lost is found by the sweep of those who would have been told.
                let _ = fetch(&shared.pool, "hints.notify", query).await;
            }
        }
    }
}

fn lock(shared: &Shared) -> std::sync::MutexGuard<'_, BTreeSet<ExecutionId>> {
    shared.pending.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Who tells, and of what.
fn payload(sender: Uuid, executions: &[ExecutionId]) -> String {
    let mut text = sender.as_simple().to_string();
    for execution in executions {
        // Writing to a text does not fail.
        let _ = write!(text, " {}", execution.as_uuid().as_simple());
    }
    text
}

/// What somebody else tells of; nothing when it is our own, or no notification of ours.
pub(super) fn read(payload: &str, own: Uuid) -> Vec<ExecutionId> {
    let mut words = payload.split(' ').map(Uuid::parse_str);
    match words.next() {
        Some(Ok(sender)) if sender != own => words.map_while(Result::ok).map(ExecutionId::from_uuid).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
