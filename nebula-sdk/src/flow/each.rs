//! A list, item by item: steps that run for each of them.

use std::ops::Deref;

use nebula_ports::model::{ActionReference, ParameterValue};
use serde_json::json;

use super::{
    Composed, Expr, Fed, Feeds, Flow, HasRefs, Maybe, Place, Problem, Step, Text,
    builder::{BodyDraft, NodeDraft},
    item::LoopMark,
};

/// The steps of each item, as one step: it gives the list of what the items give, in their order.
///
/// One item at a time, and the run fails when one does, unless it is said otherwise.
#[derive(Debug)]
pub struct Each<O>(Step<Vec<O>>);

/// What the steps of one item may give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of an item",
    label = "not something that a run will have",
    note = "return a step, an expression or a text, or nothing"
)]
pub trait ItemResult {
    /// What there is for each item.
    type Value;

    #[doc(hidden)]
    fn feed_result(self) -> Option<Fed>;
}

/// What there is of items of which some failed.
#[derive(Debug)]
pub struct Collected<O> {
    /// What the others gave, in their order.
    pub results: Expr<Vec<O>>,
    /// The failures, each with the item's place in the list.
    pub errors: Expr<Vec<ItemError>>,
}

/// The failure of an item.
#[derive(Debug)]
pub struct ItemError {
    /// The item's place in the list, from 0.
    pub index: Expr<u64>,
    /// What is wrong, for people.
    pub message: Expr<String>,
    /// Which failure it is.
    pub code: Expr<String>,
}

// === impl Flow ===

impl Flow {
    /// Steps that run for each item of a list, with the item. What the closure returns is what there is for each item.
    ///
    /// Inside, steps and data from around are used as everywhere; what is inside is seen outside only as the list of
    /// results. Loops may stand in loops, eight deep. In the inner one, of items only its own can be read: what is wanted of
    /// the outer one's, a step there gives. Anything else is told with the definition.
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
    /// # /// Numbers.
    /// # #[derive(Parameters)]
    /// # pub struct Numbers {
    /// #     /// Which.
    /// #     pub all: Vec<Number>,
    /// # }
    /// let doubled: Workflow<Numbers, Vec<Number>> = Workflow::new("doubled", |f, input: Expr<Numbers>| {
    ///     f.for_each("each", &input.all, |f, number| f.add("double", Double::call().of(&number.of))).concurrency(8)
    /// });
    /// let definition = doubled.definition()?;
    /// assert_eq!(definition.nodes[0].action.to_string(), "flow.for_each@1.0");
    /// # Ok::<_, nebula_sdk::flow::FlowError>(())
    /// ```
    pub fn for_each<T, R: ItemResult>(
        &mut self,
        id: &str,
        items: impl Feeds<Vec<T>>,
        body: impl FnOnce(&mut Self, Expr<T>) -> R,
    ) -> Each<R::Value> {
        let mark = LoopMark::new(id);
        let item = mark.item();
        let mut inner = Self::of_loop(mark);
        let output = body(&mut inner, item).feed_result();
        let mut node = NodeDraft::new(id, self.place(), action());
        match items.feed().into_value() {
            Ok(items) => {
                node.parameters.insert("items".to_owned(), items);
            }
            Err(problem) => node.problems.push(("items", problem)),
        }
        node.body = Some(BodyDraft { state: inner.into_state(), output });
        let index = self.push(node);
        Each(Step::new(id, index, self.shared()))
    }

    /// The place of the item in the list, from 0, inside of a loop. As the item itself, it can be read in its own loop.
    ///
    /// ```
    /// use nebula_sdk::prelude::*;
    ///
    /// let places: Workflow<(), Vec<u32>> =
    ///     Workflow::new("places", |f, _: Expr<()>| f.for_each("each", vec![2_i64, 3], |f, _| f.index()).step());
    /// let body = places.definition()?.nodes[0].body.clone().expect("the steps of an item");
    /// assert_eq!(body.output.map(|output| output.to_json()), Some(json!({ "$expr": "$index" })));
    /// # Ok::<_, nebula_sdk::flow::FlowError>(())
    /// ```
    #[must_use]
    pub fn index(&self) -> Expr<u32> {
        if let Some(mark) = &self.shared().borrow().of_loop {
            return mark.index();
        }
        self.tell(Problem::new("the place of an item is read outside of a loop"));
        LoopMark::new("").index()
    }
}

fn action() -> ActionReference {
    "flow.for_each@1".parse().unwrap_or_else(|_| unreachable!("it has a namespace and a version"))
}

// === impl Each ===

impl<O> Each<O> {
    /// Most items at one time; 1 when it is not said.
    #[must_use]
    pub fn concurrency(self, most: u32) -> Self {
        Self(self.0.parameter("concurrency", ParameterValue::Literal(json!(most))))
    }

    /// Leaves items that fail out of the result; otherwise the run fails.
    #[must_use]
    pub fn skip_failed(self) -> Self {
        Self(self.0.parameter("on_item_error", ParameterValue::Literal(json!("skip"))))
    }

    /// Gives the results and the failures.
    #[must_use]
    pub fn collect_failed(self) -> Step<Collected<O>> {
        self.0.parameter("on_item_error", ParameterValue::Literal(json!("collect"))).giving()
    }

    /// The step.
    #[must_use]
    pub fn step(self) -> Step<Vec<O>> {
        self.0
    }
}

impl<O> Deref for Each<O> {
    type Target = Step<Vec<O>>;

    fn deref(&self) -> &Step<Vec<O>> {
        &self.0
    }
}

#[diagnostic::do_not_recommend]
impl<O> Feeds<Vec<O>> for Each<O> {
    fn feed(self) -> Fed {
        Feeds::<Vec<O>>::feed(self.0)
    }
}

#[diagnostic::do_not_recommend]
impl<O> Feeds<Vec<O>> for &Each<O> {
    fn feed(self) -> Fed {
        Feeds::<Vec<O>>::feed(&self.0)
    }
}

// === impl ItemResult ===

impl ItemResult for () {
    type Value = ();

    fn feed_result(self) -> Option<Fed> {
        // What runs is not looked at: nothing, rather than what the last step happens to give.
        Some(Fed::data(&()))
    }
}

impl<O, P> ItemResult for Step<O, P> {
    type Value = O;

    fn feed_result(self) -> Option<Fed> {
        Some(Feeds::<O>::feed(self))
    }
}

impl<O> ItemResult for Expr<O> {
    type Value = O;

    fn feed_result(self) -> Option<Fed> {
        Some(Feeds::<O>::feed(self))
    }
}

impl<O> ItemResult for Each<O> {
    type Value = Vec<O>;

    fn feed_result(self) -> Option<Fed> {
        Some(Feeds::<Vec<O>>::feed(self))
    }
}

impl<O> ItemResult for Composed<O> {
    type Value = O;

    fn feed_result(self) -> Option<Fed> {
        Some(Feeds::<O>::feed(self))
    }
}

impl ItemResult for Text {
    type Value = String;

    fn feed_result(self) -> Option<Fed> {
        Some(Feeds::<String>::feed(self))
    }
}

impl ItemResult for &str {
    type Value = String;

    fn feed_result(self) -> Option<Fed> {
        Some(Feeds::<String>::feed(self))
    }
}

impl<O, P> ItemResult for Maybe<O, P> {
    type Value = Option<O>;

    fn feed_result(self) -> Option<Fed> {
        Some(Feeds::<Option<O>>::feed(self))
    }
}

// === impl Collected, ItemError ===

impl<O: 'static> HasRefs for Collected<O> {
    type Refs = Self;
    type Optional = ();

    fn refs(at: &Place<'_>) -> Self {
        Self { results: at.field("results"), errors: at.field("errors") }
    }

    fn optional(_: &Place<'_>) {}
}

impl HasRefs for ItemError {
    type Refs = Self;
    type Optional = ();

    fn refs(at: &Place<'_>) -> Self {
        let error = at.inside("error");
        let error = Place::new(&error);
        Self { index: at.field("index"), message: error.field("message"), code: error.field("code") }
    }

    fn optional(_: &Place<'_>) {}
}

// === impl Flow, the builder's side ===

impl Flow {
    fn of_loop(mark: LoopMark) -> Self {
        let inner = Self::new();
        inner.shared().borrow_mut().of_loop = Some(mark);
        inner
    }
}
