//! Equality that does not unfold what is shared.

use std::sync::Arc;

use super::bounds::Fuel;
use super::{ObjectType, Rest, Type};

/// Two types too large to compare are not equal.
impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        same(self, other, &mut Fuel::for_type())
    }
}

fn same(a: &Type, b: &Type, fuel: &mut Fuel) -> bool {
    if !fuel.enter() {
        return false;
    }
    let same = match (a, b) {
        (Type::Text(a), Type::Text(b)) => a == b,
        (Type::List(a), Type::List(b)) => Arc::ptr_eq(a, b) || same(a, b, fuel),
        (Type::Object(a), Type::Object(b)) => Arc::ptr_eq(a, b) || same_object(a, b, fuel),
        (Type::Union(a), Type::Union(b)) => {
            Arc::ptr_eq(a, b) || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b, fuel))
        }
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    fuel.leave();
    same
}

fn same_object(a: &ObjectType, b: &ObjectType, fuel: &mut Fuel) -> bool {
    let rest = match (&a.rest, &b.rest) {
        (Rest::Of(a), Rest::Of(b)) => same(a, b, fuel),
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    rest && a.members.len() == b.members.len()
        && a.members.iter().zip(&b.members).all(|((name, a), (other, b))| {
            name == other
                && (a.required, a.secret, &a.doc) == (b.required, b.secret, &b.doc)
                && same(&a.ty, &b.ty, fuel)
        })
}
