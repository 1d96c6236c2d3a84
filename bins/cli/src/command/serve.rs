//! `nebula serve`: polls triggers and runs what they start, until it is told to end.

use std::{collections::BTreeSet, sync::Arc};

use nebula_ports::{
    diagnostic::Severity,
    model::{CredentialName, Grants, Workflow},
};
use nebula_runtime::{
    plan::{ExecutionPlan, Policy},
    triggers::{PublishError, TriggerConfig, Triggers},
};

use super::{App, run::check_secrets};
use crate::{
    args::ServeArgs,
    compose::{Role, Station},
    data_dir::DataDir,
    definition::Definition,
    error::{Result, Stop},
    exit::Exit,
    firings::Firings,
    grants, resources, runtime,
    signals::Signals,
};

/// Reads and plans all files, then serves.
pub(super) fn serve(app: &App, args: &ServeArgs) -> Result<Exit> {
    let grants = grants::grants(&args.grant)?;
    let app = &resources::required(app, &args.station.resources)?;
    let flows = read(app, args, &grants)?;
    let dir = DataDir::with_secrets(&app.program, &args.station.vault);
    if flows.is_empty() {
        dir.must_exist()?;
    } else {
        dir.create()?;
    }
    runtime::block_on(drive(app, args, &dir, flows, grants))
}

type Flows = Vec<(Arc<Workflow>, Arc<ExecutionPlan>)>;

/// The workflows of the files; what is wrong with any of them is drawn, and nothing is started.
fn read(app: &App, args: &ServeArgs, grants: &Grants) -> Result<Flows> {
    let policy = Policy { grants: grants.clone(), grants_required: true };
    let mut flows: Flows = Vec::new();
    let mut refused = None;
    for file in &args.files {
        let mut definition = Definition::read(file)?;
        let planned = definition.plan(&app.catalogue, &policy);
        definition.draw(&app.console, Severity::Warning);
        let (Some(planned), Some(workflow)) = (planned, definition.workflow.clone()) else {
            refused = refused.or_else(|| Some(definition.refusal()));
            continue;
        };
        if flows.iter().any(|(known, _)| known.id == workflow.id) {
            let message = format!("two files are the workflow `{}`: {} is the second", workflow.id, definition.name);
            return Err(Stop::input("two_workflows", message).with_help("serve one of them, or give it another id"));
        }
        if workflow.triggers.is_empty() {
            app.console.note(format_args!("{} has no `triggers:`: nothing starts it by itself", definition.name));
        }
        flows.push((Arc::new(workflow), planned.plan));
    }
    refused.map_or(Ok(flows), Err)
}

async fn drive(app: &App, args: &ServeArgs, dir: &DataDir, flows: Flows, grants: Grants) -> Result<Exit> {
    let mut signals = Signals::listen()?;
    let station = Station::open(dir, Arc::clone(&app.catalogue), Role::All).await?;
    let wanted: BTreeSet<CredentialName> = flows.iter().flat_map(|(_, plan)| credentials(plan)).collect();
    check_secrets(dir, &station, &wanted).await?;
    let runs = station.engine.subscribe();
    let config = TriggerConfig::default();
    let triggers = Triggers::idle(station.engine.clone(), Arc::clone(&station.storage.triggers), config);
    for (workflow, _) in &flows {
        triggers.publish(&station.scope, workflow, &grants).await.map_err(refused)?;
    }
    let registered = triggers.list(&station.scope).await?;
    if registered.is_empty() {
        station.close().await?;
        return Err(Stop::input("no_triggers", "there is no trigger to be polled")
            .with_help("name workflows with `triggers:`, as in `nebula serve announce.yaml`"));
    }
    station.end_leases_of_triggers(&registered).await?;
    let unfinished = station.unfinished.iter().map(|record| record.id);
    let mut firings = Firings::new(app.console, args.quiet, (runs, triggers.subscribe()), unfinished);
    firings.begin(&registered);
    triggers.poll_from_now_on();
    let ended = firings.follow(&mut signals).await;
    app.console.note("ending: what runs may end, the rest is parked; interrupt again to stop at once");
    let drained = async {
        triggers.shutdown().await;
        station.engine.shutdown().await;
    };
    tokio::select! {
        () = drained => {}
        () = signals.next() => return Ok(Exit::INTERRUPTED),
    }
    firings.rest();
    station.close().await?;
    ended.map(|()| Exit::OK)
}

/// The credentials of the polls and of the runs.
fn credentials(plan: &ExecutionPlan) -> impl Iterator<Item = CredentialName> {
    let polled = plan.triggers.iter().flat_map(|trigger| trigger.credentials.iter().map(|(_, name)| name.clone()));
    plan.bounds.credentials.iter().cloned().chain(polled)
}

/// What was planned before the data folder was opened is planned again without a finding.
fn refused(error: PublishError) -> Stop {
    match error {
        PublishError::Store(error) => error.into(),
        invalid @ PublishError::Invalid(_) => Stop::internal(invalid.to_string()),
    }
}
