//! Names: `let … in …`, lambdas, and where a name is used.

use smol_str::SmolStr;

use super::{PROBE, Parser};
use crate::ast::{At, Expr, Kind, Local};
use crate::code;
use crate::error::ExprError;
use crate::lex::{Tok, Token};
use crate::span::Span;

/// Words that mean something already.
const RESERVED: [&str; 5] = ["true", "false", "null", "let", "in"];

impl Parser<'_> {
    /// `let a = x in let b = y in body`
    pub(super) fn binding(&mut self) -> Expr {
        let start = self.cur.span.start;
        let outside = self.locals.len();
        let mut bindings = Vec::new();
        let mut ok = self.enter();
        while ok && self.at(Tok::Word) && self.word() == "let" {
            self.bump();
            let name = self.new_name();
            if !self.eat(Tok::Assign) {
                self.unexpected("`=`");
            }
            let outer = std::mem::replace(&mut self.no_in, true);
            let value = self.expression();
            self.no_in = outer;
            self.locals.push(name.clone());
            bindings.push((name, value));
            if self.at(Tok::Word) && self.word() == "in" {
                self.bump();
            } else {
                self.unexpected("`in` and the expression that uses the name");
                ok = false;
            }
        }
        let body = if ok { self.expression() } else { self.invalid() };
        if !self.halted {
            self.leave();
        }
        self.locals.truncate(outside);
        let span = self.span_from(start);
        // `let a = x in (let b = y in c)` is the same chain.
        let body = match body.kind {
            Kind::Let { bindings: more, body } => {
                bindings.extend(more);
                body
            }
            _ => Box::new(body),
        };
        self.node(Kind::Let { bindings, body }, span)
    }

    /// The name being given; an empty one when there is none.
    fn new_name(&mut self) -> SmolStr {
        let span = self.cur.span;
        if !self.at(Tok::Word) {
            self.unexpected("a name");
            return SmolStr::default();
        }
        let name = SmolStr::new(self.word());
        if RESERVED.contains(&name.as_str()) {
            let error = ExprError::new(code::UNEXPECTED, span, format!("`{name}` cannot be a name"))
                .label("means something already")
                .help(format!("take another one, such as `{name}_`"));
            self.report(error);
        }
        self.bump();
        name
    }

    /// An argument of a call: an expression or a lambda.
    pub(super) fn argument(&mut self) -> Expr {
        let start = self.cur.span.start;
        match self.lambda_ahead() {
            false => self.expression(),
            true => {
                let mut params = Vec::new();
                if self.eat(Tok::OpenParen) {
                    while !self.eat(Tok::CloseParen) {
                        params.push(self.new_name());
                        self.eat(Tok::Comma);
                        if self.at(Tok::End) {
                            break;
                        }
                    }
                } else {
                    params.push(self.new_name());
                }
                self.eat(Tok::Arrow);
                self.lambda(params, start)
            }
        }
    }

    /// The body of a lambda with these parameters.
    pub(super) fn lambda(&mut self, params: Vec<SmolStr>, start: u32) -> Expr {
        if !self.enter() {
            return self.invalid();
        }
        let outside = self.locals.len();
        self.locals.extend(params.iter().cloned());
        let outer = std::mem::replace(&mut self.no_in, false);
        let body = self.expression();
        self.no_in = outer;
        self.locals.truncate(outside);
        self.leave();
        let span = self.span_from(start);
        self.node(Kind::Lambda { params, body: Box::new(body) }, span)
    }

    /// Whether a lambda begins here: `x =>`, `() =>` or `(a, b) =>`.
    fn lambda_ahead(&self) -> bool {
        let mut ahead = self.ahead();
        match self.cur.tok {
            Tok::Word => ahead.next() == Tok::Arrow,
            Tok::OpenParen => {
                // At most a few tokens: anything but names and commas ends the look.
                loop {
                    match ahead.next() {
                        Tok::Word | Tok::Comma => {}
                        Tok::CloseParen => return ahead.next() == Tok::Arrow,
                        _ => return false,
                    }
                }
            }
            _ => false,
        }
    }

    /// Whether a name and a comma come next: the variable of `xs.filter(x, x > 1)`.
    pub(super) fn variable_ahead(&self) -> bool {
        self.at(Tok::Word) && !RESERVED.contains(&self.word()) && self.ahead().next() == Tok::Comma
    }

    fn ahead(&self) -> Ahead<'_> {
        Ahead { lexer: self.lexer.clone(), errors: Vec::new() }
    }

    /// The value of a name, if it is one that was given.
    pub(super) fn local(&mut self, name: &str, span: Span) -> Option<Expr> {
        if name == PROBE {
            self.at_probe.clone_from(&self.locals);
            let local = Local { name: SmolStr::new(name), slot: usize::MAX, steps: Vec::new(), head: At(span) };
            return Some(self.node(Kind::Local(Box::new(local)), span));
        }
        let slot = self.locals.iter().rposition(|known| known == name)?;
        let local = Local { name: SmolStr::new(name), slot, steps: Vec::new(), head: At(span) };
        Some(self.node(Kind::Local(Box::new(local)), span))
    }
}

/// Tokens after the one that is looked at.
struct Ahead<'s> {
    lexer: crate::lex::Lexer<'s>,
    errors: Vec<ExprError>,
}

impl Ahead<'_> {
    fn next(&mut self) -> Tok {
        let Token { tok, .. } = self.lexer.next(&mut self.errors);
        tok
    }
}
