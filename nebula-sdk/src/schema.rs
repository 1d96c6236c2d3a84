//! JSON Schemas (2020-12) of parameters and outputs: what the generated code puts together, and how roots are made.

mod condition;
mod mark;
pub(crate) mod walk;

use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub use condition::{Comparison, Condition};
pub use mark::{Mark, dangling, has_parameter};

/// One parameter, as the macro knows it.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub description: &'static str,
    pub schema: Schema,
    pub presence: Presence,
    pub keywords: Vec<(&'static str, Value)>,
    pub marks: Vec<Mark>,
    pub examples: Vec<Value>,
    /// What only forms look at.
    pub hints: Vec<(&'static str, Value)>,
    /// `visible_if` or `required_if`, as written and as a condition.
    pub when: Vec<(&'static str, &'static str, Condition)>,
}

/// Whether a parameter must be there.
#[derive(Debug)]
pub enum Presence {
    Required,
    Optional,
    Default(Value),
}

/// How a union says which variant it is.
#[derive(Debug, Clone, Copy)]
pub enum Tagging {
    External,
    Internal(&'static str),
    Adjacent(&'static str, &'static str),
}

/// One variant of a union.
#[derive(Debug)]
pub struct Variant {
    pub name: &'static str,
    pub label: &'static str,
    pub description: &'static str,
    pub body: Body,
}

/// What a variant carries.
#[derive(Debug)]
pub enum Body {
    Unit,
    Newtype(Schema, Vec<Mark>),
    Object(Vec<Field>),
}

/// A struct with named fields.
pub fn object(title: &str, description: &str, fields: Vec<Field>, generator: &SchemaGenerator) -> Schema {
    titled(title, description, properties(generator, fields))
}

/// The fields of a struct and of those that are flattened into it.
pub fn joined<const N: usize>(parts: [Vec<Field>; N]) -> Vec<Field> {
    parts.into_iter().flatten().collect()
}

/// A struct with one unnamed field.
pub fn newtype(title: &str, field: Field) -> Schema {
    let description = field.description;
    let mut schema = refined(field).to_value();
    if let Some(map) = schema.as_object_mut() {
        map.insert("title".into(), title.into());
    }
    titled_if_missing(schema, description)
}

/// An enum of plain names.
pub fn choice(title: &str, description: &str, variants: &[(&'static str, &'static str, &'static str)]) -> Schema {
    let names: Vec<_> = variants.iter().map(|(name, ..)| *name).collect();
    let options: Vec<_> = variants
        .iter()
        .map(|(name, label, description)| {
            let mut option = json!({ "value": name, "label": label });
            if !description.is_empty() {
                option["description"] = (*description).into();
            }
            option
        })
        .collect();
    let mut map = Map::new();
    map.insert("type".into(), "string".into());
    map.insert("enum".into(), names.into());
    map.insert("x-nebula".into(), json!({ "options": options }));
    titled(title, description, map)
}

/// An enum that carries data.
pub fn union<const N: usize>(
    title: &str,
    description: &str,
    tagging: Tagging,
    variants: [Variant; N],
    generator: &SchemaGenerator,
) -> Schema {
    let branches: Vec<_> = variants.into_iter().map(|variant| branch(generator, tagging, variant).to_value()).collect();
    let mut map = Map::new();
    match tagging {
        Tagging::External => {}
        Tagging::Internal(tag) | Tagging::Adjacent(tag, _) => {
            map.insert("type".into(), "object".into());
            map.insert("x-nebula".into(), json!({ "tag": tag }));
        }
    }
    map.insert("oneOf".into(), branches.into());
    titled(title, description, map)
}

fn branch(generator: &SchemaGenerator, tagging: Tagging, variant: Variant) -> Schema {
    let Variant { name, label, description, body } = variant;
    let tag = |tag: &str| (tag.to_owned(), json!({ "type": "string", "const": name }));
    let map = match (tagging, body) {
        (Tagging::External, Body::Unit) => {
            let mut map = Map::new();
            map.insert("type".into(), "string".into());
            map.insert("const".into(), name.into());
            map
        }
        (Tagging::External, body) => closed([(name.to_owned(), inner(generator, body))], [name]),
        (Tagging::Internal(key), Body::Unit) => closed([tag(key)], [key]),
        (Tagging::Internal(key), body) => return titled(label, description, tagged(inner(generator, body), &tag(key))),
        (Tagging::Adjacent(key, _), Body::Unit) => closed([tag(key)], [key]),
        (Tagging::Adjacent(key, content), body) => {
            closed([tag(key), (content.to_owned(), inner(generator, body))], [key, content])
        }
    };
    titled(label, description, map)
}

fn inner(generator: &SchemaGenerator, body: Body) -> Value {
    match body {
        Body::Unit => Value::Bool(true),
        Body::Newtype(schema, marks) => mark::applied(schema.to_value(), &marks),
        Body::Object(fields) => Value::Object(properties(generator, fields)),
    }
}

/// An object's schema with the tag as one more property.
fn tagged(inner: Value, (tag, schema): &(String, Value)) -> Map<String, Value> {
    let mut map = match inner {
        Value::Object(map) => map,
        // Any object.
        _ => Map::new(),
    };
    if map.contains_key("$ref") {
        // A type that contains itself stays a reference, which cannot be extended in place.
        map.remove("$ref").map_or_else(Map::new, |reference| {
            let mut all = Map::new();
            all.insert(
                "allOf".into(),
                json!([{ "$ref": reference }, { "properties": { tag: schema }, "required": [tag] }]),
            );
            all
        })
    } else {
        map.entry("type").or_insert_with(|| "object".into());
        if let Some(properties) = map.entry("properties").or_insert_with(|| json!({})).as_object_mut() {
            let rest = std::mem::take(properties);
            properties.insert(tag.clone(), schema.clone());
            properties.extend(rest);
        }
        if let Some(required) = map.entry("required").or_insert_with(|| json!([])).as_array_mut() {
            required.insert(0, tag.as_str().into());
        }
        map
    }
}

fn properties(generator: &SchemaGenerator, fields: Vec<Field>) -> Map<String, Value> {
    // What is written has a value for every default; what is read need not.
    let written = generator.contract().is_serialize();
    let required: Vec<_> = fields
        .iter()
        .filter(|field| match field.presence {
            Presence::Required => true,
            Presence::Optional => false,
            Presence::Default(_) => written,
        })
        .map(|field| field.name)
        .collect();
    let order = order(&fields);
    let conditions = condition::rules(&fields);
    let mut map = closed(fields.into_iter().map(|field| (field.name.to_owned(), refined(field).to_value())), required);
    if order.len() > 1 {
        // JSON objects have no order, forms do.
        map.insert("x-nebula".into(), json!({ "order": order }));
    }
    if !conditions.is_empty() {
        map.insert("allOf".into(), conditions.into());
    }
    map
}

/// The names as forms show them: first those with a place, and then the others as they are written.
fn order(fields: &[Field]) -> Vec<&'static str> {
    let place = |field: &&Field| {
        let hint = field.hints.iter().find(|(name, _)| *name == "order");
        hint.and_then(|(_, place)| place.as_u64()).unwrap_or(u64::MAX)
    };
    let mut sorted: Vec<&Field> = fields.iter().collect();
    sorted.sort_by_key(place);
    sorted.iter().map(|field| field.name).collect()
}

/// An object with these properties and no others.
fn closed(
    properties: impl IntoIterator<Item = (String, Value)>,
    required: impl IntoIterator<Item = &'static str>,
) -> Map<String, Value> {
    let required: Vec<_> = required.into_iter().collect();
    let mut map = Map::new();
    map.insert("type".into(), "object".into());
    map.insert("properties".into(), Value::Object(properties.into_iter().collect()));
    if !required.is_empty() {
        map.insert("required".into(), required.into());
    }
    map.insert("additionalProperties".into(), false.into());
    map
}

/// The type's schema, with what the field says of itself.
fn refined(field: Field) -> Schema {
    let mut map = match mark::applied(field.schema.to_value(), &field.marks) {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    map.insert("title".into(), field.label.into());
    if !field.description.is_empty() {
        map.insert("description".into(), field.description.into());
    }
    for (keyword, value) in field.keywords {
        map.insert(keyword.into(), value);
    }
    if let Presence::Default(value) = field.presence {
        map.insert("default".into(), value);
    }
    if !field.examples.is_empty() {
        map.insert("examples".into(), field.examples.into());
    }
    let when = field.when.iter().map(|(name, text, _)| (*name, Value::from(*text)));
    // The place of a field is in the list of the object around it; what stands here is the order of its own members.
    let hints: Vec<_> = field.hints.into_iter().filter(|(name, _)| *name != "order").chain(when).collect();
    if !hints.is_empty()
        && let Some(facts) = map.entry("x-nebula").or_insert_with(|| json!({})).as_object_mut()
    {
        facts.extend(hints.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    map.into()
}

fn titled(title: &str, description: &str, mut map: Map<String, Value>) -> Schema {
    map.insert("title".into(), title.into());
    if !description.is_empty() {
        map.insert("description".into(), description.into());
    }
    map.into()
}

fn titled_if_missing(schema: Value, description: &str) -> Schema {
    match schema {
        Value::Object(mut map) => {
            if !description.is_empty() {
                map.entry("description").or_insert_with(|| description.into());
            }
            map.into()
        }
        _ => Map::new().into(),
    }
}

/// A value as JSON; what cannot be written is null.
pub fn value<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// What may stand behind `schema = ..`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no JSON Schema",
    label = "not a schema",
    note = "give `json!({{ .. }})`, or the name of a function that returns a `Value`"
)]
pub trait OwnSchema {
    fn schema(self) -> Schema;
}

impl OwnSchema for Schema {
    fn schema(self) -> Schema {
        self
    }
}

impl OwnSchema for Value {
    #[track_caller]
    fn schema(self) -> Schema {
        match self {
            Self::Object(map) => map.into(),
            Self::Bool(any) => any.into(),
            other => panic!("`schema = ..` of a parameter: a JSON Schema is an object, and this is {other}"),
        }
    }
}

/// A schema that stands in for that of the type.
#[track_caller]
pub fn own(schema: impl OwnSchema) -> Schema {
    schema.schema()
}

/// Values to choose from, each with its label.
pub fn options<const N: usize>(options: [(Value, &str); N]) -> Value {
    options.into_iter().map(|(value, label)| json!({ "const": value, "title": label })).collect()
}

/// The rule of a type: that of a parameter.
pub fn parameter(pointer: &str) -> Value {
    json!({ "parameter": pointer })
}

/// The schema of what is read.
pub fn input<T: JsonSchema + ?Sized>() -> Value {
    root::<T>(Contract::Deserialize)
}

/// The schema of what is written.
pub fn output<T: JsonSchema + ?Sized>() -> Value {
    root::<T>(Contract::Serialize)
}

fn root<T: JsonSchema + ?Sized>(contract: Contract) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    settings.contract = contract;
    let generator = settings.into_generator();
    let titled = generator.clone().subschema_for::<T>().get("title").is_some();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    if !titled && let Some(map) = schema.as_object_mut() {
        // schemars would call a number `uint8`.
        map.remove("title");
    }
    plain_numbers(&mut schema);
    if schema["properties"].get(mark::ITEMS).is_some() {
        // Where nothing else is said, items are those of the parameter of that name.
        schema = mark::applied(schema, &[Mark::Item("/items")]);
    }
    schema
}

/// Formats such as `uint8` are no formats of 2020-12, and the bounds say the same.
fn plain_numbers(schema: &mut Value) {
    const FORMATS: [&str; 14] = [
        "int8", "int16", "int32", "int64", "int128", "int", "uint8", "uint16", "uint32", "uint64", "uint128", "uint",
        "float", "double",
    ];
    match schema {
        Value::Object(map) => {
            let plain = map.get("format").and_then(Value::as_str).is_some_and(|format| FORMATS.contains(&format));
            let bounds = plain.then(|| map.remove("format")).flatten();
            if let Some((least, most)) = bounds.as_ref().and_then(Value::as_str).and_then(bounds_of) {
                map.entry("minimum").or_insert(least);
                map.entry("maximum").or_insert(most);
            }
            map.values_mut().for_each(plain_numbers);
        }
        Value::Array(items) => items.iter_mut().for_each(plain_numbers),
        _ => {}
    }
}

/// Of the types that schemars gives no bounds.
fn bounds_of(format: &str) -> Option<(Value, Value)> {
    Some(match format {
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" | "int" => (i64::MIN.into(), i64::MAX.into()),
        "uint32" => (u32::MIN.into(), u32::MAX.into()),
        "uint64" | "uint" => (u64::MIN.into(), u64::MAX.into()),
        _ => return None,
    })
}
