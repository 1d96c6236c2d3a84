//! Pauses: a node that waits in the middle of its work, and is called again with what it kept.

use std::{fmt, marker::PhantomData};

use nebula_ports::{
    action::{ActionOutput, StepCause},
    model::{SignalName, WakeOn},
    time::Timestamp,
};
use serde::Serialize;
use serde_json::Value;

use crate::{ActionError, ActionResult, Result};

/// What a pause waits for and keeps. Made by [`ActionResult::carry_on`] and its like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    wake: Wake,
    /// Or why it cannot be written.
    state: Result<Value, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wake {
    Now,
    At(Timestamp),
    Signal(String, Option<Timestamp>),
}

/// A pause until a time, which is yet to be told what it keeps.
#[must_use = "say what the next step is given: `.keeping(&state)`"]
pub struct UntilTime<T, P> {
    at: Timestamp,
    result: PhantomData<fn() -> (T, P)>,
}

/// A pause until a signal comes, which is yet to be told what it keeps.
#[must_use = "say what the next step is given: `.keeping(&state)`"]
pub struct UntilSignal<T, P> {
    name: String,
    deadline: Option<Timestamp>,
    result: PhantomData<fn() -> (T, P)>,
}

/// Why an action is called: [`ActionContext::resumed`](crate::ActionContext::resumed).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resumed {
    /// It is the node's first step.
    First,
    /// The last step asked to go on at once.
    Continued,
    /// The time has come.
    Time,
    /// The signal has come; [`ActionContext::signal`](crate::ActionContext::signal) has what it brings.
    Signal,
    /// The deadline has come, and the signal has not.
    Deadline,
}

// === impl ActionResult ===

impl<T, P> ActionResult<T, P> {
    /// Goes on at once with another step, which is given `state`: what has been done so far is durable then, and a crash
    /// repeats the next step only. For work in portions, as pages of a list.
    ///
    /// 10,000 steps in a row that wait for nothing are taken for a loop without an end: the node fails with
    /// `node.endless`.
    pub fn carry_on(state: &impl Serialize) -> Self {
        Self::Paused(Pause::new(Wake::Now, state))
    }

    /// Waits until a time, and goes on with another step. The node is a row in the store meanwhile, not a task in memory.
    /// A time that has passed is at once. For polling.
    pub fn wait_until(when: Timestamp) -> UntilTime<T, P> {
        UntilTime { at: when, result: PhantomData }
    }

    /// Waits until the execution is sent a signal of this name, and goes on with another step. The node is a row in the
    /// store meanwhile. For approvals and other news from outside.
    ///
    /// A signal goes to one node, the one that has waited for its name longest. One that comes before anybody waits for it
    /// is kept. A name has letters, digits, `-`, `_` and `.`; with any other the node fails with a bug.
    pub fn wait_for(signal: impl Into<String>) -> UntilSignal<T, P> {
        UntilSignal { name: signal.into(), deadline: None, result: PhantomData }
    }
}

// === impl UntilTime, UntilSignal ===

impl<T, P> UntilTime<T, P> {
    /// The pause, with what the next step is given: [`ActionContext::state`](crate::ActionContext::state). At most 1 MiB
    /// of JSON; `&()` for nothing.
    pub fn keeping(self, state: &impl Serialize) -> ActionResult<T, P> {
        ActionResult::Paused(Pause::new(Wake::At(self.at), state))
    }
}

impl<T, P> UntilSignal<T, P> {
    /// Goes on without the signal when this time has come: [`Resumed::Deadline`].
    pub fn until(mut self, deadline: Timestamp) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The pause, with what the next step is given: [`ActionContext::state`](crate::ActionContext::state). At most 1 MiB
    /// of JSON; `&()` for nothing.
    pub fn keeping(self, state: &impl Serialize) -> ActionResult<T, P> {
        ActionResult::Paused(Pause::new(Wake::Signal(self.name, self.deadline), state))
    }
}

impl<T, P> fmt::Debug for UntilTime<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UntilTime").field(&self.at).finish()
    }
}

impl<T, P> fmt::Debug for UntilSignal<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UntilSignal").field("name", &self.name).field("deadline", &self.deadline).finish()
    }
}

// === impl Pause ===

impl Pause {
    fn new(wake: Wake, state: &impl Serialize) -> Self {
        Self { wake, state: serde_json::to_value(state).map_err(|error| error.to_string()) }
    }

    pub(crate) fn erased(self) -> Result<ActionOutput> {
        let state = self.state.map_err(|error| {
            ActionError::bug(format!("the state for the next step cannot be written as JSON: {error}"))
                .with_code("action.state")
        })?;
        let wake = match self.wake {
            Wake::Now => WakeOn::Now,
            Wake::At(at) => WakeOn::Time { at },
            Wake::Signal(name, deadline) => {
                let name = SignalName::new(name)
                    .map_err(|error| ActionError::bug(error.to_string()).with_code("action.signal_name"))?;
                WakeOn::Signal { name, deadline }
            }
        };
        Ok(ActionOutput::Paused { wake, state })
    }
}

// === impl Resumed ===

impl From<&StepCause> for Resumed {
    fn from(cause: &StepCause) -> Self {
        match cause {
            StepCause::First => Self::First,
            StepCause::Continued => Self::Continued,
            StepCause::Time => Self::Time,
            StepCause::Signal(_) => Self::Signal,
            StepCause::Deadline => Self::Deadline,
        }
    }
}
