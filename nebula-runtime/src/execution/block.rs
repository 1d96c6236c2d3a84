//! Blocks under way: a node whose graph runs once for each of its items.

use std::sync::Arc;

use nebula_ports::{
    model::{Failure, FailureKind, ItemOutcome, JournalEntry, NodeStatus, OnItemError, Payload},
    time::Timestamp,
};
use serde_json::{Value, json};

use super::{CorruptJournal, Datum, Directive, ExecutionState, Instance, frame::FrameId};
use crate::plan::{BlockId, ExecutionPlan, ROOT_BLOCK, Work};

/// A block under way.
#[derive(Debug, Clone)]
pub(super) struct BlockRun {
    /// The list of items, or the input of a called workflow.
    pub(super) input: Datum,
    /// The input has been asked for and not come.
    pub(super) loading: bool,
    /// How many items it has; `None` where it runs once.
    pub(super) items: Option<u32>,
    pub(super) concurrency: u32,
    pub(super) on_item_error: OnItemError,
    /// The next item to open.
    pub(super) next: u32,
    /// Items that are open.
    pub(super) frames: Vec<FrameId>,
    /// How items ended, by index.
    pub(super) ends: Vec<Option<ItemEnd>>,
    /// Why it opens no more items.
    pub(super) failure: Option<Failure>,
}

/// How an item ended.
#[derive(Debug, Clone)]
pub(super) enum ItemEnd {
    Completed {
        output: Datum,
        /// The output has been asked for and not come.
        loading: bool,
    },
    Failed(Failure),
}

/// What an item works on.
#[derive(Debug, Clone)]
pub(super) struct BlockStart {
    pub(super) input: Payload,
    pub(super) items: Option<u32>,
    pub(super) concurrency: u32,
    pub(super) on_item_error: OnItemError,
}

// === impl BlockRun ===

impl BlockRun {
    fn count(&self) -> u32 {
        self.items.unwrap_or(1)
    }

    fn is_done(&self) -> bool {
        self.frames.is_empty() && (self.failure.is_some() || self.next == self.count())
    }
}

// === impl ExecutionState ===

impl ExecutionState {
    /// The block begins, with as many items as may be open at one time.
    pub(super) fn start_block(
        &mut self,
        at: Instance,
        now: Timestamp,
        start: BlockStart,
        entry: &JournalEntry,
    ) -> Result<(), CorruptJournal> {
        self.graph_inside(at, entry)?;
        let node = &mut self.nodes[at as usize];
        if node.status == NodeStatus::Pending {
            node.status = NodeStatus::Ready;
        }
        self.set(at, NodeStatus::Running, entry)?;
        let node = &mut self.nodes[at as usize];
        node.first_started_at.get_or_insert(now);
        let BlockStart { input, items, concurrency, on_item_error } = start;
        node.block = Some(Box::new(BlockRun {
            input: Datum::recorded(input),
            loading: false,
            items,
            concurrency: concurrency.max(1),
            on_item_error,
            next: 0,
            frames: Vec::new(),
            ends: Vec::new(),
            failure: None,
        }));
        self.open_items(at, now);
        Ok(())
    }

    /// An item has ended.
    pub(super) fn finish_item(
        &mut self,
        at: Instance,
        item: u32,
        now: Timestamp,
        outcome: &ItemOutcome,
        entry: &JournalEntry,
    ) -> Result<(), CorruptJournal> {
        let corrupt = || CorruptJournal::new(entry, format!("item {item} of `{}` is not open", self.address(at)));
        let run = self.nodes[at as usize].block.as_ref().ok_or_else(corrupt)?;
        let place = run.frames.iter().position(|frame| self.frames[*frame as usize].item == item);
        let place = place.ok_or_else(corrupt)?;
        let name = self.address(at);
        let run = self.nodes[at as usize].block.as_mut().ok_or_else(|| CorruptJournal::new(entry, String::new()))?;
        let frame = run.frames.swap_remove(place);
        if run.ends.len() <= item as usize {
            run.ends.resize_with(item as usize + 1, || None);
        }
        let mut closing = None;
        run.ends[item as usize] = Some(match outcome {
            ItemOutcome::Completed { output } => {
                ItemEnd::Completed { output: Datum::recorded(output.clone()), loading: false }
            }
            ItemOutcome::Failed { error } => {
                if run.on_item_error == OnItemError::Fail && run.failure.is_none() {
                    run.failure = Some(error.clone());
                    closing = Some(run.frames.clone());
                }
                ItemEnd::Failed(error.clone())
            }
        });
        self.drop_frame(frame);
        for sibling in closing.into_iter().flatten() {
            let why = format!("another item of `{name}` failed");
            self.close_frame(sibling, Failure::new(FailureKind::Cancelled, "item.cancelled", why));
        }
        self.open_items(at, now);
        Ok(())
    }

    /// The result of a block of which all items have ended; `None` when values are still to be brought.
    pub(super) fn block_result(
        &mut self,
        at: Instance,
        directives: &mut Vec<Directive>,
    ) -> Option<Result<Value, Failure>> {
        let run = self.nodes[at as usize].block.as_mut()?;
        if let Some(failure) = &run.failure {
            return Some(Err(failure.clone()));
        }
        let mut complete = true;
        for (item, end) in (0_u32..).zip(&mut run.ends) {
            if let Some(ItemEnd::Completed { output, loading }) = end
                && output.value().is_none()
            {
                complete = false;
                if !*loading {
                    *loading = true;
                    directives.push(Directive::LoadItem(at, item));
                }
            }
        }
        if !complete {
            return None;
        }
        let mut results = Vec::with_capacity(run.ends.len());
        let mut errors = Vec::new();
        for (item, end) in (0_u32..).zip(&run.ends) {
            match end {
                Some(ItemEnd::Completed { output, .. }) => {
                    results.push(output.value().map(|value| value.as_ref().clone()).unwrap_or_default());
                }
                Some(ItemEnd::Failed(error)) => errors.push(json!({ "index": item, "error": error })),
                None => {}
            }
        }
        Some(Ok(match (run.items, run.on_item_error) {
            (None, _) => results.pop().unwrap_or_default(),
            (Some(_), OnItemError::Collect) => json!({ "results": results, "errors": errors }),
            (Some(_), OnItemError::Fail | OnItemError::Skip) => Value::Array(results),
        }))
    }

    fn open_items(&mut self, at: Instance, now: Timestamp) {
        let Some((plan, block)) = self.inside(at) else { return };
        loop {
            let Some(run) = self.nodes[at as usize].block.as_mut() else { return };
            if run.is_done() {
                self.ended_blocks.insert(at);
                return;
            }
            let is_full = u32::try_from(run.frames.len()).unwrap_or(u32::MAX) >= run.concurrency;
            if is_full || run.failure.is_some() || run.next == run.count() {
                return;
            }
            let item = run.next;
            run.next += 1;
            let frame = self.add_frame(Arc::clone(&plan), block, Some(at), item);
            if let Some(run) = self.nodes[at as usize].block.as_mut() {
                run.frames.push(frame);
            }
            self.begin_frame(frame, now);
        }
    }

    /// The graph inside a node.
    fn inside(&self, at: Instance) -> Option<(Arc<ExecutionPlan>, BlockId)> {
        match &self.plan_node(at).work {
            Work::Action(_) => None,
            Work::ForEach(block) => Some((Arc::clone(self.plan_of(at)), *block)),
            Work::Call(plan) => Some((Arc::clone(plan), ROOT_BLOCK)),
        }
    }

    fn graph_inside(&self, at: Instance, entry: &JournalEntry) -> Result<(), CorruptJournal> {
        match self.inside(at) {
            Some(_) => Ok(()),
            None => Err(CorruptJournal::new(entry, format!("`{}` is no block", self.address(at)))),
        }
    }

    /// What a block has begun with, while it is under way: the list of items, or the input of a called workflow.
    #[must_use]
    pub fn block_input(&self, at: Instance) -> Option<&Datum> {
        self.nodes[at as usize].block.as_ref().map(|run| &run.input)
    }

    /// The result of an item that has completed, while its block is under way.
    #[must_use]
    pub fn item_output(&self, at: Instance, item: u32) -> Option<&Datum> {
        match self.nodes[at as usize].block.as_ref()?.ends.get(item as usize)? {
            Some(ItemEnd::Completed { output, .. }) => Some(output),
            Some(ItemEnd::Failed(_)) | None => None,
        }
    }

    /// Hands in the value of a block's input, asked for by `Directive::LoadBlock`.
    pub fn provide_block(&mut self, at: Instance, value: Arc<Value>) {
        if let Some(run) = &mut self.nodes[at as usize].block {
            run.loading = false;
            run.input.provide(value);
        }
    }

    /// Hands in the value of an item's output, asked for by `Directive::LoadItem`.
    pub fn provide_item(&mut self, at: Instance, item: u32, value: Arc<Value>) {
        if let Some(run) = &mut self.nodes[at as usize].block
            && let Some(Some(ItemEnd::Completed { output, loading })) = run.ends.get_mut(item as usize)
        {
            *loading = false;
            output.provide(value);
        }
    }
}
