//! Conditions on fields, as texts: `mode == 'custom' && count > 3`.
//!
//! ```text
//! any  = all { "||" all }          all = one { "&&" one }
//! one  = "!" one | "(" any ")" | name [ "in" "[" value { "," value } "]" | comparison value ]
//! ```
//!
//! A name alone is true or false. Values are texts in single or double quotes, numbers, `true`, `false` and `null`.

use std::{iter::Peekable, str::CharIndices};

use crate::{
    attr::Entry,
    ctxt::Ctxt,
    model::{Comparison, Condition, KeywordValue, When},
};

/// Nested deeper than anybody reads.
const MAX_DEPTH: usize = 32;

/// `visible_if = "mode == 'custom'"`
pub(super) fn read(cx: &Ctxt, entry: &Entry) -> Option<When> {
    let text = entry.text(cx)?;
    let source = text.value();
    match parse(&source) {
        Ok(condition) => Some(When { text, condition }),
        Err(problem) => {
            cx.error(&text, format!("this is no condition: {problem}"));
            None
        }
    }
}

fn parse(source: &str) -> Result<Condition, String> {
    let mut parser = Parser { tokens: tokens(source)?, at: 0, depth: 0 };
    let condition = parser.any()?;
    match parser.next() {
        None => Ok(condition),
        Some(token) => Err(format!("`{}` is too much", token.text())),
    }
}

#[derive(Clone, PartialEq)]
enum Token {
    Name(String),
    Value(KeywordText),
    /// An operator or a bracket.
    Sign(&'static str),
}

/// A value, as it is written.
#[derive(Clone, PartialEq)]
enum KeywordText {
    Text(String),
    Number(String),
}

const SIGNS: [&str; 16] = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "[", "]", ",", "=", "."];

fn tokens(source: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = source.char_indices().peekable();
    while let Some(&(at, c)) = rest.peek() {
        if c.is_whitespace() {
            rest.next();
        } else if c == '\'' || c == '"' {
            rest.next();
            found.push(Token::Value(KeywordText::Text(quoted(&mut rest, c)?)));
        } else if c.is_ascii_digit() || (c == '-' && source[at + 1..].starts_with(|next: char| next.is_ascii_digit())) {
            rest.next();
            let end = end(&mut rest, source, |c| c.is_ascii_alphanumeric() || c == '.');
            found.push(Token::Value(KeywordText::Number(source[at..end].to_owned())));
        } else if c.is_alphabetic() || c == '_' {
            let end = end(&mut rest, source, |c| c.is_alphanumeric() || c == '_' || c == '-');
            found.push(Token::Name(source[at..end].to_owned()));
        } else if let Some(sign) = SIGNS.iter().find(|sign| source[at..].starts_with(**sign)) {
            rest.by_ref().take(sign.len()).for_each(drop);
            found.push(Token::Sign(sign));
        } else {
            return Err(format!("`{c}` means nothing here"));
        }
    }
    Ok(found)
}

fn quoted(rest: &mut Peekable<CharIndices<'_>>, quote: char) -> Result<String, String> {
    let mut text = String::new();
    while let Some((_, c)) = rest.next() {
        match c {
            '\\' => text.extend(rest.next().map(|(_, c)| c)),
            c if c == quote => return Ok(text),
            c => text.push(c),
        }
    }
    Err(format!("a text has no end: `{quote}` is missing"))
}

fn end(rest: &mut Peekable<CharIndices<'_>>, source: &str, belongs: impl Fn(char) -> bool) -> usize {
    while rest.next_if(|(_, c)| belongs(*c)).is_some() {}
    rest.peek().map_or(source.len(), |(at, _)| *at)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

// === impl Token ===

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Name(text) | Self::Value(KeywordText::Text(text) | KeywordText::Number(text)) => text,
            Self::Sign(sign) => sign,
        }
    }
}

// === impl Parser ===

impl Parser {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn take(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.tokens.get(self.at), Some(Token::Sign(next)) if *next == sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn any(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.all()?];
        while self.take("||") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::Any(parts) })
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.one()?];
        while self.take("&&") {
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    fn one(&mut self) -> Result<Condition, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        let found = if self.take("!") {
            Condition::Not(Box::new(self.one()?))
        } else if self.take("(") {
            let inner = self.any()?;
            if !self.take(")") {
                return Err("`)` is missing".to_owned());
            }
            inner
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(found)
    }

    fn test(&mut self) -> Result<Condition, String> {
        let name = match self.next() {
            Some(Token::Name(name)) => name,
            Some(token) => return Err(format!("the name of a field is wanted where `{}` stands", token.text())),
            None => return Err("the name of a field is wanted, as in `mode == 'custom'`".to_owned()),
        };
        let comparison = match self.tokens.get(self.at) {
            Some(Token::Name(word)) if word == "in" => {
                self.at += 1;
                return self.list(name);
            }
            Some(Token::Sign("==")) => Comparison::Equal,
            Some(Token::Sign("!=")) => Comparison::Unequal,
            Some(Token::Sign("<")) => Comparison::Less,
            Some(Token::Sign("<=")) => Comparison::AtMost,
            Some(Token::Sign(">")) => Comparison::More,
            Some(Token::Sign(">=")) => Comparison::AtLeast,
            Some(Token::Sign("=")) => return Err("write `==` to compare".to_owned()),
            Some(Token::Sign(".")) => return Err("only fields beside this one can be looked at".to_owned()),
            Some(Token::Sign("&&" | "||" | ")")) | None => {
                return Ok(Condition::Compare(name, Comparison::Equal, KeywordValue::Flag(true)));
            }
            Some(token) => return Err(format!("a comparison is wanted where `{}` stands", token.text())),
        };
        self.at += 1;
        let value = self.value()?;
        let has_order = !matches!(comparison, Comparison::Equal | Comparison::Unequal);
        if has_order && value.as_f64().is_none() {
            return Err("only numbers are smaller or larger".to_owned());
        }
        Ok(Condition::Compare(name, comparison, value))
    }

    fn list(&mut self, name: String) -> Result<Condition, String> {
        let usage = || Err("write `mode in ['a', 'b']`".to_owned());
        if !self.take("[") {
            return usage();
        }
        let mut values = vec![self.value()?];
        while self.take(",") {
            values.push(self.value()?);
        }
        if self.take("]") { Ok(Condition::OneOf(name, values)) } else { usage() }
    }

    fn value(&mut self) -> Result<KeywordValue, String> {
        match self.next() {
            Some(Token::Value(KeywordText::Text(text))) => Ok(KeywordValue::Text(text)),
            Some(Token::Value(KeywordText::Number(text))) => match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(whole), _) => Ok(KeywordValue::Integer(whole.into())),
                (_, Ok(number)) if number.is_finite() => Ok(KeywordValue::Float(number)),
                _ => Err(format!("`{text}` is no number")),
            },
            Some(Token::Name(word)) => match word.as_str() {
                "true" => Ok(KeywordValue::Flag(true)),
                "false" => Ok(KeywordValue::Flag(false)),
                "null" => Ok(KeywordValue::Null),
                _ => Err(format!("a value is wanted where `{word}` stands: a text is put in quotes, as in `'{word}'`")),
            },
            Some(token) => Err(format!("a value is wanted where `{}` stands", token.text())),
            None => Err("a value is missing at the end".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests;
