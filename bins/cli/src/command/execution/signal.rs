//! `nebula execution signal`.

use nebula_runtime::engine::SignalError;
use serde_json::Value;

use super::{record, story};
use crate::{
    args::SignalArgs,
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
    watch::{self, watch},
};

/// Sends the signal, and goes on with the execution until it ends or waits again: nobody else is there to do so, or the
/// data folder would be busy.
pub(super) fn signal(app: &App, args: &SignalArgs) -> Result<Exit> {
    let app = &resources::required(app, &args.station.resources)?;
    let payload = input::read(&args.payload)?;
    let dir = DataDir::with_secrets(&app.program, &args.station.vault);
    dir.must_exist()?;
    runtime::block_on(send(app, args, &dir, payload))
}

async fn send(app: &App, args: &SignalArgs, dir: &DataDir, payload: Value) -> Result<Exit> {
    let id = args.id;
    let mut signals = Signals::listen()?;
    let station = Station::open(dir, app.catalogue.clone(), Role::Own).await?;
    record(&station.storage, &station.scope, id).await?;
    let story = story(&station.storage, &station.scope, id).await?;
    let mut progress = Progress::resuming(app.console, args.quiet, story);
    let events = station.engine.subscribe();
    match station.engine.signal(&station.scope, id, args.name.clone(), payload).await {
        Ok(()) => {}
        Err(SignalError::Store(error)) => return Err(error.into()),
        Err(error @ SignalError::NotFound(_)) => return Err(Stop::not_found("execution", error.to_string())),
        Err(error @ SignalError::Closed(..)) => return Err(Stop::input("ended", error.to_string())),
        Err(error) => return Err(Stop::input("payload", error.to_string())),
    }
    watch::resume(&station, id).await?;
    let watched = watch(&station, id, events, &mut progress, &mut signals).await?;
    let exit = Reporter { console: app.console, dir, id }.report(&watched, progress.story());
    if !watched.is_abrupt() {
        station.close().await?;
    }
    Ok(exit)
}
