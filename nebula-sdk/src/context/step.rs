//! Which step of its node a call is, and what the step before left.

use nebula_ports::action::StepCause;
use serde::de::DeserializeOwned;

use crate::{ActionContext, ActionError, Result, Resumed};

impl<A> ActionContext<A> {
    /// How often the node has paused: 0 in its first step. The attempts of one step have the same number.
    #[must_use]
    pub fn step(&self) -> u32 {
        self.call.step.number
    }

    /// Why the action is called.
    #[must_use]
    pub fn resumed(&self) -> Resumed {
        Resumed::from(&self.call.step.cause)
    }

    /// What the last step kept for this one; `None` in the first step.
    ///
    /// # Errors
    /// `Bug` with the code `action.state` when it is no `S`: a new version of an action must be able to read what the old
    /// one kept, as nodes may wait for long.
    pub fn state<S: DeserializeOwned>(&self) -> Result<Option<S>> {
        let Some(state) = &self.call.step.state else { return Ok(None) };
        S::deserialize(state.as_ref()).map(Some).map_err(|error| {
            let wanted = std::any::type_name::<S>();
            ActionError::bug(format!("what the last step kept is no `{wanted}`: {error}")).with_code("action.state")
        })
    }

    /// What the signal brings that the node waited for; `None` when it goes on for another reason.
    ///
    /// # Errors
    /// `Permanent` with the code `signal.invalid` when it is no `T`. An action that would rather wait for a better one
    /// matches on it and pauses again.
    pub fn signal<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let StepCause::Signal(payload) = &self.call.step.cause else { return Ok(None) };
        T::deserialize(payload.as_ref()).map(Some).map_err(|error| {
            ActionError::permanent("signal.invalid", format!("what the signal brings cannot be used: {error}"))
        })
    }
}
