//! Reading what a batch is about and is not known yet: one query for each sort of row.

use std::collections::HashSet;

use nebula_ports::{
    Error,
    model::{ExecutionId, InboxItem, RequestId, StartKey, TenantId, Workflow},
    time::Timestamp,
};
use sqlx::{Executor as _, SqliteConnection, sqlite::SqliteRow};

use super::{
    job::Job,
    state::{Key, Known, Received, State},
    statement::{Template, Texts},
    task::Failure,
};
use crate::{
    error::corrupt,
    row::{self, Columns, execution_columns, workflow_columns},
};

const OPERATION: &str = "sqlite.write";

const EXECUTIONS: Template =
    Template { head: concat!("SELECT ", execution_columns!(), " FROM execution WHERE id IN ("), row: "?", tail: ")" };
const DUE: &str = concat!(
    "SELECT ",
    execution_columns!(),
    " FROM execution WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?"
);
const INBOXES: Template = Template {
    head: "SELECT execution.id, request, body FROM inbox JOIN execution ON execution.n = execution WHERE execution IN (",
    row: "?",
    tail: ") ORDER BY execution, position",
};
const KEYS: Template = Template {
    head: "SELECT tenant, workflow, key, execution, input FROM (VALUES ",
    row: "(?,?,?)",
    // With `IN (VALUES ..)` SQLite would read the whole table.
    tail: ") AS v CROSS JOIN start_key ON tenant = v.column1 AND workflow = v.column2 AND key = v.column3",
};
const WORKFLOW: &str = concat!("SELECT ", workflow_columns!(), " FROM workflow WHERE tenant = ? AND digest = ?");
const LAST_VERSION: &str = "SELECT coalesce(max(version), 0) FROM workflow WHERE tenant = ? AND id = ?";

#[cfg(test)]
pub(super) const TEMPLATES: &[Template] = &[EXECUTIONS, INBOXES, KEYS];
#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[DUE, WORKFLOW, LAST_VERSION];

/// Loads what `jobs` need into `state`.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    texts: &mut Texts,
    state: &mut State,
    jobs: &[Job],
    now: Timestamp,
) -> Result<(), Failure> {
    let mut ids = HashSet::new();
    let mut keys = Vec::new();
    let mut claims = 0_usize;
    for job in jobs {
        match job {
            Job::Start(start, _) => {
                let new = &start.new;
                ids.insert(new.id);
                keys.extend(new.key.clone().map(|key| (start.tenant.clone(), new.workflow.clone(), key)));
            }
            Job::Claim(request, _) => match request.only {
                Some(id) => drop(ids.insert(id)),
                None => claims = claims.saturating_add(request.limit),
            },
            Job::Renew { leases, .. } => ids.extend(leases.iter().map(|lease| lease.execution)),
            Job::Commit(commits, _) => ids.extend(commits.iter().map(|commit| commit.lease.execution)),
            Job::Request { id, .. } => drop(ids.insert(*id)),
            Job::PutWorkflow { tenant, definition, .. } => {
                load_workflow(connection, state, tenant, definition).await?;
            }
            // Below, all at once.
            Job::Trigger(..) | Job::Close(_) => {}
        }
    }
    state.triggers.load(connection, jobs, now).await?;
    let mut fresh = Vec::new();
    if claims > 0 {
        // Calls of this batch may make undue what the index finds; as many more make up for them.
        load_due(connection, state, &mut fresh, claims.saturating_add(ids.len()), now).await?;
    }
    let wanted: Vec<ExecutionId> = ids.into_iter().filter(|id| !state.executions.contains_key(id)).collect();
    let found = texts.fetch(connection, EXECUTIONS, &wanted, |values, id| values.push(&id.as_uuid().as_bytes()[..]));
    for row in found.await? {
        fresh.extend(keep(state, &row)?);
    }
    load_inboxes(connection, texts, state, fresh).await?;
    load_keys(connection, texts, state, &keys).await
}

/// Loads what is due, `limit` executions that can be read if there are so many. One that cannot be read must not keep the
/// others from being claimed.
async fn load_due(
    connection: &mut SqliteConnection,
    state: &mut State,
    fresh: &mut Vec<ExecutionId>,
    limit: usize,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut skipped = 0;
    loop {
        let limit = i64::try_from(limit.saturating_add(skipped)).unwrap_or(i64::MAX);
        let rows = connection.fetch_all(sqlx::query(DUE).bind(now.as_micros()).bind(limit)).await?;
        state.due.clear();
        for row in &rows {
            let id = Columns { operation: OPERATION, row }.id(0)?;
            if !state.executions.contains_key(&id) {
                fresh.extend(keep(state, row)?);
            }
            state.due.push(id);
        }
        let broken = state.due.iter().filter(|id| state.broken.contains_key(id)).count();
        if broken <= skipped {
            return Ok(());
        }
        skipped = broken;
    }
}

/// Takes a row in, as an execution that is known or as one that cannot be read. Gives its id in the first case.
fn keep(state: &mut State, row: &SqliteRow) -> Result<Option<ExecutionId>, Failure> {
    let id = Columns { operation: OPERATION, row }.id(0)?;
    match row::number(OPERATION, row).and_then(|number| Ok((number, row::execution(OPERATION, row)?))) {
        Ok((number, row)) => {
            state.executions.insert(id, Known::stored(number, row));
            state.touched.push(id);
            Ok(Some(id))
        }
        Err(error) => {
            state.broken.insert(id, error.with_context("execution", id));
            Ok(None)
        }
    }
}

async fn load_inboxes(
    connection: &mut SqliteConnection,
    texts: &mut Texts,
    state: &mut State,
    fresh: Vec<ExecutionId>,
) -> Result<(), Failure> {
    let known = fresh.iter().filter_map(|id| state.executions.get(id));
    let numbers: Vec<i64> = known.filter(|known| known.row.requests > 0).map(|known| known.number).collect();
    let found = texts.fetch(connection, INBOXES, &numbers, |values, number| values.push(*number));
    for row in found.await? {
        let columns = Columns { operation: OPERATION, row: &row };
        let id = columns.id(0)?;
        match received(&columns) {
            Ok(received) => {
                if let Some(known) = state.executions.get_mut(&id) {
                    known.inbox.push(received);
                }
            }
            Err(error) => {
                state.executions.remove(&id);
                state.broken.insert(id, error.with_context("execution", id));
            }
        }
    }
    Ok(())
}

fn received(columns: &Columns<'_>) -> Result<Received, Error> {
    let id = RequestId(columns.uuid(columns.get(1, "request id")?)?);
    let Some(body) = columns.get::<Option<&str>>(2, "request")? else { return Ok(Received::Consumed(id)) };
    let request = serde_json::from_str(body).map_err(|error| corrupt(OPERATION, "request", id).with_source(error))?;
    Ok(Received::Waiting(InboxItem { id, request }))
}

async fn load_keys(
    connection: &mut SqliteConnection,
    texts: &mut Texts,
    state: &mut State,
    keys: &[Key],
) -> Result<(), Failure> {
    let found = texts.fetch(connection, KEYS, keys, |values, (tenant, workflow, key)| {
        values.push(tenant.as_str());
        values.push(workflow.as_str());
        values.push(key.0.as_str());
    });
    for row in found.await? {
        let columns = Columns { operation: OPERATION, row: &row };
        let key: Key = (columns.tenant(0)?, columns.workflow(1)?, StartKey(columns.get::<&str>(2, "key")?.into()));
        state.keys.insert(key, (columns.id(3)?, columns.digest(4)?));
    }
    Ok(())
}

async fn load_workflow(
    connection: &mut SqliteConnection,
    state: &mut State,
    tenant: &TenantId,
    definition: &Workflow,
) -> Result<(), Failure> {
    let digest = definition.digest();
    let query = sqlx::query(WORKFLOW).bind(tenant.as_str()).bind(&digest.as_bytes()[..]);
    if let Some(row) = connection.fetch_optional(query).await? {
        state.workflows.insert((tenant.clone(), digest), row::workflow(OPERATION, &row)?);
    }
    let query = sqlx::query(LAST_VERSION).bind(tenant.as_str()).bind(definition.id.as_str());
    let row = connection.fetch_one(query).await?;
    let version = Columns { operation: OPERATION, row: &row }.get(0, "version")?;
    state.versions.insert((tenant.clone(), definition.id.clone()), version);
    Ok(())
}
