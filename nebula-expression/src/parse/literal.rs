//! Numbers and strings: from their spelling to their value.

use serde_json::Value;

use super::Parser;
use crate::ast::{Expr, Kind};
use crate::code;
use crate::error::ExprError;
use crate::number::{Num, NumError};
use crate::span::Span;

impl Parser<'_> {
    pub(super) fn number(&mut self) -> Expr {
        let span = self.bump().span;
        let problem = match Num::parse(self.text(span)) {
            Ok(num) => return self.node(Kind::Literal(Value::Number(num.to_number())), span),
            Err(problem) => problem,
        };
        let (message, help) = match problem {
            NumError::Overflow => (
                "this whole number does not fit in 64 bits",
                "add `.0` if an approximate number will do, or quote it if it is an identifier",
            ),
            NumError::DivideByZero | NumError::NotFinite => {
                ("this number is too large", "the largest is about 1.8e308")
            }
        };
        let error = ExprError::new(code::BAD_NUMBER, span, message).label("too large").help(help);
        self.report(error);
        self.invalid()
    }

    /// The value of a quoted string, escapes resolved.
    pub(super) fn unescape(&mut self, span: Span) -> String {
        self.unescape_body(Span::new(span.start + 1, span.end - 1))
    }

    /// As `unescape`, of what stands between the quotes.
    pub(super) fn unescape_body(&mut self, span: Span) -> String {
        let body = self.text(span);
        if !body.contains('\\') {
            return body.to_owned();
        }
        let mut out = String::with_capacity(body.len());
        let mut rest = body;
        while let Some(at) = rest.find('\\') {
            out.push_str(&rest[..at]);
            let escape = &rest[at..];
            let (c, len) = read_escape(escape);
            match c {
                Some(c) => out.push(c),
                None => {
                    let start = span.end - escape.len() as u32;
                    self.bad_escape(Span::new(start, start + len as u32));
                }
            }
            rest = &escape[len..];
        }
        out.push_str(rest);
        out
    }

    fn bad_escape(&mut self, place: Span) {
        let text = self.text(place);
        let error = ExprError::new(code::BAD_ESCAPE, place, format!("`{text}` is not an escape in a string"))
            .label("unknown escape")
            .help(r#"known are `\n`, `\r`, `\t`, `\\`, `\"`, `\'`, `\u00e9` and `\u{1f600}`; a backslash is `\\`"#);
        self.report(error);
    }
}

/// The character an escape stands for and how many bytes it is long, backslash included.
fn read_escape(text: &str) -> (Option<char>, usize) {
    let Some(kind) = text[1..].chars().next() else {
        return (None, 1);
    };
    let simple = match kind {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '\\' | '"' | '\'' | '/' => kind,
        // JSON has them: each of its strings is a string here.
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => return read_unicode(text),
        _ => return (None, 1 + kind.len_utf8()),
    };
    (Some(simple), 2)
}

/// `\u{…}`, `\uXXXX`, or two `\uXXXX` that make one character.
fn read_unicode(text: &str) -> (Option<char>, usize) {
    if let Some(rest) = text[2..].strip_prefix('{') {
        let Some(len) = rest.find('}') else {
            return (None, 2);
        };
        let digits = &rest[..len];
        let valid = (1..=6).contains(&len) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let value = if valid { u32::from_str_radix(digits, 16).ok() } else { None };
        return (value.and_then(char::from_u32), if valid { len + 4 } else { 2 });
    }
    let Some(first) = four_digits(&text[2..]) else {
        return (None, 2);
    };
    if let Some(c) = char::from_u32(first) {
        return (Some(c), 6);
    }
    let second = text[6..].strip_prefix("\\u").and_then(four_digits);
    match second {
        Some(low @ 0xdc00..=0xdfff) if first < 0xdc00 => {
            let code = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            (char::from_u32(code), 12)
        }
        _ => (None, 6),
    }
}

fn four_digits(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}
