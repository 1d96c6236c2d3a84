//! What may happen next.

use stateright::{Model, Property};

use crate::{
    Mutant, Protocol, State,
    drive::{Call, Next},
    journal::{Node, NodeState, View},
    properties,
    state::{Request, Worker},
    store::Answer,
};

/// One step of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The client starts the execution; `heard` says whether it gets the answer.
    Start {
        /// Whether the answer comes.
        heard: bool,
    },
    /// The start is lost on its way.
    StartLost,
    /// Somebody cancels the execution.
    Cancel(u8),
    /// Somebody decides about a node in doubt.
    Resolve(u8, Node),
    /// The hint in the queue is lost.
    HintLost(u8),
    /// A worker reads the hint.
    TakeHint(u8, u8),
    /// A worker looks for what is due.
    Sweep(u8, u8),
    /// Somebody has looked, and has a dead letter taken up again.
    Revive(u8, u8),
    /// A worker prolongs its lease and reads the inbox.
    Renew(u8),
    /// A worker decides all it can, and puts it into a commit.
    Decide(u8),
    /// A worker sends its commit, and is answered.
    Send(u8),
    /// A worker sends its commit, and the answer is lost: `applied` or not.
    SendUnheard {
        /// The worker.
        worker: u8,
        /// Whether it was applied.
        applied: bool,
    },
    /// A worker calls a node, which has its effect.
    Call(u8, Node),
    /// A worker claims a task.
    ClaimTask(u8, u8),
    /// A worker has done its task, and says so.
    FinishTask(u8),
    /// The mutant's worker looks whether the join may begin.
    Look(u8),
    /// A worker dies.
    Crash(u8),
    /// The lease of an execution runs out.
    Expire(u8),
    /// The lease of a task runs out.
    ExpireTask(u8),
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![self.start()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.of_client(state, actions);
        self.of_queue_and_time(state, actions);
        for (worker, at) in (0..).zip(&state.workers) {
            self.of_worker(state, worker, at, actions);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        self.happen(&mut state, action);
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl Protocol {
    fn of_client(&self, state: &State, actions: &mut Vec<Action>) {
        if state.client.sent < 2 && state.client.answered.is_none() {
            actions.push(Action::Start { heard: true });
            if state.client.sent == 0 {
                actions.extend([Action::Start { heard: false }, Action::StartLost]);
            }
        }
        for (execution, row) in (0..).zip(&state.rows) {
            if row.ended {
                continue;
            }
            if self.bounds.cancel && !state.client.cancelled {
                actions.push(Action::Cancel(execution));
            }
            let view = View::of(&row.journal, &self.kinds);
            actions.extend(
                (0..3).filter(|node| view.is(*node, NodeState::InDoubt)).map(|node| Action::Resolve(execution, node)),
            );
        }
    }

    fn of_queue_and_time(&self, state: &State, actions: &mut Vec<Action>) {
        for (execution, row) in (0..).zip(&state.rows) {
            if row.hinted {
                actions.push(Action::HintLost(execution));
            }
            if row.leased && state.left.expiries > 0 {
                actions.push(Action::Expire(execution));
            }
        }
        if state.left.expiries > 0 {
            let held = (0..).zip(&state.tasks).filter(|(_, task)| task.leased);
            actions.extend(held.map(|(index, _)| Action::ExpireTask(index)));
        }
    }

    fn of_worker(&self, state: &State, worker: u8, at: &Worker, actions: &mut Vec<Action>) {
        let is_busy = at.drive.is_some() || at.task.is_some() || at.looks_at.is_some();
        if is_busy && state.left.crashes > 0 {
            actions.push(Action::Crash(worker));
        }
        if let Some(drive) = &at.drive {
            actions.push(Action::Renew(worker));
            actions.extend((0..3).filter(|node| drive.may_call(self, *node)).map(|node| Action::Call(worker, node)));
            if drive.commit.is_some() {
                actions.push(Action::Send(worker));
                if state.left.lost_answers > 0 {
                    actions.extend([true, false].map(|applied| Action::SendUnheard { worker, applied }));
                }
            } else if drive.decide(self).is_some() {
                actions.push(Action::Decide(worker));
            }
        } else {
            for (execution, row) in (0..).zip(&state.rows) {
                if row.hinted {
                    actions.push(Action::TakeHint(worker, execution));
                }
                if row.dead && !row.held {
                    actions.push(Action::Revive(worker, execution));
                }
                if Self::is_claimable(row) && !self.is(Mutant::QueueAsTruth) {
                    actions.push(Action::Sweep(worker, execution));
                }
            }
        }
        if at.task.is_some() {
            actions.push(Action::FinishTask(worker));
        } else {
            let free = (0..).zip(&state.tasks).filter(|(_, task)| !task.leased);
            actions.extend(free.map(|(index, _)| Action::ClaimTask(worker, index)));
        }
        if at.looks_at.is_some() {
            actions.push(Action::Look(worker));
        }
    }

    fn happen(&self, state: &mut State, action: Action) {
        match action {
            Action::Start { heard } => {
                let execution = self.accept(state);
                state.client.sent += 1;
                state.client.answered = heard.then_some(execution);
            }
            Action::StartLost => state.client.sent += 1,
            Action::Cancel(execution) => {
                state.client.cancelled = true;
                state.history.cancel_accepted |= self.request(state, execution, Request::Cancel);
            }
            Action::Resolve(execution, node) => drop(self.request(state, execution, Request::Resolve(node))),
            Action::HintLost(execution) => state.rows[usize::from(execution)].hinted = false,
            Action::TakeHint(worker, execution) => {
                state.rows[usize::from(execution)].hinted = false;
                if Self::is_claimable(&state.rows[usize::from(execution)]) {
                    self.take_up(state, worker, execution);
                }
            }
            Action::Sweep(worker, execution) => self.take_up(state, worker, execution),
            Action::Revive(worker, execution) => {
                let drive = self.revive(state, execution);
                state.workers[usize::from(worker)].drive = Some(drive);
            }
            Action::Renew(worker) => self.prolong(state, worker),
            Action::Decide(worker) => {
                let drive = &mut state.workers[usize::from(worker)].drive;
                if let Some((mut decided, commit)) = drive.as_ref().and_then(|drive| drive.decide(self)) {
                    decided.commit = Some(commit);
                    *drive = Some(decided);
                }
            }
            Action::Send(worker) => self.send(state, worker),
            Action::SendUnheard { worker, applied } => {
                state.left.lost_answers -= 1;
                let drive = state.workers[usize::from(worker)].drive.clone();
                if let (true, Some(drive)) = (applied, drive)
                    && let Some(commit) = &drive.commit
                {
                    self.commit(state, drive.execution, drive.fence, commit);
                }
            }
            Action::Call(worker, node) => {
                if let Some(drive) = &mut state.workers[usize::from(worker)].drive {
                    drive.calls[usize::from(node)] = Call::Returned;
                    state.rows[usize::from(drive.execution)].calls[usize::from(node)] += 1;
                }
            }
            Action::ClaimTask(worker, index) => {
                let task = Self::claim_task(state, usize::from(index));
                state.workers[usize::from(worker)].task = Some(task);
            }
            Action::FinishTask(worker) => {
                if let Some(task) = state.workers[usize::from(worker)].task.take()
                    && self.finish_task(state, task)
                    && self.is(Mutant::FanInOutsideTransaction)
                {
                    state.workers[usize::from(worker)].looks_at = Some(task.execution);
                }
            }
            Action::Look(worker) => {
                if let Some(execution) = state.workers[usize::from(worker)].looks_at.take() {
                    self.look(state, execution);
                }
            }
            Action::Crash(worker) => {
                state.left.crashes -= 1;
                state.workers[usize::from(worker)] = Worker::default();
            }
            Action::Expire(execution) => {
                state.left.expiries -= 1;
                state.rows[usize::from(execution)].leased = false;
            }
            Action::ExpireTask(index) => {
                state.left.expiries -= 1;
                state.tasks[usize::from(index)].leased = false;
            }
        }
    }

    fn take_up(&self, state: &mut State, worker: u8, execution: u8) {
        let drive = self.claim(state, execution);
        state.workers[usize::from(worker)].drive = Some(drive);
    }

    fn prolong(&self, state: &mut State, worker: u8) {
        let Some(mut drive) = state.workers[usize::from(worker)].drive.take() else { return };
        let Some(inbox) = self.renew(state, drive.execution, drive.fence) else { return };
        let taken = drive.commit.as_ref().map(|commit| commit.consumed.clone()).unwrap_or_default();
        for request in inbox {
            if !taken.contains(&request) && !drive.inbox.contains(&request) {
                drive.inbox.push(request);
            }
        }
        state.workers[usize::from(worker)].drive = Some(drive);
    }

    fn send(&self, state: &mut State, worker: u8) {
        let at = usize::from(worker);
        let Some(mut drive) = state.workers[at].drive.take() else { return };
        let Some(commit) = drive.commit.take() else { return };
        if self.commit(state, drive.execution, drive.fence, &commit) == Answer::NotOurs {
            return;
        }
        if self.is(Mutant::FanInOutsideTransaction) {
            state.workers[at].looks_at = Some(drive.execution);
        }
        if commit.next == Next::Running {
            drive.written();
            state.workers[at].drive = Some(drive);
        }
    }
}
