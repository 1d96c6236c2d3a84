//! TOML, as far as it takes to find a dependency: each value with the whole name of its key.
//!
//! `[dependencies.a] package = "b"`, `dependencies.a = { package = "b" }` and `dependencies.a.package = "b"` are the same
//! entry. A list is as many entries with its key. What cannot be read ends the reading: whoever wrote the file has heard
//! of it from Cargo.

/// A value and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Never empty.
    pub(super) path: Vec<String>,
    pub(super) value: Value,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A string, without its quotes.
    Text(String),
    /// Anything else, as it is written: a number, a date, `true`.
    Plain(String),
}

struct Reader<'a> {
    rest: &'a str,
    entries: Vec<Entry>,
}

/// All values of a file, in their order.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut reader = Reader { rest: text.trim_start_matches('\u{feff}'), entries: Vec::new() };
    let _end = reader.document();
    reader.entries
}

// === impl Reader ===

impl Reader<'_> {
    /// `None` at the end, and where it cannot go on.
    fn document(&mut self) -> Option<()> {
        let mut table = Vec::new();
        loop {
            self.skip_blank();
            if self.eat('[') {
                let list = self.eat('[');
                table = self.key()?;
                (self.eat(']') && (!list || self.eat(']'))).then_some(())?;
            } else {
                self.pair(&table)?;
            }
        }
    }

    /// `key = value`.
    fn pair(&mut self, table: &[String]) -> Option<()> {
        let mut path = table.to_vec();
        path.extend(self.key()?);
        self.eat('=').then_some(())?;
        self.skip_spaces();
        self.value(&path)
    }

    /// The parts of a key, with the spaces around it.
    fn key(&mut self) -> Option<Vec<String>> {
        let mut parts = Vec::new();
        loop {
            self.skip_spaces();
            parts.push(match self.peek()? {
                '"' | '\'' => self.text()?,
                _ => self.word(|sign| sign.is_alphanumeric() || sign == '_' || sign == '-')?,
            });
            self.skip_spaces();
            if !self.eat('.') {
                return Some(parts);
            }
        }
    }

    fn value(&mut self, path: &[String]) -> Option<()> {
        let value = match self.peek()? {
            '{' => return self.members('}', |reader| reader.pair(path)),
            '[' => return self.members(']', |reader| reader.value(path)),
            '"' | '\'' => Value::Text(self.text()?),
            _ => Value::Plain(self.word(|sign| !",]}#\n".contains(sign))?.trim_end().to_owned()),
        };
        self.entries.push(Entry { path: path.to_vec(), value });
        Some(())
    }

    /// What stands between brackets, with commas, comments and ends of lines between.
    fn members(&mut self, end: char, mut member: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.rest = &self.rest[1..];
        loop {
            self.skip_blank();
            if self.eat(end) {
                return Some(());
            }
            member(self)?;
            self.skip_blank();
            let _last_may_have_none = self.eat(',');
        }
    }

    /// A string in one of its four forms.
    fn text(&mut self) -> Option<String> {
        let quote = self.peek()?;
        let three = if quote == '"' { "\"\"\"" } else { "'''" };
        let end = if self.rest.starts_with(three) { three } else { &three[..1] };
        self.rest = &self.rest[end.len()..];
        let mut text = String::new();
        loop {
            if self.rest.starts_with(end) {
                self.rest = &self.rest[end.len()..];
                // A text of several lines may end with quotes of its own.
                while end == three && self.eat(quote) {
                    text.push(quote);
                }
                return Some(text);
            }
            match self.next()? {
                '\\' if quote == '"' => text.extend(self.escaped()?),
                sign => text.push(sign),
            }
        }
    }

    /// What stands for a sign, behind the backslash; nothing for one that only breaks the line.
    fn escaped(&mut self) -> Option<Option<char>> {
        let digits = match self.next()? {
            'n' => return Some(Some('\n')),
            't' => return Some(Some('\t')),
            'r' => return Some(Some('\r')),
            'b' => return Some(Some('\u{8}')),
            'f' => return Some(Some('\u{c}')),
            'e' => return Some(Some('\u{1b}')),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            sign if sign.is_whitespace() => {
                self.rest = self.rest.trim_start();
                return Some(None);
            }
            sign => return Some(Some(sign)),
        };
        let (code, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        Some(char::from_u32(u32::from_str_radix(code, 16).ok()?))
    }

    /// As many signs as fit, and at least one.
    fn word(&mut self, fits: impl Fn(char) -> bool) -> Option<String> {
        let length = self.rest.find(|sign| !fits(sign)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Spaces, ends of lines and comments.
    fn skip_blank(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let Some(comment) = self.rest.strip_prefix('#') else { return };
            self.rest = comment.find('\n').map_or("", |end| &comment[end..]);
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let sign = self.peek()?;
        self.rest = &self.rest[sign.len_utf8()..];
        Some(sign)
    }

    fn eat(&mut self, sign: char) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

#[cfg(test)]
mod tests;
