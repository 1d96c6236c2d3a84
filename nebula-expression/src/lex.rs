//! Text to tokens, one at a time, with no allocation. Operators of other languages get tokens of
//! their own, so that the parser can name the right one.

use crate::code;
use crate::error::ExprError;
use crate::span::Span;

/// Enough to work through; more would only repeat the first.
pub(crate) const MAX_ERRORS: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tok {
    End,
    /// Already reported; stands for a value.
    Bad,
    Number,
    Str,
    Word,
    /// `$name`
    Root,
    /// The word after `$nodes.`, where `-` is allowed.
    NodeId,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Colon,
    Dot,
    OptionalDot,
    Question,
    Coalesce,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Bang,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `=>`
    Arrow,
    /// `=`
    Assign,
    /// `r"…"`
    RawStr,
    /// `f"…"`
    FormatStr,
    /// `===`, `!==`, `<>`, `&`, `|`, `**`: with what to write instead.
    Foreign(Foreign),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    StrictEqual,
    StrictNotEqual,
    Diamond,
    BitAnd,
    BitOr,
    Power,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) tok: Tok,
    pub(crate) span: Span,
}

#[derive(Debug, Clone)]
pub(crate) struct Lexer<'s> {
    source: &'s str,
    at: usize,
    nodes: AfterNodes,
}

/// How far `$nodes.` has been read: the id after it has its own spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AfterNodes {
    No,
    Root,
    Dot,
}

/// A word that can follow a dot.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(starts_word) && chars.all(continues_word)
}

/// A word that can follow `$nodes.`.
pub(crate) fn is_node_id(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(starts_word) && chars.all(continues_node_id)
}

fn starts_word(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn continues_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn continues_node_id(c: char) -> bool {
    c == '-' || continues_word(c)
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(source: &'s str, at: usize) -> Self {
        Self { source, at, nodes: AfterNodes::No }
    }

    /// The next token; what is wrong with it goes to `errors`.
    pub(crate) fn next(&mut self, errors: &mut Vec<ExprError>) -> Token {
        loop {
            self.skip_while(char::is_whitespace);
            let start = self.at;
            let Some(first) = self.rest().chars().next() else {
                return Token { tok: Tok::End, span: span(start, start) };
            };
            let tok = match first {
                '0'..='9' => self.number(errors),
                '"' | '\'' => self.string(first, false, errors),
                '$' => self.root(errors),
                'r' | 'f' if self.quote_follows() => {
                    self.at += 1;
                    let quote = if self.rest().starts_with('"') { '"' } else { '\'' };
                    let tok = match (first, self.string(quote, first == 'r', errors)) {
                        (_, Tok::Bad) => Tok::Bad,
                        ('r', _) => Tok::RawStr,
                        _ => Tok::FormatStr,
                    };
                    let token = Token { tok, span: span(start, self.at) };
                    self.nodes = AfterNodes::No;
                    return token;
                }
                c if starts_word(c) => self.word(),
                _ => match self.symbol() {
                    Some(tok) => tok,
                    None => {
                        self.unknown(errors);
                        continue;
                    }
                },
            };
            self.nodes = match (self.nodes, tok) {
                (_, Tok::Root) if &self.source[start..self.at] == "$nodes" => AfterNodes::Root,
                (AfterNodes::Root, Tok::Dot) => AfterNodes::Dot,
                _ => AfterNodes::No,
            };
            return Token { tok, span: span(start, self.at) };
        }
    }

    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn skip_while(&mut self, keep: impl Fn(char) -> bool) {
        // Most of what is skipped is ASCII; the iterator over characters is the exact fall-back.
        let rest = self.rest();
        self.at += rest.find(|c| !keep(c)).unwrap_or(rest.len());
    }

    fn word(&mut self) -> Tok {
        if self.nodes == AfterNodes::Dot {
            self.skip_while(continues_node_id);
            Tok::NodeId
        } else {
            self.skip_while(continues_word);
            Tok::Word
        }
    }

    fn root(&mut self, errors: &mut Vec<ExprError>) -> Tok {
        let start = self.at;
        self.at += 1;
        self.skip_while(continues_word);
        if self.at == start + 1 {
            errors.push(
                ExprError::new(code::UNKNOWN_ROOT, span(start, self.at), "a root needs a name after `$`")
                    .label("no name")
                    .help("write for example `$input` or `$nodes.fetch.result`"),
            );
            return Tok::Bad;
        }
        Tok::Root
    }

    /// Digits, a fraction, an exponent. Anything glued to it belongs to the mistake.
    fn number(&mut self, errors: &mut Vec<ExprError>) -> Tok {
        let start = self.at;
        let digit = |c: char| c.is_ascii_digit();
        self.skip_while(digit);
        let after_dot = self.rest().strip_prefix('.');
        if after_dot.is_some_and(|rest| rest.starts_with(digit)) {
            self.at += 1;
            self.skip_while(digit);
        }
        if let Some(rest) = self.rest().strip_prefix(['e', 'E']) {
            let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
            if unsigned.starts_with(digit) {
                self.at += 1 + (rest.len() - unsigned.len());
                self.skip_while(digit);
            }
        }
        if self.rest().starts_with(continues_word) {
            self.skip_while(continues_word);
            let place = span(start, self.at);
            errors.push(
                ExprError::new(
                    code::BAD_NUMBER,
                    place,
                    format!("`{}` is not a number", shorten(place.slice(self.source))),
                )
                .label("not a number")
                .help("numbers are written as `12`, `1.5` or `1e6`"),
            );
            return Tok::Bad;
        }
        Tok::Number
    }

    /// Whether the letter here is the mark of a string, as in `r"…"`.
    fn quote_follows(&self) -> bool {
        self.nodes != AfterNodes::Dot && matches!(self.source.as_bytes().get(self.at + 1), Some(b'"' | b'\''))
    }

    fn string(&mut self, quote: char, raw: bool, errors: &mut Vec<ExprError>) -> Tok {
        let start = self.at;
        let bytes = self.source.as_bytes();
        let quote = quote as u8;
        self.at += 1;
        while let Some(byte) = bytes.get(self.at) {
            match *byte {
                b if b == quote => {
                    self.at += 1;
                    return Tok::Str;
                }
                b'\\' if !raw => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at = bytes.len();
        errors.push(
            ExprError::new(code::OPEN_STRING, span(start, start + 1), "this string is never closed")
                .label("opened here")
                .help(format!("add a closing `{}`", quote as char)),
        );
        Tok::Bad
    }

    fn symbol(&mut self) -> Option<Tok> {
        let bytes = self.rest().as_bytes();
        let second = bytes.get(1).copied().unwrap_or(0);
        let third = bytes.get(2).copied().unwrap_or(0);
        let (tok, len) = match (bytes[0], second, third) {
            (b'(', ..) => (Tok::OpenParen, 1),
            (b')', ..) => (Tok::CloseParen, 1),
            (b'[', ..) => (Tok::OpenBracket, 1),
            (b']', ..) => (Tok::CloseBracket, 1),
            (b'{', ..) => (Tok::OpenBrace, 1),
            (b'}', ..) => (Tok::CloseBrace, 1),
            (b',', ..) => (Tok::Comma, 1),
            (b':', ..) => (Tok::Colon, 1),
            (b'.', ..) => (Tok::Dot, 1),
            (b'?', b'.', _) => (Tok::OptionalDot, 2),
            (b'?', b'?', _) => (Tok::Coalesce, 2),
            (b'?', ..) => (Tok::Question, 1),
            (b'+', ..) => (Tok::Plus, 1),
            (b'-', ..) => (Tok::Minus, 1),
            (b'*', b'*', _) => (Tok::Foreign(Foreign::Power), 2),
            (b'*', ..) => (Tok::Star, 1),
            (b'/', ..) => (Tok::Slash, 1),
            (b'%', ..) => (Tok::Percent, 1),
            (b'!', b'=', b'=') => (Tok::Foreign(Foreign::StrictNotEqual), 3),
            (b'!', b'=', _) => (Tok::NotEqual, 2),
            (b'!', ..) => (Tok::Bang, 1),
            (b'&', b'&', _) => (Tok::And, 2),
            (b'&', ..) => (Tok::Foreign(Foreign::BitAnd), 1),
            (b'|', b'|', _) => (Tok::Or, 2),
            (b'|', ..) => (Tok::Foreign(Foreign::BitOr), 1),
            (b'=', b'=', b'=') => (Tok::Foreign(Foreign::StrictEqual), 3),
            (b'=', b'=', _) => (Tok::Equal, 2),
            (b'=', b'>', _) => (Tok::Arrow, 2),
            (b'=', ..) => (Tok::Assign, 1),
            (b'<', b'=', _) => (Tok::LessOrEqual, 2),
            (b'<', b'>', _) => (Tok::Foreign(Foreign::Diamond), 2),
            (b'<', ..) => (Tok::Less, 1),
            (b'>', b'=', _) => (Tok::GreaterOrEqual, 2),
            (b'>', ..) => (Tok::Greater, 1),
            _ => return None,
        };
        self.at += len;
        Some(tok)
    }

    /// Reports a run of characters the language does not have, once, and steps over it.
    fn unknown(&mut self, errors: &mut Vec<ExprError>) {
        let start = self.at;
        let known = |c: char| {
            c.is_whitespace()
                || starts_word(c)
                || c.is_ascii_digit()
                || (c.is_ascii_punctuation() && !matches!(c, '#' | '@' | '\\' | '`' | '~' | '^' | ';'))
        };
        self.skip_while(|c| !known(c));
        if errors.len() >= MAX_ERRORS {
            self.at = self.source.len();
            return;
        }
        let place = span(start, self.at);
        let text = shorten(place.slice(self.source));
        let help = match text.chars().next() {
            Some('`') => Some("strings are written in `\"` or `'`".to_owned()),
            Some(';') => Some("an expression is one value: there are no statements".to_owned()),
            Some('\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}') => {
                Some("use straight quotes: `\"` or `'`".to_owned())
            }
            _ => None,
        };
        errors.push(
            ExprError::new(code::UNKNOWN_CHARACTER, place, format!("`{}` means nothing here", text.escape_debug()))
                .label("not part of the language")
                .maybe_help(help),
        );
    }
}

/// Texts are at most [`crate::limits::MAX_TEMPLATE`] bytes, so positions fit.
fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

/// Source text in a message: never more than a few words.
pub(crate) fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
