//! The keywords for objects.

use std::sync::Arc;

use serde_json::{Map, Value};
use smol_str::SmolStr;

use super::part::Part;
use super::{Reader, doc};
use crate::ty::{Member, ObjectType, Rest, Type};

impl<'a> Reader<'a> {
    pub(super) fn read_object(&mut self, schema: &'a Map<String, Value>) -> Part<'a> {
        let mut object = ObjectType::default();
        let mut part = Part::of(Type::Any);
        self.read_rest(schema, &mut object, &mut part);
        let mut whole = true;
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if self.fuel.is_spent() || !self.fuel.spend_text(name) {
                whole = false;
                break;
            }
            let read = self.read(property);
            let text = read.doc.map(doc).filter(|text| self.fuel.spend_text(text));
            let member = Member {
                ty: read.ty,
                required: self.defaults && property.get("default").is_some(),
                secret: read.secret,
                doc: text.map(Arc::from),
            };
            object.members.insert(SmolStr::new(name), member);
        }
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !self.fuel.spend(1) || !self.fuel.spend_text(name) {
                break;
            }
            let ty = match &object.rest {
                Rest::Of(ty) if whole => ty.clone(),
                _ => Type::Any,
            };
            object.members.entry(SmolStr::new(name)).or_insert_with(|| Member::required(ty)).required = true;
        }
        if !whole {
            // Members that were not reached are not absent.
            object.rest = Rest::Open;
            part.partial = true;
        }
        part.ty = Type::Object(Arc::new(object));
        part
    }

    /// What is said of members without a name.
    fn read_rest(&mut self, schema: &'a Map<String, Value>, object: &mut ObjectType, part: &mut Part<'a>) {
        let patterns = schema.get("patternProperties").and_then(Value::as_object).filter(|all| !all.is_empty());
        let additional = schema.get("additionalProperties");
        // On their own, members that match no pattern are just those that are not evaluated.
        let own = !["allOf", "anyOf", "oneOf", "$ref", "if", "dependentSchemas", "$dynamicRef", "$recursiveRef"]
            .iter()
            .any(|keyword| schema.contains_key(*keyword));
        let rest = additional.or_else(|| schema.get("unevaluatedProperties").filter(|_| own));
        let mut types = Vec::new();
        for schema in patterns.into_iter().flat_map(Map::values).chain(rest) {
            if self.fuel.is_spent() {
                types.push(Type::Any);
                break;
            }
            let read = self.read(schema);
            part.secret |= read.secret;
            types.push(read.ty);
        }
        object.rest = if rest.is_some() { Rest::of(Type::union(types)) } else { Rest::Open };
        part.partial |= (patterns.is_some() || rest.is_some()) && matches!(object.rest, Rest::Open);
    }

    /// `unevaluatedProperties`, once all the members are known.
    pub(super) fn close(&mut self, part: Part<'a>, unevaluated: &'a Value) -> Part<'a> {
        if part.partial {
            return part;
        }
        let read = self.read(unevaluated);
        let secret = part.secret || read.secret;
        let closed = part.with_rest(&Rest::of(read.ty));
        Part { secret, ..closed }
    }
}
