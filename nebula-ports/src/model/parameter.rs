//! Values of a definition: data, or an explicit tag that says "compute this".
//!
//! `{"$expr": "…"}`, `{"$template": "…"}` and `{"$literal": …}` are tags, at any depth; everything else is data and is
//! never parsed. Data that looks like a tag is written inside `$literal`, so no input can turn into an expression.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value, json};

/// The keys that make an object a tag.
pub const RESERVED_TAGS: [&str; 3] = ["$expr", "$template", "$literal"];

/// A value as written in a definition. Parts without any tag are one [`ParameterValue::Literal`].
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterValue {
    /// Data, taken as it is.
    Literal(Value),
    /// An expression; its value takes this place.
    Expression(String),
    /// Text with `{{ expressions }}`.
    Template(String),
    /// An object with a tag somewhere inside.
    Object(BTreeMap<String, ParameterValue>),
    /// A list with a tag somewhere inside.
    Array(Vec<ParameterValue>),
}

/// An object that has a tag's key but is no tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidTag {
    /// JSON pointer from the value's root to the object.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for InvalidTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at {})", self.message, if self.pointer.is_empty() { "/" } else { &self.pointer })
    }
}

impl std::error::Error for InvalidTag {}

// === impl ParameterValue ===

impl ParameterValue {
    /// Reads the tagged JSON form.
    ///
    /// # Errors
    /// Every [`InvalidTag`] in the value: a tag with other keys beside it, or with a content of the wrong type.
    pub fn from_json(value: &Value) -> Result<Self, Vec<InvalidTag>> {
        let mut errors = Vec::new();
        let read = read(value, &mut String::new(), &mut errors);
        if errors.is_empty() { Ok(read) } else { Err(errors) }
    }

    /// Writes the tagged JSON form; data that looks like a tag comes out inside `$literal`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Literal(value) => escape(value),
            Self::Expression(source) => json!({ "$expr": source }),
            Self::Template(source) => json!({ "$template": source }),
            Self::Object(fields) => Value::Object(fields.iter().map(|(k, v)| (k.clone(), v.to_json())).collect()),
            Self::Array(items) => Value::Array(items.iter().map(Self::to_json).collect()),
        }
    }

    /// The data, when no part has to be computed.
    #[must_use]
    pub const fn as_literal(&self) -> Option<&Value> {
        match self {
            Self::Literal(value) => Some(value),
            _ => None,
        }
    }
}

fn is_reserved(key: &str) -> bool {
    RESERVED_TAGS.contains(&key)
}

fn read(value: &Value, pointer: &mut String, errors: &mut Vec<InvalidTag>) -> ParameterValue {
    match value {
        Value::Object(fields) if fields.keys().any(|key| is_reserved(key)) => read_tag(value, fields, pointer, errors),
        Value::Object(fields) => {
            let read: BTreeMap<_, _> = fields
                .iter()
                .map(|(key, value)| (key.clone(), descend(pointer, key, |pointer| read(value, pointer, errors))))
                .collect();
            if read.values().all(|value| value.as_literal().is_some()) {
                ParameterValue::Literal(Value::Object(
                    read.into_iter().filter_map(|(key, value)| Some((key, into_literal(value)?))).collect(),
                ))
            } else {
                ParameterValue::Object(read)
            }
        }
        Value::Array(items) => {
            let read: Vec<_> = items
                .iter()
                .enumerate()
                .map(|(i, value)| descend(pointer, &i.to_string(), |pointer| read(value, pointer, errors)))
                .collect();
            if read.iter().all(|value| value.as_literal().is_some()) {
                ParameterValue::Literal(Value::Array(read.into_iter().filter_map(into_literal).collect()))
            } else {
                ParameterValue::Array(read)
            }
        }
        scalar => ParameterValue::Literal(scalar.clone()),
    }
}

fn read_tag(value: &Value, fields: &Map<String, Value>, pointer: &str, errors: &mut Vec<InvalidTag>) -> ParameterValue {
    let mut refuse = |message: String| {
        errors.push(InvalidTag { pointer: pointer.to_owned(), message });
        ParameterValue::Literal(value.clone())
    };
    let mut entries = fields.iter();
    let (Some((key, content)), None) = (entries.next(), entries.next()) else {
        let tag = fields.keys().find(|key| is_reserved(key)).map_or("$literal", String::as_str);
        return refuse(format!(
            "`{tag}` must be the only key of its object; put data that looks like a tag inside `$literal`"
        ));
    };
    match (key.as_str(), content) {
        ("$expr", Value::String(source)) => ParameterValue::Expression(source.clone()),
        ("$template", Value::String(source)) => ParameterValue::Template(source.clone()),
        ("$literal", content) => ParameterValue::Literal(content.clone()),
        (key, _) => refuse(format!("`{key}` takes a string")),
    }
}

fn into_literal(value: ParameterValue) -> Option<Value> {
    match value {
        ParameterValue::Literal(value) => Some(value),
        _ => None,
    }
}

/// Runs `f` with `segment` appended to the JSON pointer (escaped as RFC 6901 says).
fn descend<T>(pointer: &mut String, segment: &str, f: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&segment.replace('~', "~0").replace('/', "~1"));
    let result = f(pointer);
    pointer.truncate(length);
    result
}

/// Wraps the smallest objects that look like tags, so that an ordinary value stays readable.
fn escape(value: &Value) -> Value {
    match value {
        Value::Object(fields) if fields.keys().any(|key| is_reserved(key)) => json!({ "$literal": value }),
        Value::Object(fields) => Value::Object(fields.iter().map(|(k, v)| (k.clone(), escape(v))).collect()),
        Value::Array(items) => Value::Array(items.iter().map(escape).collect()),
        scalar => scalar.clone(),
    }
}

impl Serialize for ParameterValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ParameterValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_json(&value).map_err(|errors| {
            D::Error::custom(errors.first().map_or_else(|| "invalid tag".to_owned(), ToString::to_string))
        })
    }
}

#[cfg(test)]
mod tests;
