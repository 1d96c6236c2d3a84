//! Carrying out what the state decides.

use std::sync::Arc;

use nebula_ports::{
    action::{Step, StepCause},
    blob_store::BlobStoreExt,
    model::{ExecutionStatus, Failure, FailureKind, JournalEntry, NodeStatus, Payload},
};
use serde_json::Value;
use tracing::error;

use super::{Drive, DriveEnd};
use crate::{
    evaluate,
    execution::{Datum, Directive, Instance, Recovery, Resumption},
    layers::spill::spill,
};

fn unreadable(error: impl std::fmt::Display) -> Failure {
    let message = format!("a recorded value cannot be read back: {error}");
    Failure::new(FailureKind::Permanent, "blob.unreadable", message)
}

impl Drive {
    /// Decides and does, until there is nothing to decide.
    pub(super) async fn advance(&mut self) {
        while self.end.is_none() && self.state.finished().is_none() {
            let directives = self.decide().await;
            let mut changed = false;
            for directive in directives {
                changed |= self.carry_out(directive).await;
            }
            if !changed {
                break;
            }
        }
    }

    /// Decides, on a thread of its own when that takes long.
    async fn decide(&mut self) -> Vec<Directive> {
        let now = self.shared.ports.clock.now();
        if self.state.weight() > evaluate::HEAVY {
            let mut state = self.state.clone();
            let work = move || {
                let directives = state.decide(now);
                (state, directives)
            };
            // What panics there is tried again here, and then is a panic of this task.
            if let Ok((state, directives)) = evaluate::off_thread(self.shared.ports.spawner.as_ref(), work).await {
                self.state = state;
                return directives;
            }
        }
        self.state.decide(now)
    }

    /// Whether the state changed, so that there may be more to decide.
    async fn carry_out(&mut self, directive: Directive) -> bool {
        match directive {
            Directive::Load(at) => {
                let payload = self.state.node(at).output.as_ref().map(|output| output.payload().clone());
                match self.load(payload).await {
                    Ok(value) => self.state.provide(at, value),
                    Err(failure) => self.finish(ExecutionStatus::Failed, None, Some(failure)).await,
                }
                true
            }
            Directive::LoadInput => {
                let payload = self.state.input().map(|input| input.payload().clone());
                match self.load(payload).await {
                    Ok(value) => self.state.provide_input(value),
                    Err(failure) => self.finish(ExecutionStatus::Failed, None, Some(failure)).await,
                }
                true
            }
            Directive::LoadBlock(at) => {
                let payload = self.state.block_input(at).map(|input| input.payload().clone());
                match self.load(payload).await {
                    Ok(value) => self.state.provide_block(at, value),
                    Err(failure) => self.finish(ExecutionStatus::Failed, None, Some(failure)).await,
                }
                true
            }
            Directive::LoadItem(at, item) => {
                let payload = self.state.item_output(at, item).map(|output| output.payload().clone());
                match self.load(payload).await {
                    Ok(value) => self.state.provide_item(at, item, value),
                    Err(failure) => self.finish(ExecutionStatus::Failed, None, Some(failure)).await,
                }
                true
            }
            Directive::Skip(at, reason) => {
                self.enter(JournalEntry::NodeSkipped { node: self.state.address(at), reason });
                true
            }
            Directive::Fail(at, error) => {
                let (node, now) = (self.state.address(at), self.shared.ports.clock.now());
                self.enter(JournalEntry::NodeFailed { node, at: now, error });
                true
            }
            Directive::FireTimer(at) => {
                let now = self.shared.ports.clock.now();
                self.enter(JournalEntry::TimerFired { node: self.state.address(at), at: now });
                true
            }
            Directive::Run(at) => {
                // A retry that is waited for in memory is in flight and goes on by itself.
                if self.draining || self.in_flight.contains_key(&at) {
                    return false;
                }
                match self.step(at).await {
                    Ok(step) => {
                        self.launch(at, step);
                        false
                    }
                    Err(failure) => {
                        self.finish(ExecutionStatus::Failed, None, Some(failure)).await;
                        true
                    }
                }
            }
            Directive::Open(at) => {
                self.open_block(at).await;
                true
            }
            Directive::FinishItem { block, item, outcome } => self.finish_item(block, item, outcome).await,
            Directive::FinishBlock(at, output) => {
                self.finish_block(at, output).await;
                true
            }
            Directive::Finish { status, output, error } => {
                if self.in_flight.is_empty() {
                    self.finish(status, output, error).await;
                } else {
                    self.end_calls(status);
                }
                false
            }
        }
    }

    /// The run is over but for what is in flight: calls that have not begun an attempt end at once; attempts end by
    /// themselves when a node failed, and are asked to when the run was cancelled or its time is up.
    fn end_calls(&self, status: ExecutionStatus) {
        let ask_all = status == ExecutionStatus::Cancelled || self.state.failure().is_none();
        for (at, cancel) in &self.in_flight {
            if ask_all || self.state.node(*at).status != NodeStatus::Running {
                cancel.cancel();
            }
        }
    }

    pub(super) async fn finish(&mut self, status: ExecutionStatus, output: Option<Arc<Value>>, error: Option<Failure>) {
        let (status, output, error) = match output {
            None => (status, None, error),
            Some(value) => {
                self.output = Some(Arc::clone(&value));
                match spill(self.shared.ports.blobs.as_ref(), &self.scope, value).await {
                    Ok((payload, _)) => (status, Some(payload), error),
                    Err(failure) => (ExecutionStatus::Failed, None, Some(failure)),
                }
            }
        };
        let at = self.shared.ports.clock.now();
        self.enter(JournalEntry::ExecutionFinished { status, at, output, error });
    }

    /// Which step of a node comes next, with what the last one left.
    async fn step(&mut self, at: Instance) -> Result<Step, Failure> {
        let Some(step) = self.state.node(at).step.clone() else { return Ok(Step::default()) };
        let cause = match step.cause {
            Resumption::Continued => StepCause::Continued,
            Resumption::Time => StepCause::Time,
            Resumption::Signal(payload) => StepCause::Signal(self.load(Some(payload)).await?),
            Resumption::Deadline => StepCause::Deadline,
        };
        Ok(Step { number: step.number, state: Some(self.load(Some(step.state)).await?), cause })
    }

    /// Borrows the drive whole, as it is not shared between threads.
    async fn load(&mut self, payload: Option<Payload>) -> Result<Arc<Value>, Failure> {
        let Some(Payload::Blob(blob)) = payload else {
            return Ok(payload.map(Datum::recorded).and_then(|datum| datum.value().cloned()).unwrap_or_default());
        };
        let bytes = self.shared.ports.blobs.get_bytes(&self.scope, blob.digest).await.map_err(unreadable)?;
        serde_json::from_slice(&bytes).map(Arc::new).map_err(unreadable)
    }

    /// Applies an entry and puts it down for the next commit.
    pub(super) fn enter(&mut self, entry: JournalEntry) {
        if let Err(corrupt) = self.state.apply(&entry) {
            // What was decided cannot be: a bug. Nothing wrong is written; the execution is left as the journal has it.
            error!(execution = %self.state.id(), %corrupt, "A decision does not fit the state.");
            self.end = Some(DriveEnd::Lost);
            return;
        }
        self.buffer.push(entry);
    }

    /// What was under way when the last driver went away.
    pub(super) fn recover(&mut self) {
        for recovery in self.state.recover() {
            if let Recovery::InDoubt(at) = recovery {
                let attempt = self.state.node(at).attempts;
                self.enter(JournalEntry::NodeInDoubt { node: self.state.address(at), attempt });
            }
        }
    }
}
