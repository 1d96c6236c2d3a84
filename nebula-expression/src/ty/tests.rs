use serde_json::{Value, json};

use super::*;

mod bounded;
mod fit;
mod lookup;
mod properties;
mod schema;
mod show;

fn read(schema: &Value) -> Type {
    Type::from_schema(schema)
}
