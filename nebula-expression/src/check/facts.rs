//! What a condition says about the paths in it: `has(a.b)` and `a.b != null` make `a.b` safe to use.

use serde_json::Value;

use super::Checker;
use crate::ast::{Compare, Expr, Kind, Logic, Path, Step, StepKind, dynamic};
use crate::path::NodeField;
use crate::proposition::{Proposition, proposition};
use crate::ty::Type;

impl Checker<'_> {
    /// How much is known at this place.
    pub(super) fn known(&self) -> (usize, usize) {
        (self.facts.len(), self.given.len())
    }

    /// Goes back to what was known at another place.
    pub(super) fn forget(&mut self, (facts, given): (usize, usize)) {
        self.facts.truncate(facts);
        self.given.truncate(given);
    }

    /// Takes in all that is true when `expr` is `outcome`.
    pub(super) fn suppose(&mut self, expr: &Expr, outcome: bool) {
        self.learn(expr, outcome);
        let said = proposition(expr, self.locals.len());
        self.given.push(if outcome { said } else { said.negated() });
    }

    /// Takes in what is true when `expr` is null or absent: the result of a node that is never null is absent.
    pub(super) fn suppose_null(&mut self, expr: &Expr) {
        if let Kind::Path(path) = &expr.kind
            && path.field == Some(NodeField::Result)
            && let Some(node) = &path.node
            && dynamic(&path.steps).next().is_none()
        {
            let (known, told, watch) = (self.known(), (self.errors.len(), self.warnings.len()), self.watch.take());
            self.know_result(path);
            let ty = self.path(path, expr, true);
            self.watch = watch;
            self.forget(known);
            self.errors.truncate(told.0);
            self.warnings.truncate(told.1);
            if !ty.has_null() && !ty.is_any() {
                self.given.push(Proposition::Completed(node.clone()).negated());
            }
        }
    }

    /// Whether what holds at this place says that the node has run.
    pub(super) fn has_run(&self, path: &Path) -> bool {
        let node = path.node.as_ref().filter(|_| !self.given.is_empty());
        node.is_some_and(|node| self.types.has_run(node, &self.given))
    }

    /// Takes in what is true of single paths when `expr` is `outcome`.
    fn learn(&mut self, expr: &Expr, outcome: bool) {
        match &expr.kind {
            Kind::Not(inner) => self.learn(inner, !outcome),
            Kind::Path(path) if outcome && path.field == Some(NodeField::Success) => self.know_result(path),
            Kind::Logic { op: Logic::And, terms } if outcome => terms.iter().for_each(|term| self.learn(term, true)),
            Kind::Logic { op: Logic::Or, terms } if !outcome => terms.iter().for_each(|term| self.learn(term, false)),
            Kind::Call { function, args, .. } => match (function.name, outcome) {
                ("has", true) | ("isNull", false) => args.iter().for_each(|arg| self.know(arg)),
                _ => {}
            },
            Kind::Compare { op: op @ (Compare::Equal | Compare::NotEqual), sides } => {
                let equal = (*op == Compare::Equal) == outcome;
                for (side, other) in [(&sides.0, &sides.1), (&sides.1, &sides.0)] {
                    match other.literal() {
                        Some(Value::String(status)) if equal && status == "completed" => {
                            if let Kind::Path(path) = &side.kind
                                && path.field == Some(NodeField::Status)
                            {
                                self.know_result(path);
                            }
                            self.know(side);
                        }
                        Some(Value::Null) if !equal => self.know(side),
                        Some(value) if !value.is_null() && equal => self.know(side),
                        _ => {}
                    }
                }
            }
            // A comparison of order is true or false of values only.
            Kind::Compare { op: Compare::In, .. } => {}
            Kind::Compare { sides, .. } => {
                self.know(&sides.0);
                self.know(&sides.1);
            }
            _ => {}
        }
    }

    /// The node of this path has completed, so it has a result; that may be null.
    fn know_result(&mut self, path: &Path) {
        if let Some(node) = &path.node {
            self.facts.push(result_key(node));
        }
    }

    /// Whether the result of a node is known to be there.
    pub(super) fn knows_result(&self, path: &Path) -> bool {
        matches!(path.field, Some(NodeField::Result | NodeField::Port))
            && path.node.as_ref().is_some_and(|node| self.knows(&result_key(node)))
    }

    /// This path leads to a value, and so does each part of it.
    fn know(&mut self, expr: &Expr) {
        let (mut key, steps) = match &expr.kind {
            Kind::Path(path) => (path_key(path), &path.steps),
            Kind::Local(local) => (local_key(&local.name, local.slot), &local.steps),
            _ => return,
        };
        self.facts.push(key.clone());
        for step in steps {
            if !step_key(&mut key, step) {
                return;
            }
            self.facts.push(key.clone());
        }
    }

    pub(super) fn knows(&self, key: &str) -> bool {
        self.facts.iter().any(|fact| fact == key)
    }

    /// The start of the keys along a path; `None` while nothing is known of any.
    pub(super) fn key(&self, make: impl FnOnce() -> String) -> Option<String> {
        (!self.facts.is_empty()).then(make)
    }

    /// The type of something that is known to be there.
    pub(super) fn narrowed(&self, ty: Type, key: Option<&String>) -> Type {
        if key.is_some_and(|key| self.knows(key)) { ty.without_null() } else { ty }
    }
}

/// That a node has a result, which says nothing of null in it.
fn result_key(node: &str) -> String {
    format!("completed {node}")
}

/// A path without its steps.
pub(super) fn path_key(path: &Path) -> String {
    let mut key = path.root.name().to_owned();
    if let (Some(node), Some(field)) = (&path.node, path.field) {
        key.push_str(&format!(".{node:?}.{}", field.name()));
    }
    key
}

/// A name; another of the same name is another.
pub(super) fn local_key(name: &str, slot: usize) -> String {
    format!("{name}#{slot}")
}

/// Adds a step; false if what it leads to cannot be told from what another leads to.
pub(super) fn step_key(key: &mut String, step: &Step) -> bool {
    match &step.kind {
        StepKind::Field(name) => key.push_str(&format!(".{name:?}")),
        StepKind::Index(index) => key.push_str(&format!("[{index}]")),
        StepKind::Dynamic(index) => match place_key(index) {
            Some(index) => key.push_str(&format!("[{index}]")),
            None => return false,
        },
    }
    true
}

/// The key of a path, or of a name and its members: of those of the same key one is as the other.
fn place_key(expr: &Expr) -> Option<String> {
    let (mut key, steps) = match &expr.kind {
        Kind::Path(path) => (path_key(path), &path.steps),
        Kind::Local(local) => (local_key(&local.name, local.slot), &local.steps),
        _ => return None,
    };
    steps.iter().all(|step| step_key(&mut key, step)).then_some(key)
}
