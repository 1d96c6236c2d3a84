//! Writing what a batch has decided: one transaction, one statement for each sort of change.

use nebula_ports::{execution_row::ExecutionRow, time::Timestamp};
use sqlx::SqliteConnection;

use super::{
    batch::Additions,
    job::Landed,
    state::{Change, State},
    statement::{Failed, Statement, Template, Texts, Values},
    triggers,
};
use crate::{error::commit_was_refused, row::integer};

const NEW_ROWS: Template = Template {
    head: "INSERT INTO execution (n, status, seq, fence, holder, lease_until, wake_at, waiting_for, finished_at, \
           last_commit, requests, chain, claims, id, tenant, workflow, definition, plan, input, created_at) \
           SELECT * FROM (VALUES ",
    row: "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    tail: ") WHERE column1 IS NOT NULL",
};
const ROWS: Template = Template {
    head: "UPDATE execution SET status = v.column2, seq = v.column3, fence = v.column4, holder = v.column5, \
           lease_until = v.column6, wake_at = v.column7, waiting_for = v.column8, finished_at = v.column9, \
           last_commit = v.column10, requests = v.column11, chain = v.column12, \
           claims = v.column13 FROM (VALUES ",
    row: "(?,?,?,?,?,?,?,?,?,?,?,?,?)",
    tail: ") AS v WHERE execution.n = v.column1",
};
const PROGRESS: Template = Template {
    head: "UPDATE execution SET seq = v.column2, last_commit = v.column3, chain = v.column4 FROM (VALUES ",
    row: "(?,?,?,?)",
    tail: ") AS v WHERE execution.n = v.column1",
};
const ENTRIES: Template = Template {
    head: "INSERT INTO journal (execution, seq, fence, recorded_at, entry, chain) SELECT * FROM (VALUES ",
    row: "(?,?,?,?,?,?)",
    tail: ") WHERE column1 IS NOT NULL",
};
const NEW_KEYS: Template = Template {
    head: "INSERT INTO start_key (tenant, workflow, key, execution, input) SELECT * FROM (VALUES ",
    row: "(?,?,?,?,?)",
    tail: ") WHERE column1 IS NOT NULL",
};
const NEW_REQUESTS: Template = Template {
    head: "INSERT INTO inbox (execution, request, position, body) SELECT * FROM (VALUES ",
    row: "(?,?,?,?)",
    tail: ") WHERE column1 IS NOT NULL",
};
const CONSUMED: Template = Template {
    head: "UPDATE inbox SET body = NULL FROM (VALUES ",
    row: "(?,?)",
    tail: ") AS v WHERE inbox.execution = v.column1 AND inbox.request = v.column2",
};
const EMPTIED: Template = Template { head: "DELETE FROM inbox WHERE execution IN (", row: "?", tail: ")" };
const NEW_WORKFLOWS: Template = Template {
    head: "INSERT INTO workflow (tenant, id, version, digest, stored_at, definition) SELECT * FROM (VALUES ",
    row: "(?,?,?,?,?,?)",
    tail: ") WHERE column1 IS NOT NULL",
};

#[cfg(test)]
pub(super) const TEMPLATES: &[Template] =
    &[NEW_ROWS, ROWS, PROGRESS, ENTRIES, NEW_KEYS, NEW_REQUESTS, CONSUMED, EMPTIED, NEW_WORKFLOWS, triggers::ROWS];

/// Writes `additions` and the rows of `state` that changed. When it returns, they are on the disk.
///
/// # Errors
/// The error, and whether the transaction may have landed all the same.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    texts: &mut Texts,
    state: &State,
    additions: &Additions,
    now: Timestamp,
) -> Result<(), (sqlx::Error, Landed)> {
    match texts.transact(connection, statements(state, additions, now)).await {
        Ok(()) => Ok(()),
        Err(Failed::AtCommit(error)) if !commit_was_refused(&error) => Err((error, Landed::Unknown)),
        Err(Failed::Before(error) | Failed::AtCommit(error)) => Err((error, Landed::No)),
    }
}

fn statements(state: &State, additions: &Additions, now: Timestamp) -> Vec<Statement> {
    let rows = |change| {
        let known = additions.rows.iter().filter_map(|id| state.executions.get(id));
        known.filter(|known| known.change == change).map(|known| (known.number, &known.row)).collect::<Vec<_>>()
    };
    let sorts = [
        Statement::for_all(NEW_ROWS, &rows(Change::New), |values, (number, row)| {
            push_row(values, *number, row);
            let record = &row.record;
            values.push(&record.id.as_uuid().as_bytes()[..]);
            values.push(record.tenant.as_str());
            values.push(record.workflow.as_str());
            values.push(&record.definition.as_bytes()[..]);
            values.push(&record.plan.as_bytes()[..]);
            values.push(&row.input.as_bytes()[..]);
            values.push(record.created_at.as_micros());
        }),
        Statement::for_all(ROWS, &rows(Change::Whole), |values, (number, row)| push_row(values, *number, row)),
        Statement::for_all(PROGRESS, &rows(Change::Progress), |values, (number, row)| {
            values.push(*number);
            values.push(integer(row.record.seq.0));
            values.push(row.last_commit.as_ref().map(|commit| &commit.0.as_bytes()[..]));
            values.push(&row.record.chain.as_bytes()[..]);
        }),
        Statement::for_all(ENTRIES, &additions.entries, |values, entry| {
            values.push(entry.execution);
            values.push(integer(entry.place.seq.0));
            values.push(integer(entry.place.fence.0));
            values.push(now.as_micros());
            values.push(&entry.text);
            values.push(&entry.place.chain.as_bytes()[..]);
        }),
        Statement::for_all(NEW_KEYS, &additions.keys, |values, ((tenant, workflow, key), execution, input)| {
            values.push(tenant.as_str());
            values.push(workflow.as_str());
            values.push(key.0.as_str());
            values.push(&execution.as_uuid().as_bytes()[..]);
            values.push(&input.as_bytes()[..]);
        }),
        Statement::for_all(NEW_REQUESTS, &additions.requests, |values, (execution, position, item)| {
            values.push(*execution);
            values.push(&item.id.0.as_bytes()[..]);
            values.push(integer(*position));
            // A request is plain data: writing it does not fail.
            values.push(serde_json::to_string(&item.request).unwrap_or_default());
        }),
        Statement::for_all(CONSUMED, &additions.consumed, |values, (execution, request)| {
            values.push(*execution);
            values.push(&request.0.as_bytes()[..]);
        }),
        Statement::for_all(EMPTIED, &additions.emptied, |values, execution| values.push(*execution)),
        Statement::for_all(NEW_WORKFLOWS, &additions.workflows, |values, (tenant, stored, text)| {
            values.push(tenant.as_str());
            values.push(stored.definition.id.as_str());
            values.push(i64::from(stored.version));
            values.push(&stored.digest.as_bytes()[..]);
            values.push(stored.stored_at.as_micros());
            values.push(text.as_str());
        }),
        Statement::for_all(triggers::ROWS, &state.triggers.changed(), |values, row| {
            let record = &row.record;
            values.push(record.tenant.as_str());
            values.push(record.workflow.as_str());
            values.push(record.id.as_str());
            values.push(row.due_at().map(Timestamp::as_micros));
            // The model has no map with keys that are no text, and no writer that fails.
            values.push(serde_json::to_string(row).unwrap_or_default());
        }),
    ];
    sorts.into_iter().flatten().collect()
}

/// The identity and all that ever changes, as `NEW_ROWS` and `ROWS` begin.
fn push_row(values: &mut Values, number: i64, row: &ExecutionRow) {
    let record = &row.record;
    values.push(number);
    values.push(record.status.as_str());
    values.push(integer(record.seq.0));
    values.push(integer(record.fence.0));
    values.push(record.holder.as_ref().map(|holder| holder.0.as_str()));
    values.push(record.lease_until.map(Timestamp::as_micros));
    values.push(record.wake_at.map(Timestamp::as_micros));
    values.push(record.waiting_for.as_deref());
    values.push(record.finished_at.map(Timestamp::as_micros));
    values.push(row.last_commit.as_ref().map(|commit| &commit.0.as_bytes()[..]));
    values.push(integer(row.requests));
    values.push(&record.chain.as_bytes()[..]);
    values.push(i64::from(record.claims_without_progress));
}
