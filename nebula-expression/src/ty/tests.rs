use serde_json::{Value, json};

use super::*;

mod schema;

fn read(schema: Value) -> Type {
    Type::from_schema(&schema)
}
