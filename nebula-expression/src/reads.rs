//! Which paths a tree reads, and where null or missing is handled.

use smol_str::SmolStr;

use crate::ast::{Expr, Kind, Logic, Path, StepKind, dynamic};
use crate::path::{PathRef, Segment};

/// Every path of `expr`, in the order of the text, with the node of the tree it comes from.
pub(crate) fn reads(expr: &Expr) -> Vec<(PathRef, &Expr)> {
    let mut found = Vec::new();
    collect(expr, false, &mut found);
    found
}

fn collect<'e>(expr: &'e Expr, guarded: bool, found: &mut Vec<(PathRef, &'e Expr)>) {
    match &expr.kind {
        Kind::Invalid | Kind::Literal(_) => {}
        Kind::Path(path) => {
            found.push((describe(path, expr, guarded), expr));
            for index in dynamic(&path.steps) {
                collect(index, false, found);
            }
        }
        Kind::Local(local) => {
            for index in dynamic(&local.steps) {
                collect(index, false, found);
            }
        }
        Kind::Let { bindings, body } => {
            for (_, value) in bindings {
                collect(value, false, found);
            }
            collect(body, guarded, found);
        }
        Kind::Lambda { body, .. } => collect(body, false, found),
        Kind::Access { base, steps } => {
            let optional = steps.first().is_some_and(|step| step.optional);
            collect(base, guarded || optional, found);
            for index in dynamic(steps) {
                collect(index, false, found);
            }
        }
        Kind::Call { function, args, .. } => {
            for (at, arg) in args.iter().enumerate() {
                collect(arg, function.tolerant && at == 0, found);
            }
        }
        Kind::Not(inner) | Kind::Negate(inner) => collect(inner, false, found),
        Kind::Arithmetic { first, rest } => {
            collect(first, false, found);
            for (_, term) in rest {
                collect(term, false, found);
            }
        }
        Kind::Logic { op: Logic::Coalesce, terms } => {
            for (at, term) in terms.iter().enumerate() {
                collect(term, guarded || at + 1 < terms.len(), found);
            }
        }
        Kind::Logic { terms, .. } => {
            for term in terms {
                collect(term, false, found);
            }
        }
        Kind::Compare { sides, .. } => {
            collect(&sides.0, false, found);
            collect(&sides.1, false, found);
        }
        Kind::Choice { arms, otherwise } => {
            for (when, then) in arms {
                collect(when, false, found);
                collect(then, guarded, found);
            }
            collect(otherwise, guarded, found);
        }
        Kind::List(items) => {
            for item in items {
                collect(item, false, found);
            }
        }
        Kind::Object(members) => {
            for (_, value) in members {
                collect(value, false, found);
            }
        }
    }
}

fn describe(path: &Path, expr: &Expr, guarded: bool) -> PathRef {
    let first_optional = path.steps.iter().position(|step| step.optional);
    let guarded_from = if guarded || path.field_optional { Some(0) } else { first_optional };
    let segments = path
        .steps
        .iter()
        .map(|step| match &step.kind {
            StepKind::Field(name) => Segment::Field(SmolStr::clone(name)),
            StepKind::Index(index) => Segment::Index(*index),
            StepKind::Dynamic(_) => Segment::Dynamic,
        })
        .collect();
    PathRef {
        root: path.root,
        node: path.node.clone(),
        node_field: path.field,
        segments,
        span: expr.span(),
        guarded: guarded_from.is_some(),
        guarded_from,
    }
}
