//! The types along a path.

use smol_str::SmolStr;

use super::facts::{local_key, path_key, step_key};
use super::{Checker, Presence, Slot};
use crate::ast::{Expr, Local, Path, Step, StepKind};
use crate::path::{NodeField, Root};
use crate::span::Span;
use crate::ty::{Lookup, Rest, Type};

/// What the status of a finished node can be.
const STATUSES: [&str; 5] = ["completed", "failed", "skipped", "cancelled", "in_doubt"];

impl Checker<'_> {
    pub(super) fn path(&mut self, path: &Path, expr: &Expr, tolerant: bool) -> Type {
        let slot = match path.root {
            Root::Nodes => {
                let id = path.node.as_deref().unwrap_or_default();
                let Some(result) = self.types.node(id) else {
                    self.unknown_node(path, id);
                    return Type::Any;
                };
                match path.field {
                    Some(NodeField::Result) | None => result,
                    Some(NodeField::Error) => Slot::any(),
                    Some(NodeField::Status) => Slot::always(Type::union(STATUSES.map(Type::literal))),
                    Some(NodeField::Success | NodeField::Skipped) => Slot::always(Type::Bool),
                    Some(NodeField::Attempts) => Slot::always(Type::Integer),
                    Some(NodeField::Port) => self.port(path, id, result.presence),
                }
            }
            root => match (self.types.root(root), root) {
                (Some(slot), Root::Index) => Slot { ty: Type::Integer, ..slot },
                (Some(slot), Root::Now) => Slot { ty: Type::Timestamp, ..slot },
                (Some(slot), _) => slot,
                (None, _) => {
                    if !tolerant {
                        self.no_root(path);
                    }
                    return Type::Any;
                }
            },
        };
        let key = self.key(|| path_key(path));
        let handled = tolerant || path.field_optional || path.steps.first().is_some_and(|step| step.optional);
        let known = key.as_ref().is_some_and(|key| self.knows(key)) || self.knows_result(path);
        let absent = slot.presence == Presence::Maybe && !known && !self.has_run(path);
        if absent && !handled {
            self.may_be_absent(path, expr);
        }
        let start = self.narrowed(slot.ty, key.as_ref());
        let ty = self.members(start, &path.steps, path.head.0, key, tolerant);
        if absent && handled { ty.nullable() } else { ty }
    }

    /// One of the action's ports where the node has completed; null where it has not, or where there are none.
    fn port(&self, path: &Path, id: &str, presence: Presence) -> Slot {
        let port = match self.types.ports(id) {
            None => return Slot::always(Type::text().nullable()),
            Some(ports) if ports.is_empty() => return Slot::always(Type::Null),
            Some(ports) => Type::union(ports.iter().map(|port| Type::literal(port))),
        };
        let is_there = presence == Presence::Always || self.knows_result(path) || self.has_run(path);
        Slot::always(if is_there { port } else { port.nullable() })
    }

    pub(super) fn local(&mut self, local: &Local, tolerant: bool) -> Type {
        if let Some(watch) = &mut self.watch {
            watch.name(&local.name, &self.locals);
        }
        let start = self.locals.get(local.slot).cloned().unwrap_or(Type::Any);
        let key = self.key(|| local_key(&local.name, local.slot));
        let start = self.narrowed(start, key.as_ref());
        self.members(start, &local.steps, local.head.0, key, tolerant)
    }

    /// Goes down the steps, as the evaluation does.
    pub(super) fn members(
        &mut self,
        start: Type,
        steps: &[Step],
        head: Span,
        mut key: Option<String>,
        tolerant: bool,
    ) -> Type {
        let mut ty = start;
        // Whether a `?.` can have ended the path.
        let mut ended = false;
        let mut base = head;
        for (at, step) in steps.iter().enumerate() {
            if ty.has_null() {
                if tolerant || step.optional {
                    ended = true;
                } else {
                    self.may_be_null(base, step, head, steps);
                }
                ty = ty.without_null();
                if ty == Type::Never {
                    return if ended { Type::Null } else { Type::Any };
                }
            }
            let handled = tolerant || step.optional || steps.get(at + 1).is_some_and(|next| next.optional);
            key = key.and_then(|mut key| step_key(&mut key, step).then_some(key));
            let known = key.as_ref().is_some_and(|key| self.knows(key));
            let (next, absent) = self.step(&ty, step, base, handled || known);
            if let Some(watch) = &mut self.watch {
                watch.step(&ty, step, &next);
            }
            ended |= absent && handled && !known;
            ty = if known { next.without_null() } else { next };
            base = head.to(step.at.0);
            if ty.is_any() {
                // Mistakes inside `[ ]` are still mistakes.
                for step in &steps[at + 1..] {
                    if let StepKind::Dynamic(index) = &step.kind {
                        self.value(index);
                    }
                }
                return ty;
            }
        }
        if ended { ty.nullable() } else { ty }
    }

    /// The type of one member, and whether it may be absent.
    fn step(&mut self, ty: &Type, step: &Step, base: Span, handled: bool) -> (Type, bool) {
        match &step.kind {
            // Never evaluated: the element of a list that is always empty.
            StepKind::Field(_) | StepKind::Index(_) if *ty == Type::Never => (Type::Never, false),
            // One that may be no object is no object to read from.
            StepKind::Field(_)
                if !ty.alternatives().all(|ty| matches!(ty, Type::Object(_) | Type::Any | Type::Never)) =>
            {
                self.no_members(ty, step, base);
                (Type::Any, false)
            }
            StepKind::Field(name) => match ty.member(name) {
                Lookup::Found { secret: true, .. } => {
                    self.secret(step, base, name);
                    (Type::Any, false)
                }
                Lookup::Found { ty, required, .. } => {
                    if !required && !handled {
                        self.optional(step, base, name);
                    }
                    (ty, !required)
                }
                Lookup::Unknown { near } => {
                    if let Some(near) = near.map(str::to_owned) {
                        self.perhaps_misspelt(step, base, name, &near);
                    }
                    (Type::Any, true)
                }
                Lookup::Absent { known, near } => {
                    let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
                    let near = near.map(str::to_owned);
                    self.absent(step, base, name, &known, near.as_deref(), handled);
                    // Where that is no error, it is what it always reads as.
                    (if handled { Type::Null } else { Type::Any }, true)
                }
                Lookup::NoMembers => {
                    self.no_members(ty, step, base);
                    (Type::Any, false)
                }
            },
            StepKind::Index(_) => match (ty, ty.element()) {
                (Type::Any, _) =>
                // What is not there reads as null where that is allowed.
                {
                    (if handled { Type::Null } else { Type::Any }, true)
                }
                _ if !ty.alternatives().all(|ty| matches!(ty, Type::List(_) | Type::Any)) => {
                    self.no_members(ty, step, base);
                    (Type::Any, false)
                }
                // A list that is shorter is seen when it is read.
                (_, Some(element)) => (element, true),
                (_, None) => {
                    self.no_members(ty, step, base);
                    (Type::Any, false)
                }
            },
            StepKind::Dynamic(index) => (self.dynamic(ty, step, index, base), true),
        }
    }

    fn dynamic(&mut self, ty: &Type, step: &Step, index: &Expr, base: Span) -> Type {
        let key = self.value(index);
        if matches!(ty, Type::Any | Type::Never) {
            return ty.clone();
        }
        if let Some(element) = ty.element()
            && ty.alternatives().all(|ty| matches!(ty, Type::List(_)))
        {
            self.expect_number(index, &key, "the elements of a list have numbers");
            return element;
        }
        match any_member(ty) {
            Some(member) => {
                self.chosen_from(index, ty);
                self.expect_text(index, &key, "the members of an object have names");
                if let Some(name) = secret_of(ty, &key) {
                    self.secret(step, base, &name);
                }
                member
            }
            None if key.is_any() => Type::Any,
            None => {
                self.no_members(ty, step, base);
                Type::Any
            }
        }
    }
}

/// A secret member of that the text can be the name.
fn secret_of(ty: &Type, key: &Type) -> Option<SmolStr> {
    let objects = ty.alternatives().filter_map(|ty| match ty {
        Type::Object(object) => Some(object),
        _ => None,
    });
    let mut secret = objects.flat_map(|object| object.members.iter().filter(|(_, member)| member.secret));
    secret.find(|(name, _)| key.could_equal(&Type::literal(name))).map(|(name, _)| name.clone())
}

/// The type of some member of an object; `None` when it is none.
pub(super) fn any_member(ty: &Type) -> Option<Type> {
    let mut types = Vec::new();
    for alternative in ty.alternatives() {
        let Type::Object(object) = alternative else {
            return None;
        };
        types.extend(object.members.values().map(|member| member.ty.clone()));
        match &object.rest {
            Rest::Closed => {}
            Rest::Open => types.push(Type::Any),
            Rest::Of(rest) => types.push(rest.clone()),
        }
    }
    Some(Type::union(types))
}
