//! What an action sees of its attempt and of the world.

pub(crate) mod blobs;
pub(crate) mod env;
pub(crate) mod exec;
pub(crate) mod files;
pub(crate) mod http;
pub(crate) mod random;
mod step;

use std::{
    fmt,
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};

use nebula_ports::{
    action::CallContext,
    model::{ExecutionId, IdempotencyKey, NodeAddress, NodeId},
    progress::Progress,
    time::Timestamp,
};

use crate::{ActionError, Blobs, Declares, Env, ExecCall, FilesRead, FilesWrite, Http, Random, Result, cap};

/// One attempt of the action `A`: who it is, and the doors that `A` declares.
///
/// Every use of a door is checked against the grants of the run; what is not granted is an error of kind `Denied` whose
/// help is the grant that would allow it.
pub struct ActionContext<A> {
    call: CallContext,
    action: PhantomData<fn() -> A>,
}

// === impl ActionContext ===

impl<A> ActionContext<A> {
    pub(crate) fn new(call: CallContext) -> Self {
        Self { call, action: PhantomData }
    }

    /// The run.
    #[must_use]
    pub fn execution(&self) -> ExecutionId {
        self.call.execution
    }

    /// The node of the workflow.
    #[must_use]
    pub fn node(&self) -> &NodeId {
        self.call.node.id()
    }

    /// Where the node stands in the run: inside which item of which block.
    #[must_use]
    pub fn address(&self) -> &NodeAddress {
        &self.call.node
    }

    /// 1 for the first attempt, 2 for the next, …
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.call.attempt
    }

    /// The same for every attempt of this step of this node in this run: send it to a remote that knows idempotency keys.
    #[must_use]
    pub fn idempotency_key(&self) -> IdempotencyKey {
        self.call.idempotency_key
    }

    /// When the attempt began. This is the time to use in an action: the journal has it, and a replay sees the same. What
    /// the time is now, after the work so far, [`wall_clock`](Self::wall_clock) tells.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        self.call.started_at
    }

    /// Completes when the run is being cancelled; end soon then. After a grace period the attempt is dropped.
    pub async fn cancelled(&self) {
        self.call.cancel.cancelled().await;
    }

    /// Whether the run is being cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.call.cancel.is_cancelled()
    }

    /// Says that the attempt is alive, and how far it is: to the engine, which ends an attempt that is silent for longer
    /// than `heartbeat = ".."` says, and to those who watch the run. Returns at once; no journal has it.
    pub fn heartbeat(&self, progress: Progress)
    where
        A: Declares<cap::Heartbeat>,
    {
        self.call.pulse.beat(progress);
    }

    /// HTTP, within `capabilities(net(..))`.
    #[must_use]
    pub fn http(&self) -> Http<'_>
    where
        A: Declares<cap::Net>,
    {
        Http::new(&*self.call.host)
    }

    /// Reading files, within `capabilities(fs_read(..))`.
    #[must_use]
    pub fn files_read(&self) -> FilesRead<'_>
    where
        A: Declares<cap::FsRead>,
    {
        FilesRead::new(&*self.call.host)
    }

    /// Writing files, within `capabilities(fs_write(..))`.
    #[must_use]
    pub fn files_write(&self) -> FilesWrite<'_>
    where
        A: Declares<cap::FsWrite>,
    {
        FilesWrite::new(&*self.call.host)
    }

    /// Environment variables, within `capabilities(env(..))`.
    #[must_use]
    pub fn env(&self) -> Env<'_>
    where
        A: Declares<cap::Env>,
    {
        Env::new(&*self.call.host)
    }

    /// A program to be run, within `capabilities(exec(..))`.
    pub fn exec(&self, program: impl Into<String>) -> ExecCall<'_>
    where
        A: Declares<cap::Exec>,
    {
        ExecCall::new(&*self.call.host, program.into())
    }

    /// Content that is stored apart, for actions that declare `capabilities(blob)`: what the input names is read, and what
    /// is put can be given back.
    #[must_use]
    pub fn blobs(&self) -> Blobs<'_>
    where
        A: Declares<cap::Blob>,
    {
        Blobs::new(&*self.call.host)
    }

    /// Random numbers, for actions that declare `capabilities(random)`. Every attempt gets others; what has to be the same
    /// in all attempts is [`idempotency_key`](Self::idempotency_key).
    #[must_use]
    pub fn random(&self) -> Random<'_>
    where
        A: Declares<cap::Random>,
    {
        Random::new(&*self.call.host)
    }

    /// The time of day, for actions that declare `capabilities(wall_clock)`. It is the clock of the engine: in tests it
    /// stands still but for what is waited for.
    ///
    /// # Errors
    /// `Denied` after the end of the attempt.
    pub fn wall_clock(&self) -> Result<Timestamp>
    where
        A: Declares<cap::WallClock>,
    {
        Ok(self.call.host.wall_clock()?)
    }

    /// Runs work that keeps a thread busy (parsing, hashing, compressing) where it hinders no other action. Work that
    /// has begun runs to its end, also when the attempt is dropped.
    ///
    /// # Errors
    /// `Bug` when the work panicked.
    pub async fn blocking<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let place = Arc::new(Mutex::new(None));
        let result = Arc::clone(&place);
        let work = move || {
            let value = work();
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        };
        self.call.host.blocking(Box::new(work)).await;
        let value = result.lock().unwrap_or_else(PoisonError::into_inner).take();
        value.ok_or_else(|| ActionError::bug("the work given to `blocking` panicked"))
    }
}

impl<A> fmt::Debug for ActionContext<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.call, f)
    }
}
