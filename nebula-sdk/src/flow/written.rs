//! What `workflow!`, `#[derive(Workflow)]` and `text!` call beside the builder. Not part of the API.

use super::{
    Accepts, Calls, Condition, Definition, Ends, Expr, Fed, Feeds, Fired, Flow, FlowError, Maybe, Number, Ordered,
    Step, Text, TextPart, TriggerCall, Triggers, Workflow,
};
use crate::NoPorts;

/// A value that has been found to be a `T`.
#[derive(Debug)]
pub struct Checked<T>(Fed, std::marker::PhantomData<fn() -> T>);

/// Stands where a mistake was told: it fits everywhere, and such code does not get to run.
#[derive(Debug)]
pub struct Broken;

/// A workflow that is a step of another one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no workflow",
    label = "neither an action nor a workflow",
    note = "a workflow that is called is a `Workflow<Input, Output>`, as a function gives it: `total = with_tax() {{ cents: order.cents }};`"
)]
pub trait Callable {
    /// What goes in.
    type Input: Accepts;
    /// What comes out.
    type Output;

    /// A call without parameters yet.
    fn called(&self) -> <Self::Input as Accepts>::Call<Ends<Self::Output, NoPorts>>;
}

/// What can be read again and again, and is needed as a value of its own.
pub trait Held {
    /// The value.
    type Owned;

    /// A copy of what says where the data will be.
    fn owned(&self) -> Self::Owned;
}

/// Asks at the value whether it is a `T`, and not at the whole workflow.
pub fn checked<T, V: Feeds<T>>(value: V) -> Checked<T> {
    Checked(value.feed(), std::marker::PhantomData)
}

/// The same for a value whose type is taken as it is.
pub fn same<T>(value: Expr<T>) -> Checked<T> {
    checked::<T, _>(value)
}

/// The steps of a branch of several.
pub fn left_behind<L>(left: Option<L>) -> L {
    left.unwrap_or_else(|| unreachable!("every branch is looked into while the workflow is built"))
}

/// Stands where branches cannot be made, of which the mistake was told.
pub fn unfinished() -> Broken {
    unreachable!()
}

/// A trigger of which the configuration is not known.
pub fn unfinished_trigger<A: Triggers, C>(
    _: impl FnOnce(<A::Config as Accepts>::Call<A::Event>) -> C,
) -> TriggerCall<A::Event> {
    unreachable!()
}

/// What a field is said to be.
#[diagnostic::on_unimplemented(
    message = "the field says `{T}`, and it is `{Self}`",
    label = "not the type of the field",
    note = "a loop has the type of its list: `Vec<..>`, or `Collected<..>` with `on_item_error = collect`; a step that calls a workflow has the workflow's"
)]
pub trait IsField<T> {
    /// The same, of which it is known.
    fn known(&self) -> &T;
}

impl<T> IsField<T> for T {
    fn known(&self) -> &T {
        self
    }
}

/// A workflow that is called, where the field says which it is.
pub fn as_field<T, W: IsField<T>>(called: &W) -> &T {
    called.known()
}

/// A loop, where the field says what it gives.
pub const fn list_as_field<T, G: IsField<T>, P>(_: &Step<G, P>) {}

/// The value of a place.
pub fn owned<H: Held>(place: &H) -> H::Owned {
    place.owned()
}

/// Operators with a value of Rust on their left.
#[doc(hidden)]
pub mod left {
    use super::{Expr, Feeds, Number, Ordered};

    macro_rules! operators {
        ($($name:ident $symbol:literal $(where $bound:path)?;)*) => {
            $(
                pub fn $name<T $(: $bound)?>(left: impl Feeds<T>, right: &Expr<T>) -> Expr<bool> {
                    right.after(left, $symbol)
                }
            )*
        };
    }

    operators! {
        gt ">" where Ordered;
        lt "<" where Ordered;
        ge ">=" where Ordered;
        le "<=" where Ordered;
        equals "==";
        not_equals "!=";
    }

    pub fn and(left: impl Feeds<bool>, right: &Expr<bool>) -> Expr<bool> {
        right.after(left, "&&")
    }

    pub fn or(left: impl Feeds<bool>, right: &Expr<bool>) -> Expr<bool> {
        right.after(left, "||")
    }

    pub fn add<T: Number>(left: impl Feeds<T>, right: &Expr<T>) -> Expr<T::Sum> {
        right.after(left, "+")
    }

    pub fn sub<T: Number>(left: impl Feeds<T>, right: &Expr<T>) -> Expr<T::Sum> {
        right.after(left, "-")
    }

    pub fn mul<T: Number>(left: impl Feeds<T>, right: &Expr<T>) -> Expr<T::Sum> {
        right.after(left, "*")
    }

    pub fn div<T: Number>(left: impl Feeds<T>, right: &Expr<T>) -> Expr<f64> {
        right.after(left, "/")
    }
}

// === impl Checked ===

#[diagnostic::do_not_recommend]
impl<T> Feeds<T> for Checked<T> {
    fn feed(self) -> Fed {
        self.0
    }
}

// === impl Broken ===

#[diagnostic::do_not_recommend]
impl<T> Feeds<T> for Broken {
    fn feed(self) -> Fed {
        unreachable!()
    }
}

#[diagnostic::do_not_recommend]
impl<T> Feeds<T> for &Broken {
    fn feed(self) -> Fed {
        unreachable!()
    }
}

#[diagnostic::do_not_recommend]
impl Condition for Broken {
    fn expression(&self) -> &Expr<bool> {
        unreachable!()
    }
}

#[diagnostic::do_not_recommend]
impl Condition for &Broken {
    fn expression(&self) -> &Expr<bool> {
        unreachable!()
    }
}

#[diagnostic::do_not_recommend]
impl TextPart for Broken {
    fn put(&self, _: Text) -> Text {
        unreachable!()
    }
}

impl Held for Broken {
    type Owned = Self;

    fn owned(&self) -> Self {
        unreachable!()
    }
}

macro_rules! operators {
    ($($name:ident $method:ident),*) => {
        $(
            impl<V> std::ops::$name<V> for Broken {
                type Output = Self;

                fn $method(self, _: V) -> Self {
                    unreachable!()
                }
            }

            impl<V> std::ops::$name<V> for &Broken {
                type Output = Broken;

                fn $method(self, _: V) -> Broken {
                    unreachable!()
                }
            }
        )*
    };
}

operators!(Add add, Sub sub, Mul mul, Div div);

impl std::ops::Neg for &Broken {
    type Output = Broken;

    fn neg(self) -> Broken {
        unreachable!()
    }
}

impl<T> Expr<T> {
    /// Where the name of a member is still to be written.
    #[doc(hidden)]
    pub fn __unfinished(&self) -> Broken {
        unreachable!()
    }
}

impl<E> Fired<E> {
    /// Where the name of a member is still to be written.
    #[doc(hidden)]
    pub fn __unfinished(&self) -> Broken {
        unreachable!()
    }
}

impl Flow {
    /// A step of which the parameters are not known.
    #[doc(hidden)]
    pub fn __unfinished<A: Calls<Kind>, Kind>(&mut self) -> Step<A::Output, A::Port> {
        unreachable!()
    }
}

impl Flow {
    /// A step of which the parameters are not known, that calls a workflow.
    #[doc(hidden)]
    pub fn __unfinished_call<W: Callable>(&mut self, _: &W) -> Step<W::Output> {
        unreachable!()
    }
}

impl<O, P> Step<O, P> {
    /// The step as it is known where it may have failed.
    #[doc(hidden)]
    #[must_use]
    pub fn __absent(&self) -> Maybe<O, P> {
        self.seen_absent()
    }
}

impl<In: Accepts, Out> Callable for Workflow<In, Out> {
    type Input = In;
    type Output = Out;

    fn called(&self) -> In::Call<Ends<Out, NoPorts>> {
        self.call()
    }
}

impl<In, Out> Workflow<In, Out> {
    /// A workflow of which the types are known otherwise.
    #[doc(hidden)]
    #[must_use]
    pub fn __of(definition: Result<Definition, FlowError>) -> Self {
        Self::built(definition)
    }

    /// What is wrong stands behind everything else, so that what comes before does not move when a mistake is made.
    #[doc(hidden)]
    #[must_use]
    pub fn __refused(self, (): ()) -> Self {
        self
    }
}

// === impl Held ===

impl<T> Held for Expr<T> {
    type Owned = Self;

    fn owned(&self) -> Self {
        self.clone()
    }
}

impl<O, P> Held for Step<O, P> {
    type Owned = Expr<O>;

    fn owned(&self) -> Expr<O> {
        self.result().clone()
    }
}

impl<O, P> Held for Maybe<O, P> {
    type Owned = Expr<Option<O>>;

    fn owned(&self) -> Expr<Option<O>> {
        self.result().clone()
    }
}

impl Held for Text {
    type Owned = Self;

    fn owned(&self) -> Self {
        self.clone()
    }
}
