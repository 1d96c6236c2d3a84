//! The traits of typed actions.

use std::future::Future;

use nebula_ports::{action::ArcAction, model::EffectClass, time::Timestamp};

use crate::{
    __private::{Metadata, Slots},
    ActionContext, ActionError, NoPorts, Output, Parameters, Pause, Ports,
    port::NoneOfThem,
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

    /// Its ports, as declared with `ports(..)`; [`NoPorts`] without.
    type Port: Ports;

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
pub trait SimpleAction: Action<Port: NoneOfThem> {
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

/// An action that may let its node wait, leave by a port, or go on in several steps: it returns an [`ActionResult`]. All
/// else is as with [`SimpleAction`].
///
/// An action that pauses is called again, made anew, with the same input: [`ActionContext::resumed`] says why,
/// [`ActionContext::state`] what the last call kept. Each step is a row of attempts of its own, with retries counted anew
/// and an idempotency key of its own; after a crash the step that was under way runs again, as its effect class says. The
/// node's `deadline` bounds all of it, pauses included.
///
/// ```
/// use std::time::Duration;
///
/// use nebula_sdk::prelude::*;
///
/// /// Asks somebody to look at an order.
/// #[derive(Action)]
/// #[action(id = "shop.review", version = "1.0", ports("approved", "rejected"))]
/// struct Review;
///
/// /// What is to be looked at.
/// #[derive(Parameters)]
/// struct Order {
///     /// Its number.
///     number: u32,
/// }
///
/// impl ProcessAction for Review {
///     type Input = Order;
///     type Output = u32;
///
///     async fn execute(&self, order: Order, ctx: &ActionContext<Self>) -> Result<ActionResult<u32, ReviewPort>> {
///         Ok(match ctx.resumed() {
///             Resumed::Signal if ctx.signal::<bool>()? == Some(true) => {
///                 ActionResult::Route(ReviewPort::Approved, order.number)
///             }
///             Resumed::Signal | Resumed::Deadline => ActionResult::Route(ReviewPort::Rejected, order.number),
///             _ => {
///                 let deadline = ctx.started_at().plus(Duration::from_secs(86_400));
///                 ActionResult::wait_for(format!("review-{}", order.number)).until(deadline).keeping(&())
///             }
///         })
///     }
/// }
/// ```
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
    ) -> impl Future<Output = Result<ActionResult<Self::Output, Self::Port>, ActionError>> + Send;

    /// What repeating it with this input may do; the declared class unless overridden.
    fn effect(input: &Self::Input) -> EffectClass {
        let _ = input;
        Self::EFFECT
    }
}

/// How a [`ProcessAction`] ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionResult<T, P = NoPorts> {
    /// The node completes with this. An action with ports completes by one of them: with this, its node fails with the bug
    /// `action.no_port`.
    Done(T),
    /// The node completes with this at that time. Until then it is a row in the store, not a task in memory; it
    /// outlives restarts, and the action is not called again.
    DoneAt(Timestamp, T),
    /// The node completes with this, by this port.
    Route(P, T),
    /// More is to be done: see [`carry_on`](Self::carry_on), [`wait_until`](Self::wait_until) and
    /// [`wait_for`](Self::wait_for).
    Paused(Pause),
}
