//! Types without literals.

use std::sync::Arc;

use super::bounds::Fuel;
use super::{Member, ObjectType, Rest, TextType, Type};

impl Type {
    /// The type with every string that has known values made any string: for showing an inferred type, and for
    /// schemas of results. The format stays.
    pub fn widen(&self) -> Self {
        widened(self, &mut Fuel::for_type()).unwrap_or_else(|| self.clone())
    }
}

/// None when there is nothing to widen, so that what is shared stays shared.
fn widened(ty: &Type, fuel: &mut Fuel) -> Option<Type> {
    if !fuel.enter() {
        return None;
    }
    let wide = match ty {
        Type::Text(TextType { format, values: Some(_) }) => {
            Some(Type::Text(TextType { format: format.clone(), values: None }))
        }
        Type::List(element) => widened(element, fuel).map(|element| Type::List(Arc::new(element))),
        Type::Object(object) => widened_object(object, fuel).map(|object| Type::Object(Arc::new(object))),
        Type::Union(types) => {
            let wide: Vec<Option<Type>> = types.iter().map(|ty| widened(ty, fuel)).collect();
            wide.iter().any(Option::is_some).then(|| {
                let types = types.iter().zip(wide).map(|(ty, wide)| wide.unwrap_or_else(|| ty.clone()));
                Type::Union(types.collect())
            })
        }
        _ => None,
    };
    fuel.leave();
    wide
}

fn widened_object(object: &ObjectType, fuel: &mut Fuel) -> Option<ObjectType> {
    let mut wide = None;
    for (name, member) in &object.members {
        if let Some(ty) = widened(&member.ty, fuel) {
            let members = &mut wide.get_or_insert_with(|| object.clone()).members;
            members.insert(name.clone(), Member { ty, ..member.clone() });
        }
    }
    if let Rest::Of(ty) = &object.rest
        && let Some(ty) = widened(ty, fuel)
    {
        wide.get_or_insert_with(|| object.clone()).rest = Rest::Of(ty);
    }
    wide
}
