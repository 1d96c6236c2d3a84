//! Ports: the named outputs of an action.

use std::fmt;

/// The ports of an action: the enum that `#[action(.., ports("approved", "rejected"))]` makes, named as the action with
/// `Port` behind, or [`NoPorts`].
///
/// A connection of a workflow begins at a port, `from: review.approved`, and is taken when the action left by it. One
/// that begins at the node, `from: review`, is taken whichever port it was.
pub trait Ports: Copy + Eq + fmt::Debug + Send + Sync + 'static {
    /// The names, as connections write them.
    const NAMES: &'static [&'static str];

    /// The name of this one.
    fn name(self) -> &'static str;
}

/// The ports of an action that declares none. There is no value of it, so that such an action cannot leave by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoPorts {}

/// The ports of an action that has none: what a [`SimpleAction`](crate::SimpleAction) and a
/// [`TriggerAction`](crate::TriggerAction) have.
#[diagnostic::on_unimplemented(
    message = "an action with ports leaves by one of them, and this trait names none",
    label = "this action declares ports",
    note = "write `impl ProcessAction` and return `ActionResult::Route(port, output)`, or leave `ports(..)` out of \
            `#[action(..)]`"
)]
pub trait NoneOfThem {}

impl NoneOfThem for NoPorts {}

impl Ports for NoPorts {
    const NAMES: &'static [&'static str] = &[];

    fn name(self) -> &'static str {
        match self {}
    }
}
