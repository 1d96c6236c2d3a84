//! Values with tags, and tags where there should be none.

use nebula_ports::{
    diagnostic::Diagnostic,
    model::{ParameterValue, RESERVED_TAGS},
};
use serde_json::Value;

use super::cursor::Decoder;
use crate::plan::{code, pointer};

impl Decoder {
    /// A value that may be computed. What could not be read comes back as data, with an error reported.
    pub(super) fn parameter(&mut self, value: &Value, at: &str) -> ParameterValue {
        ParameterValue::from_json(value).unwrap_or_else(|errors| {
            for error in errors {
                self.report(Diagnostic::error(code::VALUE_TAG, format!("{at}{}", error.pointer), error.message));
            }
            ParameterValue::Literal(value.clone())
        })
    }

    /// Warns of each tag in a value that is only data.
    pub(super) fn warn_of_tags(&mut self, value: &Value, at: &str, why: &str) {
        let mut stack = vec![(value, at.to_owned())];
        while let Some((value, at)) = stack.pop() {
            match value {
                Value::Object(fields) => {
                    let tag = RESERVED_TAGS.into_iter().find(|tag| fields.len() == 1 && fields.contains_key(*tag));
                    if let Some(tag) = tag {
                        self.report(
                            Diagnostic::warning(code::NOT_COMPUTED, at, format!("`{tag}` has no meaning here: {why}"))
                                .with_help("compute in `parameters`, in `when` or in `output`"),
                        );
                        continue;
                    }
                    stack.extend(fields.iter().map(|(key, value)| (value, pointer::join(&at, key))));
                }
                Value::Array(items) => {
                    stack.extend(items.iter().enumerate().map(|(i, value)| (value, pointer::join_index(&at, i))));
                }
                _ => {}
            }
        }
    }
}
