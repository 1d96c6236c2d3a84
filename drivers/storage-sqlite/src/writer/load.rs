//! Reading what a batch is about and is not known yet: one query for each sort of row.

use std::collections::{HashSet, hash_map::Entry};

use nebula_ports::{
    model::{ExecutionId, InboxItem, RequestId, StartKey, TenantId, Workflow},
    time::Timestamp,
};
use sqlx::{Executor as _, SqliteConnection};

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
    head: "SELECT tenant, workflow, key, execution, input FROM start_key WHERE (tenant, workflow, key) IN (VALUES ",
    row: "(?,?,?)",
    tail: ")",
};
const WORKFLOW: &str = concat!("SELECT ", workflow_columns!(), " FROM workflow WHERE tenant = ? AND digest = ?");
const LAST_VERSION: &str = "SELECT coalesce(max(version), 0) FROM workflow WHERE tenant = ? AND id = ?";

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
            Job::Close(_) => {}
        }
    }
    let mut fresh = Vec::new();
    if claims > 0 {
        // Calls of this batch may make undue what the index finds; as many more make up for them.
        load_due(connection, state, &mut fresh, claims.saturating_add(ids.len()), now).await?;
    }
    let wanted: Vec<ExecutionId> = ids.into_iter().filter(|id| !state.executions.contains_key(id)).collect();
    let found = texts.fetch(connection, EXECUTIONS, &wanted, |values, id| values.push(&id.as_uuid().as_bytes()[..]));
    for row in found.await? {
        let (number, row) = (row::number(OPERATION, &row)?, row::execution(OPERATION, &row)?);
        fresh.push(row.record.id);
        state.executions.insert(row.record.id, Known::stored(number, row));
    }
    load_inboxes(connection, texts, state, fresh).await?;
    load_keys(connection, texts, state, &keys).await
}

async fn load_due(
    connection: &mut SqliteConnection,
    state: &mut State,
    fresh: &mut Vec<ExecutionId>,
    limit: usize,
    now: Timestamp,
) -> Result<(), Failure> {
    let query = sqlx::query(DUE).bind(now.as_micros()).bind(i64::try_from(limit).unwrap_or(i64::MAX));
    for row in connection.fetch_all(query).await? {
        let (number, row) = (row::number(OPERATION, &row)?, row::execution(OPERATION, &row)?);
        let id = row.record.id;
        state.due.push(id);
        if let Entry::Vacant(place) = state.executions.entry(id) {
            place.insert(Known::stored(number, row));
            fresh.push(id);
        }
    }
    Ok(())
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
        let request = RequestId(columns.uuid(columns.get(1, "request id")?)?);
        let received = match columns.get::<Option<&str>>(2, "request")? {
            None => Received::Consumed(request),
            Some(body) => Received::Waiting(InboxItem {
                id: request,
                request: serde_json::from_str(body)
                    .map_err(|error| corrupt(OPERATION, "request", request).with_source(error))?,
            }),
        };
        if let Some(known) = state.executions.get_mut(&columns.id(0)?) {
            known.inbox.push(received);
        }
    }
    Ok(())
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
