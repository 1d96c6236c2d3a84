//! Whether `==` between two types makes sense.

use super::bounds::Fuel;
use super::narrow::same_kind;
use super::{ObjectType, Rest, Type};

impl Type {
    /// False only when no value of one type equals any value of the other: other kinds, or strings that have no
    /// possible value in common. A timestamp is not a string here.
    pub fn could_equal(&self, other: &Self) -> bool {
        could(self, other, &mut Fuel::for_type())
    }
}

fn could(a: &Type, b: &Type, fuel: &mut Fuel) -> bool {
    if !fuel.enter() {
        return true;
    }
    let could = a.alternatives().any(|a| b.alternatives().any(|b| could_one(a, b, fuel)));
    fuel.leave();
    could
}

fn could_one(a: &Type, b: &Type, fuel: &mut Fuel) -> bool {
    match (a, b) {
        (Type::Never, _) | (_, Type::Never) => false,
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::Text(a), Type::Text(b)) => match (&a.values, &b.values) {
            (Some(a), Some(b)) => a.iter().any(|value| b.binary_search(value).is_ok()),
            _ => true,
        },
        // Whatever the elements are, both lists may be empty.
        (Type::List(_), Type::List(_)) => true,
        (Type::Object(a), Type::Object(b)) => could_object(a, b, fuel) && could_object(b, a, fuel),
        _ => same_kind(a, b),
    }
}

/// Whether what `a` always has may be in `b`.
fn could_object(a: &ObjectType, b: &ObjectType, fuel: &mut Fuel) -> bool {
    a.members.iter().filter(|(_, member)| member.required).all(|(name, member)| match (b.members.get(name), &b.rest) {
        (Some(other), _) => could(&member.ty, &other.ty, fuel),
        (None, Rest::Open) => true,
        (None, Rest::Of(ty)) => could(&member.ty, ty, fuel),
        (None, Rest::Closed) => false,
    })
}
