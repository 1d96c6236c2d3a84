//! Types from JSON Schema (2020-12, and what of older drafts and OpenAPI is common).
//!
//! Reading is total: an unknown keyword says nothing, a broken schema gives a wider type, and the work is bounded by
//! fuel. Whatever is cut off is `Any`.

use serde_json::{Map, Value};

use super::Type;
use super::bounds::{Fuel, MOST_NODES};

mod object;
mod part;
mod references;
mod scalar;

use part::Part;
use references::Names;

/// Nesting of schemas, through references too.
const DEEPEST_SCHEMA: usize = 64;

/// Steps of merging the parts of `allOf`.
const MOST_MERGING: usize = 200_000;

/// Bytes of a description that is kept.
const LONGEST_DOC: usize = 1_024;

impl Type {
    /// The type of the values a schema allows. Never fails: what a schema leaves open is [`Type::Any`].
    ///
    /// A member with a `default` is not thereby required.
    pub fn from_schema(schema: &Value) -> Self {
        Reader::new(schema, false).read(schema).ty.bounded()
    }

    /// The same, for values into which the defaults have been filled: a property with a `default` is required.
    pub fn from_schema_with_defaults(schema: &Value) -> Self {
        Reader::new(schema, true).read(schema).ty.bounded()
    }
}

/// One walk over a schema.
struct Reader<'a> {
    fuel: Fuel,
    merging: Fuel,
    defaults: bool,
    /// What a reference to `#` means: the schema, or the part of it with an `$id` of its own that is being read.
    resource: &'a Value,
    document: &'a Value,
    /// The schemas being read, outermost first. A reference to one of them is recursive.
    entered: Vec<&'a Value>,
    names: Option<Names<'a>>,
}

impl<'a> Reader<'a> {
    fn new(document: &'a Value, defaults: bool) -> Self {
        Self {
            fuel: Fuel::new(MOST_NODES, DEEPEST_SCHEMA),
            merging: Fuel::new(MOST_MERGING, super::bounds::DEEPEST),
            defaults,
            resource: document,
            document,
            entered: Vec::new(),
            names: None,
        }
    }

    fn read(&mut self, schema: &'a Value) -> Part<'a> {
        let keywords = match schema {
            Value::Object(keywords) => keywords,
            Value::Bool(false) => return Part::of(Type::Never),
            Value::Bool(true) => return Part::of(Type::Any),
            _ => return Part::unknown(),
        };
        if self.entered.iter().any(|entered| std::ptr::eq(*entered, schema)) || !self.fuel.enter() {
            return Part::unknown();
        }
        self.entered.push(schema);
        let outer = self.resource;
        if keywords.get("$id").and_then(Value::as_str).is_some_and(|id| !id.starts_with('#')) {
            self.resource = schema;
        }
        let part = self.read_keywords(keywords);
        self.resource = outer;
        self.entered.pop();
        self.fuel.leave();
        part
    }

    fn read_keywords(&mut self, schema: &'a Map<String, Value>) -> Part<'a> {
        let mut part = self.read_own(schema);
        for keyword in ["allOf", "$ref", "anyOf", "oneOf", "then"] {
            let Some(value) = schema.get(keyword) else { continue };
            match keyword {
                "allOf" => {
                    for one in value.as_array().into_iter().flatten() {
                        if self.fuel.is_spent() {
                            part.partial = true;
                            break;
                        }
                        let next = self.read(one);
                        part = part.and(&next, &mut self.merging);
                    }
                }
                "$ref" => {
                    let next = self.read_reference(value);
                    part = part.and(&next, &mut self.merging);
                }
                "then" => {
                    if let (Some(_), Some(otherwise)) = (schema.get("if"), schema.get("else")) {
                        let either = Part::either(vec![self.read(value), self.read(otherwise)]);
                        part = part.and(&either, &mut self.merging);
                    }
                }
                _ => {
                    let mut any = Vec::new();
                    for one in value.as_array().into_iter().flatten() {
                        if self.fuel.is_spent() {
                            any.push(Part::unknown());
                            break;
                        }
                        any.push(self.read(one));
                    }
                    if !any.is_empty() {
                        part = part.and(&Part::either(any), &mut self.merging);
                    }
                }
            }
        }
        // They bring members that are not named here.
        part.partial |= ["if", "dependentSchemas", "$dynamicRef", "$recursiveRef"]
            .iter()
            .any(|keyword| schema.contains_key(*keyword));
        if let Some(unevaluated) = schema.get("unevaluatedProperties") {
            part = self.close(part, unevaluated);
        }
        if schema.get("nullable").is_some_and(|nullable| nullable == true) {
            part.ty = part.ty.nullable();
        }
        part.secret |= ["writeOnly", "x-nebula-secret"]
            .iter()
            .any(|keyword| schema.get(*keyword).is_some_and(|value| *value == true));
        if let Some(doc) = ["description", "title"].iter().find_map(|keyword| schema.get(*keyword)?.as_str()) {
            part.doc = Some(doc);
        }
        part
    }
}

/// As much of a description as is kept.
fn doc(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_DOC)]
}
