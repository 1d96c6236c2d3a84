//! `nebula run`: a workflow, from its file to its output.

use std::{path::Path, sync::Arc};

use nebula_ports::{
    diagnostic::Severity,
    model::{CredentialName, StartKey, Workflow},
};
use nebula_runtime::{
    engine::{StartError, StartRequest, Started},
    plan::{ExecutionPlan, Planned, Policy},
};

use super::App;
use crate::{
    args::RunArgs,
    compose::{Role, Station},
    data_dir::DataDir,
    definition::Definition,
    error::{Result, Stop},
    exit::Exit,
    grants, input,
    outcome::Reporter,
    progress::Progress,
    resources::{self, ResourceFile},
    runtime,
    signals::Signals,
    watch::{self, watch},
};

/// Longest start key, in bytes.
const LONGEST_KEY: usize = 256;

/// Everything about a start that can be known before the data folder is touched.
struct Prepared {
    workflow: Arc<Workflow>,
    plan: Arc<ExecutionPlan>,
    request: StartRequest,
}

/// Reads, plans, runs and reports.
pub(super) fn run(app: &App, args: &RunArgs) -> Result<Exit> {
    let (app, resources) = resources::configured(app, &args.station.resources)?;
    let app = &app;
    let prepared = prepare(app, args, &resources)?;
    let dir = DataDir::with_secrets(&app.program, &args.station.vault);
    dir.create()?;
    runtime::block_on(drive(app, args, &dir, prepared))
}

fn prepare(app: &App, args: &RunArgs, resources: &ResourceFile) -> Result<Prepared> {
    if args.file == Path::new("-") && args.input == "@-" {
        return Err(Stop::input("stdin_twice", "the workflow and its input cannot both come from standard input"));
    }
    let key = args.key.as_deref().map(start_key).transpose()?;
    let mut definition = Definition::read(&args.file)?;
    let grants = grants::grants(&args.grant)?;
    let policy = Policy { grants: grants.clone(), grants_required: true };
    let planned = definition.plan(&app.catalogue, &policy);
    if !args.quiet || planned.is_none() || resources.is_wrong() {
        resources.draw(&app.console, Severity::Warning);
        definition.draw(&app.console, Severity::Warning);
    }
    let (Some(Planned { plan, .. }), Some(workflow)) = (planned, definition.workflow.clone()) else {
        return Err(definition.refusal().and(resources.findings()));
    };
    resources.refuse()?;
    let input = input::read(&args.input)?;
    input::check(&plan, &input)?;
    let workflow = Arc::new(workflow);
    let request =
        StartRequest { definition: Arc::clone(&workflow), plan: Arc::clone(&plan), input, grants, key, trigger: None };
    Ok(Prepared { workflow, plan, request })
}

fn start_key(text: &str) -> Result<StartKey> {
    if text.is_empty() || text.len() > LONGEST_KEY {
        return Err(Stop::input("start_key", format!("a start key has 1 to {LONGEST_KEY} bytes")));
    }
    Ok(StartKey(text.into()))
}

async fn drive(app: &App, args: &RunArgs, dir: &DataDir, prepared: Prepared) -> Result<Exit> {
    let Prepared { workflow, plan, request } = prepared;
    let mut signals = Signals::listen()?;
    let station = Station::open(dir, Arc::clone(&app.catalogue), Role::Own).await?;
    check_secrets(dir, &station, &plan.bounds.credentials).await?;
    let events = station.engine.subscribe();
    let mut progress = Progress::new(app.console, args.quiet, workflow.nodes.iter().map(|node| node.id.as_str()));
    let Started { id, existing } =
        station.engine.start(&station.scope, request).await.map_err(|error| refused(&plan, error))?;
    progress.say(format_args!("execution {id}"));
    if existing {
        progress.say("the key has started this execution before; it goes on");
        let record = station.storage.executions.get(&station.scope, id).await?;
        // One that has ended is reported again.
        if record.is_some_and(|record| !record.status.is_terminal()) {
            watch::resume(&station, id).await?;
        }
    }
    let watched = watch(&station, id, events, &mut progress, &mut signals).await?;
    let exit = Reporter { console: app.console, dir, id }.report(&watched, progress.story());
    if !watched.is_abrupt() {
        station.close().await?;
    }
    Ok(exit)
}

/// Every credential must be there before the run begins.
pub(super) async fn check_secrets<'n>(
    dir: &DataDir,
    station: &Station,
    wanted: impl IntoIterator<Item = &'n CredentialName>,
) -> Result<()> {
    let wanted: Vec<&CredentialName> = wanted.into_iter().collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let known = station.secrets.list(&station.scope).await?;
    let missing: Vec<_> = wanted.into_iter().filter(|name| known.iter().all(|secret| secret.name != **name)).collect();
    let Some(first) = missing.first() else { return Ok(()) };
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let help = dir.command(format_args!("secret set {first}"));
    Err(Stop::input("missing_secret", format!("the workflow reads {}, which {verb} not set", names.join(", ")))
        .with_help(format!("`{help}`, with `--bearer`, `--basic`, `--header` or `--query`")))
}

fn refused(plan: &ExecutionPlan, error: StartError) -> Stop {
    let message = error.to_string();
    match error {
        StartError::InvalidInput(violations) => input::refusal(plan, &violations),
        StartError::KeyReused(id) => Stop::input("key_reused", message)
            .with_help(format!("take another key, or look at `nebula execution show {id}`")),
        StartError::Store(error) => error.into(),
        StartError::Unknown(_) => Stop::store(message).with_help("run it again with the same `--key`"),
        StartError::Input(_) => Stop::store(message),
        StartError::ShuttingDown => Stop::internal(message),
    }
}
