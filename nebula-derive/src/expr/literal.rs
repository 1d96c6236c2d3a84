//! From a place in a text to the place in the Rust literal that spells it.

use std::ops::Range;

use proc_macro2::{Literal as Token, Span};
use syn::LitStr;

/// A literal and how its text is spelled in it.
pub(super) struct Literal {
    token: Token,
    parts: Vec<Part>,
    /// Where the closing quote is.
    end: usize,
}

/// A character of the text, or several that stand as they are.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    /// Bytes of the text.
    text: Range<usize>,
    /// Bytes of the literal; as many, unless it is an escape.
    token: Range<usize>,
}

impl Literal {
    pub(super) fn new(literal: &LitStr) -> Self {
        let token = literal.token();
        let spelled = token.to_string();
        let (parts, end) = if spelled.starts_with('r') { raw(&spelled) } else { escaped(&spelled) };
        Self { token, parts, end }
    }

    /// The place of these bytes of the text: that of the whole literal where the compiler can name no part of one, as
    /// Rust's stable releases cannot.
    pub(super) fn span(&self, at: Range<usize>) -> Span {
        self.token.subspan(self.bytes(at)).unwrap_or_else(|| self.token.span())
    }

    /// The bytes of the literal that spell these bytes of the text; what has no width is shown as what comes next.
    pub(super) fn bytes(&self, at: Range<usize>) -> Range<usize> {
        let end = at.end.max(at.start + 1);
        let mut among = self.parts.iter().filter(|part| part.text.start < end && at.start < part.text.end);
        let Some(first) = among.next() else { return self.end..self.end + 1 };
        let last = among.next_back().unwrap_or(first);
        first.inside(at.start).start..last.inside(end - 1).end
    }
}

impl Part {
    /// Where a byte of the text is.
    fn inside(&self, at: usize) -> Range<usize> {
        if self.text.len() != self.token.len() {
            return self.token.clone();
        }
        let at = at.clamp(self.text.start, self.text.end - 1) - self.text.start + self.token.start;
        at..at + 1
    }
}

/// `r"…"`, `r#"…"#`: nothing is an escape.
fn raw(spelled: &str) -> (Vec<Part>, usize) {
    let hashes = spelled[1..].bytes().take_while(|byte| *byte == b'#').count();
    let (start, end) = (hashes + 2, spelled.len() - hashes - 1);
    (vec![Part { text: 0..end - start, token: start..end }], end)
}

fn escaped(spelled: &str) -> (Vec<Part>, usize) {
    let end = spelled.len() - 1;
    let mut parts = Vec::new();
    let (mut at, mut text) = (1, 0);
    while at < end {
        let rest = &spelled[at..end];
        let (long, worth) = match rest.strip_prefix('\\') {
            Some(escape) => {
                let (long, worth) = self::escape(escape);
                (1 + long, worth)
            }
            None => {
                let plain = rest.find('\\').unwrap_or(rest.len());
                (plain, plain)
            }
        };
        if worth > 0 {
            parts.push(Part { text: text..text + worth, token: at..at + long });
        }
        at += long;
        text += worth;
    }
    (parts, end)
}

/// How long what follows a backslash is, and how many bytes it stands for. The compiler has read it before.
fn escape(rest: &str) -> (usize, usize) {
    match rest.as_bytes() {
        [b'x', ..] => (3, 1),
        [b'u', ..] => {
            let close = rest.find('}').unwrap_or(rest.len() - 1);
            let digits = rest[1..close].replace(['{', '_'], "");
            let char = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
            (close + 1, char.map_or(1, char::len_utf8))
        }
        // The end of a line: white space up to the next character is no part of the text.
        [b'\n' | b'\r', ..] => (rest.find(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).unwrap_or(rest.len()), 0),
        _ => (1, 1),
    }
}

#[cfg(test)]
mod tests;
