//! The reference queue: the whole contract in one process, and what a single process runs on.

mod state;

use std::{
    fmt,
    num::{NonZeroU32, NonZeroUsize},
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::future::select;
use tokio::sync::Notify;

use self::state::{Next, State};
use crate::{
    clock::Clock,
    error::{Error, ErrorKind, Result},
    ids::IdSource,
    task_queue::{Delivery, Receipt, Task, TaskQueue},
};

/// A queue in memory: what it holds ends with the process.
///
/// - In order of visibility, first in first out among equals.
/// - A task that waits already is merged: it becomes visible at the earlier of the two times. One that is being worked on
///   is not, because the worker may have looked before what the new one tells of.
/// - A delivery that times out counts as not done, as if `nack` had been called without delay.
/// - Who waits in `dequeue` sleeps until something becomes visible; nothing is polled.
pub struct MemoryQueue {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    capacity: NonZeroUsize,
    max_deliveries: NonZeroU32,
    state: Mutex<State>,
    changed: Notify,
}

// === impl MemoryQueue ===

impl MemoryQueue {
    /// How many tasks are held, at most, when nothing else is said.
    pub const CAPACITY: NonZeroUsize = NonZeroUsize::new(100_000).expect("more than zero");
    /// After how many deliveries a task goes to the dead letters, when nothing else is said.
    pub const MAX_DELIVERIES: NonZeroU32 = NonZeroU32::new(16).expect("more than zero");

    /// An empty queue.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self {
            clock,
            ids,
            capacity: Self::CAPACITY,
            max_deliveries: Self::MAX_DELIVERIES,
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Holds at most so many tasks, those being worked on included; a new one is `Throttled` then.
    #[must_use]
    pub const fn with_capacity(mut self, capacity: NonZeroUsize) -> Self {
        self.capacity = capacity;
        self
    }

    /// After so many deliveries a task goes to the dead letters.
    #[must_use]
    pub const fn with_max_deliveries(mut self, max_deliveries: NonZeroU32) -> Self {
        self.max_deliveries = max_deliveries;
        self
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.time_out(self.clock.now(), self.max_deliveries.get());
        state
    }

    /// Wakes those who sleep, when a change leaves something for them earlier than they think.
    fn wake(&self, state: &mut State) {
        match state.take_news(self.clock.now()) {
            Next::Nothing => {}
            Next::Visible => self.changed.notify_one(),
            Next::Earlier => self.changed.notify_waiters(),
        }
    }

    /// A held delivery, taken out of flight by `settle`.
    fn settle(
        &self,
        operation: &'static str,
        receipt: Receipt,
        settle: impl FnOnce(&mut State, Delivery),
    ) -> Result<()> {
        let mut state = self.lock();
        let delivery = state.land(receipt).ok_or_else(|| lost(operation, receipt))?;
        settle(&mut state, delivery);
        self.wake(&mut state);
        Ok(())
    }
}

fn lost(operation: &'static str, receipt: Receipt) -> Error {
    Error::new(ErrorKind::LeaseLost, operation, "the delivery has timed out or was settled")
        .with_context("receipt", receipt.0)
}

#[async_trait]
impl TaskQueue for MemoryQueue {
    async fn enqueue(&self, task: Task, delay: Duration) -> Result<()> {
        let mut state = self.lock();
        if !state.is_waiting(task.execution) && state.len() >= self.capacity.get() {
            let message = format!("the queue is full: it holds {} tasks", self.capacity);
            return Err(Error::new(ErrorKind::Throttled, "task_queue.enqueue", message));
        }
        let visible_at = self.clock.now().plus(delay);
        state.wait(task, 0, visible_at);
        self.wake(&mut state);
        Ok(())
    }

    async fn dequeue(&self, wait: Duration, visibility: Duration) -> Result<Option<Delivery>> {
        let end = self.clock.now().plus(wait);
        let mut changed = pin!(self.changed.notified());
        loop {
            // Before looking, so that what comes after the look is not missed.
            changed.as_mut().enable();
            let now = self.clock.now();
            let sleep = {
                let mut state = self.lock();
                if let Some(delivery) = state.take(now, now.plus(visibility), || Receipt(self.ids.uuid())) {
                    self.wake(&mut state);
                    return Ok(Some(delivery));
                }
                if now >= end {
                    return Ok(None);
                }
                self.clock.sleep_until(state.sleep(end))
            };
            select(changed.as_mut(), sleep).await;
            changed.set(self.changed.notified());
        }
    }

    async fn extend(&self, receipt: Receipt, visibility: Duration) -> Result<()> {
        let until = self.clock.now().plus(visibility);
        self.settle("task_queue.extend", receipt, |state, delivery| state.fly(delivery, until))
    }

    async fn ack(&self, receipt: Receipt) -> Result<()> {
        self.settle("task_queue.ack", receipt, |_, _| {})
    }

    async fn nack(&self, receipt: Receipt, delay: Duration) -> Result<()> {
        let visible_at = self.clock.now().plus(delay);
        self.settle("task_queue.nack", receipt, |state, delivery| {
            state.give_back(delivery, visible_at, self.max_deliveries.get());
        })
    }

    async fn dead_letters(&self) -> Result<Vec<Task>> {
        Ok(self.lock().dead().to_vec())
    }

    async fn len(&self) -> Result<usize> {
        Ok(self.lock().len())
    }
}

impl fmt::Debug for MemoryQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryQueue")
            .field("capacity", &self.capacity)
            .field("max_deliveries", &self.max_deliveries)
            .finish_non_exhaustive()
    }
}
