//! JSON as far as it goes: every text is some document, so a changed byte seldom loses the rest.

use std::{iter::Peekable, str::Chars};

use serde_json::{Map, Value};

/// Deeper values are null.
const MAX_DEPTH: u32 = 300;

/// The document a text stands for. What is JSON is read as JSON; brackets and quotes that are left open
/// end with the text, and what cannot be read is null.
#[must_use]
pub fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| value(&mut text.chars().peekable(), 0))
}

fn value(rest: &mut Peekable<Chars<'_>>, depth: u32) -> Value {
    while rest.next_if(|&c| c.is_whitespace() || ":,".contains(c)).is_some() {}
    match rest.next() {
        _ if depth > MAX_DEPTH => Value::Null,
        Some('[') => {
            let mut items = Vec::new();
            while more(rest, ']') {
                items.push(value(rest, depth + 1));
            }
            Value::Array(items)
        }
        Some('{') => {
            let mut members = Map::new();
            while more(rest, '}') {
                let key = match rest.next() {
                    Some('"') => rest.by_ref().take_while(|&c| c != '"').collect(),
                    first => first.into_iter().chain(letters(rest)).collect(),
                };
                members.insert(key, value(rest, depth + 1));
            }
            Value::Object(members)
        }
        Some('"') => Value::String(rest.by_ref().take_while(|&c| c != '"').collect()),
        Some(first) => word(first, rest),
        None => Value::Null,
    }
}

/// Whether another element follows; reads the closing bracket if not.
fn more(rest: &mut Peekable<Chars<'_>>, close: char) -> bool {
    while rest.next_if(|&c| c.is_whitespace() || ":,".contains(c)).is_some() {}
    rest.peek().is_some() && rest.next_if_eq(&close).is_none()
}

/// `true`, `null`, a number, or else the word itself as a string.
fn word(first: char, rest: &mut Peekable<Chars<'_>>) -> Value {
    let word: String = std::iter::once(first).chain(letters(rest)).collect();
    serde_json::from_str(&word).unwrap_or(Value::String(word))
}

fn letters(rest: &mut Peekable<Chars<'_>>) -> impl Iterator<Item = char> {
    std::iter::from_fn(|| rest.next_if(|&c| c.is_alphanumeric() || "+-._".contains(c)))
}
