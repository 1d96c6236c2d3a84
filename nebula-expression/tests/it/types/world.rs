//! A shop: an order with everything a schema can say.

use nebula_expression::{Root, Slot, Type, TypeScope, execution_type};
use serde_json::json;
use smol_str::SmolStr;

pub(super) struct Shop;

fn order() -> Type {
    Type::from_schema(&json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "name", "total", "paid", "status", "items", "tags", "email", "address", "rates", "since",
            "either", "meta", "password", "nothing", "maybeTags", "grid", "pairs"],
        "properties": {
            "id": {"type": "integer"},
            "name": {"type": "string"},
            "total": {"type": "number"},
            "paid": {"type": "boolean"},
            "status": {"enum": ["open", "shipped", "returned"]},
            "note": {"type": "string"},
            "gift": {"type": ["boolean", "null"]},
            "email": {"type": ["string", "null"]},
            "since": {"type": "string", "format": "date-time"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "maybeTags": {"type": ["array", "null"], "items": {"type": "string"}},
            "grid": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
            "pairs": {"type": "array", "items": {"type": ["integer", "string"]}},
            "items": {"type": "array", "items": {
                "type": "object", "additionalProperties": false, "required": ["sku", "qty"],
                "properties": {
                    "sku": {"type": "string"}, "qty": {"type": "integer"}, "price": {"type": "number"},
                    "kind": {"enum": ["new", "used"]},
                },
            }},
            "address": {"type": ["object", "null"], "additionalProperties": false, "required": ["zip"],
                "properties": {"zip": {"type": "string"}, "street": {"type": "string"}}},
            "rates": {"type": "object", "additionalProperties": {"type": "number"}},
            "meta": {"type": "object", "properties": {"source": {"type": "string"}}},
            "either": {"type": ["integer", "string"]},
            "password": {"type": "string", "writeOnly": true},
            "nothing": {"type": "null"},
        },
    }))
}

impl TypeScope for Shop {
    fn root(&self, root: Root) -> Option<Slot> {
        match root {
            Root::Input => Some(Slot::always(order())),
            Root::Vars => Some(Slot::always(Type::from_schema(&json!({
                "type": "object", "additionalProperties": false, "required": ["region", "limit"],
                "properties": {"region": {"enum": ["eu", "us"]}, "limit": {"type": "integer"}},
            })))),
            Root::Execution => Some(Slot::always(execution_type())),
            Root::Now => Some(Slot::always(Type::Timestamp)),
            Root::Trigger => Some(Slot::maybe(Type::from_schema(&json!({
                "type": "object", "additionalProperties": false, "required": ["kind"],
                "properties": {"kind": {"type": "string"}},
            })))),
            Root::Item | Root::Index | Root::Nodes | Root::Workflow => None,
        }
    }

    fn node(&self, id: &str) -> Option<Slot> {
        match id {
            "fetch" => Some(Slot::always(order())),
            "perhaps" => Some(Slot::maybe(order())),
            "any" => Some(Slot::any()),
            _ => None,
        }
    }

    fn ports(&self, id: &str) -> Option<Vec<SmolStr>> {
        match id {
            "fetch" => Some(Vec::new()),
            "perhaps" => Some(["here", "there"].map(SmolStr::new_static).to_vec()),
            _ => None,
        }
    }

    fn node_ids(&self) -> Vec<SmolStr> {
        ["fetch", "perhaps", "any"].map(SmolStr::new_static).to_vec()
    }
}
