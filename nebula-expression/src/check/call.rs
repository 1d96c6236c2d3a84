//! Calls: arguments against the signature, types for its letters, and what comes out.

use std::collections::BTreeMap;

use super::Checker;
use super::access::any_member;
use crate::ast::{Compiled, Expr, Kind};
use crate::function::{Function, Shape};
use crate::ty::{Fit, Rest, Type};

/// What the letters of a signature stand for in one call.
type Letters = BTreeMap<char, Type>;

impl Checker<'_> {
    pub(super) fn call(&mut self, function: &'static Function, args: &[Expr], pattern: &Compiled) -> Type {
        let signature = function.types();
        let mut letters = Letters::new();
        let mut types = Vec::with_capacity(args.len());
        // Functions come last: what they are given depends on the other arguments.
        for (at, arg) in args.iter().enumerate() {
            let Some(param) = signature.param(at) else { continue };
            if matches!(arg.kind, Kind::Lambda { .. }) {
                types.push(Type::Any);
                continue;
            }
            let tolerant = function.tolerant && at == 0;
            let ty = if tolerant { self.maybe(arg) } else { self.value(arg) };
            self.given_to(function, at, args, &ty);
            if function.name == "concat" {
                self.interpolated(arg, &ty);
            } else if !tolerant {
                self.argument(function, arg, &ty, &param.shape, &mut letters);
            }
            types.push(ty);
        }
        for (at, arg) in args.iter().enumerate() {
            if let (Kind::Lambda { params, body }, Some(param)) = (&arg.kind, signature.param(at))
                && let Shape::Function { params: given, result } = &param.shape
            {
                types[at] = self.lambda(params.len(), body, given, result, &mut letters);
            }
        }
        self.constant_pattern(function, args, pattern);
        self.in_order(function, args, &types);
        let result = fill(&signature.result, &letters);
        match function.typing {
            Some(typing) => typing(&types, args).unwrap_or(result),
            None => result,
        }
    }

    fn argument(&mut self, function: &'static Function, arg: &Expr, ty: &Type, shape: &Shape, letters: &mut Letters) {
        let wanted = bind(shape, ty, letters);
        match takes(ty, &wanted) {
            Taken::Yes => {}
            Taken::Null => self.null_argument(function, arg, &wanted),
            Taken::No => self.wrong_argument(function, arg, ty, &wanted),
        }
    }

    /// The type of what a function gives; what it must give is expected of it.
    fn lambda(&mut self, params: usize, body: &Expr, given: &[Shape], result: &Shape, letters: &mut Letters) -> Type {
        // A letter that the function both takes and gives, as in `fold`, grows until nothing is added.
        const ROUNDS: usize = 4;
        for round in 0..ROUNDS {
            let (errors, warnings) = (self.errors.len(), self.warnings.len());
            let outside = self.locals.len();
            self.locals.extend(given.iter().take(params).map(|shape| fill(shape, letters)));
            let ty = self.value(body);
            if let Shape::Type(Type::Bool) = result {
                self.expect_bool(body, &ty);
            }
            self.locals.truncate(outside);
            let recurs = match result {
                Shape::Var(letter) if given.contains(result) => Some(*letter),
                _ => None,
            };
            let Some(letter) = recurs else {
                let wanted = bind(result, &ty, letters);
                if takes(&ty, &wanted) != Taken::Yes && !matches!(result, Shape::Type(Type::Bool)) {
                    self.wrong_result(body, &ty, &wanted);
                }
                return ty;
            };
            // The first call is with the value it starts with: what is wrong then is wrong.
            if round == 0 && self.errors.len() > errors {
                return Type::Any;
            }
            let before = letters.get(&letter).cloned().unwrap_or(Type::Any);
            let joined = Type::union([before.clone(), ty.clone()]);
            if joined == before {
                return ty;
            }
            // Widened, so that a text that grows does not take a round for each of its values.
            let next = if round + 2 < ROUNDS { joined.widen() } else { Type::Any };
            letters.insert(letter, next);
            if round + 1 < ROUNDS {
                self.errors.truncate(errors);
                self.warnings.truncate(warnings);
            }
        }
        Type::Any
    }

    /// What is put in order is of one kind.
    fn in_order(&mut self, function: &'static Function, args: &[Expr], types: &[Type]) {
        let (at, ty) = match (function.name, types) {
            ("sort" | "min" | "max", [list, ..]) => (0, list.without_null().element()),
            ("sortBy", [_, key, ..]) => (1, Some(key.clone())),
            ("least" | "greatest", types) => (args.len() - 1, Some(Type::union(types.iter().cloned()))),
            _ => return,
        };
        if let (Some(arg), Some(ty)) = (args.get(at), ty)
            && kinds_in_order(&ty) > 1
        {
            self.no_common_order(function, arg, &ty);
        }
    }

    fn constant_pattern(&mut self, function: &'static Function, args: &[Expr], pattern: &Compiled) {
        let Some(arg) = function.pattern_at.and_then(|at| args.get(at)) else { return };
        let Some(text) = arg.literal().and_then(|value| value.as_str()) else { return };
        if let Err(problem) = pattern.get(text) {
            self.bad_pattern(arg, problem);
        }
    }
}

/// The kinds of which each has an order of its own, among the alternatives of a type.
fn kinds_in_order(ty: &Type) -> usize {
    let kind = |ty: &Type| match ty {
        Type::Bool => Some(0),
        Type::Number | Type::Integer => Some(1),
        Type::Text(_) => Some(2),
        Type::Timestamp => Some(3),
        Type::Duration => Some(4),
        _ => None,
    };
    ty.alternatives().filter_map(kind).collect::<std::collections::BTreeSet<_>>().len()
}

/// Whether a value of this type, null aside, can be the argument for a shape.
pub(crate) fn could_take(ty: &Type, shape: &Shape) -> bool {
    let rest = ty.without_null();
    let is_list = rest.element().is_some() || rest.is_any();
    match shape {
        Shape::Function { .. } => false,
        Shape::List(_) => is_list,
        Shape::Map(_) => rest.is_any() || any_member(&rest).is_some(),
        shape => {
            let wanted = bind(shape, &rest, &mut Letters::new());
            takes(&rest, &wanted) == Taken::Yes
        }
    }
}

/// Binds the letters of a shape to what `ty` has in their places; returns what is wanted.
fn bind(shape: &Shape, ty: &Type, letters: &mut Letters) -> Type {
    match shape {
        Shape::Type(wanted) => wanted.clone(),
        Shape::Var(letter) => {
            let joined = match letters.get(letter) {
                Some(known) => Type::union([known.clone(), ty.clone()]),
                None => ty.clone(),
            };
            letters.insert(*letter, joined.clone());
            joined
        }
        Shape::List(inner) => {
            let element = ty.without_null().element().unwrap_or_else(|| unknown_part(ty));
            Type::list(bind(inner, &element, letters))
        }
        Shape::Map(inner) => {
            let member = any_member(&ty.without_null()).unwrap_or_else(|| unknown_part(ty));
            bind(inner, &member, letters);
            Type::any_object()
        }
        Shape::Nullable(inner) => bind(inner, &ty.without_null(), letters).nullable(),
        Shape::Union(shapes) => Type::union(shapes.iter().map(|shape| bind(shape, ty, letters)).collect::<Vec<_>>()),
        Shape::Function { .. } => Type::Any,
    }
}

/// A part of what is no container: there is none of what is never there.
fn unknown_part(ty: &Type) -> Type {
    if *ty == Type::Never { Type::Never } else { Type::Any }
}

/// A shape with its letters filled in.
fn fill(shape: &Shape, letters: &Letters) -> Type {
    match shape {
        Shape::Type(ty) => ty.clone(),
        Shape::Var(letter) => letters.get(letter).cloned().unwrap_or(Type::Any),
        Shape::List(inner) => Type::list(fill(inner, letters)),
        Shape::Map(inner) => Type::object(BTreeMap::new(), Rest::of(fill(inner, letters))),
        Shape::Nullable(inner) => fill(inner, letters).nullable(),
        Shape::Union(shapes) => Type::union(shapes.iter().map(|shape| fill(shape, letters)).collect::<Vec<_>>()),
        Shape::Function { .. } => Type::Any,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Yes,
    /// All but null.
    Null,
    No,
}

/// Whether a function that wants `wanted` takes every value of type `ty`: instants and durations are also read from
/// text that is known to spell them.
fn takes(ty: &Type, wanted: &Type) -> Taken {
    if covers(wanted, ty, true) {
        Taken::Yes
    } else if ty.has_null() && !wanted.has_null() && covers(wanted, &ty.without_null(), true) {
        Taken::Null
    } else {
        Taken::No
    }
}

/// Whether each alternative is one of those wanted. Whether a number is whole is seen when it runs.
fn covers(wanted: &Type, ty: &Type, spelled: bool) -> bool {
    let one = |ty: &Type| match ty {
        Type::Any | Type::Never => true,
        ty => wanted.alternatives().any(|wanted| covers_one(wanted, ty, spelled)),
    };
    wanted.is_any() || ty.alternatives().all(one)
}

fn covers_one(wanted: &Type, ty: &Type, spelled: bool) -> bool {
    match (wanted, ty) {
        (Type::Number | Type::Integer, Type::Number | Type::Integer) => true,
        (Type::Timestamp | Type::Duration, Type::Text(_)) => spelled,
        (Type::List(wanted), Type::List(ty)) => covers(wanted, ty, false),
        (Type::Object(map), Type::Object(_)) if let Rest::Of(wanted) = &map.rest => {
            any_member(ty).is_none_or(|member| covers(wanted, &member, false))
        }
        (wanted, ty) => !matches!(ty.fits_inside(wanted), Fit::No(_)),
    }
}
