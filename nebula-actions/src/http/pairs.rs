//! Names with values, as in queries and forms.

use std::{borrow::Cow, collections::BTreeMap};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;

/// Names with values; a list repeats its name. In the order of the names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pairs(BTreeMap<String, Pair>);

/// A text, a number, true or false, or a list of these.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Pair(Value);

// === impl Pairs ===

impl Pairs {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is one of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Each name with each of its values as text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.0.iter().flat_map(|(name, pair)| {
            let values = match &pair.0 {
                Value::Array(items) => items.as_slice(),
                one => std::slice::from_ref(one),
            };
            values.iter().map(|value| (name.as_str(), text(value)))
        })
    }
}

impl JsonSchema for Pairs {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Pairs".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let scalar = ["string", "number", "boolean"];
        json_schema!({
            "type": "object",
            "additionalProperties": {
                "type": ["string", "number", "boolean", "array"],
                "items": { "type": scalar },
            },
        })
    }
}

// === impl Pair ===

impl<'de> Deserialize<'de> for Pair {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let is_scalar = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
        let fits = match &value {
            Value::Array(items) => items.iter().all(is_scalar),
            one => is_scalar(one),
        };
        if fits {
            return Ok(Self(value));
        }
        Err(D::Error::custom("expected a text, a number, true or false, or a list of these"))
    }
}

fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        other => other.to_string().into(),
    }
}
