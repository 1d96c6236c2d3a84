//! `nebula execution`: what became of runs, and what is to become of them.

mod cancel;
mod journal;
mod list;
mod resume;
mod show;
mod signal;
mod tree;
pub(crate) mod verify;

use futures_util::StreamExt as _;
use nebula_ports::{
    Scope,
    model::{ExecutionId, ExecutionRecord, ExecutionStatus, JournalRecord, Seq},
};

use super::App;
use crate::{
    args::{ExecutionArgs, ExecutionCommand},
    compose::Storage,
    data_dir::DataDir,
    error::{Result, Stop},
    exit::Exit,
    resources, runtime,
    story::Story,
};

/// Does what the command line says.
pub(super) fn execution(app: &App, command: ExecutionCommand) -> Result<Exit> {
    match command {
        ExecutionCommand::List { status, dead, workflow, limit, data } => {
            let status = if dead { Some(ExecutionStatus::DeadLetter) } else { status };
            runtime::block_on(list::list(app, &DataDir::new(&app.program, &data), status, workflow, limit))
        }
        ExecutionCommand::Show(ExecutionArgs { id, data }) => {
            runtime::block_on(show::show(app, &DataDir::new(&app.program, &data), id))
        }
        ExecutionCommand::Journal { execution: ExecutionArgs { id, data }, whole } => {
            runtime::block_on(journal::journal(app, &DataDir::new(&app.program, &data), id, whole))
        }
        ExecutionCommand::Cancel { execution: ExecutionArgs { id, data }, reason, resources } => {
            let app = &resources::required(app, &resources)?;
            runtime::block_on(cancel::cancel(app, &DataDir::new(&app.program, &data), id, reason))
        }
        ExecutionCommand::Verify(args) => verify::verify(app, &args),
        ExecutionCommand::Resume(args) => resume::resume(app, &args),
        ExecutionCommand::Signal(args) => signal::signal(app, &args),
    }
}

/// The row of an execution.
pub(super) async fn record(storage: &Storage, scope: &Scope, id: ExecutionId) -> Result<ExecutionRecord> {
    let record = storage.executions.get(scope, id).await?;
    record.ok_or_else(|| {
        Stop::not_found("execution", format!("there is no execution {id}"))
            .with_help("`nebula execution list` shows what there is")
    })
}

/// What its journal says so far.
async fn story(storage: &Storage, scope: &Scope, id: ExecutionId) -> Result<Story> {
    let mut story = Story::default();
    each_entry(storage, scope, id, |record| story.apply(&record.entry)).await?;
    Ok(story)
}

pub(super) async fn each_entry(
    storage: &Storage,
    scope: &Scope,
    id: ExecutionId,
    mut each: impl FnMut(&JournalRecord),
) -> Result<()> {
    let mut journal = storage.executions.journal(scope, id, Seq(0));
    while let Some(record) = journal.next().await {
        each(&record?);
    }
    Ok(())
}
