//! Keys that forms look at, and whether a value may be computed.

use syn::{Expr, LitStr};

use crate::{attr::Entry, ctxt::Ctxt, model::FieldSort, nearest};

/// How a form shows a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Widget {
    pub(crate) name: &'static str,
    /// What the field's type must be.
    pub(crate) of: FieldSort,
}

const WIDGETS: [(&str, FieldSort); 15] = [
    ("text", FieldSort::TextWidget),
    ("textarea", FieldSort::TextWidget),
    ("password", FieldSort::TextWidget),
    ("number", FieldSort::NumberWidget),
    ("slider", FieldSort::NumberWidget),
    ("select", FieldSort::ChoiceWidget),
    ("radio", FieldSort::ChoiceWidget),
    ("checkbox", FieldSort::FlagWidget),
    ("date", FieldSort::TextWidget),
    ("time", FieldSort::TextWidget),
    ("datetime", FieldSort::TextWidget),
    ("json", FieldSort::Any),
    ("code", FieldSort::TextWidget),
    ("file", FieldSort::TextWidget),
    ("color", FieldSort::TextWidget),
];

// === impl Widget ===

impl Widget {
    /// `widget = textarea`
    pub(super) fn read(cx: &Ctxt, entry: &Entry) -> Option<Self> {
        let names = WIDGETS.map(|(name, _)| name);
        let (place, word) = word(cx, entry, "textarea")?;
        let found = WIDGETS.iter().find(|(name, _)| *name == word);
        if found.is_none() {
            cx.error(place, format!("unknown widget `{word}`{}", nearest::hint(&word, &names)));
        }
        found.map(|(name, of)| Self { name, of: *of })
    }

    /// Whether there is room for a placeholder in it.
    pub(crate) fn has_placeholder(self) -> bool {
        !["slider", "radio", "checkbox", "file", "color"].contains(&self.name)
    }

    /// The format that the text in it has.
    pub(crate) fn format(self) -> Option<&'static str> {
        match self.name {
            "date" => Some("date"),
            "time" => Some("time"),
            "datetime" => Some("date-time"),
            _ => None,
        }
    }
}

/// `expression = never`, `expression = only`
pub(super) fn expression(cx: &Ctxt, entry: &Entry) -> Option<&'static str> {
    const WORDS: [&str; 2] = ["never", "only"];
    let (place, word) = word(cx, entry, "never")?;
    let found = WORDS.iter().find(|known| **known == word).copied();
    if found.is_none() {
        cx.error(place, format!("unknown rule `{word}`{}", nearest::hint(&word, &WORDS)));
    }
    found
}

/// A text that people read.
pub(super) fn words(cx: &Ctxt, entry: &Entry) -> Option<LitStr> {
    let text = entry.text(cx)?;
    if text.value().trim().is_empty() {
        cx.error(&text, format!("`{}` is a text that people read", entry.word()));
        return None;
    }
    Some(text)
}

/// `key = word`, and where the word stands.
fn word(cx: &Ctxt, entry: &Entry, example: &str) -> Option<(Expr, String)> {
    let expr = entry.expr(cx)?;
    let word = match &expr {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    };
    if word.is_none() {
        cx.error(&expr, format!("`{}` is a word: write `{0} = {example}`", entry.word()));
    }
    word.map(|word| (expr, word))
}

#[cfg(test)]
mod tests;
