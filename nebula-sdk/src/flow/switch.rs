//! A branch for each variant of an enum: the matcher of an enum is generated, and has no end while a case is missing.

use std::{fmt, marker::PhantomData};

use super::{
    Expr, Flow, Problem,
    expr::{Source, quoted},
    join::{Cases, Decides, Gives, Joined},
};

/// An enum of plain names, with a matcher of its cases. Implemented by generated code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no cases",
    label = "not an enum of plain names with `#[derive(Parameters)]`",
    note = "what may be absent gets a value first: `.or_default(..)`"
)]
pub trait HasCases: Sized {
    /// The matcher, with no case yet.
    type Switch;

    #[doc(hidden)]
    fn switch(on: Switch<Self>) -> Self::Switch;
}

/// Whether a case may still be given.
#[diagnostic::on_unimplemented(
    message = "the case is there already",
    label = "given a second time",
    note = "each case of a `switch` is given once"
)]
pub trait Open {}

impl Open for super::Missing {}

/// Whether a case was given. Generated code cannot bring words of its own into a module without a prelude, so the case is
/// a type of its name.
#[diagnostic::on_unimplemented(
    message = "the case `{Case}` is missing",
    label = "not all cases are given",
    note = "call the method of the missing case, `.on_..(|f| ..)`, or write `.otherwise(|f| ..)` in place of `.end()`"
)]
pub trait HasCase<Case> {}

impl<Case> HasCase<Case> for super::Given {}

/// What is decided, and the cases so far.
pub struct Switch<T> {
    flow: Flow,
    on: Source,
    cases: Cases,
    is_ended: bool,
    of: PhantomData<fn(T)>,
}

impl Flow {
    /// A branch for each variant of an enum: the steps of one of them run. Each case is a method of the variant's name,
    /// and gives a value of the same type as the others; together these are certain.
    ///
    /// ```
    /// use nebula_sdk::{flow::{Expr, Workflow}, prelude::*};
    ///
    /// /// What falls.
    /// #[derive(Parameters)]
    /// #[serde(rename_all = "snake_case")]
    /// pub enum Sky {
    ///     /// Nothing.
    ///     Sunny,
    ///     /// Water.
    ///     Rainy,
    ///     /// Ice.
    ///     Snowy,
    /// }
    ///
    /// /// A day.
    /// #[derive(Parameters)]
    /// pub struct Day {
    ///     /// How it is.
    ///     pub sky: Sky,
    /// }
    ///
    /// let workflow: Workflow<Day, String> = Workflow::new("advice", |f, day: Expr<Day>| {
    ///     f.switch(&day.sky).on_sunny(|_| "a hat").on_rainy(|_| "an umbrella").on_snowy(|_| "boots").end()
    /// });
    /// assert_eq!(
    ///     workflow.definition()?.output.map(|output| output.to_json()),
    ///     Some(json!({ "$expr": r#"$input.sky == "sunny" ? "a hat" : $input.sky == "rainy" ? "an umbrella" : "boots""# }))
    /// );
    /// # Ok::<_, nebula_sdk::flow::FlowError>(())
    /// ```
    ///
    /// `.otherwise(..)` in place of `end` is the branch for all variants that are not named. A switch without
    /// an end is told with the definition.
    pub fn switch<T: HasCases>(&mut self, on: &Expr<T>) -> T::Switch {
        let (flow, cases) = (self.again(), Cases::default());
        T::switch(Switch { flow, on: on.source().clone(), cases, is_ended: false, of: PhantomData })
    }
}

// === impl Switch ===

impl<T> Switch<T> {
    /// The branch for one variant.
    pub fn case<D: Decides<A>, A>(&mut self, name: &str, branch: impl FnOnce(&mut Flow) -> A) {
        let text = format!("({} == {})", self.on.whole(), quoted(name));
        let condition = Source {
            exit: self.on.exit.as_ref().map(|exit| exit.by(name)),
            ..Source::made(text, self.on.problem.clone())
        };
        self.cases.add::<D::Value, D::As>(&mut self.flow, condition, |f| D::same(branch(f)));
    }

    /// The branch for all other variants, and what all cases give.
    pub fn otherwise<V: Joined, A: Gives<V>>(mut self, branch: impl FnOnce(&mut Flow) -> A) -> V {
        self.is_ended = true;
        std::mem::take(&mut self.cases).finish(&mut self.flow, branch)
    }

    /// What all cases give: all variants are there.
    #[must_use]
    pub fn end<V: Joined>(mut self) -> V {
        self.is_ended = true;
        std::mem::take(&mut self.cases).end(&self.flow)
    }
}

impl<T> Drop for Switch<T> {
    fn drop(&mut self) {
        if !self.is_ended {
            let problem = Problem::new(format!("the `switch` over `{}` has no end", self.on.text));
            self.flow.tell(problem.with_help("write `.end()` after all cases, or `.otherwise(..)` after some"));
        }
    }
}

impl<T> fmt::Debug for Switch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Switch").field("on", &self.on.text).field("cases", &self.cases).finish_non_exhaustive()
    }
}
