//! What the store does: each function is one transaction.

use crate::{
    Mutant, Protocol,
    drive::{Commit, Drive, Next},
    journal::{Entry, NodeState, Record, View},
    state::{Request, Row, State, Task},
};

/// What a commit is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Applied,
    /// Fenced, in conflict, or ended.
    NotOurs,
}

impl Protocol {
    /// Starts an execution with the client's only key.
    pub(crate) fn accept(&self, state: &mut State) -> u8 {
        if !state.rows.is_empty() && !self.is(Mutant::NoUniqueStart) {
            return 0;
        }
        state.rows.push(Row {
            journal: vec![Record { seq: 1, fence: 0, entry: Entry::ExecutionStarted }],
            ended: false,
            fence: 0,
            held: false,
            leased: false,
            due: true,
            inbox: Vec::new(),
            last_commit: None,
            claims: 0,
            dead: false,
            hinted: true,
            calls: [0; 3],
        });
        u8::try_from(state.rows.len() - 1).unwrap_or(u8::MAX)
    }

    /// Whether the row may be claimed: it waits for nothing, or its claim has run out.
    pub(crate) fn is_claimable(row: &Row) -> bool {
        !row.ended && !row.leased && (row.due || row.held)
    }

    pub(crate) fn claim(&self, state: &mut State, execution: u8) -> Drive {
        let row = &mut state.rows[usize::from(execution)];
        row.fence += 1;
        row.claims += 1;
        row.held = true;
        row.leased = true;
        row.due = false;
        let inbox = self.read_inbox(row);
        Drive::new(self, execution, row, inbox)
    }

    /// Somebody who has looked has it taken up again.
    pub(crate) fn revive(&self, state: &mut State, execution: u8) -> Drive {
        let row = &mut state.rows[usize::from(execution)];
        row.dead = false;
        row.claims = 0;
        state.history.revived = true;
        self.claim(state, execution)
    }

    /// Prolongs a claim, also one that ran out, unless somebody else has claimed. Tells what is in the inbox.
    pub(crate) fn renew(&self, state: &mut State, execution: u8, fence: u8) -> Option<Vec<Request>> {
        let row = &mut state.rows[usize::from(execution)];
        if row.ended || !row.held || row.fence != fence {
            return None;
        }
        row.leased = true;
        Some(self.read_inbox(row))
    }

    fn read_inbox(&self, row: &mut Row) -> Vec<Request> {
        if self.is(Mutant::AckBeforeCommit) { std::mem::take(&mut row.inbox) } else { row.inbox.clone() }
    }

    pub(crate) fn commit(&self, state: &mut State, execution: u8, fence: u8, commit: &Commit) -> Answer {
        let row = &mut state.rows[usize::from(execution)];
        if row.ended {
            return if row.last_commit == Some(commit.id) { Answer::Applied } else { Answer::NotOurs };
        }
        if !self.is(Mutant::StatusOnlyCas) {
            if fence != row.fence && !self.is(Mutant::NoFence) {
                state.history.stale_refused = true;
                return Answer::NotOurs;
            }
            if row.last_commit == Some(commit.id) {
                state.history.recognised = true;
                return Answer::Applied;
            }
            if usize::from(commit.expected) != row.journal.len() {
                return Answer::NotOurs;
            }
        }
        state.history.stale_landed |= fence < row.fence;
        let records = (commit.expected + 1..).zip(&commit.entries);
        row.journal.extend(records.map(|(seq, entry)| Record { seq, fence, entry: *entry }));
        row.last_commit = Some(commit.id);
        row.inbox.retain(|request| !commit.consumed.contains(request));
        if commit.entries.iter().any(|entry| entry.is_progress()) && !self.is(Mutant::CountNeverReset) {
            row.claims = 0;
        } else if commit.next == Next::Park {
            row.claims = row.claims.saturating_sub(1);
        }
        match commit.next {
            Next::PutAway => {
                row.held = false;
                row.leased = false;
                row.dead = true;
                row.due = row.inbox.contains(&Request::Cancel);
            }
            Next::Running => {}
            Next::Park => {
                row.held = false;
                row.leased = false;
                row.due = !row.inbox.is_empty() && !self.is(Mutant::BlindPark);
            }
            Next::Finish => {
                row.ended = true;
                row.held = false;
                row.leased = false;
                row.due = false;
                row.hinted = false;
                row.inbox.clear();
            }
        }
        for node in &commit.handed_out {
            Self::hand_out(state, execution, *node);
        }
        if commit.next == Next::Finish {
            state.tasks.retain(|task| task.execution != execution);
        }
        Answer::Applied
    }

    /// Something is asked of an execution. One that is parked falls due.
    pub(crate) fn request(&self, state: &mut State, execution: u8, request: Request) -> bool {
        let row = &mut state.rows[usize::from(execution)];
        if row.ended || row.inbox.contains(&request) {
            return false;
        }
        row.inbox.push(request);
        let wakes = !row.dead || request == Request::Cancel;
        if !row.held && wakes && !self.is(Mutant::SilentRequest) {
            row.due = true;
            row.hinted = true;
        }
        true
    }

    fn hand_out(state: &mut State, execution: u8, node: u8) {
        // As databases do that give a number again once its row is gone.
        let rowid = (0..).find(|rowid| state.tasks.iter().all(|task| task.rowid != *rowid)).unwrap_or(0);
        state.tasks.push(Task { rowid, execution, node, fence: 0, held: false, leased: false });
        state.tasks.sort_by_key(|task| (task.execution, task.node, task.rowid));
    }

    pub(crate) fn claim_task(state: &mut State, index: usize) -> Task {
        let task = &mut state.tasks[index];
        task.fence += 1;
        task.held = true;
        task.leased = true;
        *task
    }

    /// Ends a task: its row goes and its result comes into the inbox, in one transaction, if the claim still counts.
    pub(crate) fn finish_task(&self, state: &mut State, of: Task) -> bool {
        let place = if self.is(Mutant::RowidReuse) {
            state.tasks.iter().position(|task| task.rowid == of.rowid)
        } else {
            let is_ours = |task: &Task| (task.execution, task.node, task.fence) == (of.execution, of.node, of.fence);
            state.tasks.iter().position(is_ours)
        };
        let Some(place) = place else {
            state.history.stale_refused = true;
            return false;
        };
        state.tasks.remove(place);
        if self.is(Mutant::FanInOutsideTransaction) {
            let row = &mut state.rows[usize::from(of.execution)];
            let seq = u8::try_from(row.journal.len() + 1).unwrap_or(u8::MAX);
            row.journal.push(Record { seq, fence: row.fence, entry: Entry::AttemptFinished(of.node) });
            if of.node == 2 {
                row.due = true;
            }
            return true;
        }
        self.request(state, of.execution, Request::Result(of.node));
        true
    }

    /// The mutant's look whether the join may begin, some time after a result was written.
    pub(crate) fn look(&self, state: &mut State, execution: u8) {
        let row = &state.rows[usize::from(execution)];
        let view = View::of(&row.journal, &self.kinds);
        if view.has_inputs(2) && view.is(2, NodeState::Pending) && !view.ended {
            Self::hand_out(state, execution, 2);
        }
    }
}
