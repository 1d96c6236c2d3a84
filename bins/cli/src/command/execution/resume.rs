//! `nebula execution resume`: going on, with decisions about nodes in doubt.

mod all;
mod ports;

use nebula_ports::{
    execution_repo::RequestOutcome,
    model::{ExecutionId, Failure, FailureKind, InvalidAddress, NodeAddress, PortName, Request, Resolution},
};

use super::{record, story};
use crate::{
    args::ResumeArgs,
    command::App,
    compose::{Role, Station},
    data_dir::DataDir,
    error::{Result, Stop},
    exit::Exit,
    input,
    outcome::Reporter,
    progress::Progress,
    resources, runtime,
    signals::Signals,
    story::Story,
    watch::{self, watch},
};

/// Goes on with one execution, or with all that are due.
pub(super) fn resume(app: &App, args: &ResumeArgs) -> Result<Exit> {
    let app = &resources::required(app, &args.station.resources)?;
    let dir = DataDir::with_secrets(&app.program, &args.station.vault);
    match args.id {
        Some(id) => {
            let decisions = decisions(args)?;
            dir.must_exist()?;
            runtime::block_on(one(app, args, &dir, id, decisions))
        }
        None => {
            dir.must_exist()?;
            runtime::block_on(all::all(app, args, &dir))
        }
    }
}

async fn one(
    app: &App,
    args: &ResumeArgs,
    dir: &DataDir,
    id: ExecutionId,
    decisions: Vec<(NodeAddress, Resolution)>,
) -> Result<Exit> {
    let mut signals = Signals::listen()?;
    let station = Station::open(dir, app.catalogue.clone(), Role::Own).await?;
    let record = record(&station.storage, &station.scope, id).await?;
    let ended = record.status.is_terminal();
    let story = story(&station.storage, &station.scope, id).await?;
    check_decisions(&story, &decisions)?;
    ports::check(&station, &record, &decisions).await?;
    let mut progress = Progress::resuming(app.console, args.quiet, story);
    let events = station.engine.subscribe();
    for (node, resolution) in decisions {
        let request = Request::Resolve { node, resolution };
        match station.engine.request(&station.scope, id, request).await? {
            RequestOutcome::Accepted | RequestOutcome::AlreadyAccepted => {}
            RequestOutcome::NotFound => {
                return Err(Stop::not_found("execution", format!("there is no execution {id}")));
            }
            RequestOutcome::Closed(status) => {
                return Err(Stop::input("ended", format!("the execution {id} has ended: {status}")));
            }
        }
    }
    if ended {
        progress.say("it has ended already");
    } else {
        watch::resume(&station, id).await?;
    }
    let watched = watch(&station, id, events, &mut progress, &mut signals).await?;
    let exit = Reporter { console: app.console, dir, id }.report(&watched, progress.story());
    if !watched.is_abrupt() {
        station.close().await?;
    }
    Ok(exit)
}

/// What the command line decides about nodes.
fn decisions(args: &ResumeArgs) -> Result<Vec<(NodeAddress, Resolution)>> {
    let mut decisions: Vec<(NodeAddress, Resolution)> =
        args.retry.iter().map(|node| (node.clone(), Resolution::Retry)).collect();
    for text in &args.complete {
        let Some((node, json)) = text.split_once('=') else {
            let help = format!("write `--complete '{text}={{…}}'`, with the result that it had");
            return Err(Stop::input("decision", format!("`--complete {text}` has no result")).with_help(help));
        };
        let (node, port) = match node.split_once(':') {
            Some((node, port)) => (node, Some(port_name(port)?)),
            None => (node, None),
        };
        let output = input::parse(json, &format!("the result of `{node}`"))?;
        decisions.push((node_id(node)?, Resolution::Completed { output, port }));
    }
    for text in &args.fail {
        let (node, reason) = text.split_once('=').unwrap_or((text, "given up on the command line"));
        let error = Failure::new(FailureKind::Permanent, "node.given_up", reason);
        decisions.push((node_id(node)?, Resolution::Failed { error }));
    }
    for (place, (node, _)) in decisions.iter().enumerate() {
        if decisions[..place].iter().any(|(earlier, _)| earlier == node) {
            return Err(Stop::input("decision", format!("there are two decisions about `{node}`")));
        }
    }
    Ok(decisions)
}

fn node_id(text: &str) -> Result<NodeAddress> {
    text.parse().map_err(|error: InvalidAddress| Stop::input("decision", error.to_string()))
}

fn port_name(text: &str) -> Result<PortName> {
    PortName::new(text).map_err(|error| Stop::input("decision", error.to_string()))
}

/// A decision about a node that is not in doubt would change nothing: it is refused.
fn check_decisions(story: &Story, decisions: &[(NodeAddress, Resolution)]) -> Result<()> {
    let in_doubt = story.in_doubt();
    let Some((node, _)) = decisions.iter().find(|(node, _)| !in_doubt.contains(node)) else {
        return Ok(());
    };
    let names: Vec<String> = in_doubt.iter().map(|node| format!("`{node}`")).collect();
    let help = match names.as_slice() {
        [] => "no node of this execution waits for a decision".to_owned(),
        names => format!("in doubt: {}", names.join(", ")),
    };
    Err(Stop::input("decision", format!("`{node}` does not wait for a decision")).with_help(help))
}
