//! Operators, loosest first: `? :`, `??`, `||`, `&&`, comparisons, `+ -`, `* / %`, prefixes.

use super::Parser;
use crate::ast::{Arithmetic, Compare, Expr, Kind, Logic};
use crate::code;
use crate::error::ExprError;
use crate::lex::{Foreign, Tok};
use crate::number::Num;
use crate::span::Span;

const COALESCE: u8 = 1;
const COMPARE: u8 = 4;
const SUM: u8 = 5;
const PRODUCT: u8 = 6;

#[derive(Debug, Clone, Copy)]
enum Infix {
    Logic(Logic),
    Compare(Compare),
    Arithmetic(Arithmetic),
}

impl Infix {
    fn level(self) -> u8 {
        match self {
            Self::Logic(Logic::Coalesce) => COALESCE,
            Self::Logic(Logic::Or) => 2,
            Self::Logic(Logic::And) => 3,
            Self::Compare(_) => COMPARE,
            Self::Arithmetic(op) if op.is_sum() => SUM,
            Self::Arithmetic(_) => PRODUCT,
        }
    }
}

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Expr {
        if self.at(Tok::Word) && self.word() == "let" {
            return self.binding();
        }
        let start = self.cur.span.start;
        let mut first = self.binary(COALESCE);
        if !self.at(Tok::Question) {
            return first;
        }
        let mut arms = Vec::new();
        let otherwise = loop {
            let question = self.bump().span;
            if !self.enter() {
                return self.invalid();
            }
            let then = self.expression();
            self.leave();
            let colon = self.eat(Tok::Colon);
            arms.push((first, then));
            if !colon {
                self.no_colon(question);
                break self.invalid();
            }
            first = self.binary(COALESCE);
            if !self.at(Tok::Question) {
                break first;
            }
        };
        // `a ? b : (c ? d : e)` is the same chain.
        let otherwise = match otherwise.kind {
            Kind::Choice { arms: more, otherwise } => {
                arms.extend(more);
                otherwise
            }
            _ => Box::new(otherwise),
        };
        let span = self.span_from(start);
        self.node(Kind::Choice { arms, otherwise }, span)
    }

    fn no_colon(&mut self, question: Span) {
        let error = ExprError::new(code::UNEXPECTED, question, "this `?` has no `:`")
            .label("a choice needs both branches")
            .help("write `condition ? value : other`, or `value ?? other` for a default");
        self.report(error);
    }

    fn binary(&mut self, min: u8) -> Expr {
        let start = self.cur.span.start;
        let mut left = self.unary();
        while let Some(infix) = self.infix() {
            if infix.level() < min {
                break;
            }
            left = match infix {
                Infix::Logic(op) => self.logic(op, left, start),
                Infix::Compare(op) => self.compare(op, left, start),
                Infix::Arithmetic(_) => self.arithmetic(infix.level(), left, start),
            };
        }
        left
    }

    fn logic(&mut self, op: Logic, left: Expr, start: u32) -> Expr {
        let mut terms = match left.kind {
            Kind::Logic { op: same, terms } if same == op => terms,
            _ => vec![left],
        };
        while let Some(Infix::Logic(next)) = self.infix()
            && next == op
        {
            self.take_infix();
            let right = self.binary(Infix::Logic(op).level() + 1);
            terms.push(right);
        }
        let span = self.span_from(start);
        self.node(Kind::Logic { op, terms }, span)
    }

    fn arithmetic(&mut self, level: u8, left: Expr, start: u32) -> Expr {
        let (first, mut rest) = match left.kind {
            Kind::Arithmetic { first, rest } if Infix::Arithmetic(rest[0].0).level() == level => (first, rest),
            _ => (Box::new(left), Vec::new()),
        };
        while let Some(infix @ Infix::Arithmetic(op)) = self.infix()
            && infix.level() == level
        {
            self.take_infix();
            let right = self.binary(level + 1);
            rest.push((op, right));
        }
        let span = self.span_from(start);
        self.node(Kind::Arithmetic { first, rest }, span)
    }

    fn compare(&mut self, op: Compare, left: Expr, start: u32) -> Expr {
        self.take_infix();
        let right = self.binary(SUM);
        let sides = (self.text(left.span()), self.text(right.span()));
        let span = self.span_from(start);
        let node = self.node(Kind::Compare { op, sides: Box::new((left, right)) }, span);
        while let Some(Infix::Compare(again)) = self.infix() {
            let place = self.cur.span;
            self.take_infix();
            let third = self.binary(SUM);
            let error = ExprError::new(code::CHAINED_COMPARISON, place, "comparisons cannot be chained")
                .label("second comparison")
                .help(format!(
                    "write `{} {} {} && {} {} {}`",
                    sides.0,
                    op.symbol(),
                    sides.1,
                    sides.1,
                    again.symbol(),
                    self.text(third.span()),
                ));
            self.report(error);
        }
        node
    }

    /// The operator that is looked at.
    fn infix(&self) -> Option<Infix> {
        use {Arithmetic as A, Compare as C, Logic as L};
        Some(match self.cur.tok {
            Tok::Coalesce => Infix::Logic(L::Coalesce),
            Tok::Or | Tok::Foreign(Foreign::BitOr) => Infix::Logic(L::Or),
            Tok::And | Tok::Foreign(Foreign::BitAnd) => Infix::Logic(L::And),
            Tok::Equal | Tok::Assign | Tok::Foreign(Foreign::StrictEqual) => Infix::Compare(C::Equal),
            Tok::NotEqual | Tok::Foreign(Foreign::StrictNotEqual | Foreign::Diamond) => Infix::Compare(C::NotEqual),
            Tok::Less => Infix::Compare(C::Less),
            Tok::LessOrEqual => Infix::Compare(C::LessOrEqual),
            Tok::Greater => Infix::Compare(C::Greater),
            Tok::GreaterOrEqual => Infix::Compare(C::GreaterOrEqual),
            Tok::Plus => Infix::Arithmetic(A::Add),
            Tok::Minus => Infix::Arithmetic(A::Subtract),
            Tok::Star | Tok::Foreign(Foreign::Power) => Infix::Arithmetic(A::Multiply),
            Tok::Slash => Infix::Arithmetic(A::Divide),
            Tok::Percent => Infix::Arithmetic(A::Remainder),
            Tok::Word => match self.word() {
                "in" if self.no_in => return None,
                "in" | "not" => Infix::Compare(C::In),
                "and" | "AND" => Infix::Logic(L::And),
                "or" | "OR" => Infix::Logic(L::Or),
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Takes the operator, with a word on those of other languages.
    fn take_infix(&mut self) {
        let (tok, word) = (self.cur.tok, self.word());
        let span = self.bump().span;
        let (help, used) = match (tok, word) {
            (Tok::Assign, _) => ("write `==` to compare", "="),
            (Tok::Foreign(Foreign::StrictEqual), _) => ("write `==`: it never converts", "==="),
            (Tok::Foreign(Foreign::StrictNotEqual), _) => ("write `!=`: it never converts", "!=="),
            (Tok::Foreign(Foreign::Diamond), _) => ("write `!=`", "<>"),
            (Tok::Foreign(Foreign::BitAnd), _) => ("write `&&`", "&"),
            (Tok::Foreign(Foreign::BitOr), _) => ("write `||`", "|"),
            (Tok::Foreign(Foreign::Power), _) => ("multiply the value by itself", "**"),
            (Tok::Word, "and" | "AND") => ("write `&&`", "and"),
            (Tok::Word, "or" | "OR") => ("write `||`, or `??` for a default", "or"),
            (Tok::Word, "not") => {
                if self.at(Tok::Word) && self.word() == "in" {
                    self.bump();
                }
                ("write `!(a in b)`", "not")
            }
            _ => return,
        };
        self.foreign(span, used, help);
    }

    fn foreign(&mut self, span: Span, used: &str, help: &str) {
        let error = ExprError::new(code::FOREIGN_OPERATOR, span, format!("there is no operator `{used}`"))
            .label("not an operator here")
            .help(help);
        self.report(error);
    }

    /// `!x` and `-x`.
    fn unary(&mut self) -> Expr {
        let not = match self.cur.tok {
            Tok::Bang => true,
            Tok::Minus => false,
            Tok::Plus => {
                let span = self.bump().span;
                self.foreign(span, "+x", "leave the `+` out; `number(x)` makes a number of text");
                return self.unary_operand();
            }
            Tok::Word if self.word() == "not" => {
                let span = self.bump().span;
                self.foreign(span, "not", "write `!`");
                return self.unary_operand();
            }
            _ => return self.postfix(),
        };
        let start = self.bump().span.start;
        let inner = self.unary_operand();
        let span = self.span_from(start);
        if not {
            return self.node(Kind::Not(Box::new(inner)), span);
        }
        if let Some(serde_json::Value::Number(number)) = inner.literal()
            && let Ok(negative) = Num::of(number).negate()
        {
            return self.node(Kind::Literal(negative.to_number().into()), span);
        }
        self.node(Kind::Negate(Box::new(inner)), span)
    }

    fn unary_operand(&mut self) -> Expr {
        if !self.enter() {
            return self.invalid();
        }
        let inner = self.unary();
        self.leave();
        inner
    }
}
