//! Deciding: what is to be done next, given what has happened.

use std::sync::Arc;

use nebula_expression::Limits;
use nebula_ports::{
    model::{ConditionTrace, ExecutionStatus, Failure, FailureKind, NodeStatus, SkipReason},
    time::Timestamp,
};
use serde_json::{Map, Value};

use super::{ExecutionState, state::EdgeState};
use crate::{evaluate, plan::Slot};

/// Something to be done. The state changes only by the entry that says it was done.
#[derive(Debug, Clone, PartialEq)]
pub enum Directive {
    /// Bring the value of a node's blob, [`ExecutionState::provide`] it, decide again.
    Load(Slot),
    /// Bring the value of the input's blob, [`ExecutionState::provide_input`] it, decide again.
    LoadInput,
    /// Journal that the node is skipped.
    Skip(Slot, SkipReason),
    /// Journal that the node cannot run.
    Fail(Slot, Failure),
    /// Start the node's next attempt.
    Run(Slot),
    /// Journal that the time the node waited for has come.
    FireTimer(Slot),
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
    Rerun(Slot),
    /// May not be repeated: journal that it is in doubt.
    InDoubt(Slot),
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
        if self.open == 0 {
            self.conclude(&mut directives);
        }
        directives
    }

    /// What the next [`decide`](Self::decide) will take to evaluate, in units, as far as values are at hand.
    #[must_use]
    pub fn weight(&self) -> u64 {
        let plan = &self.plan;
        let conditions = self.unsettled.iter().map(|index| {
            let edge = &plan.edges[*index as usize];
            let sized = edge.when.as_ref().filter(|when| !when.cost().is_constant());
            sized.map_or(0, |when| when.estimate(&self.values(&edge.reads, self.started_at)).units)
        });
        let output = plan.output.as_ref().filter(|_| self.open == 0);
        let output =
            output.map_or(0, |output| evaluate::weight(&output.value, &self.values(&output.reads, self.started_at)));
        conditions.fold(output, u64::saturating_add)
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
        self.ready.retain(|slot| is_startable(nodes[*slot as usize].status));
        for slot in 0..self.nodes.len() {
            let node = &self.nodes[slot];
            if node.status != NodeStatus::Running {
                continue;
            }
            // A plan has fewer than 2^32 nodes.
            let slot = slot as Slot;
            if node.effect.is_some_and(nebula_ports::model::EffectClass::is_repeatable) {
                self.ready.push_back(slot);
                self.running -= 1;
                self.nodes[slot as usize].status = NodeStatus::Ready;
                found.push(Recovery::Rerun(slot));
            } else {
                found.push(Recovery::InDoubt(slot));
            }
        }
        found
    }

    /// Judges connections whose earlier node has ended; keeps those whose values are not at hand.
    fn judge_connections(&mut self, directives: &mut Vec<Directive>) {
        let plan = Arc::clone(&self.plan);
        for _ in 0..self.unsettled.len() {
            let Some(index) = self.unsettled.pop_front() else { break };
            let edge = &plan.edges[index as usize];
            let taken = match (&edge.when, self.node(edge.from).status) {
                (_, status) if status != NodeStatus::Completed => Ok(false),
                (None, _) => Ok(true),
                (Some(when), _) => {
                    if !self.load(&edge.reads, directives) {
                        self.unsettled.push_back(index);
                        continue;
                    }
                    let values = self.values(&edge.reads, self.node(edge.to).ready_at);
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
            match taken {
                Ok(taken) => {
                    self.release(&edge.reads);
                    self.settle(index, edge.to, taken);
                }
                Err(failure) => {
                    self.edges[index as usize] = EdgeState::NotTaken;
                    // A node fails once, whatever number of conditions cannot be computed.
                    if !directives.iter().any(|given| matches!(given, Directive::Fail(slot, _) if *slot == edge.to)) {
                        directives.push(Directive::Fail(edge.to, failure));
                    }
                }
            }
        }
    }

    fn settle(&mut self, index: u32, to: Slot, taken: bool) {
        self.edges[index as usize] = if taken { EdgeState::Taken } else { EdgeState::NotTaken };
        let node = &mut self.nodes[to as usize];
        node.unjudged -= 1;
        node.taken += u32::from(taken);
        if node.unjudged == 0 && node.status == NodeStatus::Pending {
            self.ready.push_back(to);
        }
    }

    /// Hands out nodes that may start; keeps those whose values are not at hand.
    fn start_ready(&mut self, directives: &mut Vec<Directive>) {
        let plan = Arc::clone(&self.plan);
        for _ in 0..self.ready.len() {
            let Some(slot) = self.ready.pop_front() else { break };
            let node = self.node(slot);
            if !is_startable(node.status) {
                continue;
            }
            if node.unjudged == 0 && node.taken == 0 && !plan.node(slot).incoming.is_empty() {
                let reason = self.skip_reason(slot);
                directives.push(Directive::Skip(slot, reason));
                continue;
            }
            if !self.load(&plan.node(slot).reads, directives) {
                self.ready.push_back(slot);
                continue;
            }
            let node = &mut self.nodes[slot as usize];
            if node.status == NodeStatus::Pending {
                node.status = NodeStatus::Ready;
            }
            directives.push(Directive::Run(slot));
        }
    }

    fn fire_timers(&mut self, now: Timestamp, directives: &mut Vec<Directive>) {
        let plan = Arc::clone(&self.plan);
        let due: Vec<_> = self.timers.iter().take_while(|(at, _)| *at <= now).copied().collect();
        for (at, slot) in due {
            let status = self.node(slot).status;
            match status {
                NodeStatus::WaitingTimer => directives.push(Directive::FireTimer(slot)),
                // Its values may have been let go since the last attempt: it stays due until they are brought.
                _ if !self.load(&plan.node(slot).reads, directives) => continue,
                _ => directives.push(Directive::Run(slot)),
            }
            self.timers.remove(&(at, slot));
        }
    }

    /// All nodes have ended: the result.
    fn conclude(&mut self, directives: &mut Vec<Directive>) {
        let plan = Arc::clone(&self.plan);
        let output = if let Some(output) = &plan.output {
            if !self.load(&output.reads, directives) {
                return;
            }
            let last = self.nodes.iter().map(|node| node.ready_at).max().unwrap_or(self.started_at);
            let values = self.values(&output.reads, last);
            match evaluate::compute(&output.value, &values) {
                Ok(value) => value,
                Err(mut error) => {
                    error.message = format!("the output cannot be computed: {}", error.message);
                    let status = ExecutionStatus::Failed;
                    directives.push(Directive::Finish { status, output: None, error: Some(error) });
                    return;
                }
            }
        } else {
            let last: Vec<Slot> = plan
                .nodes
                .iter()
                .filter(|node| node.outgoing.is_empty())
                .filter_map(|node| plan.slot(&node.id))
                .filter(|slot| self.node(*slot).status == NodeStatus::Completed)
                .collect();
            if !self.load(&last, directives) {
                return;
            }
            let result = |slot: &Slot| {
                let value = self.node(*slot).output.as_ref()?.value()?;
                Some((plan.node(*slot).id.to_string(), value.as_ref().clone()))
            };
            Value::Object(last.iter().filter_map(result).collect::<Map<_, _>>())
        };
        directives.push(Directive::Finish {
            status: ExecutionStatus::Completed,
            output: Some(Arc::new(output)),
            error: None,
        });
    }

    /// Whether all values are at hand; asks for those that are not.
    fn load(&mut self, reads: &[Slot], directives: &mut Vec<Directive>) -> bool {
        let mut complete = true;
        if let Some(input) = &self.input
            && input.value().is_none()
        {
            complete = false;
            if !directives.contains(&Directive::LoadInput) {
                directives.push(Directive::LoadInput);
            }
        }
        for slot in reads {
            let node = &mut self.nodes[*slot as usize];
            if node.output.as_ref().is_some_and(|output| output.value().is_none()) {
                complete = false;
                if !node.loading {
                    node.loading = true;
                    directives.push(Directive::Load(*slot));
                }
            }
        }
        complete
    }

    fn skip_reason(&self, slot: Slot) -> SkipReason {
        let connections = self.plan.node(slot).incoming.iter().map(|index| {
            let edge = &self.plan.edges[*index as usize];
            let completed = self.node(edge.from).status == NodeStatus::Completed;
            let when = edge.when.as_ref().filter(|_| completed);
            ConditionTrace {
                from: self.plan.node(edge.from).id.clone(),
                when: when.map(|when| when.source().to_owned()),
                values: when.map_or_else(Vec::new, |when| {
                    let values = self.values(&edge.reads, self.node(slot).ready_at);
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
