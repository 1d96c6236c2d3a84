//! What is of both of two types: the parts of an `allOf`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bounds::Fuel;
use super::union::join;
use super::{Member, ObjectType, Rest, TextType, Type};

/// The values of both types, or a few more. Without fuel, the left type: both is a part of it.
pub(super) fn narrow(a: &Type, b: &Type, fuel: &mut Fuel) -> Type {
    match (a, b) {
        (Type::Any, other) | (other, Type::Any) => return other.clone(),
        _ if !fuel.enter() => return a.clone(),
        _ => {}
    }
    let mut both = Vec::new();
    for a in a.alternatives() {
        for b in b.alternatives() {
            both.push(narrow_one(a, b, fuel));
        }
    }
    let narrowed = if both.len() == 1 { both.remove(0) } else { join(&both, &mut Fuel::for_type()) };
    fuel.leave();
    narrowed
}

/// Whether both types are of one kind, so that narrowing them is more than `Never`.
pub(super) fn same_kind(a: &Type, b: &Type) -> bool {
    let whole = |ty: &Type| matches!(ty, Type::Number | Type::Integer);
    std::mem::discriminant(a) == std::mem::discriminant(b) || whole(a) && whole(b)
}

fn narrow_one(a: &Type, b: &Type, fuel: &mut Fuel) -> Type {
    match (a, b) {
        (Type::Number, Type::Integer) | (Type::Integer, Type::Number) => Type::Integer,
        (Type::Text(a), Type::Text(b)) => narrow_text(a, b),
        (Type::List(x), Type::List(y)) if Arc::ptr_eq(x, y) => a.clone(),
        (Type::List(a), Type::List(b)) => Type::List(Arc::new(narrow(a, b, fuel))),
        (Type::Object(x), Type::Object(y)) if Arc::ptr_eq(x, y) => a.clone(),
        (Type::Object(x), Type::Object(y)) => {
            // Both are walked, and the result is a new map.
            if !fuel.spend(x.members.len() + y.members.len()) {
                return a.clone();
            }
            Type::Object(Arc::new(narrow_object(x, y, fuel)))
        }
        _ if same_kind(a, b) => a.clone(),
        _ => Type::Never,
    }
}

fn narrow_text(a: &TextType, b: &TextType) -> Type {
    let values = match (&a.values, &b.values) {
        (Some(a), Some(b)) => Some(a.iter().filter(|value| b.binary_search(value).is_ok()).cloned().collect()),
        (one, other) => one.as_ref().or(other.as_ref()).map(Arc::clone),
    };
    if values.as_ref().is_some_and(|values: &Arc<[_]>| values.is_empty()) {
        return Type::Never;
    }
    Type::Text(TextType { format: a.format.as_ref().or(b.format.as_ref()).cloned(), values })
}

fn narrow_object(a: &ObjectType, b: &ObjectType, fuel: &mut Fuel) -> ObjectType {
    let mut members = BTreeMap::new();
    for (name, member) in &a.members {
        let narrowed = match b.members.get(name) {
            Some(other) => Some(Member {
                ty: narrow(&member.ty, &other.ty, fuel),
                required: member.required || other.required,
                secret: member.secret || other.secret,
                doc: member.doc.as_ref().or(other.doc.as_ref()).map(Arc::clone),
            }),
            None => narrow_rest(member, &b.rest, fuel),
        };
        members.extend(narrowed.map(|member| (name.clone(), member)));
    }
    for (name, member) in &b.members {
        if !a.members.contains_key(name) {
            members.extend(narrow_rest(member, &a.rest, fuel).map(|member| (name.clone(), member)));
        }
    }
    let rest = match (&a.rest, &b.rest) {
        (Rest::Closed, _) | (_, Rest::Closed) => Rest::Closed,
        (Rest::Open, other) | (other, Rest::Open) => other.clone(),
        (Rest::Of(a), Rest::Of(b)) => Rest::of(narrow(a, b, fuel)),
    };
    ObjectType { members, rest }
}

/// A member only one side names, held to what the other says of members it does not name.
fn narrow_rest(member: &Member, rest: &Rest, fuel: &mut Fuel) -> Option<Member> {
    let ty = match rest {
        Rest::Open => member.ty.clone(),
        Rest::Of(ty) => narrow(&member.ty, ty, fuel),
        Rest::Closed if member.required => Type::Never,
        Rest::Closed => return None,
    };
    Some(Member { ty, ..member.clone() })
}
