//! Hearing the others: a connection of its own, made anew whenever it ends.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::{
    future::{Either, select},
    pin_mut,
};
use nebula_ports::{
    model::ExecutionId,
    task_queue::{Task, TaskQueue as _},
};
use sqlx::{
    Row as _,
    postgres::{PgListener, PgPoolOptions},
};

use super::{Alive, Shared, notify};
use crate::{error::Failure, executions::read::fetch};

/// How many executions that are due a process tells itself of when it begins to listen; the sweep takes the rest.
const MISSED: i64 = 256;

/// The time in a query of its own: the index ends at a value that is known, not at a function.
pub(crate) const DUE: &str = "SELECT id FROM execution \
    WHERE due_at IS NOT NULL AND due_at <= (SELECT now_micros()) ORDER BY due_at, id LIMIT $1";

/// How long to wait before the next connection: doubled up to the longest each time, and as at first when one has worked.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// After how long without a word it is tried whether anybody is there.
const QUIET: Duration = Duration::from_secs(60);

/// Listens until the queue is dropped.
pub(super) async fn run(shared: Arc<Shared>, mut alive: Alive) {
    let (listening, over) = (listen_always(&shared), alive.changed());
    pin_mut!(listening, over);
    let _ = select(listening, over).await;
    shared.listening.store(false, Ordering::Relaxed);
}

async fn listen_always(shared: &Shared) {
    let mut wait = FIRST_WAIT;
    loop {
        if let Ok(mut listener) = connect(shared).await {
            wait = FIRST_WAIT;
            // From here on nothing is missed; what was before is due.
            shared.listening.store(true, Ordering::Relaxed);
            look(shared).await;
            while let Ok(heard) = next(shared, &mut listener).await {
                for execution in heard {
                    hear(shared, execution).await;
                }
            }
            shared.listening.store(false, Ordering::Relaxed);
        }
        let clock = shared.pool.connector().clock();
        clock.sleep_until(clock.now().plus(wait)).await;
        wait = wait.saturating_mul(2).min(LONGEST_WAIT);
    }
}

async fn connect(shared: &Shared) -> Result<PgListener, Failure> {
    let connector = shared.pool.connector();
    connector
        .limit_wait(async {
            let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(connector.options().clone());
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.eager_reconnect(false);
            listener.listen(connector.schema()).await?;
            Ok::<_, Failure>(listener)
        })
        .await
}

/// What is told next; nothing when it was quiet and the server is still there.
async fn next(shared: &Shared, listener: &mut PgListener) -> Result<Vec<ExecutionId>, Failure> {
    let connector = shared.pool.connector();
    {
        let (told, quiet) = (listener.try_recv(), connector.clock().sleep_until(connector.clock().now().plus(QUIET)));
        pin_mut!(told);
        if let Either::Left((told, _)) = select(told, quiet).await {
            return match told? {
                Some(notification) => Ok(notify::read(notification.payload(), shared.sender)),
                // The connection has ended.
                None => Err(Failure::TimedOut),
            };
        }
    }
    connector.limit_wait(sqlx::query("SELECT 1").execute(listener)).await?;
    Ok(Vec::new())
}

/// Takes up what was due while nobody listened.
async fn look(shared: &Shared) {
    let Ok(rows) = fetch(&shared.pool, "hints.listen", sqlx::query(DUE).bind(MISSED)).await else { return };
    for row in rows {
        if let Ok(id) = row.try_get(0) {
            hear(shared, ExecutionId::from_uuid(id)).await;
        }
    }
}

async fn hear(shared: &Shared, execution: ExecutionId) {
    // A queue that is full loses hints, as it may.
    let _ = shared.local.enqueue(Task { execution }, Duration::ZERO).await;
}
