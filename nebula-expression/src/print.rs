//! The canonical text of an expression: one spelling, as few parentheses as possible.

use std::fmt::{self, Write};

use serde_json::Value;

use crate::ast::{Compare, Expr, Kind, Logic, Path, Step, StepKind, has_optional};
use crate::lex::is_identifier;
use crate::path::write_node;

/// How tightly an expression holds together; higher binds tighter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// Takes in everything up to the next bracket or comma.
    Open,
    Choice,
    Coalesce,
    Or,
    And,
    Compare,
    Sum,
    Product,
    Prefix,
    Postfix,
}

/// The canonical text.
pub(crate) fn canonical(expr: &Expr) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_expr(&mut out, expr);
    out
}

/// A comparison of the two sides.
pub(crate) fn compared(op: Compare, left: &Expr, right: &Expr) -> String {
    let mut out = String::new();
    let _ = write_compared(&mut out, op, left, right);
    out
}

/// Text as a string literal.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let _ = write_quoted(&mut out, text);
    out
}

impl Level {
    fn of(expr: &Expr) -> Self {
        match &expr.kind {
            Kind::Let { .. } | Kind::Lambda { .. } => Self::Open,
            Kind::Choice { .. } => Self::Choice,
            Kind::Logic { op: Logic::Coalesce, .. } => Self::Coalesce,
            Kind::Logic { op: Logic::Or, .. } => Self::Or,
            Kind::Logic { op: Logic::And, .. } => Self::And,
            Kind::Compare { .. } => Self::Compare,
            Kind::Arithmetic { rest, .. } if rest[0].0.is_sum() => Self::Sum,
            Kind::Arithmetic { .. } => Self::Product,
            Kind::Not(_) | Kind::Negate(_) => Self::Prefix,
            Kind::Literal(Value::Number(number)) if is_negative(number) => Self::Prefix,
            _ => Self::Postfix,
        }
    }

    fn next(self) -> Self {
        match self {
            Self::Open => Self::Choice,
            Self::Choice => Self::Coalesce,
            Self::Coalesce => Self::Or,
            Self::Or => Self::And,
            Self::And => Self::Compare,
            Self::Compare => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Prefix,
            Self::Prefix | Self::Postfix => Self::Postfix,
        }
    }
}

fn is_negative(number: &serde_json::Number) -> bool {
    number.as_f64().is_some_and(f64::is_sign_negative)
}

/// Writes with parentheses if it holds together less tightly than `least`.
fn write_within(out: &mut String, expr: &Expr, least: Level) -> fmt::Result {
    if Level::of(expr) >= least {
        return write_expr(out, expr);
    }
    out.push('(');
    write_expr(out, expr)?;
    out.push(')');
    Ok(())
}

fn write_expr(out: &mut String, expr: &Expr) -> fmt::Result {
    let level = Level::of(expr);
    match &expr.kind {
        Kind::Invalid => out.push_str("null"),
        Kind::Literal(value) => write_value(out, value)?,
        Kind::Path(path) => write_path(out, path)?,
        Kind::Access { base, steps } => {
            write_base(out, base)?;
            write_steps(out, steps)?;
        }
        Kind::Local(local) => {
            out.push_str(&local.name);
            write_steps(out, &local.steps)?;
        }
        Kind::Let { bindings, body } => {
            for (name, value) in bindings {
                write!(out, "let {name} = ")?;
                // `in` would end the binding, wherever it stands in it outside of brackets.
                if has_bare_in(value) {
                    out.push('(');
                    write_expr(out, value)?;
                    out.push(')');
                } else {
                    write_within(out, value, Level::Choice)?;
                }
                out.push_str(" in ");
            }
            write_expr(out, body)?;
        }
        Kind::Lambda { params, body } => {
            match params.as_slice() {
                [one] => out.push_str(one),
                many => write!(out, "({})", many.join(", "))?,
            }
            out.push_str(" => ");
            write_expr(out, body)?;
        }
        Kind::Call { function, args, method, .. } => {
            let mut args = args.iter();
            if *method && let Some(receiver) = args.next() {
                write_within(out, receiver, Level::Postfix)?;
                out.push('.');
            }
            out.push_str(function.name);
            out.push('(');
            write_list(out, args, write_expr)?;
            out.push(')');
        }
        Kind::Not(inner) => {
            out.push('!');
            write_within(out, inner, Level::Prefix)?;
        }
        Kind::Negate(inner) => {
            out.push('-');
            // A literal would be folded into a negative one when read again.
            let folds = matches!(inner.kind, Kind::Literal(Value::Number(_)));
            write_within(out, inner, if folds { Level::Postfix } else { Level::Prefix })?;
        }
        Kind::Arithmetic { first, rest } => {
            write_within(out, first, level.next())?;
            for (op, term) in rest {
                write!(out, " {} ", op.symbol())?;
                write_within(out, term, level.next())?;
            }
        }
        Kind::Logic { op, terms } => {
            for (at, term) in terms.iter().enumerate() {
                if at > 0 {
                    write!(out, " {} ", op.symbol())?;
                }
                write_within(out, term, level.next())?;
            }
        }
        Kind::Compare { op, sides } => write_compared(out, *op, &sides.0, &sides.1)?,
        Kind::Choice { arms, otherwise } => {
            for (when, then) in arms {
                write_within(out, when, Level::Coalesce)?;
                out.push_str(" ? ");
                write_within(out, then, Level::Choice)?;
                out.push_str(" : ");
            }
            write_within(out, otherwise, Level::Coalesce)?;
        }
        Kind::List(items) => {
            out.push('[');
            write_list(out, items, write_expr)?;
            out.push(']');
        }
        Kind::Object(members) => {
            out.push('{');
            write_list(out, members, |out, (key, value)| {
                write_key(out, key)?;
                write_expr(out, value)
            })?;
            out.push('}');
        }
    }
    Ok(())
}

fn write_compared(out: &mut String, op: Compare, left: &Expr, right: &Expr) -> fmt::Result {
    write_within(out, left, Level::Sum)?;
    write!(out, " {} ", op.symbol())?;
    write_within(out, right, Level::Sum)
}

/// Whether `in` stands outside of brackets, as written here. Looking too deep costs only parentheses.
fn has_bare_in(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Compare { op: Compare::In, .. } => true,
        Kind::Compare { sides, .. } => has_bare_in(&sides.0) || has_bare_in(&sides.1),
        Kind::Not(inner) | Kind::Negate(inner) => has_bare_in(inner),
        Kind::Arithmetic { first, rest } => has_bare_in(first) || rest.iter().any(|(_, term)| has_bare_in(term)),
        Kind::Logic { terms, .. } => terms.iter().any(has_bare_in),
        Kind::Choice { arms, otherwise } => {
            arms.iter().any(|(when, then)| has_bare_in(when) || has_bare_in(then)) || has_bare_in(otherwise)
        }
        _ => false,
    }
}

fn write_list<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T) -> fmt::Result,
) -> fmt::Result {
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        write(out, item)?;
    }
    Ok(())
}

fn write_path(out: &mut String, path: &Path) -> fmt::Result {
    out.push_str(path.root.name());
    if let Some(node) = &path.node {
        write_node(out, node)?;
    }
    if let Some(field) = path.field {
        out.push_str(if path.field_optional { "?." } else { "." });
        out.push_str(field.name());
    }
    write_steps(out, &path.steps)
}

/// The base of an access: its own chain of `?.` must not run on.
fn write_base(out: &mut String, base: &Expr) -> fmt::Result {
    let chain = match &base.kind {
        Kind::Path(path) => path.field_optional || has_optional(&path.steps),
        Kind::Local(local) => has_optional(&local.steps),
        Kind::Access { steps, .. } => has_optional(steps),
        _ => false,
    };
    if !chain {
        return write_within(out, base, Level::Postfix);
    }
    out.push('(');
    write_expr(out, base)?;
    out.push(')');
    Ok(())
}

fn write_steps(out: &mut String, steps: &[Step]) -> fmt::Result {
    for step in steps {
        match &step.kind {
            StepKind::Field(name) if is_identifier(name) => {
                write!(out, "{}{name}", if step.optional { "?." } else { "." })?;
                continue;
            }
            _ if step.optional => out.push_str("?.["),
            _ => out.push('['),
        }
        match &step.kind {
            StepKind::Field(name) => write_quoted(out, name)?,
            StepKind::Index(index) => write!(out, "{index}")?,
            StepKind::Dynamic(index) => write_expr(out, index)?,
        }
        out.push(']');
    }
    Ok(())
}

fn write_key(out: &mut String, key: &str) -> fmt::Result {
    if is_identifier(key) {
        out.push_str(key);
    } else {
        write_quoted(out, key)?;
    }
    out.push_str(": ");
    Ok(())
}

/// A constant; its depth is bounded by the parser.
fn write_value(out: &mut String, value: &Value) -> fmt::Result {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => write!(out, "{flag}")?,
        Value::Number(number) => write!(out, "{number}")?,
        Value::String(text) => write_text(out, text)?,
        Value::Array(items) => {
            out.push('[');
            write_list(out, items, write_value)?;
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            write_list(out, members, |out, (key, value)| {
                write_key(out, key)?;
                write_value(out, value)
            })?;
            out.push('}');
        }
    }
    Ok(())
}

/// A constant text: raw where that is all it takes to keep backslashes single, as in patterns.
fn write_text(out: &mut String, text: &str) -> fmt::Result {
    if !text.contains('\\') || text.contains(char::is_control) {
        return write_quoted(out, text);
    }
    match ['"', '\''].into_iter().find(|quote| !text.contains(*quote)) {
        Some(quote) => write!(out, "r{quote}{text}{quote}"),
        None => write_quoted(out, text),
    }
}

fn write_quoted(out: &mut String, text: &str) -> fmt::Result {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => write!(out, "\\u{{{:x}}}", u32::from(c))?,
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(())
}
