//! Drives one execution under one lease: fold, decide, run, journal — until it ends, parks or is lost.
//!
//! Entries change the state in memory at once and are committed in order, one commit at a time; while one is being
//! written, the next gathers. An attempt that could have an effect begins only when its start is durable, and so is
//! everything before it.

mod advance;
mod block;
mod flush;
mod handle;

use std::{
    collections::{BTreeMap, HashSet},
    convert::Infallible,
    sync::Arc,
    time::Duration,
};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use nebula_ports::{
    Scope,
    action::Step,
    model::{ExecutionStatus, Failure, InboxItem, JournalEntry, Lease, NewExecution, RequestId, Seq},
    time::Timestamp,
};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::{EngineShared, start::Accepted};
use crate::{
    execution::{ExecutionState, Instance},
    layers::{JournalHandle, NodeEnd, Record, RunContext},
};

/// What a driver is told from outside.
#[derive(Debug)]
pub(crate) enum Control {
    /// Requests that are in the inbox.
    Inbox(Vec<InboxItem>),
    /// The lease was renewed.
    Renewed(Lease),
    /// The lease is somebody else's.
    Lost,
    /// Begin nothing new; park when what runs has ended.
    Drain,
    /// Give up what runs and park at once.
    Abandon,
}

/// How a drive ended.
#[derive(Debug)]
pub(crate) enum DriveEnd {
    /// The execution has ended.
    Finished { status: ExecutionStatus, output: Option<Arc<Value>>, error: Option<Failure> },
    /// It waits.
    Parked { wake_at: Option<Timestamp>, waiting_for: Option<String> },
    /// Somebody else has it, or it never was (a start that was refused).
    Lost,
}

/// What a drive that has ended was told too late: it is in the inbox, and nothing has come of it.
#[derive(Debug)]
pub(crate) struct Unread {
    /// There are requests that it read and that are in no commit.
    uncommitted: bool,
    told: mpsc::UnboundedReceiver<Control>,
}

/// Everything that can wake a driver.
enum Event {
    Committed(flush::Committed),
    CallEnded(Instance, NodeEnd),
    Recorded(Record),
    Control(Option<Control>),
    Wake,
}

pub(crate) struct Drive {
    shared: Arc<EngineShared>,
    scope: Scope,
    state: ExecutionState,
    /// What is durable.
    seq: Seq,
    lease: Option<Lease>,
    run: Arc<RunContext>,
    records: mpsc::UnboundedReceiver<Record>,
    control: mpsc::UnboundedReceiver<Control>,
    calls: FuturesUnordered<BoxFuture<'static, (Instance, NodeEnd)>>,
    in_flight: BTreeMap<Instance, CancellationToken>,
    /// Entries applied and not committed.
    buffer: Vec<JournalEntry>,
    waiters: Vec<oneshot::Sender<()>>,
    consumed: Vec<RequestId>,
    /// Requests taken up, so that one that is told twice counts once.
    seen: HashSet<RequestId>,
    committing: Option<BoxFuture<'static, flush::Committed>>,
    /// The start, until its first commit.
    starting: Option<(NewExecution, oneshot::Sender<Accepted>)>,
    draining: bool,
    /// Finished by something outside the fold: a blob that cannot be read.
    output: Option<Arc<Value>>,
    end: Option<DriveEnd>,
}

impl std::fmt::Debug for Drive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drive").field("execution", &self.state.id()).finish_non_exhaustive()
    }
}

// === impl Drive ===

impl Drive {
    /// A driver of an execution that is being started: its first entry is applied and gathers with what follows.
    pub(crate) fn of_start(
        shared: Arc<EngineShared>,
        scope: Scope,
        state: ExecutionState,
        new: NewExecution,
        accepted: oneshot::Sender<Accepted>,
        control: mpsc::UnboundedReceiver<Control>,
    ) -> Self {
        let buffer = new.entries.clone();
        let mut drive = Self::new(shared, scope, state, None, Seq(0), control);
        drive.buffer = buffer;
        drive.starting = Some((new, accepted));
        drive
    }

    /// A driver of an execution that was claimed; its journal is folded.
    pub(crate) fn of_claim(
        shared: Arc<EngineShared>,
        scope: Scope,
        state: ExecutionState,
        lease: Lease,
        seq: Seq,
        inbox: Vec<InboxItem>,
        control: mpsc::UnboundedReceiver<Control>,
    ) -> Self {
        let mut drive = Self::new(shared, scope, state, Some(lease), seq, control);
        drive.recover();
        drive.take_requests(inbox);
        drive
    }

    fn new(
        shared: Arc<EngineShared>,
        scope: Scope,
        state: ExecutionState,
        lease: Option<Lease>,
        seq: Seq,
        control: mpsc::UnboundedReceiver<Control>,
    ) -> Self {
        let (journal, records) = JournalHandle::new();
        let parallel = state.plan().max_parallel.map(|limit| Arc::new(tokio::sync::Semaphore::new(limit as usize)));
        let run = Arc::new(RunContext {
            execution: state.id(),
            scope: scope.clone(),
            grants: Arc::clone(state.grants()),
            deadline: state.deadline(),
            parallel,
            journal,
        });
        Self {
            shared,
            scope,
            state,
            seq,
            lease,
            run,
            records,
            control,
            calls: FuturesUnordered::new(),
            in_flight: BTreeMap::new(),
            buffer: Vec::new(),
            waiters: Vec::new(),
            consumed: Vec::new(),
            seen: HashSet::new(),
            committing: None,
            starting: None,
            draining: false,
            output: None,
            end: None,
        }
    }

    /// Runs to the end of the drive. Dropping the future stops everything at once; nothing durable is lost by that.
    ///
    /// Gives back what came while the last commit was under way.
    pub(crate) async fn run(mut self) -> (DriveEnd, Unread) {
        loop {
            self.settle().await;
            if let Some(end) = self.end.take() {
                return (end, Unread { uncommitted: !self.consumed.is_empty(), told: self.control });
            }
            let event = self.next_event().await;
            self.handle(event);
        }
    }

    /// Does all that can be done without waiting: decide, start nodes, take what they record, begin a commit.
    async fn settle(&mut self) {
        loop {
            self.advance().await;
            let mut progressed = false;
            // New calls run until they wait for something, so that their first entries ride with this commit.
            while let Some(Some((slot, end))) = self.calls.next().now_or_never() {
                self.handle(Event::CallEnded(slot, end));
                progressed = true;
            }
            while let Ok(record) = self.records.try_recv() {
                self.handle(Event::Recorded(record));
                progressed = true;
            }
            if !progressed {
                break;
            }
        }
        self.flush();
    }

    async fn next_event(&mut self) -> Event {
        // While the run is being ended, its time limit has passed and would wake us for ever.
        let ending = self.draining || self.state.closing(self.shared.ports.clock.now()).is_some();
        let wake = self.state.next_wake().filter(|_| !ending);
        let sleep = wake.map(|at| self.shared.ports.clock.sleep_until(at));
        tokio::select! {
            biased;
            control = self.control.recv() => Event::Control(control),
            committed = or_never(self.committing.as_mut()) => {
                self.committing = None;
                Event::Committed(committed)
            }
            Some(record) = self.records.recv() => Event::Recorded(record),
            Some((slot, end)) = self.calls.next(), if !self.calls.is_empty() => Event::CallEnded(slot, end),
            () = or_never(sleep) => Event::Wake,
        }
    }

    /// Begins a node's call.
    fn launch(&mut self, at: Instance, step: Step) {
        let node = self.state.node(at);
        let cancel = CancellationToken::new();
        let call = crate::layers::NodeCall {
            run: Arc::clone(&self.run),
            at,
            plan: Arc::clone(self.state.plan_of(at)),
            slot: node.slot(),
            address: self.state.address(at),
            attempt: node.attempts + 1,
            step,
            unwaited: node.step.as_ref().map_or(0, |step| step.unwaited),
            failures: node.failures,
            first_started_at: node.first_started_at,
            values: Arc::new(self.state.values_of(at)),
            cancel: cancel.clone(),
        };
        self.in_flight.insert(at, cancel);
        let mut stack = self.shared.stack.clone();
        self.calls.push(Box::pin(async move {
            let end: Result<NodeEnd, Infallible> = stack.call(call).await;
            (at, end.unwrap_or_else(|never| match never {}))
        }));
    }

    /// How long a wait may be held in memory.
    fn patience(&self) -> Duration {
        self.shared.config.longest_wait_in_memory
    }
}

// === impl Unread ===

impl Unread {
    /// Whether there are requests among it. Ask when nobody can tell the drive anything any more.
    pub(crate) fn has_requests(mut self) -> bool {
        let mut told = std::iter::from_fn(|| self.told.try_recv().ok());
        self.uncommitted || told.any(|control| matches!(control, Control::Inbox(_)))
    }
}

/// The future, or one that never completes.
async fn or_never<F: Future + Unpin>(future: Option<F>) -> F::Output {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}
