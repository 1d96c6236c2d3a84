//! Expressions as parameters, evaluated by the action once for each item.

use std::{borrow::Cow, fmt};

use nebula_expression::{ExprError, Expression, Limits, Scope};
use nebula_ports::model::FailureKind;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use crate::{ActionError, Result};

/// An expression over `$item` and `$index`, as in `$item.temp > 30`. Read when the input is read, so that a mistake in
/// it is an error of the input, with its place.
#[derive(Clone)]
pub struct ItemExpr(Expression);

/// What an expression or a template sees of one item.
pub(crate) struct Item<'a> {
    pub(crate) item: &'a Value,
    pub(crate) index: u64,
}

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
            Err(error) => Err(self.failed(&error, index)),
        }
    }

    /// The value for one item, which must be `true` or `false`.
    ///
    /// # Errors
    /// As [`eval`](Self::eval), and when the value is anything else.
    pub fn eval_bool(&self, item: &Value, index: u64) -> Result<bool> {
        let scope = Item { item, index };
        self.0.evaluate_bool(&scope, &Limits::default()).map_err(|error| self.failed(&error, index))
    }

    /// The text, as written.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.source()
    }

    fn failed(&self, error: &ExprError, index: u64) -> ActionError {
        let failed = ActionError::permanent(
            format!("expression.{}", error.code.to_lowercase()),
            format!("`{}`, item {index}: {}", self.source(), error.message),
        );
        debug_assert_eq!(failed.kind(), FailureKind::Permanent);
        match &error.help {
            Some(help) => failed.with_help(help.clone()),
            None => failed,
        }
    }
}

impl Scope for Item<'_> {
    fn item(&self) -> Option<&Value> {
        Some(self.item)
    }

    fn index(&self) -> Option<u64> {
        Some(self.index)
    }
}

impl fmt::Debug for ItemExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemExpr({})", self.source())
    }
}

impl PartialEq for ItemExpr {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

impl Serialize for ItemExpr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.source())
    }
}

impl<'de> Deserialize<'de> for ItemExpr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        match Expression::parse(&text) {
            Ok(expression) => Ok(Self(expression)),
            Err(errors) => {
                let lines: Vec<_> = errors.iter().map(|error| error.render(&text)).collect();
                Err(D::Error::custom(lines.join("\n")))
            }
        }
    }
}

impl JsonSchema for ItemExpr {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ItemExpr".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-nebula-expression": { "roots": ["$item", "$index"] } })
    }
}
