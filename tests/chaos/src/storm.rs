//! What goes wrong: processes die and stand still, the disk is full, the database dies.

use std::{sync::Arc, time::Duration};

use nebula_postgres_server::Server;
use tokio::task::JoinSet;

use crate::{
    disk::Disk,
    worker::LEASE,
    world::{World, sleep},
};

/// Shortest and longest time between two kills, and between two freezes, in milliseconds.
const KILLS: std::ops::Range<u64> = 300..1_500;
const FREEZES: std::ops::Range<u64> = 800..4_000;
/// Shortest and longest freeze.
const FROZEN: std::ops::Range<u64> = 200..5_000;
/// Shortest and longest time between two full disks, and how long one stays full.
const ROOMY: std::ops::Range<u64> = 6_000..20_000;
const FULL: std::ops::Range<u64> = 300..3_000;
/// Shortest and longest time between two deaths of the database, and how long it stays away.
const UP: std::ops::Range<u64> = 14_000..26_000;
const DOWN: std::ops::Range<u64> = 0..3_000;
/// How long a place stays empty.
const EMPTY: std::ops::Range<u64> = 0..800;

/// What the store stands on. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    /// A disk that can be full.
    pub(crate) disk: Option<Arc<Disk>>,
    /// A server that can die.
    pub(crate) server: Option<Arc<Server>>,
}

/// Begins; the tasks end when the world is calm, and everything is as it should be again.
pub(crate) fn begin(world: &World, around: Around, tasks: &mut JoinSet<()>) {
    if let Some(disk) = around.disk {
        tasks.spawn(full_disks(world.clone(), disk));
    }
    if let Some(server) = around.server {
        tasks.spawn(server_kills(world.clone(), server));
    }
    tasks.spawn(kills(world.clone()));
    tasks.spawn(freezes(world.clone()));
}

/// Somebody dies; later, somebody else takes the place.
async fn kills(world: World) {
    let mut chance = world.chance(1);
    while !world.is_calm() {
        sleep(chance.u64(KILLS)).await;
        let place = chance.usize(..world.crew.size());
        if world.crew.kill(place) {
            world.count("worker killed");
        }
        sleep(chance.u64(EMPTY)).await;
        hire(&world, place);
    }
}

/// Somebody stands still, for less or more than a lease.
async fn freezes(world: World) {
    let mut chance = world.chance(2);
    let mut frozen = JoinSet::new();
    while !world.is_calm() {
        sleep(chance.u64(FREEZES)).await;
        let (place, millis) = (chance.usize(..world.crew.size()), chance.u64(FROZEN));
        let Some(turn) = world.crew.freeze(place) else { continue };
        world.count("worker frozen");
        let world = world.clone();
        frozen.spawn(async move {
            sleep(millis).await;
            let is_late = u128::from(millis) > LEASE.as_millis();
            if is_late {
                world.facts().zombies.insert((place, turn));
            }
            if !world.crew.thaw(place, turn) {
                world.facts().zombies.remove(&(place, turn));
            } else if is_late {
                world.count("worker frozen past its lease, and awake again");
            }
        });
    }
    while frozen.join_next().await.is_some() {}
}

/// There is no room for anything, for a while. The disk goes on after this, as long as its mount does.
async fn full_disks(world: World, disk: Arc<Disk>) {
    let mut chance = world.chance(6);
    while !world.is_calm() {
        sleep(chance.u64(ROOMY)).await;
        if let Err(error) = disk.fill() {
            world.wrong(format!("the disk cannot be filled: {error}"));
        }
        world.count("disk full");
        sleep(chance.u64(FULL)).await;
        if let Err(error) = disk.clear() {
            world.wrong(format!("the disk cannot be cleared: {error}"));
        }
    }
}

/// The database dies, and comes back.
async fn server_kills(world: World, server: Arc<Server>) {
    let mut chance = world.chance(7);
    while !world.is_calm() {
        sleep(chance.u64(UP)).await;
        let down = chance.u64(DOWN);
        let server = Arc::clone(&server);
        let back = tokio::task::spawn_blocking(move || {
            server.kill();
            std::thread::sleep(Duration::from_millis(down));
            server.resume()
        });
        world.count("database killed");
        match back.await {
            Ok(Ok(())) => {}
            Ok(Err(absent)) => world.wrong(format!("the database does not come back: {absent}")),
            Err(error) => world.wrong(error.to_string()),
        }
    }
}

/// Fills a place that is empty; a process that ended by itself is a fault of its own.
pub(crate) fn hire(world: &World, place: usize) {
    if let Some(status) = world.crew.ended(place) {
        world.wrong(format!("worker {place} ended by itself: {status}"));
    }
    if let Err(error) = world.crew.hire(place) {
        world.wrong(format!("worker {place} cannot be started: {error}"));
    }
}
