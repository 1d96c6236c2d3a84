//! Hints between processes: a queue of this process, and `NOTIFY`, by which each tells the others what it was told.
//!
//! Hints may be lost, so nothing waits for them: they are sent when what they tell of is committed, as many at once as have
//! gathered while the last ones were under way, and those that the server does not take are forgotten. A process that
//! listens anew has missed some, and looks once at what is due.

pub(crate) mod listen;
mod notify;

use std::{
    collections::BTreeSet,
    fmt,
    num::{NonZeroU32, NonZeroUsize},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::FutureExt as _;
use nebula_ports::{
    Result,
    clock::Clock,
    ids::IdSource,
    memory::MemoryQueue,
    model::ExecutionId,
    spawn::Spawner,
    task_queue::{Delivery, Receipt, Task, TaskQueue},
};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::pool::Pool;

/// Options of [`PostgresStorage::hints`](crate::PostgresStorage::hints).
#[derive(Debug, Clone)]
pub struct HintOptions {
    /// Starts the two tasks that talk to the server. They end when the queue is dropped.
    pub spawner: Arc<dyn Spawner>,
    /// Makes receipts, and the name under which this process tells others.
    pub ids: Arc<dyn IdSource>,
    /// Times visibility in this process.
    pub clock: Arc<dyn Clock>,
    /// How many hints are held in this process at most, those being worked on included. Default: 100 000.
    pub capacity: NonZeroUsize,
    /// After how many deliveries a hint goes to the dead letters. Default: 16.
    pub max_deliveries: NonZeroU32,
}

/// A queue of hints that reaches every process that has one on the same schema.
///
/// What is enqueued without a delay is visible here at once, and in the others as soon as the server has told them. What
/// has a delay, and what is worked on or settled, is this process's own: an execution that two have heard of is claimed by
/// one of them.
pub struct PostgresHints {
    shared: Arc<Shared>,
    /// Dropped with the queue, which ends the tasks.
    _alive: watch::Sender<()>,
}

/// What the queue and its tasks share.
struct Shared {
    local: MemoryQueue,
    pool: Pool,
    /// Tells our own notifications from those of others.
    sender: Uuid,
    pending: Mutex<BTreeSet<ExecutionId>>,
    gathered: Notify,
    listening: AtomicBool,
}

/// Ends when the queue is dropped.
type Alive = watch::Receiver<()>;

// === impl HintOptions ===

impl HintOptions {
    /// The defaults, with these ports.
    #[must_use]
    pub fn new(spawner: Arc<dyn Spawner>, ids: Arc<dyn IdSource>, clock: Arc<dyn Clock>) -> Self {
        let (capacity, max_deliveries) = (MemoryQueue::CAPACITY, MemoryQueue::MAX_DELIVERIES);
        Self { spawner, ids, clock, capacity, max_deliveries }
    }
}

// === impl PostgresHints ===

impl PostgresHints {
    pub(crate) fn start(pool: Pool, options: HintOptions) -> Self {
        let HintOptions { spawner, ids, clock, capacity, max_deliveries } = options;
        let sender = ids.uuid();
        let local = MemoryQueue::new(clock, ids).with_capacity(capacity).with_max_deliveries(max_deliveries);
        let shared = Arc::new(Shared {
            local,
            pool,
            sender,
            pending: Mutex::default(),
            gathered: Notify::new(),
            listening: AtomicBool::new(false),
        });
        let (alive, until) = watch::channel(());
        spawner.spawn("postgres notify", notify::run(Arc::clone(&shared), until.clone()).boxed());
        spawner.spawn("postgres listen", listen::run(Arc::clone(&shared), until).boxed());
        Self { shared, _alive: alive }
    }

    /// Whether the hints of others arrive now. While they do not, the sweep finds what is due.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.shared.listening.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for PostgresHints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresHints").field("listening", &self.is_listening()).finish_non_exhaustive()
    }
}

#[async_trait]
impl TaskQueue for PostgresHints {
    async fn enqueue(&self, task: Task, delay: Duration) -> Result<()> {
        if delay.is_zero() {
            self.shared.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(task.execution);
            self.shared.gathered.notify_one();
        }
        self.shared.local.enqueue(task, delay).await
    }

    async fn dequeue(&self, wait: Duration, visibility: Duration) -> Result<Option<Delivery>> {
        self.shared.local.dequeue(wait, visibility).await
    }

    async fn extend(&self, receipt: Receipt, visibility: Duration) -> Result<()> {
        self.shared.local.extend(receipt, visibility).await
    }

    async fn ack(&self, receipt: Receipt) -> Result<()> {
        self.shared.local.ack(receipt).await
    }

    async fn nack(&self, receipt: Receipt, delay: Duration) -> Result<()> {
        self.shared.local.nack(receipt, delay).await
    }

    async fn dead_letters(&self) -> Result<Vec<Task>> {
        self.shared.local.dead_letters().await
    }

    async fn len(&self) -> Result<usize> {
        self.shared.local.len().await
    }
}
