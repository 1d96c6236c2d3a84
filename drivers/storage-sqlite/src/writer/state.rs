//! What the writer knows of the database: the rows of a batch, and between batches those that are held by somebody, as
//! they will be written to again. Nobody else writes, so what is known is what is there.

use std::collections::HashMap;

use nebula_ports::{
    Error,
    execution_row::ExecutionRow,
    model::{Digest, ExecutionId, Generation, InboxItem, RequestId, StartKey, TenantId, WorkflowId},
    workflow_repo::StoredWorkflow,
};

use super::triggers::TriggerRows;

/// Rows kept between batches at most, about 5 MiB.
const KEPT: usize = 8192;

/// What a start's key is unique in.
pub(super) type Key = (TenantId, WorkflowId, StartKey);

/// Rows by their keys. Cleared as a whole when a transaction fails.
#[derive(Debug)]
pub(super) struct State {
    /// Which copy of its data the store is.
    pub(super) generation: Generation,
    /// The number of the last execution.
    pub(super) last_number: i64,
    pub(super) executions: HashMap<ExecutionId, Known>,
    // --- of this batch only ---
    /// Executions that were read or changed; some more than once.
    pub(super) touched: Vec<ExecutionId>,
    /// Executions whose rows or inboxes cannot be read: what is asked of them fails, and nothing else.
    pub(super) broken: HashMap<ExecutionId, Error>,
    pub(super) keys: HashMap<Key, (ExecutionId, Digest)>,
    pub(super) workflows: HashMap<(TenantId, Digest), StoredWorkflow>,
    /// The last version of each workflow.
    pub(super) versions: HashMap<(TenantId, WorkflowId), u32>,
    /// What may be due.
    pub(super) due: Vec<ExecutionId>,
    pub(super) triggers: TriggerRows,
}

/// An execution's row and inbox, and how far the row differs from the stored one.
#[derive(Debug)]
pub(super) struct Known {
    /// By which other tables know the execution.
    pub(super) number: i64,
    pub(super) row: ExecutionRow,
    /// Every request accepted so far, in order.
    pub(super) inbox: Vec<Received>,
    pub(super) change: Change,
}

/// A request of an inbox.
#[derive(Debug)]
pub(super) enum Received {
    Waiting(InboxItem),
    /// Dealt with; it is known so that it is not accepted again.
    Consumed(RequestId),
}

/// What has to be written of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    Nothing,
    /// The position and the last commit: the step of an execution that goes on. Touches no index.
    Progress,
    /// All that ever changes.
    Whole,
    /// The row is new.
    New,
}

// === impl State ===

impl State {
    /// Of a database of this generation, whose last execution has this number; nothing else is known of it.
    pub(super) fn new(generation: Generation, last_number: i64) -> Self {
        Self {
            generation,
            last_number,
            executions: HashMap::new(),
            touched: Vec::new(),
            broken: HashMap::new(),
            keys: HashMap::new(),
            workflows: HashMap::new(),
            versions: HashMap::new(),
            due: Vec::new(),
            triggers: TriggerRows::new(generation),
        }
    }

    /// Ends a batch that landed.
    pub(super) fn settle(&mut self) {
        for id in std::mem::take(&mut self.touched) {
            match self.executions.get_mut(&id) {
                Some(known) if known.row.record.holder.is_some() => known.change = Change::Nothing,
                _ => drop(self.executions.remove(&id)),
            }
        }
        self.forget_batch();
        if self.executions.len() > KEPT {
            self.executions.clear();
        }
    }

    /// Ends a batch that did not land, or nobody knows: the database is asked again.
    pub(super) fn forget(&mut self) {
        self.forget_batch();
        self.executions.clear();
    }

    fn forget_batch(&mut self) {
        self.touched.clear();
        self.broken.clear();
        self.keys.clear();
        self.workflows.clear();
        self.versions.clear();
        self.due.clear();
        self.triggers = TriggerRows::new(self.generation);
    }
}

// === impl Known ===

impl Known {
    /// A row as it is stored.
    pub(super) fn stored(number: i64, row: ExecutionRow) -> Self {
        Self { number, row, inbox: Vec::new(), change: Change::Nothing }
    }

    /// The requests that wait.
    pub(super) fn waiting(&self) -> Vec<InboxItem> {
        let items = self.inbox.iter().filter_map(|received| match received {
            Received::Waiting(item) => Some(item.clone()),
            Received::Consumed(_) => None,
        });
        items.collect()
    }

    pub(super) fn mark(&mut self, change: Change) {
        self.change = self.change.max(change);
    }
}

// === impl Received ===

impl Received {
    pub(super) const fn id(&self) -> RequestId {
        match self {
            Self::Waiting(item) => item.id,
            Self::Consumed(id) => *id,
        }
    }
}
