//! Expressions as parameters, evaluated by the action once for each item.

use nebula_expression::{Expression, Limits};
use serde_json::Value;

use crate::{
    Result,
    item::{Item, failed, parsed_text},
};

/// An expression over `$item` and `$index`, as in `$item.temp > 30`. Read when the input is read, so that a mistake in
/// it is an error of the input, with its place.
///
/// Plans check it with the types of what it sees and gives: `#[param(item_of = "rows", gives = "boolean")]` says that
/// `$item` is one of the parameter `rows` (of `items`, when nothing is said) and that true or false is wanted.
#[derive(Clone)]
pub struct ItemExpr(Expression);

// === impl ItemExpr ===

impl ItemExpr {
    /// The value for one item.
    ///
    /// Pure and synchronous, within the limits of the language: for many items use
    /// [`ActionContext::blocking`](crate::ActionContext::blocking).
    ///
    /// # Errors
    /// `Permanent` with the code of the expression error, as in `expression.e0203`.
    pub fn eval(&self, item: &Value, index: u64) -> Result<Value> {
        let scope = Item { item, index };
        match self.0.evaluate(&scope, &Limits::default()) {
            Ok(value) => Ok(value.into_owned()),
            Err(error) => Err(failed(&self.subject(), &error, index)),
        }
    }

    /// The value for one item, which must be `true` or `false`.
    ///
    /// # Errors
    /// As [`eval`](Self::eval), and when the value is anything else.
    pub fn eval_bool(&self, item: &Value, index: u64) -> Result<bool> {
        let scope = Item { item, index };
        self.0.evaluate_bool(&scope, &Limits::default()).map_err(|error| failed(&self.subject(), &error, index))
    }

    /// The text, as written.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.source()
    }

    fn subject(&self) -> String {
        format!("`{}`, ", self.source())
    }
}

parsed_text!(ItemExpr, Expression, "x-nebula-expression");
