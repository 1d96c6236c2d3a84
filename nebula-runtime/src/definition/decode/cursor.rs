//! Steps through a JSON value with a pointer at hand, reporting what does not fit.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use nebula_expression::nearest;
use nebula_ports::{diagnostic::Diagnostic, model::NodeId, time::DurationText};
use serde_json::{Map, Value};

use crate::{
    catalogue::brief,
    plan::{code, pointer},
};

/// Collects what is wrong.
#[derive(Default)]
pub(super) struct Decoder {
    diagnostics: Vec<Diagnostic>,
    /// Pointers to what could not be read, or is missing: what stands there in a draft means nothing.
    unread: Vec<String>,
    /// The node being read, for its mistakes.
    pub(super) node: Option<NodeId>,
}

/// An object whose keys are known ones.
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    pointer: String,
    what: &'static str,
    /// Keys that were probably meant by unknown ones.
    meant: Vec<String>,
}

// === impl Fields ===

impl<'a> Fields<'a> {
    /// The value of a key and its pointer. Null is as good as absent.
    pub(super) fn get(&self, key: &str) -> Option<(&'a Value, String)> {
        let value = self.map.get(key).filter(|value| !value.is_null())?;
        Some((value, pointer::join(&self.pointer, key)))
    }

    pub(super) fn pointer(&self) -> &str {
        &self.pointer
    }
}

// === impl Decoder ===

impl Decoder {
    pub(super) fn finish(self) -> (Vec<Diagnostic>, Vec<String>) {
        (self.diagnostics, self.unread)
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        // An unknown or missing key leaves what stands around it as it is.
        if diagnostic.is_error() && ![code::UNKNOWN_KEY, code::MISSING_KEY].contains(&diagnostic.code) {
            self.unread.push(diagnostic.pointer.clone());
        }
        self.diagnostics.push(match &self.node {
            Some(node) => diagnostic.with_node(node.clone()),
            None => diagnostic,
        });
    }

    pub(super) fn wrong_type(&mut self, value: &Value, at: String, expected: &str) {
        self.report(Diagnostic::error(code::WRONG_TYPE, at, format!("expected {expected}, found {}", brief(value))));
    }

    /// An object with these keys and no others.
    pub(super) fn fields<'a>(
        &mut self,
        value: &'a Value,
        pointer: String,
        what: &'static str,
        known: &[&str],
    ) -> Option<Fields<'a>> {
        let Value::Object(map) = value else {
            let named: Vec<_> = known.iter().map(|key| format!("`{key}`")).collect();
            self.report(
                Diagnostic::error(code::WRONG_TYPE, pointer, format!("expected an object, found {}", brief(value)))
                    .with_help(format!("{what} has {}", named.join(", "))),
            );
            return None;
        };
        let mut meant = Vec::new();
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            // A key that is there already is not what was meant.
            let absent = known.iter().copied().filter(|known| !map.contains_key(*known));
            let help = nearest(key, absent).map_or_else(
                || {
                    let named: Vec<_> = known.iter().map(|key| format!("`{key}`")).collect();
                    format!("there is {}", named.join(", "))
                },
                |near| {
                    meant.push(near.to_owned());
                    self.unread.push(pointer::join(&pointer, near));
                    format!("did you mean `{near}`?")
                },
            );
            self.report(
                Diagnostic::error(code::UNKNOWN_KEY, pointer::join(&pointer, key), format!("{what} has no `{key}`"))
                    .on_key()
                    .with_help(help),
            );
        }
        Some(Fields { map, pointer, what, meant })
    }

    pub(super) fn required<'a>(&mut self, fields: &Fields<'a>, key: &'static str) -> Option<(&'a Value, String)> {
        let found = fields.get(key);
        // A misspelt key is one mistake, not also the absence of what was meant.
        if found.is_none() {
            self.unread.push(pointer::join(&fields.pointer, key));
        }
        if found.is_none() && !fields.meant.iter().any(|meant| meant == key) {
            let message = format!("{} needs `{key}`", fields.what);
            let at =
                if fields.map.contains_key(key) { pointer::join(&fields.pointer, key) } else { fields.pointer.clone() };
            self.report(Diagnostic::error(code::MISSING_KEY, at, message).with_help(format!("add `{key}:`")));
        }
        found
    }

    pub(super) fn text<'a>(&mut self, value: &'a Value, at: String) -> Option<&'a str> {
        let text = value.as_str();
        if text.is_none() {
            let help = match value {
                Value::Number(_) | Value::Bool(_) => Some(format!("put it in quotes: `\"{value}\"`")),
                _ => None,
            };
            let mut diagnostic =
                Diagnostic::error(code::WRONG_TYPE, at, format!("expected text, found {}", brief(value)));
            diagnostic.help = help;
            self.report(diagnostic);
        }
        text
    }

    pub(super) fn optional_text(&mut self, fields: &Fields<'_>, key: &str) -> Option<String> {
        let (value, at) = fields.get(key)?;
        self.text(value, at).map(str::to_owned)
    }

    /// A name. `at_key`: it is the key at the pointer.
    pub(super) fn id<T: FromStr<Err: Display>>(&mut self, value: &Value, at: String, at_key: bool) -> Option<T> {
        let text = self.text(value, at.clone())?;
        self.parsed(code::INVALID_ID, text, at, at_key)
    }

    pub(super) fn parsed<T: FromStr<Err: Display>>(
        &mut self,
        code: &'static str,
        text: &str,
        at: String,
        at_key: bool,
    ) -> Option<T> {
        match text.parse() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let error = error.to_string();
                let (message, help) = match error.split_once(": ") {
                    Some((message, help)) => (message.to_owned(), Some(help.to_owned())),
                    None => (error, None),
                };
                let mut diagnostic = Diagnostic::error(code, at, message);
                diagnostic.at_key = at_key;
                diagnostic.help = help;
                self.report(diagnostic);
                None
            }
        }
    }

    pub(super) fn optional_duration(&mut self, fields: &Fields<'_>, key: &str) -> Option<DurationText> {
        let (value, at) = fields.get(key)?;
        self.duration(value, at)
    }

    pub(super) fn duration(&mut self, value: &Value, at: String) -> Option<DurationText> {
        match value {
            Value::Number(number) => {
                self.report(
                    Diagnostic::error(code::INVALID_DURATION, at, format!("`{number}` has no unit"))
                        .with_help(format!("write `{number}s` for seconds, or `{number}ms` for milliseconds")),
                );
                None
            }
            value => {
                let text = self.text(value, at.clone())?;
                self.parsed(code::INVALID_DURATION, text, at, false)
            }
        }
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, value: &Value, at: String, bounds: RangeInclusive<u32>) -> Option<u32> {
        let Some(number) = value.as_u64() else {
            if value.is_i64() {
                self.out_of_range(value, at, &bounds);
            } else {
                self.wrong_type(value, at, "a whole number");
            }
            return None;
        };
        let within = u32::try_from(number).ok().filter(|number| bounds.contains(number));
        if within.is_none() {
            self.out_of_range(value, at, &bounds);
        }
        within
    }

    fn out_of_range(&mut self, value: &Value, at: String, bounds: &RangeInclusive<u32>) {
        let message = if *bounds.end() == u32::MAX {
            format!("{} is too small: at least {}", brief(value), bounds.start())
        } else {
            format!("{} is out of range: {} to {}", brief(value), bounds.start(), bounds.end())
        };
        self.report(Diagnostic::error(code::OUT_OF_RANGE, at, message));
    }

    /// A list; `None` when it is none.
    pub(super) fn list<T>(
        &mut self,
        value: &Value,
        at: String,
        help: &str,
        mut item: impl FnMut(&mut Self, &Value, usize, String) -> T,
    ) -> Option<Vec<T>> {
        let Value::Array(items) = value else {
            self.report(
                Diagnostic::error(code::WRONG_TYPE, at, format!("expected a list, found {}", brief(value)))
                    .with_help(help),
            );
            return None;
        };
        Some(items.iter().enumerate().map(|(i, value)| item(self, value, i, pointer::join_index(&at, i))).collect())
    }
}
