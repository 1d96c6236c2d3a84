//! What comes out of functions on objects, member by member. A secret member stays one.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::ast::{Expr, Kind};
use crate::ty::{Lookup, Member, ObjectType, Rest, Type};

/// The object that the type is; `None` if it may be something else.
fn object(ty: &Type) -> Option<Arc<ObjectType>> {
    match ty.without_null() {
        Type::Object(object) => Some(object),
        _ => None,
    }
}

/// The type of all values.
fn values(object: &ObjectType) -> Type {
    let rest = match &object.rest {
        Rest::Closed => None,
        Rest::Open => Some(Type::Any),
        Rest::Of(ty) => Some(ty.clone()),
    };
    Type::union(object.members.values().map(|member| member.ty.clone()).chain(rest))
}

pub(super) fn entries(types: &[Type], _: &[Expr]) -> Option<Type> {
    let value = values(&*object(types.first()?)?);
    let members = BTreeMap::from([
        (SmolStr::new_static("key"), Member::required(Type::text())),
        (SmolStr::new_static("value"), Member::required(value)),
    ]);
    Some(Type::list(Type::object(members, Rest::Closed)))
}

pub(super) fn from_entries(types: &[Type], _: &[Expr]) -> Option<Type> {
    match types.first()?.without_null().element()? {
        // Of no elements at all.
        Type::Never => Some(Type::object(BTreeMap::new(), Rest::Closed)),
        // An entry without a value is an error, and not null.
        element => match element.member("value") {
            Lookup::Found { ty, secret: false, .. } => Some(Type::map(ty)),
            _ => None,
        },
    }
}

pub(super) fn get(types: &[Type], args: &[Expr]) -> Option<Type> {
    let mut ty = types.first()?.without_null();
    let mut absent = false;
    for name in args.get(1)?.literal()?.as_str()?.split('.') {
        let (next, always) = step(&ty, name)?;
        absent |= !always || next.has_null();
        ty = next.without_null();
    }
    let default = types.get(2).cloned().unwrap_or(Type::Null);
    Some(if absent { Type::union([ty, default]) } else { ty })
}

/// What one name of a path leads to, and whether it is always there.
fn step(ty: &Type, name: &str) -> Option<(Type, bool)> {
    match ty {
        Type::Never => Some((Type::Never, false)),
        Type::List(element) => Some(((**element).clone(), false)),
        Type::Object(object) => match object.member(name) {
            Lookup::Found { ty, required, secret: false, .. } => Some((ty, required)),
            Lookup::Absent { .. } => Some((Type::Never, false)),
            _ => None,
        },
        Type::Union(types) => {
            let steps: Option<Vec<(Type, bool)>> = types.iter().map(|ty| step(ty, name)).collect();
            let steps = steps?;
            let always = steps.iter().all(|(_, always)| *always);
            Some((Type::union(steps.into_iter().map(|(ty, _)| ty)), always))
        }
        // Nothing can be read from these.
        Type::Null | Type::Bool | Type::Number | Type::Integer | Type::Text(_) => Some((Type::Never, false)),
        _ => None,
    }
}

pub(super) fn merge(types: &[Type], _: &[Expr]) -> Option<Type> {
    let mut merged = ObjectType::default();
    for ty in types {
        merged = over(&merged, &*object(ty)?);
    }
    Some(Type::object(merged.members, merged.rest))
}

/// The members of both, where those of `b` count first.
fn over(a: &ObjectType, b: &ObjectType) -> ObjectType {
    let mut members = BTreeMap::new();
    for (name, member) in &a.members {
        let (ty, secret) = match b.members.get(name) {
            Some(other) => (Some(other.ty.clone()), other.secret),
            None => (of_rest(&b.rest), false),
        };
        let ty = Type::union([member.ty.clone()].into_iter().chain(ty));
        members.insert(name.clone(), Member { ty, secret: member.secret || secret, ..member.clone() });
    }
    for (name, member) in &b.members {
        let known = a.members.contains_key(name);
        if member.required {
            members.insert(name.clone(), member.clone());
        } else if !known {
            let ty = Type::union([member.ty.clone()].into_iter().chain(of_rest(&a.rest)));
            members.insert(name.clone(), Member { ty, ..member.clone() });
        }
    }
    let rest = match (&a.rest, &b.rest) {
        (Rest::Open, _) | (_, Rest::Open) => Rest::Open,
        (Rest::Closed, rest) | (rest, Rest::Closed) => rest.clone(),
        (Rest::Of(a), Rest::Of(b)) => Rest::of(Type::union([a.clone(), b.clone()])),
    };
    ObjectType { members, rest }
}

/// What a member without an entry of its own may be.
fn of_rest(rest: &Rest) -> Option<Type> {
    match rest {
        Rest::Closed => None,
        Rest::Open => Some(Type::Any),
        Rest::Of(ty) => Some(ty.clone()),
    }
}

pub(super) fn pick(types: &[Type], args: &[Expr]) -> Option<Type> {
    let object = object(types.first()?)?;
    let Some(names) = names(args.get(1)?) else {
        return Some(Type::object(optional(&object), object.rest.clone()));
    };
    let mut members = BTreeMap::new();
    for name in names {
        if let Some(member) = object.members.get(name) {
            members.insert(name.into(), member.clone());
        } else if let Some(ty) = of_rest(&object.rest) {
            members.insert(name.into(), Member::optional(ty));
        }
    }
    Some(Type::object(members, Rest::Closed))
}

pub(super) fn omit(types: &[Type], args: &[Expr]) -> Option<Type> {
    let object = object(types.first()?)?;
    let Some(names) = names(args.get(1)?) else {
        return Some(Type::object(optional(&object), object.rest.clone()));
    };
    let mut members = object.members.clone();
    members.retain(|name, _| !names.contains(&name.as_str()));
    Some(Type::object(members, object.rest.clone()))
}

/// The strings of a list that are known.
fn names(arg: &Expr) -> Option<Vec<&str>> {
    match &arg.kind {
        Kind::List(items) => items.iter().map(|item| item.literal()?.as_str()).collect(),
        Kind::Literal(value) => value.as_array()?.iter().map(serde_json::Value::as_str).collect(),
        _ => None,
    }
}

fn optional(object: &ObjectType) -> BTreeMap<SmolStr, Member> {
    let optional = |(name, member): (&SmolStr, &Member)| (name.clone(), Member { required: false, ..member.clone() });
    object.members.iter().map(optional).collect()
}

pub(super) fn map_values(types: &[Type], _: &[Expr]) -> Option<Type> {
    let object = object(types.first()?)?;
    let to = types.get(1)?;
    let member = |(name, member): (&SmolStr, &Member)| (name.clone(), Member { ty: to.clone(), ..member.clone() });
    let rest = match object.rest {
        Rest::Closed => Rest::Closed,
        Rest::Open | Rest::Of(_) => Rest::of(to.clone()),
    };
    Some(Type::object(object.members.iter().map(member).collect(), rest))
}

pub(super) fn filter_entries(types: &[Type], _: &[Expr]) -> Option<Type> {
    let object = object(types.first()?)?;
    Some(Type::object(optional(&object), object.rest.clone()))
}
