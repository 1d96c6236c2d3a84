//! `nebula trigger`: what is polled, and how that went.

use std::sync::Arc;

use nebula_ports::{
    clock::Clock as _,
    model::{TriggerId, TriggerRecord, WorkflowId},
    time::Timestamp,
};
use nebula_runtime::{
    system::SystemClock,
    triggers::{PollReport, TriggerConfig, Triggers},
};
use serde_json::json;

use super::App;
use crate::{
    args::{TriggerArgs, TriggerCommand, TriggerName},
    compose::{self, Role, Station, Storage},
    data_dir::DataDir,
    error::{Result, Stop},
    exit::Exit,
    resources, runtime, table,
    when::{second, until},
};

/// Does what the command line says.
pub(super) fn trigger(app: &App, command: TriggerCommand) -> Result<Exit> {
    match command {
        TriggerCommand::List(data) => runtime::block_on(list(app, &DataDir::new(&app.program, &data))),
        TriggerCommand::Show(TriggerArgs { name, data }) => {
            runtime::block_on(show(app, &DataDir::new(&app.program, &data), &name))
        }
        TriggerCommand::Pause(TriggerArgs { name, data }) => {
            runtime::block_on(enable(app, &DataDir::new(&app.program, &data), &name, false))
        }
        TriggerCommand::Resume(TriggerArgs { name, data }) => {
            runtime::block_on(enable(app, &DataDir::new(&app.program, &data), &name, true))
        }
        TriggerCommand::Fire { name, station } => {
            let app = &resources::required(app, &station.resources)?;
            runtime::block_on(fire(app, &DataDir::with_secrets(&app.program, &station.vault), &name))
        }
        TriggerCommand::Remove { workflow, data } => {
            runtime::block_on(remove(app, &DataDir::new(&app.program, &data), &workflow))
        }
    }
}

async fn list(app: &App, dir: &DataDir) -> Result<Exit> {
    let storage = Storage::look(dir).await?;
    let records = storage.triggers.list(&compose::scope()?, None).await?;
    let console = &app.console;
    if console.json {
        console.value(&records);
    } else if records.is_empty() {
        console.note("there are no triggers: `nebula serve` registers those of workflows");
    } else {
        let now = SystemClock::new().now();
        let mut rows = table::new(["TRIGGER", "STATE", "NEXT", "STARTED", "REFUSED", "LAST FAILURE"]);
        for record in &records {
            rows.add_row(row(record, now));
        }
        console.line(table::draw(&rows));
    }
    storage.close().await?;
    Ok(Exit::OK)
}

fn row(record: &TriggerRecord, now: Timestamp) -> [String; 6] {
    let next = if record.enabled { until(record.next_due, now) } else { String::new() };
    let failure = record.last_error.as_ref().map_or_else(String::new, ToString::to_string);
    [
        format!("{}/{}", record.workflow, record.id),
        state(record).to_owned(),
        next,
        record.started.to_string(),
        record.refused.to_string(),
        failure,
    ]
}

fn state(record: &TriggerRecord) -> &'static str {
    match record {
        TriggerRecord { enabled: false, .. } => "paused",
        TriggerRecord { holder: Some(_), .. } => "polling",
        TriggerRecord { failures: 1.., .. } => "failing",
        _ => "waiting",
    }
}

async fn show(app: &App, dir: &DataDir, name: &TriggerName) -> Result<Exit> {
    let storage = Storage::look(dir).await?;
    let record = storage.triggers.get(&compose::scope()?, &name.workflow, &name.trigger).await?;
    let record = record.ok_or_else(|| unknown(name))?;
    let console = &app.console;
    if console.json {
        console.value(&record);
    } else {
        console.line(format_args!("trigger     {name}"));
        console.line(format_args!("state       {}", state(&record)));
        console.line(format_args!("definition  {}", record.definition));
        if let Some(at) = record.polled_at {
            console.line(format_args!("polled      {}", second(at)));
        }
        if record.enabled {
            console.line(format_args!("next        {}", second(record.next_due)));
        }
        console.line(format_args!("started     {}", record.started));
        if let Some(cursor) = &record.cursor {
            console.line(format_args!("cursor      {cursor}"));
        }
        if let Some(error) = &record.last_error {
            console.line(format_args!("failed      {} times in a row: {error} ({})", record.failures, error.code));
        }
        if record.refused > 0 {
            console.line(format_args!("refused     {}", record.refused));
        }
        for refused in &record.last_refused {
            console.line(format_args!("  {}  {}: {}", second(refused.at), refused.key, refused.error));
        }
    }
    storage.close().await?;
    Ok(Exit::OK)
}

async fn enable(app: &App, dir: &DataDir, name: &TriggerName, enabled: bool) -> Result<Exit> {
    dir.must_exist()?;
    let station = Station::open(dir, Arc::clone(&app.catalogue), Role::Own).await?;
    let TriggerName { workflow, trigger } = name;
    let record = station.storage.triggers.set_enabled(&station.scope, workflow, trigger, enabled).await?;
    station.close().await?;
    let record = record.ok_or_else(|| unknown(name))?;
    let console = &app.console;
    if console.json {
        console.value(&record);
    } else {
        console.line(format_args!("{name}  {}", if enabled { "is polled again" } else { "is paused" }));
    }
    Ok(Exit::OK)
}

/// Polls once, and runs what that starts to its end.
async fn fire(app: &App, dir: &DataDir, name: &TriggerName) -> Result<Exit> {
    dir.must_exist()?;
    let station = Station::open(dir, Arc::clone(&app.catalogue), Role::Own).await?;
    let registered = station.storage.triggers.list(&station.scope, Some(&name.workflow)).await?;
    station.end_leases_of_triggers(&registered).await?;
    let config = TriggerConfig::default();
    let triggers = Triggers::idle(station.engine.clone(), Arc::clone(&station.storage.triggers), config);
    let report = match triggers.fire(&station.scope, &name.workflow, &name.trigger).await {
        Ok(report) => report,
        Err(error) if error.kind() == nebula_ports::ErrorKind::NotFound => return Err(unknown(name)),
        Err(error) => return Err(error.into()),
    };
    let mut exit = if report.failure.is_some() { Exit::FAILED } else { Exit::OK };
    let mut runs = Vec::new();
    for (key, id) in &report.started {
        let end = station.engine.wait(&station.scope, *id).await?;
        if !app.console.json {
            app.console.line(format_args!("{name}  {key}  {id}  {}", end.status));
        }
        if end.status.as_str() != "completed" && exit == Exit::OK {
            exit = if end.status.is_terminal() { Exit::FAILED } else { Exit::NEEDS_DECISION };
        }
        runs.push(json!({ "key": key, "execution_id": id, "status": end.status, "error": end.error }));
    }
    tell(app, name, &report, &runs);
    station.close().await?;
    Ok(exit)
}

fn tell(app: &App, name: &TriggerName, report: &PollReport, runs: &[serde_json::Value]) {
    let console = &app.console;
    if console.json {
        let refused: Vec<_> = report.refused.iter().map(|(key, error)| json!({ "key": key, "error": error })).collect();
        console.value(&json!({
            "workflow": name.workflow, "trigger": name.trigger, "started": runs, "known": report.known,
            "refused": refused, "failure": report.failure, "next_due": report.next_due,
        }));
        return;
    }
    for (key, error) in &report.refused {
        console.line(format_args!("{name}  {key}  is refused: {error}"));
    }
    match &report.failure {
        Some(failure) => console.note(format_args!("the poll failed: {failure}")),
        None if report.started.is_empty() && report.refused.is_empty() => console.note("nothing new"),
        None => {}
    }
}

async fn remove(app: &App, dir: &DataDir, workflow: &WorkflowId) -> Result<Exit> {
    dir.must_exist()?;
    let station = Station::open(dir, Arc::clone(&app.catalogue), Role::Own).await?;
    let registered = station.storage.triggers.list(&station.scope, Some(workflow)).await?;
    let config = TriggerConfig::default();
    let triggers = Triggers::idle(station.engine.clone(), Arc::clone(&station.storage.triggers), config);
    triggers.unpublish(&station.scope, workflow).await?;
    station.close().await?;
    if registered.is_empty() {
        return Err(Stop::not_found("trigger", format!("the workflow `{workflow}` has no registered triggers"))
            .with_help("`nebula trigger list` shows what there is"));
    }
    let names: Vec<&TriggerId> = registered.iter().map(|record| &record.id).collect();
    if app.console.json {
        app.console.value(&json!({ "workflow": workflow, "removed": names }));
    } else {
        for name in names {
            app.console.line(format_args!("{workflow}/{name}  is polled no more"));
        }
    }
    Ok(Exit::OK)
}

fn unknown(name: &TriggerName) -> Stop {
    Stop::not_found("trigger", format!("there is no registered trigger {name}"))
        .with_help("`nebula trigger list` shows what there is")
}
