//! The traits of typed actions.

use std::future::Future;

use nebula_ports::{action::ArcAction, model::EffectClass, time::Timestamp};

use crate::{
    __private::{Metadata, Slots},
    ActionContext, ActionError, Output, Parameters,
};

/// What is known of an action without running it. Implemented by `#[derive(Action)]`, never by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no action",
    label = "not an action",
    note = "write `#[derive(Action)]` and `#[action(id = \"namespace.name\", version = \"1.0\")]` above it"
)]
pub trait Action: Sized + Send + Sync + 'static {
    /// What repeating it may do, as declared.
    const EFFECT: EffectClass;

    #[doc(hidden)]
    fn metadata() -> Metadata;

    #[doc(hidden)]
    fn from_slots(slots: &Slots<'_>) -> Result<Self, ActionError>;

    #[doc(hidden)]
    fn erase() -> ArcAction;
}

/// An action that turns input into output.
///
/// It is made anew for every attempt, with its credentials in its fields, and keeps nothing between attempts. Dropping
/// the future ends the attempt; before that, [`ActionContext::cancelled`] completes. After a crash in the middle, what
/// happens depends on the effect class: `pure` and `idempotent` actions run again, others wait for a decision.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no body",
    label = "not a `SimpleAction`",
    note = "write `impl SimpleAction for {Self}` with `Input`, `Output` and `async fn execute`"
)]
pub trait SimpleAction: Action {
    /// What goes in.
    type Input: Parameters;
    /// What comes out.
    type Output: Output;

    /// Runs it once.
    ///
    /// # Errors
    /// An [`ActionError`]; its kind decides whether the attempt is repeated.
    fn execute(
        &self,
        input: Self::Input,
        ctx: &ActionContext<Self>,
    ) -> impl Future<Output = Result<Self::Output, ActionError>> + Send;

    /// What repeating it with this input may do; the declared class unless overridden.
    fn effect(input: &Self::Input) -> EffectClass {
        let _ = input;
        Self::EFFECT
    }
}

/// An action that may let its node wait: it returns an [`ActionResult`]. All else is as with [`SimpleAction`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no body",
    label = "not a `ProcessAction`",
    note = "write `impl ProcessAction for {Self}` with `Input`, `Output` and `async fn execute`"
)]
pub trait ProcessAction: Action {
    /// What goes in.
    type Input: Parameters;
    /// What comes out.
    type Output: Output;

    /// Runs it once.
    ///
    /// # Errors
    /// An [`ActionError`]; its kind decides whether the attempt is repeated.
    fn execute(
        &self,
        input: Self::Input,
        ctx: &ActionContext<Self>,
    ) -> impl Future<Output = Result<ActionResult<Self::Output>, ActionError>> + Send;

    /// What repeating it with this input may do; the declared class unless overridden.
    fn effect(input: &Self::Input) -> EffectClass {
        let _ = input;
        Self::EFFECT
    }
}

/// How a [`ProcessAction`] ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionResult<T> {
    /// The node completes with this.
    Done(T),
    /// The node completes with this at that time. Until then it is a row in the store, not a task in memory; it
    /// outlives restarts, and the action is not called again.
    DoneAt(Timestamp, T),
}
