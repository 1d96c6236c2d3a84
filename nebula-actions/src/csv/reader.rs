//! Records of a CSV text, borrowed from it where no quote had to be undone.

use std::borrow::Cow;

use nebula_sdk::{ActionError, Result};

/// Reads one record after the other.
///
/// Lines end with LF, CRLF or CR. A value in quotes may hold anything, a quote as two. A quote inside of a value that does
/// not begin with one stands for itself. Empty lines are left out.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    delimiter: u8,
}

/// What follows a value.
#[derive(PartialEq, Eq)]
enum After {
    Value,
    Record,
}

// === impl Reader ===

impl<'a> Reader<'a> {
    /// Starts at the beginning; a byte order mark is dropped.
    pub(super) fn new(text: &'a str, delimiter: u8) -> Self {
        Self { text: text.strip_prefix('\u{feff}').unwrap_or(text), at: 0, line: 1, delimiter }
    }

    /// Appends the values of the next record and returns the line it begins in; `None` at the end.
    pub(super) fn record(&mut self, values: &mut Vec<Cow<'a, str>>) -> Result<Option<usize>> {
        while self.at < self.text.len() && self.line_break() {}
        if self.at == self.text.len() {
            return Ok(None);
        }
        let line = self.line;
        loop {
            values.push(if self.peek() == Some(b'"') { self.quoted()? } else { self.plain() });
            if self.after()? == After::Record {
                return Ok(Some(line));
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes a line break, if there is one here.
    fn line_break(&mut self) -> bool {
        let length = match (self.peek(), self.text.as_bytes().get(self.at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r' | b'\n'), _) => 1,
            _ => return false,
        };
        self.at += length;
        self.line += 1;
        true
    }

    fn plain(&mut self) -> Cow<'a, str> {
        let rest = &self.text[self.at..];
        let is_end = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        let length = rest.as_bytes().iter().position(is_end).unwrap_or(rest.len());
        self.at += length;
        rest[..length].into()
    }

    /// The opening quote is here.
    fn quoted(&mut self) -> Result<Cow<'a, str>> {
        let opened = self.line;
        self.at += 1;
        let mut value = Cow::Borrowed("");
        loop {
            let rest = &self.text[self.at..];
            let Some(length) = rest.find('"') else {
                return Err(error("csv.quote", format!("line {opened}: the quote that opens here is never closed"))
                    .with_help("close it, or write the whole value in quotes and each quote in it twice"));
            };
            let part = &rest[..length];
            self.line += breaks(part);
            self.at += length + 1;
            match &mut value {
                Cow::Borrowed("") => value = part.into(),
                other => other.to_mut().push_str(part),
            }
            if self.peek() != Some(b'"') {
                return Ok(value);
            }
            value.to_mut().push('"');
            self.at += 1;
        }
    }

    fn after(&mut self) -> Result<After> {
        match self.peek() {
            None => Ok(After::Record),
            Some(byte) if byte == self.delimiter => {
                self.at += 1;
                Ok(After::Value)
            }
            Some(_) if self.line_break() => Ok(After::Record),
            Some(_) => {
                let found = self.text[self.at..].chars().next().unwrap_or_default();
                let message = format!("line {}: `{}` follows a closing quote", self.line, found.escape_debug());
                Err(error("csv.quote", message).with_help("write each quote inside of a quoted value twice"))
            }
        }
    }
}

/// Line breaks in a value.
fn breaks(text: &str) -> usize {
    let bytes = text.as_bytes();
    let alone = |(at, byte): &(usize, &u8)| **byte == b'\n' || (**byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    bytes.iter().enumerate().filter(alone).count()
}

/// A mistake in the text.
pub(super) fn error(code: &'static str, message: String) -> ActionError {
    ActionError::invalid("/text", message).with_code(code)
}

#[cfg(test)]
mod tests;
