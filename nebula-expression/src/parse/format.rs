//! `f"…{{ value }}…"`: text with values in it, which is a call of `concat`.

use serde_json::Value;

use super::Parser;
use crate::ast::{Compiled, Expr, Kind};
use crate::code;
use crate::error::ExprError;
use crate::function;
use crate::lex::{Lexer, Tok, Token};
use crate::span::Span;

impl Parser<'_> {
    pub(super) fn format(&mut self) -> Expr {
        let span = self.bump().span;
        // Without the letter and the quotes.
        let (mut at, end) = (span.start as usize + 2, span.end as usize - 1);
        if !self.enter() {
            return self.invalid();
        }
        let mut args = Vec::new();
        while let Some(open) = self.source[at..end].find("{{").map(|found| at + found) {
            self.plain(at, open, &mut args);
            let (value, after) = self.inside(open + 2, end);
            args.push(value);
            let Some(after) = after else {
                at = end;
                break;
            };
            at = after;
        }
        self.plain(at, end, &mut args);
        self.leave();
        match function::find("concat") {
            _ if args.is_empty() => self.node(Kind::Literal(Value::String(String::new())), span),
            Some(function) => {
                self.node(Kind::Call { function, args, method: false, pattern: Compiled::default() }, span)
            }
            None => self.invalid(),
        }
    }

    fn plain(&mut self, start: usize, end: usize, args: &mut Vec<Expr>) {
        if start < end {
            let span = Span::new(start as u32, end as u32);
            let text = self.unescape_body(span);
            let expr = self.node(Kind::Literal(Value::String(text)), span);
            args.push(expr);
        }
    }

    /// The expression that starts at byte `at`, and the byte after its `}}`.
    fn inside(&mut self, at: usize, end: usize) -> (Expr, Option<usize>) {
        let inner = Parser {
            source: &self.source[..end],
            lexer: Lexer::new(&self.source[..end], at),
            cur: Token { tok: Tok::End, span: Span::new(at as u32, at as u32) },
            end: at as u32,
            depth: self.depth,
            errors: std::mem::take(&mut self.errors),
            halted: self.halted,
            locals: std::mem::take(&mut self.locals),
            no_in: false,
            patterns: self.patterns,
            at_probe: std::mem::take(&mut self.at_probe),
        };
        let mut inner = inner;
        inner.cur = inner.lexer.next(&mut inner.errors);
        let expr = inner.expression_or_empty();
        let after = inner.closing_braces();
        if after.is_none() && !inner.halted {
            if inner.at(Tok::End) {
                let open = at as u32;
                let error = ExprError::new(
                    code::OPEN_TEMPLATE,
                    Span::new(open.saturating_sub(2), open),
                    "this `{{` is never closed",
                )
                .label("opened here")
                .help("add `}}` after the value; a string inside takes the other kind of quotes");
                inner.report(error);
            } else {
                inner.unexpected("an operator or `}}`");
            }
        }
        let Parser { errors, locals, halted, depth, patterns, at_probe, .. } = inner;
        (self.errors, self.locals, self.depth, self.patterns) = (errors, locals, depth, patterns);
        self.at_probe = at_probe;
        if halted {
            self.stop();
        }
        (expr, after)
    }
}
