//! Beginning and ending blocks and their items.

use std::sync::Arc;

use nebula_ports::model::{Failure, FailureKind, ItemOutcome, JournalEntry, NodeAddress, OnItemError};
use serde_json::Value;

use super::Drive;
use crate::{catalogue::defaults, evaluate, execution::Instance, layers::spill::spill, plan::Work};

/// Most items of one block.
const MAX_ITEMS: usize = 1_000_000;

/// What a block is to work on.
struct Opening {
    input: Value,
    items: Option<u32>,
    concurrency: u32,
    on_item_error: OnItemError,
}

impl Drive {
    /// Computes what a block works on. What cannot be computed, or does not fit, fails the node.
    pub(super) async fn open_block(&mut self, at: Instance) {
        let node = self.state.address(at);
        let opening = match self.opening(at).await {
            Ok(opening) => opening,
            Err(error) => return self.block_failed(node, error),
        };
        let Opening { input, items, concurrency, on_item_error } = opening;
        let (input, value) = match spill(self.shared.ports.blobs.as_ref(), &self.scope, Arc::new(input)).await {
            Ok(spilled) => spilled,
            Err(error) => return self.block_failed(node, error),
        };
        let now = self.shared.ports.clock.now();
        self.enter(JournalEntry::BlockStarted { node, at: now, input, items, concurrency, on_item_error });
        if let Some(value) = value {
            self.state.provide_block(at, value);
        }
    }

    fn block_failed(&mut self, node: NodeAddress, error: Failure) {
        let at = self.shared.ports.clock.now();
        self.enter(JournalEntry::NodeFailed { node, at, error });
    }

    async fn opening(&mut self, at: Instance) -> Result<Opening, Failure> {
        let values = Arc::new(self.state.values_of(at));
        let plan = Arc::clone(self.state.plan_of(at));
        let slot = self.state.node(at).slot();
        let compute = {
            let (plan, values) = (Arc::clone(&plan), Arc::clone(&values));
            move || evaluate::compute(&plan.node(slot).parameters, values.as_ref())
        };
        let node = plan.node(slot);
        let mut parameters = if evaluate::weight(&node.parameters, values.as_ref()) > evaluate::HEAVY {
            evaluate::off_thread(self.shared.ports.spawner.as_ref(), compute).await??
        } else {
            compute()?
        };
        if let Some(first) = node.schema.check(&parameters).first() {
            let mut failure =
                Failure::new(FailureKind::Invalid, "input.invalid", first.message.clone()).at(&first.pointer);
            failure.help.clone_from(&first.help);
            return Err(failure);
        }
        match &node.work {
            Work::Call(called) => {
                if let Some(schema) = &called.input {
                    defaults::fill(schema.schema(), &mut parameters);
                }
                Ok(Opening { input: parameters, items: None, concurrency: 1, on_item_error: OnItemError::Fail })
            }
            Work::Action(_) | Work::ForEach(_) => items(parameters),
        }
    }

    /// Journals the end of an item, when no call of its nodes is under way any more; asks those to end otherwise.
    pub(super) async fn finish_item(
        &mut self,
        block: Instance,
        item: u32,
        outcome: Result<Arc<Value>, Failure>,
    ) -> bool {
        let mut is_busy = false;
        for (at, cancel) in &self.in_flight {
            if self.state.is_in_item(*at, block, item) {
                is_busy = true;
                if outcome.is_err() {
                    cancel.cancel();
                }
            }
        }
        if is_busy {
            return false;
        }
        let spilled = match outcome {
            Ok(value) => spill(self.shared.ports.blobs.as_ref(), &self.scope, value).await,
            Err(error) => Err(error),
        };
        let (outcome, value) = match spilled {
            Ok((output, value)) => (ItemOutcome::Completed { output }, value),
            Err(error) => (ItemOutcome::Failed { error }, None),
        };
        let (node, at) = (self.state.address(block), self.shared.ports.clock.now());
        self.enter(JournalEntry::ItemFinished { node, item, at, outcome });
        if let Some(value) = value {
            self.state.provide_item(block, item, value);
        }
        true
    }

    pub(super) async fn finish_block(&mut self, at: Instance, output: Arc<Value>) {
        let node = self.state.address(at);
        match spill(self.shared.ports.blobs.as_ref(), &self.scope, output).await {
            Ok((output, value)) => {
                let now = self.shared.ports.clock.now();
                self.enter(JournalEntry::BlockFinished { node, at: now, output });
                if let Some(value) = value {
                    self.state.provide(at, value);
                }
            }
            Err(error) => self.block_failed(node, error),
        }
    }
}

/// The parameters of `flow.for_each`, which fit its schema.
fn items(mut parameters: Value) -> Result<Opening, Failure> {
    let concurrency = parameters.get("concurrency").and_then(Value::as_u64).unwrap_or(1);
    let on_item_error = match parameters.get("on_item_error").and_then(Value::as_str) {
        Some("skip") => OnItemError::Skip,
        Some("collect") => OnItemError::Collect,
        _ => OnItemError::Fail,
    };
    let input = parameters.get_mut("items").map(Value::take).unwrap_or_default();
    let count = input.as_array().map_or(0, Vec::len);
    if count > MAX_ITEMS {
        let message = format!("there are {count} items: at most {MAX_ITEMS} are looked at in one block");
        let failure = Failure::new(FailureKind::Invalid, "items.too_many", message);
        return Err(failure.at("/items").with_help("divide the list, and call a workflow for each part"));
    }
    Ok(Opening {
        items: Some(u32::try_from(count).unwrap_or(u32::MAX)),
        concurrency: u32::try_from(concurrency).unwrap_or(u32::MAX),
        on_item_error,
        input,
    })
}
