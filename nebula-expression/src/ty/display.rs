//! Types for people.

use std::fmt::{self, Display, Formatter, Write};

use super::{ObjectType, Rest, TextType, Type};

const MOST_MEMBERS: usize = 12;
const MOST_VALUES: usize = 6;
const DEEPEST: usize = 4;
/// Nodes shown of one type. Past them all is `…`.
const MOST_NODES: usize = 200;
/// Characters shown of a name or a text.
const LONGEST: usize = 60;

/// `list<string>`, `{email: string?, note?: string}`: a `?` after a type for null, after a name for a member that may
/// be absent. Large types are cut short with `…`.
impl Display for Type {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        Writer { out, left: MOST_NODES }.ty(self, DEEPEST)
    }
}

impl Type {
    /// What to call a value of this type in a message, with its article: `a string or null`.
    pub fn noun(&self) -> String {
        let nouns: Vec<&str> = self.alternatives().map(noun).collect();
        match nouns.as_slice() {
            [one] => (*one).to_owned(),
            [one, other] => format!("{one} or {other}"),
            [one, two, other] => format!("{one}, {two} or {other}"),
            _ => "one of several types".to_owned(),
        }
    }
}

fn noun(ty: &Type) -> &'static str {
    match ty {
        Type::Any => "any value",
        Type::Never => "no value",
        Type::Null => "null",
        Type::Bool => "true or false",
        Type::Number => "a number",
        Type::Integer => "a whole number",
        Type::Text(_) => "a string",
        Type::Timestamp => "a timestamp",
        Type::Duration => "a duration",
        Type::Bytes => "bytes",
        Type::List(_) => "a list",
        Type::Object(_) => "an object",
        Type::Union(_) => "one of several types",
    }
}

struct Writer<'a, W> {
    out: &'a mut W,
    left: usize,
}

impl<W: Write> Writer<'_, W> {
    fn ty(&mut self, ty: &Type, depth: usize) -> fmt::Result {
        if self.left == 0 {
            return self.out.write_char('…');
        }
        self.left -= 1;
        match ty {
            Type::Any => self.out.write_str("any"),
            Type::Never => self.out.write_str("never"),
            Type::Null => self.out.write_str("null"),
            Type::Bool => self.out.write_str("bool"),
            Type::Number => self.out.write_str("number"),
            Type::Integer => self.out.write_str("integer"),
            Type::Timestamp => self.out.write_str("timestamp"),
            Type::Duration => self.out.write_str("duration"),
            Type::Bytes => self.out.write_str("bytes"),
            Type::Text(text) => self.text(text),
            Type::List(_) if depth == 0 => self.out.write_str("list<…>"),
            Type::List(element) => {
                self.out.write_str("list<")?;
                self.ty(element, depth - 1)?;
                self.out.write_char('>')
            }
            Type::Object(object) => self.object(object, depth),
            Type::Union(types) => self.union(types, depth),
        }
    }

    fn union(&mut self, types: &[Type], depth: usize) -> fmt::Result {
        if let [one, Type::Null] = types
            && !matches!(one, Type::Union(_))
            && !matches!(one, Type::Text(TextType { values: Some(values), .. }) if values.len() > 1)
        {
            self.ty(one, depth)?;
            return self.out.write_char('?');
        }
        for (i, ty) in types.iter().enumerate() {
            if i > 0 {
                self.out.write_str(" | ")?;
            }
            match ty {
                // Only in a type put together by hand.
                Type::Union(_) => self.out.write_char('…')?,
                ty => self.ty(ty, depth)?,
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &TextType) -> fmt::Result {
        match (&text.values, &text.format) {
            (Some(values), _) => {
                for (i, value) in values.iter().take(MOST_VALUES).enumerate() {
                    if i > 0 {
                        self.out.write_str(" | ")?;
                    }
                    write_quoted(self.out, value)?;
                }
                if values.len() > MOST_VALUES { self.out.write_str(" | …") } else { Ok(()) }
            }
            (None, Some(format)) => {
                self.out.write_str("string<")?;
                write_cut(self.out, format.name())?;
                self.out.write_char('>')
            }
            (None, None) => self.out.write_str("string"),
        }
    }

    fn object(&mut self, object: &ObjectType, depth: usize) -> fmt::Result {
        if depth == 0 && !(object.members.is_empty() && matches!(object.rest, Rest::Closed)) {
            return self.out.write_str("{…}");
        }
        self.out.write_char('{')?;
        let mut first = true;
        let mut separate = |out: &mut W| if std::mem::take(&mut first) { Ok(()) } else { out.write_str(", ") };
        let cut = object.members.len() > MOST_MEMBERS;
        for (name, member) in object.members.iter().take(MOST_MEMBERS) {
            separate(self.out)?;
            write_name(self.out, name)?;
            self.out.write_str(if member.required { ": " } else { "?: " })?;
            self.ty(&member.ty, depth - 1)?;
        }
        match &object.rest {
            Rest::Closed if !cut => {}
            Rest::Of(ty) => {
                if cut {
                    self.out.write_str(", …")?;
                }
                separate(self.out)?;
                self.out.write_str("[name]: ")?;
                self.ty(ty, depth - 1)?;
            }
            Rest::Open | Rest::Closed => {
                separate(self.out)?;
                self.out.write_char('…')?;
            }
        }
        self.out.write_char('}')
    }
}

/// One step of a path: `.name`, or `["a b"]`.
pub(super) fn write_step(out: &mut String, name: &str) {
    // Writing to a string does not fail.
    let _ = if is_plain(name) {
        out.push('.');
        write_cut(out, name)
    } else {
        out.push('[');
        let written = write_quoted(out, name);
        out.push(']');
        written
    };
}

fn write_name(out: &mut impl Write, name: &str) -> fmt::Result {
    if is_plain(name) { write_cut(out, name) } else { write_quoted(out, name) }
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn write_cut(out: &mut impl Write, text: &str) -> fmt::Result {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => write!(out, "{}…", &text[..end]),
        None => out.write_str(text),
    }
}

fn write_quoted(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for (i, c) in text.chars().enumerate() {
        match c {
            _ if i == LONGEST => {
                out.write_char('…')?;
                break;
            }
            '"' | '\\' => write!(out, "\\{c}")?,
            c if c.is_control() => write!(out, "{}", c.escape_default())?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}
