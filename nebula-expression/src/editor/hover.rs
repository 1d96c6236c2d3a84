//! What stands at a cursor.

use super::{fragment, shifted, touches, watch};
use crate::ast::{Expr, Kind, Step, StepKind};
use crate::check::{TypeScope, Watch};
use crate::function;
use crate::limits::MAX_TEXT;
use crate::parse::parse_recovered;
use crate::span::Span;
use crate::ty::{Lookup, Type};

/// What stands at a cursor.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Hover {
    /// The part of the text it is about.
    pub span: Span,
    /// The part with its type, `$input.total: number`, or the signature of a function.
    pub title: String,
    /// What is known of it, if anything.
    pub doc: String,
}

/// What stands at byte `cursor` of an expression, as far as it could be read.
///
/// ```
/// use nebula_expression::{AnyScope, hover};
///
/// let found = hover("size($input) + 1", 2, &AnyScope).unwrap();
/// assert_eq!(found.title, "size(value: string | list | object): integer");
/// assert_eq!(hover("size($input) + 1", 13, &AnyScope).unwrap().title, "size($input) + 1: integer");
/// ```
#[must_use]
pub fn hover(source: &str, cursor: usize, types: &dyn TypeScope) -> Option<Hover> {
    if cursor > source.len() || source.len() > MAX_TEXT || !source.is_char_boundary(cursor) {
        return None;
    }
    if let Some(found) = on_function(source, cursor) {
        return Some(found);
    }
    let (expr, _) = parse_recovered(source);
    let mut finder = Finder { source, cursor, found: None };
    watch(source, &expr, types, &mut finder);
    finder.found
}

/// As [`hover`], at a cursor in a template.
#[must_use]
pub fn hover_template(source: &str, cursor: usize, types: &dyn TypeScope) -> Option<Hover> {
    let (start, text) = fragment(source, cursor)?;
    let found = hover(text, cursor - start, types)?;
    Some(Hover { span: shifted(found.span, start), ..found })
}

/// The name of a function, with its parenthesis behind it.
fn on_function(source: &str, cursor: usize) -> Option<Hover> {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let start = source[..cursor]
        .rfind(|c: char| !is_word(c))
        .map_or(0, |at| at + source[at..].chars().next().map_or(1, char::len_utf8));
    let rest = &source[cursor..];
    let end = cursor + rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    if !source[end..].trim_start().starts_with('(') {
        return None;
    }
    let function = function::find(&source[start..end])?;
    let doc = format!("{} Example: `{}` is `{}`.", function.doc, function.example, function.value);
    Some(Hover { span: Span::new(start as u32, end as u32), title: function.signature.to_owned(), doc })
}

/// Keeps the smallest thing at the cursor.
struct Finder<'s> {
    source: &'s str,
    cursor: usize,
    found: Option<Hover>,
}

impl Finder<'_> {
    fn offer(&mut self, span: Span, title: String, doc: &str) {
        let width = |span: Span| span.end.saturating_sub(span.start);
        let better = self.found.as_ref().is_none_or(|known| width(span) <= width(known.span));
        if touches(span, self.cursor) && better {
            self.found = Some(Hover { span, title, doc: doc.to_owned() });
        }
    }
}

impl Watch for Finder<'_> {
    fn part(&mut self, expr: &Expr, ty: &Type) {
        if matches!(expr.kind, Kind::Invalid | Kind::Lambda { .. }) {
            return;
        }
        let text = crate::lex::shorten(expr.span().slice(self.source));
        self.offer(expr.span(), format!("{text}: {ty}"), "");
    }

    fn step(&mut self, base: &Type, step: &Step, ty: &Type) {
        let StepKind::Field(name) = &step.kind else { return };
        let without_null = base.without_null();
        let (absent, doc) = match without_null.member(name) {
            Lookup::Found { required, doc, .. } => (!required, doc),
            _ => (false, None),
        };
        let remark = if absent { ", may be absent" } else { "" };
        self.offer(step.at.0, format!("{name}: {ty}{remark}"), doc.as_deref().unwrap_or_default());
    }

    fn compared(&mut self, _: &str, _: &Type) {}

    fn name(&mut self, _: &str, _: &[Type]) {}
}
