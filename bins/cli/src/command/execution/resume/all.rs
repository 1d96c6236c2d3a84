//! `nebula execution resume --all`: everything that is due, until nothing is.

use std::collections::{BTreeMap, BTreeSet};

use nebula_ports::{
    model::{ExecutionId, ExecutionRecord, ExecutionStatus},
    time::Timestamp,
};
use nebula_runtime::engine::EngineEvent;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use crate::{
    args::ResumeArgs,
    command::App,
    compose::{Role, Station},
    data_dir::DataDir,
    error::{Result, Stop},
    exit::Exit,
    progress::{Progress, TICK},
    signals::Signals,
    when::until,
};

/// Runs what is due and prints how each stands afterwards. What waits for a later time or a decision is left.
pub(super) async fn all(app: &App, args: &ResumeArgs, dir: &DataDir) -> Result<Exit> {
    let mut signals = Signals::listen()?;
    let station = Station::open(dir, app.catalogue.clone(), Role::All).await?;
    let mut events = station.engine.subscribe();
    let mut views: BTreeMap<ExecutionId, Progress> = BTreeMap::new();
    // From before the engine began: what it has ended since would not be found as due any more.
    let now = station.clock.now();
    let mut taken: BTreeSet<ExecutionId> =
        station.unfinished.iter().filter(|record| is_due(record, now)).map(|record| record.id).collect();
    let mut show = |taken: &mut BTreeSet<ExecutionId>, event: &EngineEvent| {
        taken.insert(event.execution);
        let view = views
            .entry(event.execution)
            .or_insert_with(|| Progress::new(app.console, args.quiet, []).labelled(event.execution));
        view.event(&event.kind, station.clock.now());
    };
    // The repo is asked only when nothing has happened for a while: listing costs what there is.
    let interrupted = loop {
        let quiet = station.clock.sleep_until(station.clock.now().plus(TICK));
        tokio::select! {
            biased;
            () = signals.next() => break true,
            event = events.recv() => match event {
                Ok(event) => show(&mut taken, &event),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Err(Stop::internal("the engine ended by itself")),
            },
            () = quiet => {
                let due = due(&station).await?;
                if due.is_empty() {
                    break false;
                }
                taken.extend(due);
            }
        }
    };
    if interrupted {
        app.console.note("interrupted: nodes that run may end; interrupt again to stop at once");
        tokio::select! {
            () = station.engine.shutdown() => {}
            () = signals.next() => return Ok(Exit::INTERRUPTED),
        }
    }
    while let Ok(event) = events.try_recv() {
        show(&mut taken, &event);
    }
    let exit = report(app, &station, taken.into_iter()).await?;
    station.close().await?;
    Ok(if interrupted { Exit::INTERRUPTED } else { exit })
}

/// The executions that are driven or could be now.
async fn due(station: &Station) -> Result<Vec<ExecutionId>> {
    let now = station.clock.now();
    let records = station.storage.unfinished(&station.scope).await?;
    Ok(records.iter().filter(|record| is_due(record, now)).map(|record| record.id).collect())
}

fn is_due(record: &ExecutionRecord, now: Timestamp) -> bool {
    record.holder.is_some() || record.wake_at.is_some_and(|at| at <= now)
}

async fn report(app: &App, station: &Station, taken: impl Iterator<Item = ExecutionId>) -> Result<Exit> {
    let (console, now) = (&app.console, station.clock.now());
    let (mut exit, mut rows) = (Exit::OK, Vec::new());
    for id in taken {
        let Some(record) = station.storage.executions.get(&station.scope, id).await? else { continue };
        exit = worse(exit, &record);
        if !console.json {
            let waits = match (&record.waiting_for, record.wake_at) {
                (_, Some(at)) if record.status == ExecutionStatus::Waiting => format!(" until {}", until(at, now)),
                (Some(reason), None) => format!(" for {reason}"),
                _ => String::new(),
            };
            console.line(format_args!("{}  {}  {}{waits}", record.id, record.workflow, record.status));
        }
        rows.push(json!({
            "execution_id": record.id, "workflow": record.workflow, "status": record.status,
            "wake_at": record.wake_at, "waiting_for": record.waiting_for,
        }));
    }
    if console.json {
        console.value(&rows);
    } else if rows.is_empty() {
        console.note("nothing is due");
    }
    Ok(exit)
}

/// A failure weighs more than a decision that is wanted, and that more than success.
fn worse(exit: Exit, record: &ExecutionRecord) -> Exit {
    match record.status {
        ExecutionStatus::Failed | ExecutionStatus::Cancelled => Exit::FAILED,
        ExecutionStatus::Waiting | ExecutionStatus::DeadLetter if record.wake_at.is_none() && exit == Exit::OK => {
            Exit::NEEDS_DECISION
        }
        _ => exit,
    }
}
