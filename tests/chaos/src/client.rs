//! Those who start executions and send signals, and repeat what nobody has answered.

use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    crew::Heard,
    talk::{News, Order},
    world::{World, sleep},
};

/// Most executions that have not ended.
const OPEN: usize = 120;
/// Time between two starts, in milliseconds.
const STARTS: u64 = 120;
/// What nobody has answered for so long is asked of somebody else.
const PATIENCE: Duration = Duration::from_secs(4);

/// Begins; what was begun goes on after the world is calm, until every start was accepted.
pub(crate) fn begin(world: &World, heard: UnboundedReceiver<Heard>) {
    tokio::spawn(listen(world.clone(), heard));
    tokio::spawn(starts(world.clone()));
}

async fn starts(world: World) {
    let mut chance = world.chance(3);
    let mut next = 0;
    loop {
        sleep(STARTS).await;
        let mut orders = Vec::new();
        {
            let mut facts = world.facts();
            let now = Instant::now();
            for (n, at) in &mut facts.asked {
                if now.duration_since(*at) > PATIENCE {
                    *at = now;
                    orders.push(Order::Start { n: *n });
                }
            }
            if world.is_calm() {
                if facts.asked.is_empty() {
                    return;
                }
            } else if facts.open + facts.asked.len() < OPEN {
                next += 1;
                facts.asked.insert(next, now);
                orders.push(Order::Start { n: next });
            }
        }
        for order in orders {
            world.crew.tell(chance.usize(..world.crew.size()), &order);
        }
    }
}

/// Writes down what workers say, and answers an accepted start with a signal, often.
async fn listen(world: World, mut heard: UnboundedReceiver<Heard>) {
    let mut chance = world.chance(4);
    while let Some(Heard { place, turn, news }) = heard.recv().await {
        match news {
            News::Ready => world.count("worker ready"),
            News::Started { n, execution, existing } => {
                if existing {
                    world.count("execution started again with its key");
                }
                let mut facts = world.facts();
                facts.asked.remove(&n);
                let known = *facts.known.entry(n).or_insert(execution);
                if known != execution {
                    facts.wrongs.push(format!("start {n} was accepted twice: as {known} and as {execution}"));
                } else if chance.u8(..10) < 7 {
                    let (world, place, after) = (world.clone(), chance.usize(..world.crew.size()), chance.u64(..5_000));
                    tokio::spawn(async move {
                        sleep(after).await;
                        world.crew.tell(place, &Order::Signal { execution });
                    });
                }
            }
            News::Signalled { execution } => {
                world.count("signal accepted");
                world.facts().signalled.insert(execution);
            }
            News::Fenced => {
                world.count("commit fenced");
                late(&world, place, turn);
            }
            News::Lost => {
                world.count("renewal refused");
                late(&world, place, turn);
            }
            News::Unknown => world.count("outcome unknown"),
            News::Recognised => world.count("commit recognised"),
            News::Refused { why } => *world.facts().refusals.entry(why).or_default() += 1,
        }
    }
}

/// A worker was told that somebody else has gone on.
fn late(world: &World, place: usize, turn: u64) {
    let was_frozen = world.facts().zombies.remove(&(place, turn));
    if was_frozen {
        world.count("zombie fenced");
    }
}
