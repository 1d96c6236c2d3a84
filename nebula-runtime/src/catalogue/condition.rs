//! Parameters that are required, or allowed, under a condition: the rules that nebula-sdk writes beside the properties,
//! `{ "if": .., "then": .., "x-nebula": { "required_if": "mode == 'custom'", "reads": ["mode"], "of": "url" } }`.

use serde_json::Value;

use super::violation::Violation;
use crate::plan::pointer::join;

/// A rule that was broken.
pub(super) struct Condition<'s> {
    /// The parameter that it is about.
    of: &'s str,
    /// As the author wrote it.
    text: &'s str,
    is_required: bool,
    reads: Vec<&'s str>,
    /// Pointer to the object that holds the parameter.
    object: &'s str,
}

// === impl Condition ===

impl<'s> Condition<'s> {
    /// The rule behind an error at `pointer`, which the part of the schema at `path` found.
    pub(super) fn behind(schema: &'s Value, path: &str, pointer: &'s str) -> Option<Self> {
        let (rule, _) = path.rsplit_once("/then/")?;
        let facts = schema.pointer(rule)?.get("x-nebula")?;
        let of = facts.get("of")?.as_str()?;
        let word = |key: &str| facts.get(key).and_then(Value::as_str);
        let (text, is_required) = match (word("required_if"), word("visible_if")) {
            (Some(text), _) => (text, true),
            (None, Some(text)) => (text, false),
            (None, None) => return None,
        };
        let object = if is_required { pointer } else { pointer.rsplit_once('/')?.0 };
        let reads = facts.get("reads")?.as_array()?.iter().filter_map(Value::as_str).collect();
        Some(Self { of, text, is_required, reads, object })
    }

    /// Whether only a run knows if it holds.
    pub(super) fn is_open(&self, is_unknown: &dyn Fn(&str) -> bool) -> bool {
        self.reads.iter().any(|name| is_unknown(&join(self.object, name)))
    }

    pub(super) fn violation(&self, pointer: &str) -> Violation {
        let Self { of, text, .. } = self;
        if self.is_required {
            Violation::at(pointer, format!("`{of}` is missing: it is required when `{text}`"))
        } else {
            Violation::at(pointer, format!("`{of}` has no use here: it is for when `{text}`"))
                .with_help(Some("leave it out, or change what the condition looks at".to_owned()))
        }
    }
}
