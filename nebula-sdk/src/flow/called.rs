//! Workflows as steps of other workflows.

use nebula_ports::model::ActionReference;

use super::{Accepts, Draft, Workflow, call::Ends};
use crate::NoPorts;

impl<In: Accepts, Out> Workflow<In, Out> {
    /// Calls this workflow from another one: its parameters are given as those of an action, and the step gives what it
    /// gives. The called one is part of the caller's definition, so a run keeps the one that it began with.
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
    /// fn double() -> Workflow<Number, Number> {
    ///     Workflow::new("double", |f, input: Expr<Number>| f.add("double", Double::call().of(&input.of)))
    /// }
    ///
    /// let twice: Workflow<Number, Number> = Workflow::new("twice", |f, input: Expr<Number>| {
    ///     let once = f.add("once", double().call().of(&input.of));
    ///     f.add("again", double().call().of(&once.of))
    /// });
    /// assert!(twice.definition()?.flows.contains_key("double"));
    /// # Ok::<_, nebula_sdk::flow::FlowError>(())
    /// ```
    #[must_use]
    pub fn call(&self) -> In::Call<Ends<Out, NoPorts>> {
        In::call(Draft::of_flow(action(), self.definition()))
    }
}

fn action() -> ActionReference {
    "flow.call@1".parse().unwrap_or_else(|_| unreachable!("it has a namespace and a version"))
}
