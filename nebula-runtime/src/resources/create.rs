//! Making one more, on a task of the pool: who waited for it may be gone when it is there, and the next one has it.
//!
//! A creation that fails is tried again while somebody waits, by one task alone and not before 100 to 250 ms have passed:
//! a remote that comes back is found at once, and is not stormed.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use nebula_ports::{
    attempt_blobs::AttemptBlobs,
    model::{CredentialName, Failure, FailureKind},
    resource::{ResourceContext, ResourceHandle},
    time::{DurationText, Timestamp},
};
use smol_str::SmolStr;

use super::{
    pool::{Item, Pool, State},
    retire,
};

/// A creation that takes longer is given up.
const LIMIT: Duration = Duration::from_secs(60);
/// Between two creations of which the first failed.
const PAUSE_MS: std::ops::RangeInclusive<u64> = 100..=250;

/// The task that makes one more.
pub(super) fn one(pool: &Arc<Pool>, state: &mut State) -> (&'static str, BoxFuture<'static, ()>) {
    state.coming += 1;
    state.creating += 1;
    let pool = Arc::clone(pool);
    ("resource-create", Box::pin(async move { while !attempt(&pool).await {} }))
}

/// Whether there is nothing more to do.
async fn attempt(pool: &Arc<Pool>) -> bool {
    let not_before = pool.lock().not_before;
    let clock = &pool.ports.clock;
    if not_before > clock.now() {
        tokio::select! { biased; () = pool.ended.cancelled() => {}, () = clock.sleep_until(not_before) => {} }
    }
    {
        let mut state = pool.lock();
        if state.is_closed {
            leave(&mut state);
            drop(state);
            pool.changed.notify_waiters();
            return true;
        }
    }
    match made(pool).await {
        Ok(handle) => {
            let now = pool.ports.clock.now();
            let item = Item { handle, until: limit_of_life(pool, now), seen: now };
            let tasks = {
                let mut state = pool.lock();
                state.failures = 0;
                state.last_failure = None;
                leave(&mut state);
                if state.is_closed {
                    vec![retire::close(pool, &mut state, item)]
                } else {
                    pool.offer(&mut state, item);
                    pool.serve(&mut state)
                }
            };
            pool.begin(tasks);
            pool.changed.notify_waiters();
            true
        }
        Err(failure) => {
            let mut state = pool.lock();
            state.failures += 1;
            state.not_before = pool.ports.clock.now().plus(pause(pool, &failure));
            if !failure.kind.is_retryable() {
                Pool::refuse(&mut state, &failure);
            }
            state.last_failure = Some(failure);
            // One that tries is enough.
            if state.has_waiters() && state.creating == 1 && !state.is_closed {
                return false;
            }
            leave(&mut state);
            drop(state);
            pool.changed.notify_waiters();
            true
        }
    }
}

fn leave(state: &mut State) {
    state.coming -= 1;
    state.creating -= 1;
}

fn pause(pool: &Pool, failure: &Failure) -> Duration {
    let (first, last) = PAUSE_MS.into_inner();
    let drawn = Duration::from_millis(first + pool.ports.ids.random() % (last - first + 1));
    drawn.max(failure.retry_after_us.map_or(Duration::ZERO, Duration::from_micros))
}

/// Each has a life of its own, so that those which were made together do not end together.
fn limit_of_life(pool: &Pool, now: Timestamp) -> Option<Timestamp> {
    let life = pool.settings().max_life?.get();
    let share = 900 + u32::try_from(pool.ports.ids.random() % 101).unwrap_or_default();
    Some(now.plus(life / 1000 * share))
}

async fn made(pool: &Pool) -> Result<ResourceHandle, Failure> {
    let instance = &pool.instance;
    let clock = &pool.ports.clock;
    let create = async {
        let mut credentials = std::collections::BTreeMap::new();
        for (slot, name) in &instance.credentials {
            credentials.insert(slot.clone(), secret(pool, slot, name).await?);
        }
        // It is given no blob, and blobs belong to attempts.
        let blobs = AttemptBlobs::new(Arc::clone(&pool.ports.blobs), pool.scope.clone(), []);
        let host = pool.ports.sandbox.host(pool.permissions.clone(), Arc::new(blobs));
        let context = ResourceContext { name: instance.name.clone(), credentials, host };
        instance.resource.create(instance.config.clone(), context).await
    };
    let create = AssertUnwindSafe(create).catch_unwind();
    let made = tokio::select! {
        biased;
        made = create => made.unwrap_or_else(|_| {
            let message = "creating it panicked";
            Err(Failure::new(FailureKind::Bug, "resource.panicked", message)
                .with_help("this is a bug in the resource; the process' standard error has the place"))
        }),
        () = clock.sleep_until(clock.now().plus(LIMIT)) => {
            let message = format!("creating it has not ended within {}", DurationText::new(LIMIT));
            Err(Failure::new(FailureKind::Timeout, "resource.create_timeout", message))
        }
    };
    made.map_err(|mut failure| {
        failure.message = format!("the resource `{}` is not there: {}", instance.name, failure.message);
        // What its own pointer means is its configuration, not the input of the node.
        if let Some(pointer) = failure.pointer.take() {
            failure.message.push_str(&format!(" (at {pointer} of its configuration)"));
        }
        failure.before_effect()
    })
}

async fn secret(pool: &Pool, slot: &SmolStr, name: &CredentialName) -> Result<secrecy::SecretString, Failure> {
    crate::layers::resolve::bring(pool.ports.secrets.as_ref(), &pool.scope, slot, name).await
}
