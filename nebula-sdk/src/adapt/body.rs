//! Which of the three traits an action implements, found by inference.

use std::sync::Arc;

use nebula_ports::action::ArcAction;

use super::{Process, Simple, Trigger};
use crate::{Action, Parameters, ProcessAction, SimpleAction, TriggerAction};

/// What runs the action: one of the three traits, found by inference. An action that implements two is ambiguous,
/// and so does not compile.
#[diagnostic::on_unimplemented(
    message = "the action `{Self}` does nothing yet",
    label = "this action has no `execute`",
    note = "write `impl SimpleAction for {Self}`, `impl ProcessAction for {Self}` if its node may have to wait, or `impl TriggerAction for {Self}` if it starts executions"
)]
pub trait Body<Kind>: Action {
    /// What goes in.
    type Input: Parameters;

    /// The erased action.
    fn erased() -> ArcAction;
}

/// The body is a [`SimpleAction`].
#[derive(Debug)]
pub enum IsSimple {}

/// The body is a [`ProcessAction`].
#[derive(Debug)]
pub enum IsProcess {}

/// The body is a [`TriggerAction`].
#[derive(Debug)]
pub enum IsTrigger {}

/// What is polled. Only a trigger is.
#[diagnostic::on_unimplemented(
    message = "this action says how often it is polled, and it is no trigger",
    label = "`poll` is for a `TriggerAction`",
    note = "leave `poll` out of `#[action(..)]`, or write `impl TriggerAction` in the place of `impl SimpleAction` or `impl ProcessAction`"
)]
pub trait IsPolled {}

impl IsPolled for IsTrigger {}

/// The erased action of one that says `poll`.
#[track_caller]
pub fn erased_trigger<A: Body<B>, B: IsPolled>() -> ArcAction {
    A::erased()
}

#[diagnostic::do_not_recommend]
impl<A: SimpleAction> Body<IsSimple> for A {
    type Input = A::Input;

    #[track_caller]
    fn erased() -> ArcAction {
        Arc::new(Simple::<A>::new())
    }
}

#[diagnostic::do_not_recommend]
impl<A: ProcessAction> Body<IsProcess> for A {
    type Input = A::Input;

    #[track_caller]
    fn erased() -> ArcAction {
        Arc::new(Process::<A>::new())
    }
}

#[diagnostic::do_not_recommend]
impl<A: TriggerAction> Body<IsTrigger> for A {
    type Input = A::Config;

    #[track_caller]
    fn erased() -> ArcAction {
        Arc::new(Trigger::<A>::new())
    }
}
