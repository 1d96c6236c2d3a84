//! Which paths a tree reads, and where null or missing is handled.

use smol_str::SmolStr;

use crate::ast::{Expr, Kind, Logic, Path, StepKind, dynamic};
use crate::path::{PathRef, Segment};

/// Every path of `expr`, in the order of the text, with the node of the tree it comes from.
pub(crate) fn reads(expr: &Expr) -> Vec<(PathRef, &Expr)> {
    let mut found = Vec::new();
    collect(expr, Place { guarded: false, conditional: false }, &mut found);
    found
}

/// Where a part stands.
#[derive(Clone, Copy)]
struct Place {
    /// Null or missing is handled.
    guarded: bool,
    /// Something else decides whether it is evaluated.
    conditional: bool,
}

impl Place {
    const fn guarded(self, guarded: bool) -> Self {
        Self { guarded, ..self }
    }

    const fn conditional(self, conditional: bool) -> Self {
        Self { conditional: self.conditional || conditional, ..self }
    }
}

fn collect<'e>(expr: &'e Expr, at: Place, found: &mut Vec<(PathRef, &'e Expr)>) {
    let plain = at.guarded(false);
    match &expr.kind {
        Kind::Invalid | Kind::Literal(_) => {}
        Kind::Path(path) => {
            found.push((describe(path, expr, at), expr));
            for index in dynamic(&path.steps) {
                collect(index, plain, found);
            }
        }
        Kind::Local(local) => {
            for index in dynamic(&local.steps) {
                collect(index, plain, found);
            }
        }
        Kind::Let { bindings, body } => {
            for (_, value) in bindings {
                collect(value, plain, found);
            }
            collect(body, at, found);
        }
        Kind::Lambda { body, .. } => collect(body, plain, found),
        Kind::Access { base, steps } => {
            let optional = steps.first().is_some_and(|step| step.optional);
            collect(base, at.guarded(at.guarded || optional), found);
            for index in dynamic(steps) {
                collect(index, plain, found);
            }
        }
        Kind::Call { function, args, .. } => {
            for (index, arg) in args.iter().enumerate() {
                collect(arg, at.guarded(function.tolerant && index == 0), found);
            }
        }
        Kind::Not(inner) | Kind::Negate(inner) => collect(inner, plain, found),
        Kind::Arithmetic { first, rest } => {
            collect(first, plain, found);
            for (_, term) in rest {
                collect(term, plain, found);
            }
        }
        Kind::Logic { op: Logic::Coalesce, terms } => {
            for (index, term) in terms.iter().enumerate() {
                let guarded = at.guarded || index + 1 < terms.len();
                collect(term, at.guarded(guarded).conditional(index > 0), found);
            }
        }
        Kind::Logic { terms, .. } => {
            for (index, term) in terms.iter().enumerate() {
                collect(term, plain.conditional(index > 0), found);
            }
        }
        Kind::Compare { sides, .. } => {
            collect(&sides.0, plain, found);
            collect(&sides.1, plain, found);
        }
        Kind::Choice { arms, otherwise } => {
            for (index, (when, then)) in arms.iter().enumerate() {
                collect(when, plain.conditional(index > 0), found);
                collect(then, at.conditional(true), found);
            }
            collect(otherwise, at.conditional(true), found);
        }
        Kind::List(items) => {
            for item in items {
                collect(item, plain, found);
            }
        }
        Kind::Object(members) => {
            for (_, value) in members {
                collect(value, plain, found);
            }
        }
    }
}

fn describe(path: &Path, expr: &Expr, at: Place) -> PathRef {
    let first_optional = path.steps.iter().position(|step| step.optional);
    let guarded_from = if at.guarded || path.field_optional { Some(0) } else { first_optional };
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
        conditional: at.conditional,
    }
}
