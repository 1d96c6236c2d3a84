//! Functions of the language on typed lists: those with closures print them as lambdas.

use std::cell::Cell;

use super::{Expr, Feeds, Joined, Number, Ordered, Outcome, Shown, expr::Source, join::Given};

thread_local! {
    /// How many closures are being run inside of each other.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Names of items, by how deep they are.
const NAMES: [&str; 4] = ["x", "y", "z", "w"];

/// One more closure, as long as it lives.
struct Inside(usize);

/// What a list is put in order by.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key of an order",
    label = "has no order",
    note = "numbers, texts and bools have one, also when they may be absent"
)]
pub trait Key {}

impl<T: Ordered> Key for T {}
impl Key for bool {}

// === impl Inside ===

impl Inside {
    fn new() -> Self {
        Self(DEPTH.with(|depth| depth.replace(depth.get() + 1)))
    }

    fn name(&self) -> String {
        NAMES.get(self.0).map_or_else(|| format!("x{}", self.0), |name| (*name).to_owned())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(self.0));
    }
}

// === impl Expr ===

impl<T> Expr<Vec<T>> {
    /// The list with something made of each item: `map`.
    ///
    /// ```
    /// # use nebula_sdk::flow::{Expr, expr_as};
    /// let temps: Expr<Vec<f64>> = expr_as("$input.temps");
    /// let doubled: Expr<Vec<f64>> = temps.map(|temp| temp * 2);
    /// assert_eq!(doubled.to_string(), "(($input.temps).map(x => (x * 2)))");
    /// ```
    #[must_use]
    pub fn map<U, R: Outcome<Value = Expr<U>>>(&self, to: impl FnOnce(Expr<T>) -> R) -> Expr<Vec<U>> {
        self.each("map", |item| {
            let mut given = Vec::with_capacity(1);
            to(item).give(&mut given);
            let mut given = given.into_iter().map(|Given(value)| value.into_operand());
            Expr::<U>::joined(&mut given).source().clone()
        })
    }

    /// The items for which it holds: `filter`.
    #[must_use]
    pub fn filter<R: Feeds<bool>>(&self, keep: impl FnOnce(Expr<T>) -> R) -> Self {
        self.each("filter", |item| keep(item).feed().into_operand())
    }

    /// The first item for which it holds, if there is one: `find`.
    #[must_use]
    pub fn find<R: Feeds<bool>>(&self, wanted: impl FnOnce(Expr<T>) -> R) -> Expr<Option<T>> {
        self.each("find", |item| wanted(item).feed().into_operand())
    }

    /// Whether it holds for an item: `exists`.
    #[must_use]
    pub fn any<R: Feeds<bool>>(&self, holds: impl FnOnce(Expr<T>) -> R) -> Expr<bool> {
        self.each("exists", |item| holds(item).feed().into_operand())
    }

    /// Whether it holds for all items: `all`.
    #[must_use]
    pub fn all<R: Feeds<bool>>(&self, holds: impl FnOnce(Expr<T>) -> R) -> Expr<bool> {
        self.each("all", |item| holds(item).feed().into_operand())
    }

    /// For how many items it holds: `count`.
    #[must_use]
    pub fn count<R: Feeds<bool>>(&self, holds: impl FnOnce(Expr<T>) -> R) -> Expr<i64> {
        self.each("count", |item| holds(item).feed().into_operand())
    }

    /// The list in the order of a key, the smallest first: `sortBy`.
    #[must_use]
    pub fn sort_by<K: Key>(&self, key: impl FnOnce(Expr<T>) -> Expr<K>) -> Self {
        self.each("sortBy", |item| Feeds::<K>::feed(key(item)).into_operand())
    }

    /// The first item, if there is one.
    #[must_use]
    pub fn first(&self) -> Expr<Option<T>> {
        self.call("first", [])
    }

    /// The last item, if there is one.
    #[must_use]
    pub fn last(&self) -> Expr<Option<T>> {
        self.call("last", [])
    }

    /// The list from its end.
    #[must_use]
    pub fn reverse(&self) -> Self {
        self.call("reverse", [])
    }

    /// The list with each item once.
    #[must_use]
    pub fn unique(&self) -> Self {
        self.call("unique", [])
    }

    /// How many items there are: `size`.
    #[must_use]
    pub fn len(&self) -> Expr<i64> {
        self.call("size", [])
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> Expr<bool> {
        self.call("isEmpty", [])
    }

    /// Whether an item is equal to this: `in`.
    #[must_use]
    pub fn contains(&self, item: impl Feeds<T>) -> Expr<bool> {
        let item = item.feed().into_operand();
        let problem = self.source().problem.clone().or(item.problem);
        Expr::compound(&format!("{} in {}", item.text, self.source().whole()), problem)
    }

    /// The sum: `sum`.
    #[must_use]
    pub fn sum(&self) -> Expr<f64>
    where
        T: Number,
    {
        self.call("sum", [])
    }

    /// The items as one text: `join`.
    #[must_use]
    pub fn join(&self, separator: impl Feeds<String>) -> Expr<String>
    where
        T: Shown,
    {
        self.call("join", [separator.feed().into_operand()])
    }

    /// The list where the type of its items does not matter.
    #[must_use]
    pub fn any_items(&self) -> Expr<Vec<serde_json::Value>> {
        Expr::of_source(self.source().clone())
    }

    fn each<U>(&self, function: &str, closure: impl FnOnce(Expr<T>) -> Source) -> Expr<U> {
        let inside = Inside::new();
        let name = inside.name();
        let body = closure(Expr::of_text(name.clone()));
        self.call(function, [Source { text: format!("{name} => {}", body.text), ..body }])
    }
}

impl<T> Expr<Vec<Vec<T>>> {
    /// The lists as one: `flatten`.
    #[must_use]
    pub fn flatten(&self) -> Expr<Vec<T>> {
        self.call("flatten", [])
    }
}

impl<T> Expr<Vec<Option<T>>> {
    /// The items that are there: `compact`.
    #[must_use]
    pub fn compact(&self) -> Expr<Vec<T>> {
        self.call("compact", [])
    }
}
