//! Deciding: what is to be done next, given what has happened.

use std::{collections::HashSet, sync::Arc};

use nebula_expression::Limits;
use nebula_ports::{
    model::{ConditionTrace, ExecutionStatus, Failure, FailureKind, NodeStatus, PortRef, SkipReason},
    time::Timestamp,
};
use serde_json::{Map, Value};

use super::{ExecutionState, Instance, deadline_passed, frame::FrameId, state::EdgeState};
use crate::{
    evaluate,
    plan::{ExecutionPlan, Slot, Work},
};

/// Something to be done. The state changes only by the entry that says it was done.
#[derive(Debug, Clone, PartialEq)]
pub enum Directive {
    /// Bring the value of a node's blob, [`ExecutionState::provide`] it, decide again.
    Load(Instance),
    /// Bring the value of the input's blob, [`ExecutionState::provide_input`] it, decide again.
    LoadInput,
    /// Bring what a block works on, [`ExecutionState::provide_block`] it, decide again.
    LoadBlock(Instance),
    /// Bring the result of an item of a block, [`ExecutionState::provide_item`] it, decide again.
    LoadItem(Instance, u32),
    /// Journal that the node is skipped.
    Skip(Instance, SkipReason),
    /// Journal that the node cannot run.
    Fail(Instance, Failure),
    /// Start the node's next attempt.
    Run(Instance),
    /// Compute what the block works on, and journal that it begins.
    Open(Instance),
    /// Journal that an item of a block has ended. Given again until it is: calls of its nodes end first.
    FinishItem {
        /// The block.
        block: Instance,
        /// Which item.
        item: u32,
        /// Its result.
        outcome: Result<Arc<Value>, Failure>,
    },
    /// Journal that a block has ended with this result.
    FinishBlock(Instance, Arc<Value>),
    /// Journal that the time the node waited for has come.
    FireTimer(Instance),
    /// Journal the end.
    Finish {
        /// A terminal status.
        status: ExecutionStatus,
        /// The result, when completed.
        output: Option<Arc<Value>>,
        /// The reason, when not.
        error: Option<Failure>,
    },
}

/// What becomes of attempts that were under way when their worker went away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// May be repeated: it is ready again.
    Rerun(Instance),
    /// May not be repeated: journal that it is in doubt.
    InDoubt(Instance),
}

// === impl ExecutionState ===

impl ExecutionState {
    /// What is to be done now. Each directive is given once; nothing is given twice while it is being done. A retry
    /// that falls due is given as `Run` also when its attempt is still being waited for by whoever ran the last one.
    pub fn decide(&mut self, now: Timestamp) -> Vec<Directive> {
        let mut directives = Vec::new();
        if self.finished.is_some() || self.status == ExecutionStatus::Pending {
            return directives;
        }
        if let Some((status, error)) = self.closing(now) {
            // Nothing new begins. Whoever runs attempts ends them first and then writes the end.
            directives.push(Directive::Finish { status, output: None, error });
            return directives;
        }
        self.judge_connections(&mut directives);
        self.start_ready(&mut directives);
        self.fire_timers(now, &mut directives);
        self.end_items(&mut directives);
        self.end_blocks(&mut directives);
        if self.frames[0].open == 0 {
            self.conclude(&mut directives);
        }
        directives
    }

    /// What the next [`decide`](Self::decide) will take to evaluate, in units, as far as values are at hand.
    #[must_use]
    pub fn weight(&self) -> u64 {
        let conditions = self.unsettled.iter().map(|(frame, index)| {
            let edge = &self.frames[*frame as usize].plan.edges[*index as usize];
            let sized = edge.when.as_ref().filter(|when| !when.cost().is_constant());
            sized.map_or(0, |when| when.estimate(&self.values(*frame, &edge.reads, self.started_at)).units)
        });
        let items = self.ended.iter().copied().filter(|frame| self.frames[*frame as usize].failure.is_none());
        let root = (self.frames[0].open == 0).then_some(0);
        let outputs = items.chain(root).map(|frame| {
            let output = self.frames[frame as usize].graph().output.as_ref();
            output.map_or(0, |output| {
                evaluate::weight(&output.value, &self.values(frame, &output.reads, self.started_at))
            })
        });
        conditions.chain(outputs).fold(0, u64::saturating_add)
    }

    /// Why nothing new may begin, if so.
    #[must_use]
    pub fn closing(&self, now: Timestamp) -> Option<(ExecutionStatus, Option<Failure>)> {
        if let Some(reason) = &self.cancel_reason {
            let error = Failure::new(FailureKind::Cancelled, "execution.cancelled", reason.clone());
            return Some((ExecutionStatus::Cancelled, Some(error)));
        }
        if let Some(failure) = &self.failure {
            return Some((ExecutionStatus::Failed, Some(failure.clone())));
        }
        let timeout = self.plan.timeout.filter(|_| self.deadline().is_some_and(|deadline| deadline <= now))?;
        let error = Failure::new(
            FailureKind::Timeout,
            "execution.timeout",
            format!("the run has not ended within {}", nebula_ports::time::DurationText::new(timeout)),
        );
        Some((ExecutionStatus::Failed, Some(error)))
    }

    /// What becomes of attempts that the journal shows under way. Call it once, after folding the journal of an
    /// execution that somebody else drove.
    pub fn recover(&mut self) -> Vec<Recovery> {
        let mut found = Vec::new();
        // The fold has put down every node that was ready at some time; most have begun since.
        let nodes = &self.nodes;
        let mut seen = HashSet::new();
        self.ready.retain(|at| is_startable(nodes[*at as usize].status) && seen.insert(*at));
        for at in 0..self.nodes.len() {
            // A run has fewer than 2^32 nodes at one time.
            let at = at as Instance;
            let node = &self.nodes[at as usize];
            if node.status != NodeStatus::Running || node.block.is_some() || !self.frame_of(at).is_live {
                continue;
            }
            if node.effect.is_some_and(nebula_ports::model::EffectClass::is_repeatable) {
                let frame = node.frame;
                self.nodes[at as usize].status = NodeStatus::Ready;
                self.ready.push_back(at);
                self.count_running(frame, -1);
                found.push(Recovery::Rerun(at));
            } else {
                found.push(Recovery::InDoubt(at));
            }
        }
        found
    }

    /// Judges connections whose earlier node has ended; keeps those whose values are not at hand.
    fn judge_connections(&mut self, directives: &mut Vec<Directive>) {
        for _ in 0..self.unsettled.len() {
            let Some((id, index)) = self.unsettled.pop_front() else { break };
            let frame = &self.frames[id as usize];
            let plan = Arc::clone(&frame.plan);
            let edge = &plan.edges[index as usize];
            let to = frame.instance(edge.to);
            // A node that has failed before its time, by another connection's condition, asks for nothing more.
            let is_over = self.node(to).status.is_terminal();
            let taken = match &edge.when {
                _ if is_over || !self.leads(id, edge) => Ok(false),
                None => Ok(true),
                Some(when) => {
                    if !self.load(id, &edge.reads, directives) {
                        self.unsettled.push_back((id, index));
                        continue;
                    }
                    let values = self.values(id, &edge.reads, self.node(to).ready_at);
                    evaluate::holds(when, &values).map_err(|mut failure| {
                        failure.message = format!(
                            "the condition of the connection from `{}` cannot be computed: {}",
                            plan.node(edge.from).id,
                            failure.message
                        );
                        failure
                    })
                }
            };
            let place = (self.frames[id as usize].first_edge + edge.place) as usize;
            match taken {
                Ok(taken) => {
                    self.release(id, &edge.reads);
                    self.edges[place] = if taken { EdgeState::Taken } else { EdgeState::NotTaken };
                    self.settle(to, taken);
                }
                Err(failure) => {
                    self.edges[place] = EdgeState::NotTaken;
                    // A node fails once, whatever number of conditions cannot be computed.
                    if !directives.iter().any(|given| matches!(given, Directive::Fail(at, _) if *at == to)) {
                        directives.push(Directive::Fail(to, failure));
                    }
                }
            }
        }
    }

    fn settle(&mut self, to: Instance, taken: bool) {
        let node = &mut self.nodes[to as usize];
        node.unjudged -= 1;
        node.taken += u32::from(taken);
        if node.unjudged == 0 && node.status == NodeStatus::Pending {
            self.ready.push_back(to);
        }
    }

    /// Hands out nodes that may start; keeps those whose values are not at hand.
    fn start_ready(&mut self, directives: &mut Vec<Directive>) {
        for _ in 0..self.ready.len() {
            let Some(at) = self.ready.pop_front() else { break };
            let node = self.node(at);
            let (id, slot) = (node.frame, node.slot);
            if !is_startable(node.status) || self.is_closing(id) {
                continue;
            }
            let plan = Arc::clone(&self.frames[id as usize].plan);
            if node.unjudged == 0 && node.taken == 0 && !plan.node(slot).incoming.is_empty() {
                let reason = self.skip_reason(at);
                directives.push(Directive::Skip(at, reason));
                continue;
            }
            if !self.load(id, &plan.node(slot).reads, directives) {
                self.ready.push_back(at);
                continue;
            }
            let node = &mut self.nodes[at as usize];
            if node.status == NodeStatus::Pending {
                node.status = NodeStatus::Ready;
            }
            directives.push(match plan.node(slot).work {
                Work::Action(_) => Directive::Run(at),
                Work::ForEach(_) | Work::Call(_) => Directive::Open(at),
            });
        }
    }

    fn fire_timers(&mut self, now: Timestamp, directives: &mut Vec<Directive>) {
        let due: Vec<_> = self.timers.iter().take_while(|(at, _)| *at <= now).copied().collect();
        for (time, at) in due {
            let node = self.node(at);
            let (id, slot, status) = (node.frame, node.slot, node.status);
            if self.is_closing(id) {
                self.timers.remove(&(time, at));
                continue;
            }
            let plan = Arc::clone(&self.frames[id as usize].plan);
            match status {
                NodeStatus::WaitingTimer | NodeStatus::WaitingSignal
                    if self.node(at).step.is_some() && self.deadline_of(at).is_some_and(|up| up <= now) =>
                {
                    directives.push(Directive::Fail(at, deadline_passed()));
                }
                NodeStatus::WaitingTimer | NodeStatus::WaitingSignal => directives.push(Directive::FireTimer(at)),
                // Its values may have been let go since the last attempt: it stays due until they are brought.
                _ if !self.load(id, &plan.node(slot).reads, directives) => continue,
                _ => directives.push(Directive::Run(at)),
            }
            self.timers.remove(&(time, at));
        }
    }

    /// Items that have ended: their results.
    fn end_items(&mut self, directives: &mut Vec<Directive>) {
        for id in self.ended.iter().copied().collect::<Vec<_>>() {
            let frame = &self.frames[id as usize];
            let (Some(block), item) = (frame.owner, frame.item) else { continue };
            let outcome = match &frame.failure {
                Some(failure) => Err(failure.clone()),
                None => match self.result_of(id, directives) {
                    Some(result) => result.map(Arc::new),
                    None => continue,
                },
            };
            directives.push(Directive::FinishItem { block, item, outcome });
        }
    }

    /// Blocks of which all items have ended: their results.
    fn end_blocks(&mut self, directives: &mut Vec<Directive>) {
        for at in self.ended_blocks.iter().copied().collect::<Vec<_>>() {
            match self.block_result(at, directives) {
                Some(Ok(result)) => directives.push(Directive::FinishBlock(at, Arc::new(result))),
                Some(Err(failure)) => directives.push(Directive::Fail(at, failure)),
                None => {}
            }
        }
    }

    /// All nodes have ended: the result.
    fn conclude(&mut self, directives: &mut Vec<Directive>) {
        let finish = match self.result_of(0, directives) {
            None => return,
            Some(Ok(output)) => {
                Directive::Finish { status: ExecutionStatus::Completed, output: Some(Arc::new(output)), error: None }
            }
            Some(Err(error)) => Directive::Finish { status: ExecutionStatus::Failed, output: None, error: Some(error) },
        };
        directives.push(finish);
    }

    /// The result of a graph whose nodes have all ended; `None` when values are still to be brought.
    fn result_of(&mut self, id: FrameId, directives: &mut Vec<Directive>) -> Option<Result<Value, Failure>> {
        let frame = &self.frames[id as usize];
        let (plan, block) = (Arc::clone(&frame.plan), frame.block);
        let graph = plan.block(block);
        if let Some(output) = &graph.output {
            if !self.load(id, &output.reads, directives) {
                return None;
            }
            let frame = &self.frames[id as usize];
            let nodes = graph.nodes.iter().map(|slot| self.node(frame.instance(*slot)).ready_at);
            let values = self.values(id, &output.reads, nodes.max().unwrap_or(self.started_at));
            return Some(evaluate::compute(&output.value, &values).map_err(|mut error| {
                error.message = format!("the output cannot be computed: {}", error.message);
                error
            }));
        }
        let last: Vec<Slot> = ExecutionPlan::last(graph, &plan.nodes);
        let frame = &self.frames[id as usize];
        let last: Vec<(Slot, Instance)> = last
            .into_iter()
            .map(|slot| (slot, frame.instance(slot)))
            .filter(|(_, at)| self.node(*at).status == NodeStatus::Completed)
            .collect();
        let slots: Vec<Slot> = last.iter().map(|(slot, _)| *slot).collect();
        if !self.load(id, &slots, directives) {
            return None;
        }
        let result = |(slot, at): &(Slot, Instance)| {
            let value = self.node(*at).output.as_ref()?.value()?;
            Some((plan.node(*slot).id.to_string(), value.as_ref().clone()))
        };
        Some(Ok(Value::Object(last.iter().filter_map(result).collect::<Map<_, _>>())))
    }

    /// Whether all values are at hand; asks for those that are not.
    fn load(&mut self, frame: FrameId, reads: &[Slot], directives: &mut Vec<Directive>) -> bool {
        let mut complete = self.load_around(frame, directives);
        for slot in reads {
            let Some(at) = self.seen_from(frame, *slot) else { continue };
            let node = &mut self.nodes[at as usize];
            if node.output.as_ref().is_some_and(|output| output.value().is_none()) {
                complete = false;
                if !node.loading {
                    node.loading = true;
                    directives.push(Directive::Load(at));
                }
            }
        }
        complete
    }

    /// Whether the input and the items that a graph works on are at hand; asks for those that are not.
    fn load_around(&mut self, frame: FrameId, directives: &mut Vec<Directive>) -> bool {
        let mut complete = true;
        let mut frame = frame;
        while let Some(owner) = self.frames[frame as usize].owner {
            frame = self.nodes[owner as usize].frame;
            if let Some(run) = &mut self.nodes[owner as usize].block
                && run.input.value().is_none()
            {
                complete = false;
                if !run.loading {
                    run.loading = true;
                    directives.push(Directive::LoadBlock(owner));
                }
            }
        }
        if let Some(input) = &self.input
            && input.value().is_none()
        {
            complete = false;
            if !directives.contains(&Directive::LoadInput) {
                directives.push(Directive::LoadInput);
            }
        }
        complete
    }

    fn skip_reason(&self, at: Instance) -> SkipReason {
        let (id, slot) = (self.node(at).frame, self.node(at).slot);
        let frame = &self.frames[id as usize];
        let plan = &frame.plan;
        let connections = plan.node(slot).incoming.iter().map(|index| {
            let edge = &plan.edges[*index as usize];
            let when = edge.when.as_ref().filter(|_| self.leads(id, edge));
            ConditionTrace {
                from: PortRef { node: plan.node(edge.from).id.clone(), port: edge.port.clone() },
                when: when.map(|when| when.source().to_owned()),
                values: when.map_or_else(Vec::new, |when| {
                    let values = self.values(id, &edge.reads, self.node(at).ready_at);
                    when.trace(&values, &Limits::default())
                        .into_iter()
                        .map(|(path, value)| (path, bounded(value)))
                        .collect()
                }),
            }
        });
        SkipReason { connections: connections.collect() }
    }
}

/// Whether a node waits to begin. Retries are the timers' matter.
const fn is_startable(status: NodeStatus) -> bool {
    matches!(status, NodeStatus::Pending | NodeStatus::Ready)
}

/// A value for people: a large one is not copied into the journal.
fn bounded(value: Value) -> Value {
    let large = match &value {
        Value::String(text) => text.len() > 256,
        Value::Array(items) => items.len() > 16,
        Value::Object(fields) => fields.len() > 16,
        _ => false,
    };
    if large { Value::String("(large)".to_owned()) } else { value }
}
