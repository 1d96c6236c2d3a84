//! JSON Schemas, compiled once, checked with messages for people.

use std::{fmt, sync::OnceLock};

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use super::{
    endless::endless_reference,
    violation::{Explainer, Violation},
};

/// A JSON Schema 2020-12 with its validator, which is made when first needed.
///
/// Formats are checked. Patterns run in linear time: look-around and backreferences are refused. A `$ref` to anything outside the schema is refused: nothing is ever fetched.
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
        .with_pattern_options(PatternOptions::regex())
        .offline()
        .build(schema)
        .map_err(|error| InvalidSchema {
            pointer: error.instance_path().as_str().to_owned(),
            message: error.to_string(),
        })
}

impl fmt::Debug for CompiledSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompiledSchema({})", self.schema)
    }
}

// === impl InvalidSchema ===

impl fmt::Display for InvalidSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{} (at {})", self.message, self.pointer)
        }
    }
}

impl std::error::Error for InvalidSchema {}
