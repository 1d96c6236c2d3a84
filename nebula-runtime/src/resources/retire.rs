//! What becomes of those that come back, have stood idle, or are to end. All of it happens on tasks of the pool, bounded
//! in time: nobody who waits or drops waits for a remote that does not answer.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use nebula_ports::{
    model::{Failure, FailureKind},
    time::Timestamp,
};
use tracing::warn;

use super::{
    closed,
    pool::{Item, Pool, State, Tasks},
};

type Task = (&'static str, BoxFuture<'static, ()>);

/// Takes one back from an attempt. It goes on to the next who waits once it is as new.
pub(super) fn give_back(pool: &Arc<Pool>, item: Item) {
    let tasks = {
        let mut state = pool.lock();
        state.out -= 1;
        // One that somebody kept beyond the attempt is not given to anybody else.
        let is_kept = Arc::strong_count(&item.handle) > 1;
        if state.is_closed || is_kept || pool.is_over(&item, pool.ports.clock.now()) {
            let mut tasks = vec![close(pool, &mut state, item)];
            tasks.extend(pool.serve(&mut state));
            tasks
        } else {
            vec![verified(pool, &mut state, item, Verdict::Reset)]
        }
    };
    pool.begin(tasks);
    pool.changed.notify_waiters();
}

/// Checks one that nobody has used for a while, for one who waits.
pub(super) fn check(pool: &Arc<Pool>, state: &mut State, item: Item) -> Task {
    verified(pool, state, item, Verdict::Check)
}

/// What decides whether it can be used again.
#[derive(Clone, Copy)]
enum Verdict {
    Check,
    Reset,
}

fn verified(pool: &Arc<Pool>, state: &mut State, item: Item, verdict: Verdict) -> Task {
    state.coming += 1;
    let pool = Arc::clone(pool);
    let task = async move {
        let resource = &pool.instance.resource;
        let asked = async {
            match verdict {
                Verdict::Check => resource.check(&item.handle).await,
                Verdict::Reset => resource.reset(&item.handle).await,
            }
        };
        let result = within(&pool, asked).await;
        let mut item = item;
        let tasks = {
            let mut state = pool.lock();
            state.coming -= 1;
            match result {
                Ok(()) if !state.is_closed => {
                    item.seen = pool.ports.clock.now();
                    pool.offer(&mut state, item);
                    pool.serve(&mut state)
                }
                result => {
                    if let Err(failure) = result {
                        warn!(resource = %pool.instance.name, %failure, "A resource cannot be used any more; it is closed.");
                    }
                    let mut tasks = vec![close(&pool, &mut state, item)];
                    tasks.extend(pool.serve(&mut state));
                    tasks
                }
            }
        };
        pool.begin(tasks);
        pool.changed.notify_waiters();
    };
    ("resource-verify", Box::pin(task))
}

/// Closes one within its time.
pub(super) fn close(pool: &Arc<Pool>, state: &mut State, item: Item) -> Task {
    state.closing += 1;
    let pool = Arc::clone(pool);
    let task = async move {
        let result = within(&pool, pool.instance.resource.close(item.handle)).await;
        if let Err(failure) = result {
            warn!(resource = %pool.instance.name, %failure, "A resource has not ended well; it is let go.");
        }
        pool.lock().closing -= 1;
        pool.changed.notify_waiters();
    };
    ("resource-close", Box::pin(task))
}

/// Bounds what a resource does with one of its own by `teardown`, and catches its panics.
async fn within(pool: &Pool, work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let limit = pool.instance.descriptor().teardown;
    let clock = &pool.ports.clock;
    let mut work = Box::pin(AssertUnwindSafe(work).catch_unwind());
    let bug = |_| Err(Failure::new(FailureKind::Bug, "resource.panicked", "the resource panicked"));
    if let std::task::Poll::Ready(done) = futures_util::poll!(work.as_mut()) {
        return done.unwrap_or_else(bug);
    }
    tokio::select! {
        biased;
        done = work => done.unwrap_or_else(bug),
        () = clock.sleep_until(clock.now().plus(limit.get())) => {
            Err(Failure::new(FailureKind::Timeout, "resource.timeout", format!("it has not ended within {limit}")))
        }
    }
}

/// The next look at what stands idle, if there is none before.
pub(super) fn look(pool: &Arc<Pool>, state: &mut State) -> Option<Task> {
    let settings = pool.settings();
    let may_shrink = state.total() > settings.min;
    let ends = |item: &Item| {
        let idle = settings.idle.filter(|_| may_shrink).map(|idle| item.seen.plus(idle.get()));
        [idle, item.until].into_iter().flatten().min()
    };
    let at = state.free.iter().filter_map(ends).min()?;
    if state.look_at.is_some_and(|planned| planned <= at) {
        return None;
    }
    state.look_at = Some(at);
    let pool = Arc::clone(pool);
    let task = async move {
        let clock = &pool.ports.clock;
        tokio::select! { biased; () = pool.ended.cancelled() => return, () = clock.sleep_until(at) => {} }
        let tasks = sweep(&pool, at);
        pool.begin(tasks);
    };
    Some(("resource-idle", Box::pin(task)))
}

/// Closes those that are too old, and those that stand idle beyond the least number.
fn sweep(pool: &Arc<Pool>, at: Timestamp) -> Tasks {
    let settings = pool.settings();
    let now = pool.ports.clock.now();
    let mut state = pool.lock();
    if state.look_at == Some(at) {
        state.look_at = None;
    }
    let mut tasks = Tasks::new();
    let mut index = 0;
    while index < state.free.len() {
        let item = &state.free[index];
        let is_idle = settings.idle.is_some_and(|idle| item.seen.plus(idle.get()) <= now);
        if pool.is_over(item, now) || (is_idle && state.total() > settings.min) {
            // Those used longest ago stand first.
            let item = state.free.remove(index);
            tasks.push(close(pool, &mut state, item));
        } else {
            index += 1;
        }
    }
    tasks.extend(pool.serve(&mut state));
    tasks
}

/// Ends the pool: refuses those who wait, closes what is free, and waits for the rest as long as closing may take.
pub(super) async fn shut(pool: &Arc<Pool>) {
    let tasks: Tasks = {
        let mut state = pool.lock();
        state.is_closed = true;
        Pool::refuse(&mut state, &closed(&pool.instance));
        let free = std::mem::take(&mut state.free);
        free.into_iter().map(|item| close(pool, &mut state, item)).collect()
    };
    pool.ended.cancel();
    pool.begin(tasks);
    let clock = &pool.ports.clock;
    // A little more than each of them has for itself, so that it is they who tell.
    let limit = pool.instance.descriptor().teardown.get() + Duration::from_millis(100);
    let mut up = clock.sleep_until(clock.now().plus(limit));
    loop {
        let changed = pool.changed.notified();
        let left = {
            let state = pool.lock();
            state.out + state.coming + state.closing
        };
        if left == 0 {
            return;
        }
        tokio::select! {
            biased;
            () = changed => {}
            () = up.as_mut() => {
                let name = &pool.instance.name;
                warn!(resource = %name, left, "A resource was not closed in time; it ends with the process.");
                return;
            }
        }
    }
}
