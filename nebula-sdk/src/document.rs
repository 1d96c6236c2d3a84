//! All that is known of an action as one document: a JSON Schema 2020-12 whose root has the extension `x-nebula`.
//!
//! The document is made of the action's descriptor, and of nothing else: what plans, sandboxes and catalogues see of an
//! action is what its document says.
//!
//! | member | |
//! |---|---|
//! | `$id` | `urn:nebula:action:weather.fetch:1.0`: the action and its interface version |
//! | `title`, `description` | for people |
//! | `$defs.input` | what goes in; of a trigger, its configuration |
//! | `$defs.output` | what comes out; of a trigger, one event |
//! | `$defs.port.approved` | what comes out by a port, for each that there is |
//! | `$defs.*` | types that refer to themselves, once for both sides where they are the same |
//! | `x-nebula` | kind, effect class and key, capabilities, slots, ports, retry, time limit, limits, listing |
//!
//! What may stand under `x-nebula`, here and at each property, and every other keyword that begins with `x-nebula-`, is
//! written down in [`vocabulary`], a JSON Schema of such documents. `nebula schema show` and `nebula schema vocabulary`
//! print the two.
//!
//! ```
//! use nebula_sdk::{document::Document, prelude::*};
//!
//! /// Greet somebody.
//! #[nebula_sdk::action(id = "demo.greet", version = "1.0", pure)]
//! async fn greet(/** Whom. */ #[param(max_len = 20)] name: String) -> Result<String> { Ok(format!("Hello {name}")) }
//!
//! let document = Document::of_action::<Greet>();
//! let json = document.as_json();
//! assert_eq!(json["$id"], "urn:nebula:action:demo.greet:1.0");
//! assert_eq!(json["x-nebula"]["effect"], "pure");
//! assert_eq!(json["$defs"]["input"]["properties"]["name"]["maxLength"], 20);
//! ```

mod defs;
mod secret;

use std::fmt;

use nebula_ports::model::{ActionDescriptor, ActionId, InterfaceVersion};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use self::defs::Defs;
use crate::{Action, schema};

/// The dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// What of a descriptor stands elsewhere in the document: as a keyword of JSON Schema, or under another name.
const ELSEWHERE: [&str; 6] = ["id", "name", "description", "input_schema", "output_schema", "process"];

/// A JSON Schema of an action or of a type, with everything about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document(Value);

/// The JSON Schema of documents: what `x-nebula` and the keywords that begin with it may hold.
///
/// It accepts the documents of this version and nothing else: it knows every member, and refuses others.
#[must_use]
pub fn vocabulary() -> &'static str {
    include_str!("document/vocabulary.json")
}

/// The `$id` of an action's document.
#[must_use]
pub fn urn(id: &ActionId, version: InterfaceVersion) -> String {
    format!("urn:nebula:action:{id}:{version}")
}

// === impl Document ===

impl Document {
    /// The document of an action of which the descriptor is at hand.
    ///
    /// What a schema marks as secret, with `writeOnly` or `x-nebula-secret`, is there without its default and its examples.
    #[must_use]
    pub fn of(descriptor: &ActionDescriptor) -> Self {
        let descriptor = &without_secrets(descriptor);
        let mut defs = Defs::default();
        defs.add("input", &descriptor.input_schema);
        defs.add("output", &descriptor.output_schema);
        for port in &descriptor.ports {
            defs.add(&format!("port.{port}"), &json!({ "title": port, "$ref": defs::OUTPUT }));
        }
        let mut document = Map::new();
        document.insert("$schema".into(), DIALECT.into());
        document.insert("$id".into(), urn(&descriptor.id, descriptor.version).into());
        document.insert("title".into(), descriptor.name.as_str().into());
        if !descriptor.description.is_empty() {
            document.insert("description".into(), descriptor.description.as_str().into());
        }
        document.insert("x-nebula".into(), facts(descriptor).into());
        document.insert("$defs".into(), defs.into_map().into());
        Self(document.into())
    }

    /// The document of an action.
    ///
    /// # Panics
    /// As [`Registry::register`](crate::Registry::register): when the action's attribute contradicts its input.
    #[must_use]
    #[track_caller]
    pub fn of_action<A: Action>() -> Self {
        Self::of(A::erase().descriptor())
    }

    /// The document of a type: `$defs.input` is how it is read, `$defs.output` how it is written. It has no `$id`, as a type
    /// has no version.
    #[must_use]
    pub fn of_type<T: JsonSchema + ?Sized>() -> Self {
        let input = schema::input::<T>();
        let mut defs = Defs::default();
        defs.add("input", &secret::without_values(&input));
        defs.add("output", &secret::without_values(&schema::output::<T>()));
        let mut document = Map::new();
        document.insert("$schema".into(), DIALECT.into());
        for keyword in ["title", "description"] {
            document.extend(input.get(keyword).map(|words| (keyword.to_owned(), words.clone())));
        }
        document.insert("x-nebula".into(), json!({ "kind": "type" }));
        document.insert("$defs".into(), defs.into_map().into());
        Self(document.into())
    }

    /// It as JSON.
    #[must_use]
    pub const fn as_json(&self) -> &Value {
        &self.0
    }

    /// It as JSON.
    #[must_use]
    pub fn into_json(self) -> Value {
        self.0
    }

    /// A definition as a schema of its own, for a validator: `input`, `output`, `port.approved`. `None` when there is none of
    /// this name.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<Value> {
        let defs = self.0.get("$defs")?;
        defs.get(name)?;
        Some(json!({ "$schema": DIALECT, "$ref": format!("#/$defs/{}", defs::escaped(name)), "$defs": defs }))
    }
}

/// Pretty JSON with sorted keys: the same for the same action on every machine.
impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

/// What `x-nebula` says of the whole: the descriptor, without what stands elsewhere.
fn facts(descriptor: &ActionDescriptor) -> Map<String, Value> {
    // A member that a descriptor gets is in the document by itself, and refused by the vocabulary until it is described.
    let whole = serde_json::to_value(descriptor).unwrap_or_default();
    let own = whole.as_object().into_iter().flatten().filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()));
    let mut facts: Map<String, Value> = own.map(|(name, value)| (name.clone(), value.clone())).collect();
    facts.insert("kind".into(), descriptor.kind().as_str().into());
    facts.insert("action".into(), descriptor.id.as_str().into());
    facts
}

/// A descriptor without values of secrets.
pub(crate) fn without_secrets(descriptor: &ActionDescriptor) -> ActionDescriptor {
    let mut public = descriptor.clone();
    public.input_schema = secret::without_values(&descriptor.input_schema);
    public.output_schema = secret::without_values(&descriptor.output_schema);
    for example in &mut public.listing.examples {
        secret::blank(&descriptor.input_schema, &mut example.input);
    }
    public
}

#[cfg(test)]
mod tests;
