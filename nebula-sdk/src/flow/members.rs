//! Objects of which no type is known: data for actions that take anything.

use serde_json::{Map, Value};

use super::{Expr, Fed, Feeds, Outcome, join::Given, refs};

/// An object put together member by member, where any JSON is wanted.
///
/// ```
/// use nebula_sdk::flow::{Expr, Members, expr_as};
///
/// let total: Expr<f64> = expr_as("$input.total");
/// let order: Expr<serde_json::Value> = Expr::of(Members::new().with("total", &total * 2).with("note", "thank you"));
/// assert_eq!(order.to_string(), r#"({"total": (($input.total) * 2), "note": "thank you"})"#);
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct Members {
    members: Vec<(String, Fed)>,
}

// === impl Members ===

impl Members {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more member; one given twice has the later value.
    pub fn with<T, A: Outcome<Value = Expr<T>>>(mut self, name: &str, value: A) -> Self {
        let mut given = Vec::with_capacity(1);
        value.give(&mut given);
        self.members.extend(given.into_iter().map(|Given(value)| (name.to_owned(), value)));
        self
    }
}

macro_rules! anything {
    ($($wanted:ty),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Feeds<$wanted> for Members {
                fn feed(self) -> Fed {
                    Fed::object(self.members)
                }
            }
        )*
    };
}

anything!(Value, Option<Value>, Map<String, Value>, Option<Map<String, Value>>);

impl Outcome for Members {
    type Value = Expr<Value>;
}

impl<T> Expr<Option<T>> {
    /// As [`member`](Expr::member), of what may be absent.
    #[must_use]
    pub fn optional_member<U>(&self, name: &str) -> Expr<Option<U>> {
        Expr::of_absent(format!("{}{}", self.source().text, refs::step(name, true)))
    }
}

impl<T> Expr<T> {
    /// A member by its name, where the type has no fields of its own: its type is promised and not known, as with
    /// [`expr_as`](super::expr_as).
    #[must_use]
    pub fn member<U>(&self, name: &str) -> Expr<U> {
        Expr::of_text(format!("{}{}", self.source().text, refs::step(name, false)))
    }
}
