//! What expressions and templates that an action evaluates for each item have in common.

use nebula_expression::{ExprError, Scope};
use serde_json::Value;

use crate::ActionError;

/// What one sees of an item.
pub(crate) struct Item<'a> {
    pub(crate) item: &'a Value,
    pub(crate) index: u64,
}

impl Scope for Item<'_> {
    fn item(&self) -> Option<&Value> {
        Some(self.item)
    }

    fn index(&self) -> Option<u64> {
        Some(self.index)
    }
}

/// The failure of an item for which the text could not be evaluated.
pub(crate) fn failed(subject: &str, error: &ExprError, index: u64) -> ActionError {
    let failed = ActionError::permanent(
        format!("expression.{}", error.code.to_lowercase()),
        format!("{subject}item {index}: {}", error.message),
    );
    match &error.help {
        Some(help) => failed.with_help(help.clone()),
        None => failed,
    }
}

/// A type around a parsed text: it is written as the text, read by parsing, and described as text with a marker that
/// lets the planner parse it before the run.
macro_rules! parsed_text {
    ($name:ident, $parsed:ident, $marker:literal) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({:?})", stringify!($name), self.source())
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.source() == other.source()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.source())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
                $parsed::parse(&text).map(Self).map_err(|errors| {
                    let lines: Vec<_> = errors.iter().map(|error| error.render(&text)).collect();
                    serde::de::Error::custom(lines.join("\n"))
                })
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", $marker: { "roots": ["$item", "$index"] } })
            }
        }
    };
}
pub(crate) use parsed_text;
