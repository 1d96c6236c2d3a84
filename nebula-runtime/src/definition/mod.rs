//! Reads what people write (YAML, or JSON as a part of it) into a [`Workflow`], or into the
//! configurations of resources, keeping the place of everything.
//!
//! All mistakes are found in one pass, each with a code, a place and what to do. What is valid comes out exactly as
//! serde reads the same JSON. Limits: [`MAX_TEXT`], [`MAX_DEPTH`], [`MAX_VALUES`].

mod decode;
mod place;
mod resources;
mod scalar;
mod text_map;
mod value;
mod yaml;

use std::collections::HashSet;

use nebula_ports::{diagnostic::Diagnostic, model::Workflow};

pub use decode::{Decoded, Draft, decode};
pub use place::SourceMap;
pub use resources::{ParsedResources, parse_resources};
pub use yaml::{MAX_DEPTH, MAX_TEXT, MAX_VALUES};

use crate::plan::code;

/// What a text turned out to be.
#[derive(Debug)]
pub struct Parsed {
    /// The workflow, when there is no error.
    pub workflow: Option<Workflow>,
    /// As much of it as could be read, when there is an error: for [`plan::review`](crate::plan::review).
    pub draft: Option<Draft>,
    /// The place of every value that could be read, also for diagnostics that come later.
    pub map: SourceMap,
    /// Errors and warnings with their places, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a definition.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let (tree, root) = match yaml::read(text) {
        Ok(read) => read,
        Err(diagnostic) => return json_only(text, *diagnostic),
    };
    let (value, map, mut diagnostics) = value::Converter::convert(&tree, root, text);
    if diagnostics.iter().any(|diagnostic| diagnostic.code == code::TOO_LARGE) {
        // The rest is missing: whatever could be said of it would be wrong.
        return Parsed { workflow: None, draft: None, map, diagnostics };
    }
    let Decoded { workflow, draft, diagnostics: found } = decode(&value);
    // A value that could not be read stands as null: that its type is wrong need not be said too.
    let unread: HashSet<String> = diagnostics.iter().map(|diagnostic| diagnostic.pointer.clone()).collect();
    let repeats = |later: &Diagnostic| later.code == code::WRONG_TYPE && unread.contains(&later.pointer);
    diagnostics.extend(found.into_iter().filter(|later| !repeats(later)));
    map.locate_all(&mut diagnostics);
    if !diagnostics.iter().any(Diagnostic::is_error) {
        return Parsed { workflow, draft: None, map, diagnostics };
    }
    let draft = draft.or_else(|| Some(Draft { workflow: workflow?, unread: Vec::new() })).map(|mut draft| {
        draft.unread.extend(unread);
        draft
    });
    Parsed { workflow: None, draft, map, diagnostics }
}

/// JSON allows characters that YAML does not (such as DEL). Such a text is still read, with fewer places.
fn json_only(text: &str, diagnostic: Diagnostic) -> Parsed {
    let map = SourceMap::new(text);
    if diagnostic.code == code::MALFORMED
        && text.trim_start().starts_with('{')
        && let Ok(value) = serde_json::from_str(text)
    {
        let Decoded { workflow, draft, diagnostics } = decode(&value);
        return Parsed { workflow, draft, map, diagnostics };
    }
    Parsed { workflow: None, draft: None, map, diagnostics: vec![diagnostic] }
}

#[cfg(test)]
mod tests;
