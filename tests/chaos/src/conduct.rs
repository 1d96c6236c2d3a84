//! A whole run: a store, a service, a crew, a storm, calm, and the reading of the journals.

use std::{
    io::{self, Write as _},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use nebula_blob_fs::FsBlobs;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    Failure,
    cheat::Cheat,
    check, client,
    crew::Crew,
    doctor,
    report::{self, Report},
    service::Service,
    store::{self, Looked, Place},
    storm::{self, Around},
    world::{World, sleep},
};

/// How long everything that was accepted may take to end when nothing goes wrong any more; with a store that cheats, nothing
/// needs to.
const CALM: Duration = Duration::from_secs(180);
const CALM_OF_CHEATS: Duration = Duration::from_secs(30);
/// How much longer things go wrong until all has happened that has to: what is short may have missed some of it.
const LONGER: Duration = Duration::from_secs(90);

/// What to do.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) place: Place,
    pub(crate) seconds: u64,
    pub(crate) seed: u64,
    pub(crate) workers: usize,
    /// What the workers' store does wrong.
    pub(crate) cheat: Option<Cheat>,
}

/// Conducts; the folder holds blobs and logs.
pub(crate) async fn conduct(options: &Options, around: Around, data_dir: &Path) -> Result<Report, Failure> {
    let begun = Instant::now();
    let blobs = FsBlobs::open(nebula_blob_fs::Config { root: data_dir.join("blobs") }).await?;
    let (service, address) = Service::start(options.seed).await?;
    let (tell, heard) = mpsc::unbounded_channel();
    let arguments = ["worker", &options.place.to_string(), &address.to_string(), &data_dir.display().to_string()];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).into();
    arguments.extend(options.cheat.map(|cheat| cheat.name().to_owned()));
    let crew = Crew::new(std::env::current_exe()?, arguments, data_dir.to_path_buf(), options.workers, tell);
    let crew = Arc::new(crew);
    crew.hire(0)?;
    let store = look(&options.place).await?;
    let world = World::new(crew, service, store, store::scope()?, options.seed);
    for place in 0..options.workers {
        storm::hire(&world, place);
    }
    let doctor = tokio::spawn(doctor::look(world.clone()));
    let mut tasks = JoinSet::new();
    client::begin(&world, heard);
    storm::begin(&world, around, &mut tasks);

    let until = begun + Duration::from_secs(options.seconds);
    while Instant::now() < until
        || (options.cheat.is_none() && Instant::now() < until + LONGER && !report::missing(&world, options).is_empty())
    {
        sleep(1_000).await;
        progress(&world, begun);
    }
    world.calm();
    while tasks.join_next().await.is_some() {}
    let calm = if options.cheat.is_some() { CALM_OF_CHEATS } else { CALM };
    settle(&world, begun, calm).await;
    doctor.abort();
    for wrong in world.crew.dismiss(Duration::from_secs(20)) {
        world.wrong(wrong);
    }
    let read = check::check(&world, &blobs).await?;
    Ok(Report::of(&world, options, read, begun.elapsed()))
}

/// Opens the store for looking, as soon as the first worker has made it.
async fn look(place: &Place) -> Result<Looked, Failure> {
    let mut left = 100;
    loop {
        match place.look().await {
            Err(error) if left == 0 => return Err(error.into()),
            Err(_) => {
                left -= 1;
                sleep(100).await;
            }
            Ok(store) => return Ok(store),
        }
    }
}

/// Waits until everything has ended, with a whole crew.
async fn settle(world: &World, begun: Instant, calm: Duration) {
    let until = Instant::now() + calm;
    loop {
        for place in 0..world.crew.size() {
            storm::hire(world, place);
        }
        sleep(1_000).await;
        progress(world, begun);
        match doctor::open(world).await {
            Ok(open) if open.is_empty() && world.facts().asked.is_empty() => return,
            // What has not ended by then is what the check finds.
            _ if Instant::now() > until => {
                let mut facts = world.facts();
                let never: Vec<String> = facts.asked.keys().map(ToString::to_string).collect();
                if !never.is_empty() {
                    facts.wrongs.push(format!("nobody accepts the starts {}", never.join(", ")));
                }
                return;
            }
            _ => {}
        }
    }
}

fn progress(world: &World, begun: Instant) {
    let seconds = begun.elapsed().as_secs();
    if !seconds.is_multiple_of(10) {
        return;
    }
    let facts = world.facts();
    let count = |what| facts.counts.get(what).copied().unwrap_or_default();
    let _ = writeln!(
        io::stderr(),
        "{seconds:>5} s  {} accepted, {} open, {} killed, {} frozen, {} zombies fenced, {} wrong",
        facts.known.len(),
        facts.open,
        count("worker killed"),
        count("worker frozen"),
        count("zombie fenced"),
        facts.wrongs.len(),
    );
}
