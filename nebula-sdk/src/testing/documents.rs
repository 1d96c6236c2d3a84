//! The documents of actions in a test.

use nebula_ports::{
    action::ArcAction,
    model::{ActionDescriptor, FailureKind},
};
use nebula_runtime::catalogue::CompiledSchema;
use serde_json::{Map, Value, json};

use super::{generate, generate_invalid};
use crate::{
    Registry,
    document::{self, Document},
    lock::Lock,
    schema::walk,
};

/// Inputs of each sort that are tried for one action.
const INPUTS: usize = 40;

/// Compares the [documents](crate::document) of the actions with everything that could differ from them.
///
/// Each is a JSON Schema 2020-12, and what `x-nebula` may hold is what the [vocabulary](document::vocabulary) says. Its
/// descriptor can be read back from it, and has the same schema lock. What the input of the document takes, the action reads
/// (or refuses as invalid, where its author's function does), and what it refuses, the runtime refuses. No default and no
/// example of a secret is in it.
///
/// ```
/// # use nebula_sdk::prelude::*;
/// /// Greet somebody.
/// #[nebula_sdk::action(id = "demo.greet", version = "1.0", pure)]
/// async fn greet(/** Whom. */ name: String) -> Result<String> { Ok(format!("Hello {name}")) }
///
/// nebula_sdk::testing::assert_documents(&Registry::new().with::<Greet>());
/// ```
///
/// # Panics
/// At the first difference, with the action and what differs.
#[track_caller]
pub fn assert_documents(registry: &Registry) {
    let vocabulary = serde_json::from_str(document::vocabulary()).expect("the vocabulary is JSON");
    let vocabulary = CompiledSchema::new(vocabulary);
    for action in registry.iter() {
        let descriptor = action.descriptor();
        if let Err(difference) = compared(action, &vocabulary) {
            panic!("the document of `{}@{}`: {difference}", descriptor.id, descriptor.version);
        }
    }
}

fn compared(action: &ArcAction, vocabulary: &CompiledSchema) -> Result<(), String> {
    let descriptor = action.descriptor();
    let document = Document::of(descriptor);
    let whole = CompiledSchema::new(document.as_json().clone());
    whole.compile().map_err(|error| format!("it is no JSON Schema: {error}"))?;
    if let Some(wrong) = vocabulary.check(document.as_json()).first() {
        return Err(format!("the vocabulary does not know what is at `{}`: {}", wrong.pointer, wrong.message));
    }
    let read = described(document.as_json()).map_err(|error| format!("no descriptor can be read from it: {error}"))?;
    let public = document::without_secrets(descriptor);
    if plain(&read) != plain(&public) {
        return Err(format!(
            "the descriptor read from it is another:\n{:#}\nand not\n{:#}",
            plain(&read),
            plain(&public)
        ));
    }
    if Lock::from_descriptors([&read]) != Lock::from_descriptors([&public]) {
        return Err("its schema lock is another".to_owned());
    }
    inputs(action, &document)
}

fn inputs(action: &ArcAction, document: &Document) -> Result<(), String> {
    let schema = document.schema("input").ok_or("it has no input")?;
    let (own, told) =
        (CompiledSchema::new(action.descriptor().input_schema.clone()), CompiledSchema::new(schema.clone()));
    for input in generate(&schema, 11).take(INPUTS) {
        if let Some(wrong) = own.check(&input).first() {
            return Err(format!("it takes {input}, which the action does not: {}", wrong.message));
        }
        if let Err(failure) = action.check(&input)
            && failure.kind != FailureKind::Invalid
        {
            return Err(format!("it takes {input}, which the action cannot read: {}", failure.message));
        }
    }
    for input in generate(&action.descriptor().input_schema, 12).take(INPUTS) {
        if let Some(wrong) = told.check(&input).first() {
            return Err(format!("it refuses {input}, which the action takes: {}", wrong.message));
        }
    }
    for input in generate_invalid(&schema, 13).take(INPUTS) {
        if own.check(&input).is_empty() {
            return Err(format!("it refuses {input}, which the action takes"));
        }
    }
    Ok(())
}

/// A descriptor as JSON, without the name of the dialect.
fn plain(descriptor: &ActionDescriptor) -> Value {
    let mut value = serde_json::to_value(descriptor).unwrap_or_default();
    for side in ["input_schema", "output_schema"] {
        if let Some(schema) = value[side].as_object_mut() {
            schema.remove("$schema");
        }
    }
    value
}

/// The descriptor of which a document was made.
pub(crate) fn described(document: &Value) -> Result<ActionDescriptor, String> {
    let facts = document["x-nebula"].as_object().ok_or("it has no `x-nebula`")?;
    let mut descriptor: Map<String, Value> = facts.clone();
    descriptor.remove("kind");
    let id = descriptor.remove("action").unwrap_or_default();
    descriptor.insert("id".into(), id);
    descriptor.insert("process".into(), (facts["kind"] == "process").into());
    descriptor.insert("name".into(), document["title"].clone());
    descriptor.insert("description".into(), document.get("description").cloned().unwrap_or_else(|| json!("")));
    for side in ["input", "output"] {
        descriptor.insert(format!("{side}_schema"), alone(&document["$defs"], side));
    }
    serde_json::from_value(descriptor.into()).map_err(|error| error.to_string())
}

/// A definition with those that it refers to inside, as it was before it came into the document.
fn alone(defs: &Value, side: &str) -> Value {
    let mut own = Map::new();
    let mut schema = moved(&defs[side], defs, side, &mut own);
    // A definition that is being read stands there as null, so that circles end.
    own.retain(|_, schema| !schema.is_null());
    if let (Some(map), false) = (schema.as_object_mut(), own.is_empty()) {
        map.insert("$defs".into(), own.into());
    }
    schema
}

fn moved(schema: &Value, defs: &Value, side: &str, own: &mut Map<String, Value>) -> Value {
    let Some(map) = schema.as_object().filter(|map| !map.contains_key("$id")) else { return schema.clone() };
    let mut made = Map::new();
    for (keyword, value) in map {
        let value = match value.as_str().filter(|_| keyword == "$ref").and_then(|text| text.strip_prefix("#/$defs/")) {
            Some(target) => {
                let (name, rest) = target.find('/').map_or((target, ""), |at| target.split_at(at));
                if name == side {
                    format!("#{rest}").into()
                } else {
                    let known = name.strip_prefix(side).and_then(|name| name.strip_prefix('.')).unwrap_or(name);
                    if !own.contains_key(known) {
                        own.insert(known.to_owned(), Value::Null);
                        let definition = moved(&defs[name], defs, side, own);
                        own.insert(known.to_owned(), definition);
                    }
                    format!("#/$defs/{known}{rest}").into()
                }
            }
            None => walk::inside(keyword, value, &mut |inner| moved(inner, defs, side, own)),
        };
        made.insert(keyword.clone(), value);
    }
    made.into()
}
