//! JSON Schemas, compiled once, checked with messages for people.

use std::{fmt, sync::OnceLock};

use jsonschema::Validator;
use serde_json::Value;

use super::violation::{Explainer, Violation};

/// A JSON Schema 2020-12 with its validator, which is made when first needed.
///
/// Formats are checked. A `$ref` to anything outside the schema is refused: nothing is ever fetched.
pub struct CompiledSchema {
    schema: Value,
    validator: OnceLock<Result<Validator, InvalidSchema>>,
}

/// A value is no JSON Schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSchema {
    /// JSON pointer to what is wrong, inside the schema.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

// === impl CompiledSchema ===

impl CompiledSchema {
    /// Wraps a schema without looking at it.
    #[must_use]
    pub const fn new(schema: Value) -> Self {
        Self { schema, validator: OnceLock::new() }
    }

    /// The schema as it was given.
    #[must_use]
    pub const fn schema(&self) -> &Value {
        &self.schema
    }

    /// Compiles the schema now.
    ///
    /// # Errors
    /// [`InvalidSchema`]; then [`check`](Self::check) finds every value wrong.
    pub fn compile(&self) -> Result<(), InvalidSchema> {
        self.validator().map(|_| ()).map_err(Clone::clone)
    }

    /// Everything in `value` that breaks the schema; empty = it fits.
    #[must_use]
    pub fn check(&self, value: &Value) -> Vec<Violation> {
        self.check_known(value, &|_| false)
    }

    /// Like [`check`](Self::check) for a value of which parts are not known yet: `is_unknown` says of a JSON pointer
    /// whether the value there is a placeholder. What a placeholder could mend is no violation.
    pub(crate) fn check_known(&self, value: &Value, is_unknown: &dyn Fn(&str) -> bool) -> Vec<Violation> {
        match self.validator() {
            // The common case: nothing to explain.
            Ok(validator) if validator.is_valid(value) => Vec::new(),
            Ok(validator) => Explainer::new(&self.schema, is_unknown).explain(validator.iter_errors(value)),
            Err(error) => vec![Violation::at("", format!("the schema itself is wrong: {error}"))],
        }
    }

    fn validator(&self) -> Result<&Validator, &InvalidSchema> {
        self.validator.get_or_init(|| compile(&self.schema)).as_ref()
    }
}

fn compile(schema: &Value) -> Result<Validator, InvalidSchema> {
    if let Some(pointer) = endless_reference(schema) {
        return Err(InvalidSchema { pointer, message: "this `$ref` leads back to itself".to_owned() });
    }
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .offline()
        .build(schema)
        .map_err(|error| InvalidSchema {
            pointer: error.instance_path().as_str().to_owned(),
            message: error.to_string(),
        })
}

/// The place of a `$ref` that is followed for ever without looking at any part of the value: such a schema would never
/// finish. References that pass through `properties`, `items` and the like end with the value.
fn endless_reference(schema: &Value) -> Option<String> {
    // Applicators that look at the same value again.
    const SAME_PLACE: [&str; 8] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"];
    /// 0 = not seen, 1 = being followed, 2 = ends.
    type Seen = std::collections::HashMap<String, u8>;
    enum Step {
        Enter(String),
        Leave(String),
    }
    let mut starts = Vec::new();
    collect_references(schema, &mut starts);
    let mut seen = Seen::new();
    for start in starts {
        let mut stack = vec![Step::Enter(start)];
        while let Some(step) = stack.pop() {
            let pointer = match step {
                Step::Leave(pointer) => {
                    seen.insert(pointer, 2);
                    continue;
                }
                Step::Enter(pointer) => pointer,
            };
            match seen.get(&pointer) {
                Some(1) => return Some(pointer),
                Some(_) => continue,
                None => {}
            }
            seen.insert(pointer.clone(), 1);
            stack.push(Step::Leave(pointer.clone()));
            let Some(Value::Object(here)) = schema.pointer(&pointer) else { continue };
            for key in ["$ref", "$dynamicRef"] {
                if let Some(target) = here.get(key).and_then(Value::as_str).and_then(|target| target.strip_prefix('#'))
                    && (target.is_empty() || target.starts_with('/'))
                {
                    stack.push(Step::Enter(target.to_owned()));
                }
            }
            for key in SAME_PLACE {
                match here.get(key) {
                    Some(Value::Array(items)) => {
                        stack.extend((0..items.len()).map(|i| Step::Enter(format!("{pointer}/{key}/{i}"))));
                    }
                    Some(Value::Object(fields)) if key == "dependentSchemas" => {
                        stack.extend(fields.keys().map(|name| Step::Enter(format!("{pointer}/{key}/{}", escape(name)))));
                    }
                    Some(Value::Object(_)) => stack.push(Step::Enter(format!("{pointer}/{key}"))),
                    _ => {}
                }
            }
        }
    }
    None
}

fn collect_references(schema: &Value, found: &mut Vec<String>) {
    let mut stack = vec![(schema, String::new())];
    while let Some((value, pointer)) = stack.pop() {
        match value {
            Value::Object(fields) => {
                if fields.contains_key("$ref") || fields.contains_key("$dynamicRef") {
                    found.push(pointer.clone());
                }
                stack.extend(fields.iter().map(|(key, value)| (value, format!("{pointer}/{}", escape(key)))));
            }
            Value::Array(items) => {
                stack.extend(items.iter().enumerate().map(|(i, value)| (value, format!("{pointer}/{i}"))));
            }
            _ => {}
        }
    }
}

fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

impl fmt::Debug for CompiledSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompiledSchema({})", self.schema)
    }
}

// === impl InvalidSchema ===

impl fmt::Display for InvalidSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() { f.write_str(&self.message) } else { write!(f, "{} (at {})", self.message, self.pointer) }
    }
}

impl std::error::Error for InvalidSchema {}
