//! `nebula execution cancel`.

use nebula_ports::{
    execution_repo::RequestOutcome,
    model::{ExecutionId, Request},
};

use super::{record, story};
use crate::{
    command::App,
    compose::{Role, Station},
    data_dir::DataDir,
    error::{Result, Stop},
    exit::Exit,
    outcome::Reporter,
    progress::Progress,
    signals::Signals,
    watch::{self, Watched, watch},
};

/// Asks the execution to end, and sees it through: nobody else is there to do so, or the data folder would be busy.
pub(super) async fn cancel(app: &App, dir: &DataDir, id: ExecutionId, reason: String) -> Result<Exit> {
    dir.must_exist()?;
    let mut signals = Signals::listen()?;
    let station = Station::open(dir, app.catalogue.clone(), Role::Own).await?;
    record(&station.storage, &station.scope, id).await?;
    let story = story(&station.storage, &station.scope, id).await?;
    let mut progress = Progress::resuming(app.console, false, story);
    let events = station.engine.subscribe();
    match station.engine.request(&station.scope, id, Request::Cancel { reason }).await? {
        RequestOutcome::Accepted | RequestOutcome::AlreadyAccepted => {}
        RequestOutcome::NotFound => return Err(Stop::not_found("execution", format!("there is no execution {id}"))),
        RequestOutcome::Closed(status) => {
            return Err(Stop::input("ended", format!("the execution {id} has ended: {status}")));
        }
    }
    watch::resume(&station, id).await?;
    let watched = watch(&station, id, events, &mut progress, &mut signals).await?;
    let is_cancelled = matches!(&watched, Watched::Ended(end) if end.status.as_str() == "cancelled");
    let exit = Reporter { console: app.console, dir, id }.report(&watched, progress.story());
    if !watched.is_abrupt() {
        station.close().await?;
    }
    // It was to be cancelled, and it is.
    Ok(if is_cancelled { Exit::OK } else { exit })
}
