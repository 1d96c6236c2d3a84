//! `nebula execution list`.

use nebula_ports::{
    clock::Clock as _,
    execution_repo::ExecutionFilter,
    model::{ExecutionRecord, ExecutionStatus, WorkflowId},
    time::Timestamp,
};
use nebula_runtime::system::SystemClock;

use crate::{
    command::App,
    compose::{self, Storage},
    data_dir::DataDir,
    error::Result,
    exit::Exit,
    table,
    when::{lasting, second, until},
};

pub(super) async fn list(
    app: &App,
    dir: &DataDir,
    status: Option<ExecutionStatus>,
    workflow: Option<WorkflowId>,
    limit: u32,
) -> Result<Exit> {
    let storage = Storage::look(dir).await?;
    let filter = ExecutionFilter { status, workflow, before: None, limit: limit as usize };
    let records = storage.executions.list(&compose::scope()?, &filter).await?;
    let console = &app.console;
    if console.json {
        console.value(&records);
    } else if records.is_empty() {
        console.note("there are no such executions");
    } else {
        let now = SystemClock::new().now();
        let mut rows = table::new(["EXECUTION", "WORKFLOW", "STATUS", "STARTED", "LASTED", "WAITS FOR"]);
        for record in &records {
            rows.add_row(row(record, now));
        }
        console.line(table::draw(&rows));
    }
    storage.close().await?;
    Ok(Exit::OK)
}

fn row(record: &ExecutionRecord, now: Timestamp) -> [String; 6] {
    let lasted = record.finished_at.map_or_else(String::new, |end| lasting(end.since(record.created_at)));
    let waits = match (&record.waiting_for, record.wake_at) {
        (Some(_), Some(at)) => until(at, now),
        (Some(reason), None) => reason.clone(),
        (None, _) => String::new(),
    };
    [
        record.id.to_string(),
        record.workflow.to_string(),
        record.status.to_string(),
        second(record.created_at).to_string(),
        lasted,
        waits,
    ]
}
