//! What goes into an action.

use std::fmt::Display;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize as _, Deserializer, Serialize, Serializer,
    de::{self, DeserializeOwned},
};
use serde_json::{Value, json};

use crate::{ActionError, Result, flow::Place, schema};

/// The input of an action: a JSON object with a schema. Implemented by `#[derive(Parameters)]`; `()` is no parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the input of an action",
    label = "not an action's input",
    note = "the input is a JSON object: use a struct, or an enum with `#[serde(tag = \"..\")]`, with `#[derive(Parameters)]`"
)]
pub trait Parameters: Sized + Send + 'static {
    #[doc(hidden)]
    fn input_schema() -> Value;

    #[doc(hidden)]
    fn decode(value: &Value) -> Result<Self>;
}

impl Parameters for () {
    fn input_schema() -> Value {
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {},
            "additionalProperties": false,
        })
    }

    fn decode(value: &Value) -> Result<Self> {
        match value.as_object() {
            Some(object) if object.is_empty() => Ok(()),
            Some(object) => {
                let name = object.keys().next().map(String::as_str).unwrap_or_default();
                Err(ActionError::invalid(pointer([name]), "there are no parameters"))
            }
            None => Err(ActionError::invalid("", "the input is an object")),
        }
    }
}

/// What `#[serde(flatten)]` puts among the fields of another struct. Used by generated code; every type with
/// `#[derive(Parameters)]` has it, so that one that cannot be flattened is one error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened",
    label = "not a struct whose fields could stand here",
    note = "a struct with named fields and `#[derive(Parameters)]` can, if it flattens nothing itself"
)]
pub trait Flat {
    /// The names of its fields in JSON; `None` when it cannot be flattened.
    const NAMES: Option<&'static [&'static str]>;
    /// Its members in workflows.
    type Refs: 'static;
    /// The same, where they may be absent.
    type Optional: 'static;

    /// Its fields.
    fn fields(generator: &mut SchemaGenerator) -> Vec<schema::Field>;
    /// Its members at a place.
    fn refs(at: &Place<'_>) -> Self::Refs;
    /// Its members at a place that may be absent.
    fn optional(at: &Place<'_>) -> Self::Optional;
}

/// Whether none of `names` is among those before. What cannot be flattened has none.
pub const fn are_new(before: &[Option<&[&str]>], names: Option<&[&str]>) -> bool {
    let Some(names) = names else { return true };
    let mut list = 0;
    while list < before.len() {
        let own = match before[list] {
            Some(own) => own,
            None => &[],
        };
        let mut one = 0;
        while one < own.len() {
            let mut name = 0;
            while name < names.len() {
                if is_same(own[one], names[name]) {
                    return false;
                }
                name += 1;
            }
            one += 1;
        }
        list += 1;
    }
    true
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// What may be a parameter: anything with a schema that serde reads and writes. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter",
    label = "not a parameter's type",
    note = "write `#[derive(Parameters)]` above it, or use `serde_json::Value` for JSON of any shape",
    note = "a type of another crate needs `Serialize`, `Deserialize` and `schemars::JsonSchema`"
)]
pub trait FieldType: Sized {
    /// Writes it.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    /// Reads it.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    /// Writes it, when it is there.
    fn write_option<S: Serializer>(value: &Option<Self>, serializer: S) -> Result<S::Ok, S::Error>;
    /// Reads it, when it is there.
    fn read_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;
    /// Its schema.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + JsonSchema> FieldType for T {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn write_option<S: Serializer>(value: &Option<Self>, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    fn read_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(deserializer)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// What may be a parameter whose schema is given with it: anything that serde reads and writes. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter",
    label = "not a parameter's type",
    note = "beside `schema = ..` a type needs `Serialize` and `Deserialize`"
)]
pub trait OpaqueType: Sized {
    /// Writes it.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    /// Reads it.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    /// Writes it, when it is there.
    fn write_option<S: Serializer>(value: &Option<Self>, serializer: S) -> Result<S::Ok, S::Error>;
    /// Reads it, when it is there.
    fn read_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> OpaqueType for T {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn write_option<S: Serializer>(value: &Option<Self>, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    fn read_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(deserializer)
    }
}

/// The value, when the author's function has nothing against it.
pub fn validated<T, E: Display, F: de::Error>(value: T, check: impl FnOnce(&T) -> Result<(), E>) -> Result<T, F> {
    match check(&value) {
        Ok(()) => Ok(value),
        Err(error) => Err(F::custom(error)),
    }
}

/// The same of a value that may be absent, and then is not looked at.
pub fn validated_option<T, E: Display, F: de::Error>(
    value: Option<T>,
    check: impl FnOnce(&T) -> Result<(), E>,
) -> Result<Option<T>, F> {
    value.map(|value| validated(value, check)).transpose()
}

/// Reads a value; an error says where, as a JSON pointer.
pub fn decode<T: DeserializeOwned>(value: &Value) -> Result<T> {
    // The good path does not pay for keeping the path.
    if let Ok(read) = T::deserialize(value) {
        return Ok(read);
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        use serde_path_to_error::Segment;
        let steps = error.path().iter().filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            // A variant is not a step of its own in JSON that is tagged inside, and unknown is no place.
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        ActionError::invalid(pointer(steps), error.inner().to_string())
    })
}

/// A JSON pointer of these steps.
fn pointer(steps: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    steps.into_iter().map(|step| format!("/{}", step.as_ref().replace('~', "~0").replace('/', "~1"))).collect()
}
