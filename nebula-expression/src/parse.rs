//! The parser: precedence climbing over a hand-written lexer. It reports every mistake it can,
//! puts [`Kind::Invalid`] in its place and goes on; a text or a nesting beyond the limits stops it.

mod binding;
mod format;
mod literal;
mod operators;
mod path;
mod primary;

use smol_str::SmolStr;

use crate::ast::{Expr, Kind};
use crate::code;
use crate::error::ExprError;
use crate::lex::{Lexer, MAX_ERRORS, Tok, Token, shorten};
use crate::limits::{MAX_DEPTH, MAX_TEXT};
use crate::span::Span;

#[derive(Debug)]
pub(crate) struct Parser<'s> {
    source: &'s str,
    lexer: Lexer<'s>,
    /// The token that is looked at, not yet taken.
    cur: Token,
    /// Where the last token taken ends.
    end: u32,
    depth: u32,
    errors: Vec<ExprError>,
    /// Set when going on would be pointless: everything left reads as the end.
    halted: bool,
    /// The names bound around here, the innermost last.
    locals: Vec<SmolStr>,
    /// Between `let x =` and its `in`, which is no operator there.
    no_in: bool,
    /// Constant patterns seen so far.
    patterns: usize,
    /// The names that were bound at [`PROBE`].
    at_probe: Vec<SmolStr>,
}

/// Stands for what is about to be written, when an editor asks what that could be.
pub(crate) const PROBE: &str = "__nebula_cursor__";

/// Parses a whole text as one expression.
pub(crate) fn parse_expression(source: &str) -> Result<Expr, Vec<ExprError>> {
    match parse_recovered(source) {
        (expr, errors) if errors.is_empty() => Ok(expr),
        (_, errors) => Err(errors),
    }
}

/// As `parse_expression`, with what could be made of the text whatever is wrong with it.
pub(crate) fn parse_recovered(source: &str) -> (Expr, Vec<ExprError>) {
    if source.len() > MAX_TEXT {
        let nothing = Expr::new(Kind::Invalid, Span::default());
        return (nothing, vec![too_long(source.len(), MAX_TEXT, "an expression")]);
    }
    let mut parser = Parser::new(source, 0);
    parser.refuse_template();
    let expr = parser.expression_or_empty();
    parser.nothing_may_follow(Tok::End);
    parser.finish(expr)
}

/// The names that are bound where [`PROBE`] stands, the innermost last.
pub(crate) fn names_at_probe(source: &str) -> Vec<SmolStr> {
    if source.len() > MAX_TEXT {
        return Vec::new();
    }
    let mut parser = Parser::new(source, 0);
    parser.expression_or_empty();
    parser.nothing_may_follow(Tok::End);
    parser.at_probe
}

/// Parses the expression of a `{{ … }}` that starts at byte `at`. Returns the byte after `}}`;
/// `None` when there is none.
pub(crate) fn parse_fragment(source: &str, at: usize, errors: &mut Vec<ExprError>) -> (Expr, Option<usize>) {
    let mut parser = Parser::new(source, at);
    let expr = parser.expression_or_empty();
    let mut end = parser.closing_braces();
    if end.is_none() && parser.cur.tok != Tok::End {
        parser.unexpected("an operator or `}}`");
        while end.is_none() && parser.cur.tok != Tok::End {
            parser.bump();
            end = parser.closing_braces();
        }
    }
    if end.is_some_and(|end| end - at > MAX_TEXT) {
        parser.report(too_long(end.unwrap_or(at) - at, MAX_TEXT, "an expression"));
    }
    if end.is_none() && !parser.halted && parser.errors.is_empty() {
        let open = at as u32;
        parser.report(
            ExprError::new(code::OPEN_TEMPLATE, Span::new(open.saturating_sub(2), open), "this `{{` is never closed")
                .label("opened here")
                .help("add `}}` after the expression; for the text itself write `{{ \"{{\" }}`"),
        );
    }
    let (expr, mut found) = parser.finish(expr);
    errors.append(&mut found);
    (expr, end)
}

/// The error for a text beyond its limit.
pub(crate) fn too_long(len: usize, limit: usize, what: &str) -> ExprError {
    ExprError::new(
        code::TEXT_LIMIT,
        Span::new(limit as u32, limit as u32),
        format!("{what} has at most {limit} bytes, this one has {len}"),
    )
    .label("the limit is here")
    .help("move the work into a node")
}

impl<'s> Parser<'s> {
    fn new(source: &'s str, at: usize) -> Self {
        let mut errors = Vec::new();
        let mut lexer = Lexer::new(source, at);
        let cur = lexer.next(&mut errors);
        Self {
            source,
            lexer,
            cur,
            end: at as u32,
            depth: 0,
            errors,
            halted: false,
            locals: Vec::new(),
            no_in: false,
            patterns: 0,
            at_probe: Vec::new(),
        }
    }

    fn finish(mut self, expr: Expr) -> (Expr, Vec<ExprError>) {
        self.errors.sort_by_key(|error| (error.span.start, error.span.end));
        (expr, self.errors)
    }

    // === tokens ===

    fn bump(&mut self) -> Token {
        let taken = self.cur;
        self.end = taken.span.end;
        if self.errors.len() >= MAX_ERRORS {
            self.halted = true;
        }
        self.cur = if self.halted {
            Token { tok: Tok::End, span: Span::new(taken.span.end, taken.span.end) }
        } else {
            self.lexer.next(&mut self.errors)
        };
        taken
    }

    fn at(&self, tok: Tok) -> bool {
        self.cur.tok == tok
    }

    fn eat(&mut self, tok: Tok) -> bool {
        let found = self.at(tok);
        if found {
            self.bump();
        }
        found
    }

    fn text(&self, span: Span) -> &'s str {
        span.slice(self.source)
    }

    /// The text of the token that is looked at.
    fn word(&self) -> &'s str {
        self.text(self.cur.span)
    }

    fn span_from(&self, start: u32) -> Span {
        Span::new(start, self.end.max(start))
    }

    // === errors and recovery ===

    /// Adds an error, unless that place has one already or parsing has stopped.
    fn report(&mut self, error: ExprError) {
        let known = self.errors.iter().any(|other| other.span.start == error.span.start);
        if !self.halted && !known {
            self.errors.push(error);
        }
    }

    fn halt(&mut self, error: ExprError) {
        self.report(error);
        self.stop();
    }

    /// Everything left reads as the end.
    fn stop(&mut self) {
        self.halted = true;
        let end = self.cur.span.end;
        self.cur = Token { tok: Tok::End, span: Span::new(end, end) };
    }

    fn unexpected(&mut self, expected: &str) {
        if self.at(Tok::Bad) {
            return;
        }
        let error = if self.at(Tok::End) {
            ExprError::new(code::UNEXPECTED, self.cur.span, format!("the expression ends where {expected} is expected"))
                .label(format!("expected {expected}"))
        } else {
            ExprError::new(
                code::UNEXPECTED,
                self.cur.span,
                format!("expected {expected}, found `{}`", shorten(self.word())),
            )
            .label(format!("expected {expected}"))
        };
        self.report(error);
    }

    fn invalid(&self) -> Expr {
        Expr::new(Kind::Invalid, Span::new(self.end, self.end))
    }

    /// One level of brackets, prefixes or branches further down. `false` when that is too deep.
    fn enter(&mut self) -> bool {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.too_deep(self.cur.span);
        }
        !self.halted
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    fn too_deep(&mut self, span: Span) {
        self.halt(
            ExprError::new(code::DEPTH_LIMIT, span, format!("this is nested more than {MAX_DEPTH} levels deep"))
                .label("too deep from here")
                .help("split the expression over several nodes"),
        );
    }

    /// Makes a node, with its height checked.
    fn node(&mut self, kind: Kind, span: Span) -> Expr {
        let expr = Expr::new(kind, span);
        if expr.height > MAX_DEPTH {
            self.too_deep(span);
            return self.invalid();
        }
        expr
    }

    // === whole texts ===

    fn refuse_template(&mut self) {
        let trimmed = self.source.trim_start();
        if !trimmed.starts_with("{{") {
            return;
        }
        let start = (self.source.len() - trimmed.len()) as u32;
        let inner = trimmed.trim_start_matches("{{").trim_end().trim_end_matches("}}").trim();
        let help = format!("write `{}` without the braces", shorten(inner));
        self.halt(
            ExprError::new(
                code::TEMPLATE_HERE,
                Span::new(start, start + 2),
                "this is an expression already, not a template",
            )
            .label("not needed here")
            .help(help),
        );
    }

    fn expression_or_empty(&mut self) -> Expr {
        if self.at(Tok::End) || self.closing_braces().is_some() {
            if self.errors.is_empty() {
                let error = ExprError::new(code::EMPTY, self.cur.span, "there is no expression here")
                    .label("expected a value")
                    .help("write for example `$input.name`");
                self.report(error);
            }
            return self.invalid();
        }
        self.expression()
    }

    /// Complains of what follows a complete expression, and looks for more mistakes in it.
    fn nothing_may_follow(&mut self, end: Tok) {
        while !self.at(end) && !self.at(Tok::End) {
            let before = self.cur.span;
            match self.cur.tok {
                Tok::CloseParen | Tok::CloseBracket | Tok::CloseBrace => {
                    let error =
                        ExprError::new(code::OPEN_BRACKET, before, format!("this `{}` closes nothing", self.word()))
                            .label("never opened");
                    self.report(error);
                    self.bump();
                }
                _ => {
                    self.unexpected("an operator or the end");
                    if self.starts_value() {
                        self.expression();
                    }
                    if self.cur.span == before {
                        self.bump();
                    }
                }
            }
        }
    }

    /// The byte after `}}`, if that is what comes next.
    fn closing_braces(&self) -> Option<usize> {
        let start = self.cur.span.start as usize;
        (self.at(Tok::CloseBrace) && self.source[start..].starts_with("}}")).then_some(start + 2)
    }
}
