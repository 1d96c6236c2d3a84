//! The ways in which a step ends: by which port it leaves, and what becomes of its failure.

use nebula_ports::model::{FailureKind, OnError, PortName};

use super::{
    Each, Expr, Failure, Flow, HasCases, HasRefs, Leave, Maybe, Place, Step,
    join::{Cases, Gives, Outcome},
    text::Shown,
};
use crate::{NoPorts, Ports};

/// That a step ends in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exit {
    /// The id of the step.
    pub(super) step: String,
    pub(super) way: Way,
}

/// A way in which a step ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// By a port; which one, the case says.
    Leaves,
    /// By this port.
    Port(PortName),
    /// It completes, by whichever port.
    Completes,
    /// It fails.
    Fails,
}

/// The ports of an action that has some: the enum that `ports(..)` makes.
#[diagnostic::on_unimplemented(
    message = "the action of this step has no ports",
    label = "it is left in one way only",
    note = "an action says by what it can be left: `#[action(.., ports(\"approved\", \"rejected\"))]`"
)]
pub trait HasPorts: Ports + HasCases {}

impl<P: Ports + HasCases> HasPorts for P {}

/// A step whose failure can be seen to: one that has surely run, unless it failed.
#[diagnostic::on_unimplemented(
    message = "the failure of `{Self}` is not to be seen to here",
    label = "not a step that was just added",
    note = "a failure is seen to in the branch of its step, once: write `f.on_error(pay, |f, failure| ..)` where `pay` is what `f.add` gave"
)]
pub trait MayFail {
    /// What the step gives.
    type Output;
    /// Its ports.
    type Port;

    #[doc(hidden)]
    fn step(self) -> Step<Self::Output, Self::Port>;
}

/// The members of a failure.
#[derive(Debug)]
pub struct FailureRefs {
    /// What it means for trying again.
    pub kind: Expr<FailureKind>,
    /// Stable code, as in `http.status_503`.
    pub code: Expr<String>,
    /// One sentence.
    pub message: Expr<String>,
    /// JSON pointer into the input, when a part of it is to blame.
    pub pointer: Expr<Option<String>>,
    /// What to do.
    pub help: Expr<Option<String>>,
}

/// The members of a failure that there may not be.
#[derive(Debug)]
pub struct FailureOptional {
    /// What it means for trying again.
    pub kind: Expr<Option<FailureKind>>,
    /// Stable code, as in `http.status_503`.
    pub code: Expr<Option<String>>,
    /// One sentence.
    pub message: Expr<Option<String>>,
    /// JSON pointer into the input, when a part of it is to blame.
    pub pointer: Expr<Option<String>>,
    /// What to do.
    pub help: Expr<Option<String>>,
}

// === impl Step ===

impl<O, P> Step<O, P> {
    /// The port by which it left. In a [`switch`](Flow::switch), each case is entered by the connection from the port.
    ///
    /// ```
    /// # use nebula_sdk::{flow::{Expr, Workflow}, prelude::*};
    /// # /// An order.
    /// # #[derive(Parameters)]
    /// # pub struct Order {
    /// #     /// Its number.
    /// #     pub number: u32,
    /// # }
    /// /// Look at an order.
    /// #[derive(Action)]
    /// #[action(id = "shop.review", version = "1.0", pure, ports("approved", "rejected"))]
    /// pub struct Review;
    /// # impl ProcessAction for Review {
    /// #     type Input = Order;
    /// #     type Output = Order;
    /// #     async fn execute(&self, order: Order, _: &ActionContext<Self>) -> Result<ActionResult<Order, ReviewPort>> {
    /// #         Ok(ActionResult::Route(ReviewPort::Approved, order))
    /// #     }
    /// # }
    /// # /// Ship an order.
    /// # #[derive(Action)]
    /// # #[action(id = "shop.ship", version = "1.0", pure)]
    /// # pub struct Ship;
    /// # impl SimpleAction for Ship {
    /// #     type Input = Order;
    /// #     type Output = ();
    /// #     async fn execute(&self, _: Order, _: &ActionContext<Self>) -> Result<()> {
    /// #         Ok(())
    /// #     }
    /// # }
    ///
    /// let workflow: Workflow<Order, String> = Workflow::new("reviewed", |f, order: Expr<Order>| {
    ///     let review = f.add("review", Review::call().number(&order.number));
    ///     f.switch(&review.port())
    ///         .on_approved(|f| {
    ///             f.add("ship", Ship::call().number(&review.number));
    ///             "shipped"
    ///         })
    ///         .on_rejected(|_| "refused")
    ///         .end()
    /// });
    /// let definition = workflow.definition()?;
    /// assert_eq!(definition.connections[0].from.to_string(), "review.approved");
    /// # Ok::<_, nebula_sdk::flow::FlowError>(())
    /// ```
    ///
    /// A port that is added to the action later leaves every such switch without a case, which does not compile.
    #[must_use]
    pub fn port(&self) -> Expr<P>
    where
        P: HasPorts,
    {
        let port = self.about::<P>("port").source().clone();
        Expr::of_source(super::expr::Source {
            exit: Some(Exit { step: self.id().to_owned(), way: Way::Leaves }),
            ..port
        })
    }

    /// Why it failed; null when it did not. There is something to read only where its failure does not end the run.
    #[must_use]
    pub fn error(&self) -> Expr<Option<Failure>> {
        self.about("error")
    }

    /// A failure does not end the run: what comes after goes on without what this step would have given.
    ///
    /// For another way to go on, there are [`Flow::on_error`] and [`Flow::when_ok_else`].
    #[must_use]
    pub fn on_error_continue(self) -> Maybe<O, P> {
        self.set(|node| node.on_error = OnError::Continue).absent()
    }
}

impl<O, P> MayFail for Step<O, P> {
    type Output = O;
    type Port = P;

    fn step(self) -> Self {
        self
    }
}

impl<O> MayFail for Each<O> {
    type Output = Vec<O>;
    type Port = NoPorts;

    fn step(self) -> Step<Vec<O>> {
        Self::step(self)
    }
}

impl<O, P> Maybe<O, P> {
    /// The port by which it left; null when it has not completed.
    #[must_use]
    pub fn port(&self) -> Expr<Option<P>>
    where
        P: HasPorts,
    {
        self.about("port")
    }
}

// === impl Flow ===

impl Flow {
    /// A branch for the failure of a step, after all its attempts: the run goes on along it instead of failing. What the step
    /// gives is optional from here on; what comes after it is in a branch of its own with [`when_ok_else`](Self::when_ok_else).
    ///
    /// ```
    /// # use nebula_sdk::{flow::{Expr, Workflow}, prelude::*};
    /// # /// A number.
    /// # #[derive(Parameters)]
    /// # pub struct Number {
    /// #     /// Which.
    /// #     pub of: i64,
    /// # }
    /// # /// Double a number.
    /// # #[derive(Action)]
    /// # #[action(id = "demo.double", version = "1.0", pure)]
    /// # pub struct Double;
    /// # impl SimpleAction for Double {
    /// #     type Input = Number;
    /// #     type Output = Number;
    /// #     async fn execute(&self, input: Number, _: &ActionContext<Self>) -> Result<Number> {
    /// #         Ok(Number { of: 2 * input.of })
    /// #     }
    /// # }
    /// # /// A note.
    /// # #[derive(Parameters)]
    /// # pub struct Note {
    /// #     /// What is noted.
    /// #     pub text: String,
    /// # }
    /// # /// Make a note.
    /// # #[derive(Action)]
    /// # #[action(id = "demo.note", version = "1.0", pure)]
    /// # pub struct MakeNote;
    /// # impl SimpleAction for MakeNote {
    /// #     type Input = Note;
    /// #     type Output = ();
    /// #     async fn execute(&self, _: Note, _: &ActionContext<Self>) -> Result<()> {
    /// #         Ok(())
    /// #     }
    /// # }
    /// let workflow: Workflow<Number, i64> = Workflow::new("doubled", |f, input: Expr<Number>| {
    ///     let double = f.add("double", Double::call().of(&input.of));
    ///     let (double, ()) = f.on_error(double, |f, failure| {
    ///         f.add("note", MakeNote::call().text(&failure.message));
    ///     });
    ///     double.of.or_default(0)
    /// });
    /// let definition = workflow.definition()?;
    /// assert_eq!(definition.connections[0].from.to_string(), "double.error");
    /// # Ok::<_, nebula_sdk::flow::FlowError>(())
    /// ```
    pub fn on_error<S: MayFail, R: Leave>(
        &mut self,
        step: S,
        branch: impl FnOnce(&mut Self, Expr<Failure>) -> R,
    ) -> (Maybe<S::Output, S::Port>, R::Outside) {
        let step = step.step().set(|node| node.on_error = OnError::Route);
        let failure = step.about("error");
        let outside = branch(&mut self.branch_of(step.ends("!", Way::Fails)), failure).leave();
        (step.absent(), outside)
    }

    /// Two branches: one for when a step has completed, which it is given as, one for its failure after all attempts, with
    /// which the run goes on instead of failing. Both give a value of the same type, so outside it is certain.
    ///
    /// ```
    /// # use nebula_sdk::{flow::{Expr, Text, Workflow}, prelude::*};
    /// # /// A number.
    /// # #[derive(Parameters)]
    /// # pub struct Number {
    /// #     /// Which.
    /// #     pub of: i64,
    /// # }
    /// # /// Double a number.
    /// # #[derive(Action)]
    /// # #[action(id = "demo.double", version = "1.0", pure)]
    /// # pub struct Double;
    /// # impl SimpleAction for Double {
    /// #     type Input = Number;
    /// #     type Output = Number;
    /// #     async fn execute(&self, input: Number, _: &ActionContext<Self>) -> Result<Number> {
    /// #         Ok(Number { of: 2 * input.of })
    /// #     }
    /// # }
    /// let workflow: Workflow<Number, String> = Workflow::new("doubled", |f, input: Expr<Number>| {
    ///     let double = f.add("double", Double::call().of(&input.of));
    ///     f.when_ok_else(
    ///         double,
    ///         |_, double| Text::new().value(&double.of),
    ///         |_, failure| Text::new().text("no number: ").value(&failure.message),
    ///     )
    /// });
    /// assert!(workflow.definition().is_ok());
    /// ```
    pub fn when_ok_else<S: MayFail, A: Outcome, B: Gives<A::Value>>(
        &mut self,
        step: S,
        ok: impl FnOnce(&mut Self, Step<S::Output, S::Port>) -> A,
        error: impl FnOnce(&mut Self, Expr<Failure>) -> B,
    ) -> A::Value {
        let step = step.step().set(|node| node.on_error = OnError::Route);
        let (completes, fails) = (step.ends("", Way::Completes), step.ends("!", Way::Fails));
        let failure = step.about("error");
        let mut cases = Cases::default();
        cases.add(self, completes, |f| ok(f, step));
        cases.finish_with(self, fails, |f| error(f, failure))
    }
}

// === impl Exit ===

impl Exit {
    /// The case of a `switch`.
    pub(super) fn by(&self, port: &str) -> Self {
        let way = PortName::new(port).map_or(Way::Completes, Way::Port);
        Self { step: self.step.clone(), way }
    }
}

// === impl Failure ===

impl HasRefs for Failure {
    type Refs = FailureRefs;
    type Optional = FailureOptional;

    fn refs(at: &Place<'_>) -> FailureRefs {
        FailureRefs {
            kind: at.field("kind"),
            code: at.field("code"),
            message: at.field("message"),
            pointer: at.absent_field("pointer"),
            help: at.absent_field("help"),
        }
    }

    fn optional(at: &Place<'_>) -> FailureOptional {
        FailureOptional {
            kind: at.optional_field("kind"),
            code: at.optional_field("code"),
            message: at.optional_field("message"),
            pointer: at.optional_field("pointer"),
            help: at.optional_field("help"),
        }
    }
}

impl Shown for FailureKind {}
