//! Templates as parameters, rendered by the action once for each item.

use std::{borrow::Cow, fmt};

use nebula_expression::{ExprError, Limits, Template};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use crate::{ActionError, Result, item_expr::Item};

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
            Err(error) => Err(self.failed(&error, index)),
        }
    }

    /// The text, as written.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.source()
    }

    fn failed(&self, error: &ExprError, index: u64) -> ActionError {
        let failed = ActionError::permanent(
            format!("expression.{}", error.code.to_lowercase()),
            format!("item {index}: {}", error.message),
        );
        match &error.help {
            Some(help) => failed.with_help(help.clone()),
            None => failed,
        }
    }
}

impl fmt::Debug for ItemTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemTemplate({:?})", self.source())
    }
}

impl PartialEq for ItemTemplate {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

impl Serialize for ItemTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.source())
    }
}

impl<'de> Deserialize<'de> for ItemTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        match Template::parse(&text) {
            Ok(template) => Ok(Self(template)),
            Err(errors) => {
                let lines: Vec<_> = errors.iter().map(|error| error.render(&text)).collect();
                Err(D::Error::custom(lines.join("\n")))
            }
        }
    }
}

impl JsonSchema for ItemTemplate {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ItemTemplate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-nebula-template": { "roots": ["$item", "$index"] } })
    }
}
