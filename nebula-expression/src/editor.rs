//! For editors: everything that is wrong with a text, what could be written at a cursor, what stands there.
//!
//! Texts in an editor are mostly unfinished, so the parser recovers, and types are found for what could be read.

mod complete;
mod hover;

pub use self::complete::{Completion, CompletionKind, Completions, complete, complete_template};
pub use self::hover::{Hover, hover, hover_template};
use crate::ast::{Expr, Kind};
use crate::check::{Checked, Checker, TypeScope};
use crate::error::ExprError;
use crate::lex::MAX_ERRORS;
use crate::limits::MAX_TEMPLATE;
use crate::parse::{parse_fragment, parse_recovered, too_long};
use crate::span::Span;
use crate::ty::Type;

/// Everything that is wrong with the text of an expression: its form, and its types as far as it could be read.
///
/// ```
/// use nebula_expression::{AnyScope, analyze};
///
/// let found = analyze("1 + 'a' +", &AnyScope);
/// let codes: Vec<_> = found.errors.iter().map(|error| error.code).collect();
/// assert_eq!(codes, ["E0501", "E0102"]);
/// ```
#[must_use]
pub fn analyze(source: &str, types: &dyn TypeScope) -> Checked {
    let (expr, errors) = parse_recovered(source);
    let mut checker = Checker::new(source, types);
    let ty = checker.value(&expr);
    checker.leaving(&expr, &ty);
    join(errors, checker.finish(ty))
}

/// As [`analyze`], for a template.
#[must_use]
pub fn analyze_template(source: &str, types: &dyn TypeScope) -> Checked {
    let mut checker = Checker::new(source, types);
    if source.len() > MAX_TEMPLATE {
        return join(vec![too_long(source.len(), MAX_TEMPLATE, "a template")], checker.finish(Type::text()));
    }
    let mut errors = Vec::new();
    let mut at = 0;
    let mut whole = None;
    let mut fragments = 0;
    while let Some(open) = source[at..].find("{{").map(|found| at + found) {
        let (expr, end) = parse_fragment(source, open + 2, &mut errors);
        fragments += 1;
        let end = end.unwrap_or(source.len());
        let ty = checker.value(&expr);
        if open == 0 && end == source.len() {
            checker.leaving(&expr, &ty);
            whole = Some(ty);
        } else if !matches!(expr.kind, Kind::Invalid) {
            checker.interpolated(&expr, &ty);
        }
        at = end;
        if errors.len() >= MAX_ERRORS {
            break;
        }
    }
    let constant = || if fragments == 0 { Type::literal(source) } else { Type::text() };
    let ty = whole.unwrap_or_else(constant);
    join(errors, checker.finish(ty))
}

fn join(mut errors: Vec<ExprError>, mut checked: Checked) -> Checked {
    // Where the form is wrong, what the types say is a consequence.
    checked.errors.retain(|error| errors.iter().all(|other| other.span != error.span));
    errors.append(&mut checked.errors);
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    Checked { errors, ..checked }
}

/// The expression around a cursor in a template, and where it starts.
fn fragment(source: &str, cursor: usize) -> Option<(usize, &str)> {
    let before = source.get(..cursor)?;
    let open = before.rfind("{{")? + 2;
    if before[open..].contains("}}") {
        return None;
    }
    let rest = &source[open..];
    let end = rest[cursor - open..].find("}}").map_or(rest.len(), |end| cursor - open + end);
    Some((open, &rest[..end]))
}

fn shifted(span: Span, by: usize) -> Span {
    Span::new(span.start + by as u32, span.end + by as u32)
}

/// Whether the cursor is in or right behind something.
fn touches(span: Span, cursor: usize) -> bool {
    (span.start as usize..=span.end as usize).contains(&cursor)
}

/// A walk over an expression that only looks at the types.
fn watch(source: &str, expr: &Expr, types: &dyn TypeScope, eyes: &mut dyn crate::check::Watch) {
    let mut checker = Checker::new(source, types).watched(eyes);
    checker.value(expr);
}

#[cfg(test)]
mod tests;
