//! Branches of which one is always taken: what each gives, joined to one value that is certain.

use std::marker::PhantomData;

use nebula_expression::{Expression, Root};

use super::{Condition, Expr, Fed, Feeds, Flow, Maybe, Step, expr::Source};

/// What the first of several branches may give: it decides what the others give as well.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot leave a branch",
    label = "may not exist outside of the branch",
    note = "return a step, an expression, a text, a number, a bool, or a tuple of these"
)]
pub trait Outcome: Gives<Self::Value> {
    /// What all branches together give.
    type Value: Joined;
}

/// What another branch may give, where `V` is what all of them give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand where `{V}` is wanted",
    label = "not what the first branch gives",
    note = "all branches give the same: a value of the type, a step or an expression of it"
)]
pub trait Gives<V> {
    #[doc(hidden)]
    fn give(self, into: &mut Vec<Given>);
}

/// What several branches give together.
pub trait Joined {
    #[doc(hidden)]
    fn joined(from: &mut dyn Iterator<Item = Source>) -> Self;
}

/// One value of a branch, as an operand.
#[derive(Debug)]
pub struct Given(pub(super) Fed);

impl Flow {
    /// Two branches: the steps of one run when the condition holds, those of the other when it does not. Both give a
    /// value of the same type, so outside it is certain: `if` as an expression.
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
    /// let workflow: Workflow<Number, i64> = Workflow::new("even", |f, input: Expr<Number>| {
    ///     let first = f.add("first", Double::call().of(&input.of));
    ///     f.when_else(
    ///         first.of.gt(100),
    ///         |_| first.of.clone(),
    ///         |f| f.add("second", Double::call().of(&first.of)).of.clone(),
    ///     )
    /// });
    /// let definition = workflow.definition()?;
    /// assert_eq!(definition.connections[0].when.as_deref(), Some("$nodes.first.result.of <= 100"));
    /// # Ok::<_, nebula_sdk::flow::FlowError>(())
    /// ```
    #[expect(clippy::needless_pass_by_value, reason = "a condition is written where it is used")]
    pub fn when_else<A: Outcome, B: Gives<A::Value>>(
        &mut self,
        condition: impl Condition,
        then: impl FnOnce(&mut Self) -> A,
        otherwise: impl FnOnce(&mut Self) -> B,
    ) -> A::Value {
        let condition = condition.expression().source();
        let mut cases = Cases::default();
        cases.add(self, condition.clone(), then);
        cases.finish(self, otherwise)
    }
}

/// The first of two values that is there: `??`. Either may be that of a branch that is not taken, so this may be absent
/// as well; [`or_default`](Expr::or_default) makes it certain. Where one of two branches is always taken,
/// [`when_else`](Flow::when_else) says so.
///
/// ```
/// use nebula_sdk::flow::{Expr, either, expr_as};
///
/// let (hot, cold): (Expr<Option<u32>>, Expr<Option<u32>>) = (expr_as("$input.hot"), expr_as("$input.cold"));
/// let first: Expr<Option<u32>> = either(&hot, &cold);
/// assert_eq!(first.to_string(), "(($input.hot) ?? ($input.cold))");
/// ```
#[must_use]
pub fn either<T>(one: &Expr<Option<T>>, other: &Expr<Option<T>>) -> Expr<Option<T>> {
    let (one, other) = (one.source(), other.source());
    let problem = one.problem.clone().or_else(|| other.problem.clone());
    let text = format!("({} ?? {})", one.text, other.text);
    Expr::of_source(Source { is_bare: other.is_bare, ..Source::made(text, problem) })
}

/// The cases of one decision, while they are added.
#[derive(Debug, Default)]
pub(super) struct Cases {
    cases: Vec<(Source, Vec<Source>)>,
    branches: Vec<usize>,
}

// === impl Cases ===

impl Cases {
    /// A branch for a condition which holds in none of the cases before.
    pub(super) fn add<V, A: Gives<V>>(
        &mut self,
        flow: &mut Flow,
        condition: Source,
        branch: impl FnOnce(&mut Flow) -> A,
    ) {
        let values = self.branch(flow, condition.clone(), branch);
        self.cases.push((condition, values));
    }

    /// A branch for when no condition holds; what all of them give.
    pub(super) fn finish<V: Joined, A: Gives<V>>(self, flow: &mut Flow, otherwise: impl FnOnce(&mut Flow) -> A) -> V {
        let none = self.cases.iter().map(|(condition, _)| opposite(condition)).reduce(|all, one| and(&all, &one));
        // Without cases, it is always taken.
        let always = || Source::made("true".to_owned(), None);
        self.finish_with(flow, none.unwrap_or_else(always), otherwise)
    }

    /// A branch that is taken exactly when no condition holds, which is another one that does; what all of them give.
    pub(super) fn finish_with<V: Joined, A: Gives<V>>(
        mut self,
        flow: &mut Flow,
        condition: Source,
        otherwise: impl FnOnce(&mut Flow) -> A,
    ) -> V {
        let values = self.branch(flow, condition, otherwise);
        self.join(flow, values)
    }

    /// What all of them give, when one condition always holds.
    pub(super) fn end<V: Joined>(mut self, flow: &Flow) -> V {
        let (_, values) = self.cases.pop().unwrap_or_else(|| unreachable!("an enum without variants is refused"));
        self.join(flow, values)
    }

    fn branch<V, A: Gives<V>>(
        &mut self,
        flow: &mut Flow,
        condition: Source,
        branch: impl FnOnce(&mut Flow) -> A,
    ) -> Vec<Source> {
        let mut values = Vec::new();
        let mut inside = flow.joined_branch(condition);
        self.branches.push(inside.branch());
        branch(&mut inside).give(&mut values);
        values.into_iter().map(|Given(value)| value.into_operand()).collect()
    }

    /// `condition ? value : … : otherwise`, for each of the values.
    fn join<V: Joined>(self, flow: &Flow, otherwise: Vec<Source>) -> V {
        // Of conditions of the time, each is asked at a time of its own.
        if !self.cases.iter().any(|(condition, _)| reads_time(condition)) {
            flow.group(self.branches);
        }
        let mut rests = otherwise;
        for (condition, values) in self.cases.into_iter().rev() {
            rests = values.into_iter().zip(rests).map(|(value, rest)| choice(&condition, value, rest)).collect();
        }
        V::joined(&mut rests.into_iter())
    }
}

fn reads_time(condition: &Source) -> bool {
    let read = Expression::parse(&condition.text);
    read.is_ok_and(|condition| condition.paths().iter().any(|path| path.root == Root::Now))
}

fn choice(condition: &Source, value: Source, rest: Source) -> Source {
    let problem = value.problem.or(rest.problem).or_else(|| {
        let told = "the condition of the branch reads `$now`, which is another time where the value is read: compute it \
                    in a step, or read it from `$execution.started_at`";
        reads_time(condition).then(|| told.to_owned())
    });
    Source::made(format!("({} ? {} : {})", condition.text, value.text, rest.text), problem)
}

/// That a condition does not hold. What cannot be read is told where it stands itself.
fn opposite(condition: &Source) -> Source {
    let text = Expression::parse(&condition.text)
        .map_or_else(|_| "false".to_owned(), |condition| format!("({})", condition.opposite()));
    Source::made(text, None)
}

fn and(one: &Source, other: &Source) -> Source {
    Source::made(format!("({} && {})", one.text, other.text), None)
}

// === impl Gives and Outcome ===

#[diagnostic::do_not_recommend]
impl<T, A: Feeds<T>> Gives<Expr<T>> for A {
    fn give(self, into: &mut Vec<Given>) {
        into.push(Given(self.feed()));
    }
}

impl Gives<()> for () {
    fn give(self, _: &mut Vec<Given>) {}
}

impl Outcome for () {
    type Value = ();
}

impl<T, P> Outcome for Step<T, P> {
    type Value = Expr<T>;
}

impl<T, P> Outcome for &Step<T, P> {
    type Value = Expr<T>;
}

impl<T, P> Outcome for Maybe<T, P> {
    type Value = Expr<Option<T>>;
}

impl<T> Outcome for Expr<T> {
    type Value = Self;
}

impl<T> Outcome for &Expr<T> {
    type Value = Expr<T>;
}

impl<T> Outcome for super::Composed<T> {
    type Value = Expr<T>;
}

impl Outcome for super::Text {
    type Value = Expr<String>;
}

impl Outcome for &str {
    type Value = Expr<String>;
}

macro_rules! values {
    ($($name:ty),*) => { $(impl Outcome for $name { type Value = Expr<$name>; })* };
}

values!(serde_json::Value, String, bool, u8, u16, u32, u64, i8, i16, i32, i64, f32, f64);

// === impl Joined ===

impl Joined for () {
    fn joined(_: &mut dyn Iterator<Item = Source>) {}
}

impl<T> Joined for Expr<T> {
    fn joined(from: &mut dyn Iterator<Item = Source>) -> Self {
        Self::of_source(from.next().unwrap_or_else(|| unreachable!("each branch gives as many values")))
    }
}

macro_rules! tuples {
    ($(($($name:ident $value:ident $at:tt),*))*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($name: Gives<$value>, $value),*> Gives<($($value,)*)> for ($($name,)*) {
                fn give(self, into: &mut Vec<Given>) {
                    $(self.$at.give(into);)*
                }
            }

            impl<$($name: Outcome),*> Outcome for ($($name,)*) {
                type Value = ($($name::Value,)*);
            }

            impl<$($name: Joined),*> Joined for ($($name,)*) {
                fn joined(from: &mut dyn Iterator<Item = Source>) -> Self {
                    ($($name::joined(from),)*)
                }
            }
        )*
    };
}

tuples! {
    (A X 0, B Y 1)
    (A X 0, B Y 1, C Z 2)
    (A X 0, B Y 1, C Z 2, D W 3)
}

/// Stands for what the cases of a `switch` give, before the first one has said it.
#[derive(Debug)]
pub enum Undecided {}

/// Stands for what the cases of a `switch` give.
#[derive(Debug)]
pub struct Decided<V>(PhantomData<fn() -> V>);

/// What a case may give after those before it.
#[diagnostic::on_unimplemented(
    message = "`{A}` cannot be what this case gives",
    label = "not what the first case gives",
    note = "all cases give the same: a step, an expression or a value of one type, or a tuple of these"
)]
pub trait Decides<A> {
    /// What all cases give.
    type Value: Joined;
    /// How a value becomes a part of it.
    type As: Gives<Self::Value>;

    #[doc(hidden)]
    fn same(value: A) -> Self::As;
}

#[diagnostic::do_not_recommend]
impl<A: Outcome> Decides<A> for Undecided {
    type Value = A::Value;
    type As = A;

    fn same(value: A) -> A {
        value
    }
}

#[diagnostic::do_not_recommend]
impl<V: Joined, A: Gives<V>> Decides<A> for Decided<V> {
    type Value = V;
    type As = A;

    fn same(value: A) -> A {
        value
    }
}
