//! Where each value of a definition stands in its text.

use std::{collections::HashMap, ops::Range, sync::Arc};

use nebula_ports::diagnostic::{ByteSpan, Diagnostic};

use super::text_map::file_range;

/// JSON pointer → place in the text a definition was read from.
///
/// An expression stands at the pointer of the value it gives, however it was written: `city: !expr $input.name` and
/// `city: {"$expr": "$input.name"}` are both at `…/city`, and `…/city/$expr` means the source text in either.
#[derive(Debug, Clone)]
pub struct SourceMap {
    text: Arc<str>,
    places: HashMap<String, Place>,
}

/// Where one value is.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) key: Option<Range<usize>>,
    pub(super) value: Range<usize>,
    /// The characters of the value, when it is a string: to find a part of it in the file.
    pub(super) string: Option<Arc<str>>,
}

// === impl SourceMap ===

impl SourceMap {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.into(), places: HashMap::new() }
    }

    pub(super) fn insert(&mut self, pointer: &str, place: Place) {
        self.places.insert(pointer.to_owned(), place);
    }

    /// The text itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the value at a JSON pointer is.
    #[must_use]
    pub fn value(&self, pointer: &str) -> Option<ByteSpan> {
        self.places.get(pointer).map(|place| span(&place.value))
    }

    /// Where the key at a JSON pointer is.
    #[must_use]
    pub fn key(&self, pointer: &str) -> Option<ByteSpan> {
        self.places.get(pointer)?.key.as_ref().map(span)
    }

    /// Fills in the place in the file. A pointer to nothing, as of a missing key, gives the place of the nearest
    /// value around it.
    pub fn locate(&self, diagnostic: &mut Diagnostic) {
        if diagnostic.span.is_none() {
            diagnostic.span = self.find(diagnostic);
        }
    }

    /// [`locate`](Self::locate) for all, and then the order of the text.
    pub fn locate_all(&self, diagnostics: &mut [Diagnostic]) {
        for diagnostic in &mut *diagnostics {
            self.locate(diagnostic);
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.map_or((usize::MAX, 0), |span| (span.start, span.end)));
    }

    fn find(&self, diagnostic: &Diagnostic) -> Option<ByteSpan> {
        let mut pointer = diagnostic.pointer.as_str();
        if let Some(inner) = diagnostic.inner {
            let strings = [pointer.to_owned(), format!("{pointer}/$expr"), format!("{pointer}/$template")];
            let found = strings.iter().find_map(|pointer| {
                let place = self.places.get(pointer)?;
                Some((place, place.string.as_ref()?))
            });
            if let Some((place, string)) = found {
                let range = file_range(&self.text, &place.value, string, inner.start..inner.end);
                return Some(range.as_ref().map_or_else(|| span(&place.value), span));
            }
        }
        loop {
            if let Some(place) = self.places.get(pointer) {
                let wants_key = diagnostic.at_key && pointer == diagnostic.pointer;
                return Some(span(if wants_key { place.key.as_ref().unwrap_or(&place.value) } else { &place.value }));
            }
            pointer = pointer.rsplit_once('/')?.0;
        }
    }
}

fn span(range: &Range<usize>) -> ByteSpan {
    ByteSpan { start: range.start, end: range.end }
}
