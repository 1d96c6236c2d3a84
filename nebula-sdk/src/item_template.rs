//! Templates as parameters, rendered by the action once for each item.

use nebula_expression::{Limits, Template};
use serde_json::Value;

use crate::{
    ActionError, Result,
    item::{Item, failed, parsed_text},
};

/// A text with expressions over `$item` and `$index` in it, as in `{{ $item.name }}: {{ $item.total }}`. Read when the
/// input is read, so that a mistake in it is an error of the input, with its place.
///
/// Strings, numbers, true and false can be put into text; null, lists and objects are errors.
#[derive(Clone)]
pub struct ItemTemplate(Template);

// === impl ItemTemplate ===

impl ItemTemplate {
    /// The text for one item.
    ///
    /// Pure and synchronous, within the limits of the language: for many items use
    /// [`ActionContext::blocking`](crate::ActionContext::blocking).
    ///
    /// # Errors
    /// `Permanent` with the code of the expression error, as in `expression.e0505`.
    pub fn render(&self, item: &Value, index: u64) -> Result<String> {
        let scope = Item { item, index };
        match self.0.evaluate(&scope, &Limits::default()) {
            Ok(Value::String(text)) => Ok(text),
            // A template that is one expression has the type of the expression.
            Ok(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
            Ok(_) => Err(ActionError::permanent(
                "expression.e0505",
                format!("`{}`, item {index}: null, lists and objects cannot be put into text", self.source()),
            )),
            Err(error) => Err(failed("", &error, index)),
        }
    }

    /// The text, as written.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.source()
    }
}

parsed_text!(ItemTemplate, Template, "x-nebula-template");
