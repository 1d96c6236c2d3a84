//! Words of a text that is still being written: enough to colour it and to see open brackets. The parser has the last
//! word; this never refuses anything.

use std::ops::Range;

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `$input`
    Root,
    /// A name before an opening parenthesis.
    Call,
    /// `true`, `null`, `let`, `in`.
    Keyword,
    Number,
    String,
    Open,
    Close,
    /// Names of members, operators, space.
    Other,
}

/// The words of a text, without gaps.
pub(super) fn words(text: &str) -> Vec<(Kind, Range<usize>)> {
    let mut words: Vec<(Kind, Range<usize>)> = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let after_dot = text[..at].ends_with('.');
        let (kind, length) = match first {
            '$' => (Kind::Root, 1 + name(&rest[1..])),
            '\'' | '"' => (Kind::String, string(rest, true)),
            'r' | 'f' if rest[1..].starts_with(['"', '\'']) && !after_dot => {
                (Kind::String, 1 + if first == 'r' { string(&rest[1..], false) } else { template(&rest[1..]) })
            }
            '(' | '[' | '{' => (Kind::Open, 1),
            ')' | ']' | '}' => (Kind::Close, 1),
            '0'..='9' => (Kind::Number, number(rest)),
            _ if first.is_alphabetic() || first == '_' => word(rest, after_dot),
            _ => (Kind::Other, first.len_utf8()),
        };
        words.push((kind, at..at + length));
        at += length;
    }
    words
}

/// Whether a bracket is open, so that the text goes on in the next line.
pub(super) fn is_open(text: &str) -> bool {
    let mut depth = 0_usize;
    for (kind, _) in words(text) {
        match kind {
            Kind::Open => depth += 1,
            // One too many is a mistake, which is told at once.
            Kind::Close if depth == 0 => return false,
            Kind::Close => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}

fn word(rest: &str, after_dot: bool) -> (Kind, usize) {
    let length = name(rest);
    let kind = match &rest[..length] {
        _ if rest[length..].starts_with('(') => Kind::Call,
        "true" | "false" | "null" | "let" | "in" if !after_dot => Kind::Keyword,
        _ => Kind::Other,
    };
    (kind, length)
}

fn name(rest: &str) -> usize {
    rest.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(rest.len())
}

fn number(rest: &str) -> usize {
    let mut before = '0';
    for (at, character) in rest.char_indices() {
        let is_sign = matches!(character, '+' | '-') && matches!(before, 'e' | 'E');
        if !character.is_ascii_alphanumeric() && character != '.' && !is_sign {
            return at;
        }
        before = character;
    }
    rest.len()
}

/// A string with its quotes; one that is not closed ends with the text.
fn string(rest: &str, escapes: bool) -> usize {
    let mut characters = rest.char_indices();
    let quote = characters.next().map(|(_, quote)| quote);
    while let Some((at, character)) = characters.next() {
        if escapes && character == '\\' {
            characters.next();
        } else if Some(character) == quote {
            return at + character.len_utf8();
        }
    }
    rest.len()
}

/// A string with `{{ expressions }}`, which may have strings of their own.
fn template(rest: &str) -> usize {
    let quote = rest.chars().next().unwrap_or('"');
    let mut at = quote.len_utf8();
    let mut inside = false;
    while let Some(character) = rest[at..].chars().next() {
        let here = &rest[at..];
        at += match character {
            _ if !inside && here.starts_with("{{") => {
                inside = true;
                2
            }
            _ if inside && here.starts_with("}}") => {
                inside = false;
                2
            }
            '\'' | '"' if inside => string(here, true),
            '\\' if !inside => 1 + here[1..].chars().next().map_or(0, char::len_utf8),
            _ if !inside && character == quote => return at + quote.len_utf8(),
            _ => character.len_utf8(),
        };
    }
    rest.len()
}

#[cfg(test)]
mod tests;
