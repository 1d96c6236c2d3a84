//! Keys that narrow a value down: steps, patterns, and values to choose from.

use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use super::{FieldParam, number};
use crate::{
    attr::{Entry, Item, Value},
    ctxt::Ctxt,
    model::{FieldSort, KeywordValue},
};

impl FieldParam {
    /// `step = 5`
    pub(super) fn step(&mut self, cx: &Ctxt, entry: &Entry) {
        let Some(expr) = entry.expr(cx) else { return };
        match number(&expr) {
            Some(value) if value.as_f64().is_some_and(|step| step > 0.0) => {
                self.keyword(cx, entry, "multipleOf", value, FieldSort::Number);
            }
            Some(_) => cx.error(&expr, "a step is more than 0"),
            None => cx.error(&expr, "`step` is a number, as in `step = 5`"),
        }
    }

    /// `pattern = "^[a-z]+$"`
    pub(super) fn pattern(&mut self, cx: &Ctxt, entry: &Entry) {
        let Some(text) = entry.text(cx) else { return };
        match pattern_problem(&text.value()) {
            None => self.keyword(cx, entry, "pattern", KeywordValue::Text(text.value()), FieldSort::Text),
            Some(problem) => cx.error(&text, format!("this pattern cannot be used: {problem}")),
        }
    }

    /// `one_of("a", "b")`
    pub(super) fn one_of(&mut self, cx: &Ctxt, entry: &Entry) {
        let usage = "write `one_of(\"a\", \"b\")`, or `one_of(1, 2)`";
        let items = match &entry.value {
            Value::List(items) if !items.is_empty() => items,
            _ => return cx.error(&entry.key, usage),
        };
        let values = items.iter().map(|item| match item {
            Item::Literal(literal) => value(cx, literal),
            Item::Pair(_, label) => {
                cx.error(label, "`one_of` has no labels: `options(..)` has");
                None
            }
            Item::Entry(entry) => {
                cx.error(&entry.key, usage);
                None
            }
        });
        let Some(values) = values.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>() else { return };
        if let Some(of) = alike(cx, items, &values) {
            self.keyword(cx, entry, "enum", KeywordValue::OneOf(values), of);
        }
    }

    /// `options("a" = "The first", "b" = "The second")`
    pub(super) fn options(&mut self, cx: &Ctxt, entry: &Entry) {
        let usage = "write `options(\"a\" = \"What a means\", \"b\" = \"What b means\")`";
        let items = match &entry.value {
            Value::List(items) if !items.is_empty() => items,
            _ => return cx.error(&entry.key, usage),
        };
        let options = items.iter().map(|item| match item {
            Item::Pair(literal, Lit::Str(label)) if !label.value().trim().is_empty() => {
                Some((value(cx, literal)?, label.value()))
            }
            Item::Pair(_, label) => {
                cx.error(label, "a label is a text that people read");
                None
            }
            Item::Literal(literal) => {
                cx.error(literal, "this value has no label: write `value = \"label\"`, or use `one_of(..)`");
                None
            }
            Item::Entry(entry) => {
                cx.error(&entry.key, format!("a value is wanted here: write `\"{}\" = \"label\"`", entry.word()));
                None
            }
        });
        let Some(options) = options.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>() else { return };
        let values: Vec<_> = options.iter().map(|(value, _)| value.clone()).collect();
        if let Some(of) = alike(cx, items, &values) {
            self.keyword(cx, entry, "oneOf", KeywordValue::Labelled(options), of);
        }
    }

    /// The values to choose from, when the field names them.
    pub(crate) fn choices(&self) -> Option<Vec<&KeywordValue>> {
        self.keywords.iter().find_map(|keyword| match &keyword.value {
            KeywordValue::OneOf(values) => Some(values.iter().collect()),
            KeywordValue::Labelled(options) => Some(options.iter().map(|(value, _)| value).collect()),
            _ => None,
        })
    }
}

/// Why a pattern is none that the runtime runs, if so: patterns without look-around and backreferences, so that none
/// takes more than linear time. What is accepted here, the catalogue compiles; a test in nebula-runtime holds them together.
fn pattern_problem(pattern: &str) -> Option<String> {
    use regex_syntax::ast::ErrorKind;
    if pattern.is_empty() {
        return Some("it is empty".to_owned());
    }
    if pattern.contains("{,") || has_set_operation(pattern) {
        return Some("in JSON Schema it means something else: write ranges and classes out".to_owned());
    }
    Some(match regex_syntax::Parser::new().parse(pattern) {
        Ok(_) => return None,
        Err(regex_syntax::Error::Parse(error)) => match error.kind() {
            ErrorKind::UnsupportedLookAround => "look-around could take for ever".to_owned(),
            ErrorKind::UnsupportedBackreference => "a backreference could take for ever".to_owned(),
            kind => kind.to_string(),
        },
        Err(regex_syntax::Error::Translate(error)) => error.kind().to_string(),
        Err(_) => "it is no regular expression".to_owned(),
    })
}

/// Whether a class is put together of others, which JSON Schema does not know: `[a-z--b]`, `[a-z&&b]`.
fn has_set_operation(pattern: &str) -> bool {
    let (mut inside, mut escaped) = (false, false);
    for (at, c) in pattern.char_indices() {
        match c {
            _ if escaped => {
                escaped = false;
                continue;
            }
            '\\' => escaped = true,
            '[' => inside = true,
            ']' => inside = false,
            _ if inside && ["--", "&&", "~~"].iter().any(|sign| pattern[at..].starts_with(sign)) => return true,
            _ => {}
        }
    }
    false
}

/// A literal text or number.
fn value(cx: &Ctxt, literal: &Lit) -> Option<KeywordValue> {
    let value = match literal {
        Lit::Str(text) => Some(KeywordValue::Text(text.value())),
        Lit::Int(_) | Lit::Float(_) => number(&Expr::Lit(ExprLit { attrs: Vec::new(), lit: literal.clone() })),
        _ => None,
    };
    if value.is_none() {
        cx.error(literal, "a text or a number is wanted here");
    }
    value
}

/// All texts or all numbers, each once.
fn alike(cx: &Ctxt, items: &[Item], values: &[KeywordValue]) -> Option<FieldSort> {
    let is_text = |value: &KeywordValue| matches!(value, KeywordValue::Text(_));
    for (at, value) in values.iter().enumerate() {
        if is_text(value) != is_text(&values[0]) {
            cx.error_at(items[at].span(), "texts and numbers cannot be choices of one field");
            return None;
        }
        if values[..at].iter().any(|other| same(other, value)) {
            cx.error_at(items[at].span(), "this choice is there already");
            return None;
        }
    }
    Some(if is_text(&values[0]) { FieldSort::TextChoice } else { FieldSort::NumberChoice })
}

/// Whether two values are the same JSON.
pub(crate) fn same(one: &KeywordValue, other: &KeywordValue) -> bool {
    match (one, other) {
        (KeywordValue::Text(one), KeywordValue::Text(other)) => one == other,
        _ => one.as_f64().is_some() && one.as_f64() == other.as_f64(),
    }
}

/// A literal text or number, as a value.
pub(crate) fn literal(expr: &Expr) -> Option<KeywordValue> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(KeywordValue::Text(text.value())),
        Expr::Lit(_) | Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => number(expr),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}
