//! Waiting for an execution to end while showing what happens, until somebody interrupts.

use nebula_ports::{
    Scope,
    model::{ExecutionId, ExecutionRecord, NodeAddress},
};
use nebula_runtime::engine::{EngineEvent, EngineEventKind, RunEnd};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    compose::Station,
    error::{Result, Stop},
    exit::Exit,
    progress::{Progress, TICK},
    signals::Signals,
};

/// How the waiting ended.
#[derive(Debug)]
pub(crate) enum Watched {
    /// Nothing more happens by itself.
    Ended(RunEnd),
    /// Nodes wait for a decision, though time goes on for the run.
    InDoubt(Vec<NodeAddress>),
    /// Interrupted; parked, unless it was the second time.
    Interrupted(Option<ExecutionRecord>),
}

/// Takes up an execution, also one whose process was killed.
pub(crate) async fn resume(station: &Station, id: ExecutionId) -> Result<()> {
    let record = find(station, &station.scope, id).await?;
    station.storage.end_lease(&record).await?;
    Ok(station.engine.resume(&station.scope, id).await?)
}

/// Shows an execution until it ends, or until it is interrupted: then running nodes may end, and it is parked. A second
/// interruption ends at once.
pub(crate) async fn watch(
    station: &Station,
    id: ExecutionId,
    mut events: Receiver<EngineEvent>,
    progress: &mut Progress,
    signals: &mut Signals,
) -> Result<Watched> {
    let (engine, clock) = (&station.engine, &station.clock);
    let ended = engine.wait(&station.scope, id);
    tokio::pin!(ended);
    let watched = loop {
        let tick = clock.sleep_until(clock.now().plus(TICK));
        tokio::select! {
            biased;
            event = events.recv() => match event {
                Ok(event) if event.execution == id => {
                    progress.event(&event.kind, clock.now());
                    match event.kind {
                        EngineEventKind::Parked { .. } if !progress.story().in_doubt().is_empty() => {
                            break Watched::InDoubt(progress.story().in_doubt());
                        }
                        EngineEventKind::Lost => {
                            progress.finish();
                            let message = "another process has taken the execution over";
                            return Err(Stop::new(Exit::BUSY, "lease_lost", message));
                        }
                        _ => {}
                    }
                }
                Ok(_) => {}
                Err(RecvError::Lagged(missed)) => progress.say(format_args!("… {missed} events were too fast to show")),
                Err(RecvError::Closed) => return Err(Stop::internal("the engine ended by itself")),
            },
            end = &mut ended => {
                let end = end?;
                show_rest(&mut events, id, progress, station);
                break Watched::Ended(end);
            }
            () = signals.next() => break interrupted(station, id, &mut events, progress, signals).await?,
            () = tick, if progress.is_live() => progress.tick(clock.now()),
        }
    };
    progress.finish();
    Ok(watched)
}

async fn interrupted(
    station: &Station,
    id: ExecutionId,
    events: &mut Receiver<EngineEvent>,
    progress: &mut Progress,
    signals: &mut Signals,
) -> Result<Watched> {
    progress.say("interrupted: nodes that run may end; interrupt again to stop at once");
    tokio::select! {
        () = station.engine.shutdown() => {}
        () = signals.next() => return Ok(Watched::Interrupted(None)),
    }
    show_rest(events, id, progress, station);
    let record = find(station, &station.scope, id).await?;
    if record.status.is_terminal() {
        return Ok(Watched::Ended(station.engine.wait(&station.scope, id).await?));
    }
    Ok(Watched::Interrupted(Some(record)))
}

async fn find(station: &Station, scope: &Scope, id: ExecutionId) -> Result<ExecutionRecord> {
    let record = station.storage.executions.get(scope, id).await?;
    record.ok_or_else(|| Stop::not_found("execution", format!("there is no execution {id}")))
}

/// What was told and not shown yet.
fn show_rest(events: &mut Receiver<EngineEvent>, id: ExecutionId, progress: &mut Progress, station: &Station) {
    while let Ok(event) = events.try_recv() {
        if event.execution == id {
            progress.event(&event.kind, station.clock.now());
        }
    }
}
