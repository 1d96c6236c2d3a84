//! Types before the run: what an expression gives, and every mistake that its types show.
//!
//! If nothing is reported and nothing it reads is `any`, an evaluation over data of these types gives a value of the
//! type that was found, or one of the errors that depend on values: a number too large, a list too short, text that
//! does not spell what it should, a limit.

mod access;
mod call;
mod facts;
mod operators;
mod report;
mod secrets;

pub(crate) use self::call::could_take;
use std::collections::BTreeMap;

use smol_str::SmolStr;

pub(crate) use self::report::pattern_error;

use crate::ast::{Expr, Kind, Logic};
use crate::error::ExprError;
use crate::path::Root;
use crate::proposition::Proposition;
use crate::ty::{Member, Rest, Type};

/// Whether something is there when an expression is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It always is.
    Always,
    /// It may be absent, as the result of a node that may be skipped.
    Maybe,
}

/// What is known of something an expression can read.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// Its type when it is there.
    pub ty: Type,
    /// Whether it is.
    pub presence: Presence,
}

/// What is known before the run of what an expression can see. Mirrors [`Scope`](crate::Scope).
pub trait TypeScope {
    /// The type of a root other than `$nodes`; `None` when it is not available here. `$index` and
    /// `$now` have their own types: only whether they are there is asked.
    fn root(&self, root: Root) -> Option<Slot>;

    /// The type of `$nodes.<id>.result`; `None` when there is no such node.
    fn node(&self, id: &str) -> Option<Slot>;

    /// Whether a node that may be skipped has surely run where all of these hold.
    fn has_run(&self, id: &str, given: &[Proposition]) -> bool {
        let _ = (id, given);
        false
    }

    /// The ports by which a node that completes leaves: none when its action has none. `None` when that is not known.
    fn ports(&self, id: &str) -> Option<Vec<SmolStr>> {
        let _ = id;
        None
    }

    /// The ids of the nodes that can be read: for suggestions and completion.
    fn node_ids(&self) -> Vec<SmolStr> {
        Vec::new()
    }
}

/// A scope of which nothing is known: everything is there and may be anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnyScope;

/// What was found out about an expression.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Checked {
    /// The type of its value.
    pub ty: Type,
    /// What is wrong, in the order of the text. Such an expression must not run.
    pub errors: Vec<ExprError>,
    /// What is probably not meant.
    pub warnings: Vec<ExprError>,
}

impl Slot {
    /// Something that is always there.
    #[must_use]
    pub fn always(ty: Type) -> Self {
        Self { ty, presence: Presence::Always }
    }

    /// Something that may be absent.
    #[must_use]
    pub fn maybe(ty: Type) -> Self {
        Self { ty, presence: Presence::Maybe }
    }

    /// Something that is always there and may be anything.
    #[must_use]
    pub fn any() -> Self {
        Self::always(Type::Any)
    }
}

impl TypeScope for AnyScope {
    fn root(&self, root: Root) -> Option<Slot> {
        Some(Slot::always(match root {
            Root::Execution => execution_type(),
            _ => Type::Any,
        }))
    }

    fn node(&self, _: &str) -> Option<Slot> {
        Some(Slot::any())
    }
}

/// The type of `$execution`.
#[must_use]
pub fn execution_type() -> Type {
    let text = |format: Option<crate::ty::TextFormat>| format.map_or_else(Type::text, Type::formatted);
    Type::object(
        BTreeMap::from([
            (SmolStr::new_static("id"), Member::required(text(None))),
            (SmolStr::new_static("started_at"), Member::required(text(Some(crate::ty::TextFormat::DateTime)))),
        ]),
        Rest::Closed,
    )
}

/// A walk over the tree of one expression.
pub(crate) struct Checker<'c> {
    source: &'c str,
    types: &'c dyn TypeScope,
    /// Types of the names that are bound, the innermost last.
    locals: Vec<Type>,
    /// Paths that are known to be there and not null at this place.
    facts: Vec<String>,
    /// What is known to hold at this place.
    given: Vec<Proposition>,
    errors: Vec<ExprError>,
    warnings: Vec<ExprError>,
    /// Who looks on.
    watch: Option<&'c mut dyn Watch>,
}

/// Looks on while types are found: what a cursor stands on, and what could follow it.
pub(crate) trait Watch {
    /// A part and its type.
    fn part(&mut self, expr: &Expr, ty: &Type);
    /// A step from a value of type `base` to one of type `ty`.
    fn step(&mut self, base: &Type, step: &crate::ast::Step, ty: &Type);
    /// A constant text that is compared with a value of type `other`.
    fn compared(&mut self, text: &str, other: &Type);
    /// A name, and the types of all names that are bound there.
    fn name(&mut self, name: &str, bound: &[Type]);
}

impl<'c> Checker<'c> {
    pub(crate) fn new(source: &'c str, types: &'c dyn TypeScope) -> Self {
        Self {
            source,
            types,
            locals: Vec::new(),
            facts: Vec::new(),
            given: Vec::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
            watch: None,
        }
    }

    pub(crate) fn watched(mut self, watch: &'c mut dyn Watch) -> Self {
        self.watch = Some(watch);
        self
    }

    pub(crate) fn finish(mut self, ty: Type) -> Checked {
        let by_place = |error: &ExprError| (error.span.start, error.span.end);
        self.errors.sort_by_key(by_place);
        self.warnings.sort_by_key(by_place);
        Checked { ty, errors: self.errors, warnings: self.warnings }
    }

    /// The type of a part whose value is used: what may be missing is an error.
    pub(crate) fn value(&mut self, expr: &Expr) -> Type {
        self.infer(expr, false)
    }

    /// As `value`, but what may be missing is null: the left of `??`, the argument of `has`.
    pub(crate) fn maybe(&mut self, expr: &Expr) -> Type {
        self.infer(expr, true)
    }

    fn infer(&mut self, expr: &Expr, tolerant: bool) -> Type {
        let ty = self.kind(expr, tolerant);
        if let Some(watch) = &mut self.watch {
            watch.part(expr, &ty);
        }
        ty
    }

    fn kind(&mut self, expr: &Expr, tolerant: bool) -> Type {
        match &expr.kind {
            Kind::Invalid => Type::Any,
            Kind::Literal(value) => Type::of_value(value),
            Kind::Path(path) => self.path(path, expr, tolerant),
            Kind::Local(local) => self.local(local, tolerant),
            Kind::Access { base, steps } => {
                let optional = steps.first().is_some_and(|step| step.optional);
                let start = self.infer(base, tolerant || optional);
                self.members(start, steps, base.span(), None, tolerant)
            }
            Kind::Call { function, args, pattern, .. } => self.call(function, args, pattern),
            Kind::Let { bindings, body } => {
                let outside = self.locals.len();
                for (_, value) in bindings {
                    let ty = self.value(value);
                    self.locals.push(ty);
                }
                let ty = self.infer(body, tolerant);
                self.locals.truncate(outside);
                ty
            }
            // Only calls know what their functions are given.
            Kind::Lambda { .. } => Type::Any,
            Kind::Not(inner) => {
                self.condition(inner);
                Type::Bool
            }
            Kind::Negate(inner) => self.negate(inner),
            Kind::Arithmetic { first, rest } => self.arithmetic(first, rest),
            Kind::Logic { op: Logic::Coalesce, terms } => self.coalesce(expr, terms, tolerant),
            Kind::Logic { op, terms } => self.logic(*op, terms),
            Kind::Compare { op, sides } => {
                self.compare(*op, &sides.0, &sides.1);
                Type::Bool
            }
            Kind::Choice { arms, otherwise } => self.choice(arms, otherwise, tolerant),
            Kind::List(items) => {
                let types: Vec<Type> = items.iter().map(|item| self.value(item)).collect();
                Type::list(Type::union(types))
            }
            Kind::Object(members) => {
                let members =
                    members.iter().map(|(name, value)| (name.clone(), Member::required(self.value(value)))).collect();
                Type::object(members, Rest::Closed)
            }
        }
    }

    fn choice(&mut self, arms: &[(Expr, Expr)], otherwise: &Expr, tolerant: bool) -> Type {
        let outside = self.known();
        let mut types = Vec::with_capacity(arms.len() + 1);
        for (when, then) in arms {
            self.condition(when);
            let before = self.known();
            self.suppose(when, true);
            types.push(self.infer(then, tolerant));
            self.forget(before);
            self.suppose(when, false);
        }
        types.push(self.infer(otherwise, tolerant));
        self.forget(outside);
        Type::union(types)
    }

    fn coalesce(&mut self, expr: &Expr, terms: &[Expr], tolerant: bool) -> Type {
        let Some((last, before)) = terms.split_last() else {
            return Type::Null;
        };
        let outside = self.known();
        let mut types = Vec::with_capacity(terms.len());
        for term in before {
            let errors = self.errors.len();
            let ty = self.maybe(term);
            // Nothing is said of what is wrong for another reason.
            if !ty.has_null() && !ty.is_any() && ty != Type::Never && self.errors.len() == errors {
                self.never_null(expr, term);
            }
            types.push(ty.without_null());
            // The next term is evaluated only if this one is null or absent.
            self.suppose_null(term);
        }
        types.push(self.infer(last, tolerant));
        self.forget(outside);
        Type::union(types)
    }

    fn logic(&mut self, op: Logic, terms: &[Expr]) -> Type {
        let outside = self.known();
        for term in terms {
            self.condition(term);
            // The next term is evaluated only if this one did not decide.
            self.suppose(term, op == Logic::And);
        }
        self.forget(outside);
        Type::Bool
    }
}
