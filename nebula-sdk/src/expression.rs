//! The expression language: what [`expr!`](crate::expr!) and [`template!`](crate::template!) give, and what evaluating
//! it takes.
//!
//! As a parameter that the action evaluates for each item, one is converted:
//!
//! ```
//! use nebula_sdk::prelude::*;
//!
//! /// What to keep.
//! #[derive(Parameters)]
//! struct Keep {
//!     /// The list.
//!     rows: Vec<Value>,
//!     /// The condition, over `$item` and `$index`.
//!     #[param(item_of = "rows", gives = "boolean", default = ItemExpr::from(expr!("$item.total > 0" => bool)))]
//!     when: ItemExpr,
//! }
//!
//! let keep: Keep = serde_json::from_value(json!({ "rows": [{ "total": 2 }] }))?;
//! assert!(keep.when.eval_bool(&keep.rows[0], 0)?);
//! # Ok::<_, ActionError>(())
//! ```

pub use nebula_expression::{ExprError, Expression, Limits, NodeView, Scope, Template};

use serde::{
    Deserialize,
    de::{IntoDeserializer, value::Error},
};

use crate::{ItemExpr, ItemTemplate};

/// For what sees an item: an expression that reads anything but `$item` and `$index` fails for each item.
impl From<&Expression> for ItemExpr {
    fn from(expression: &Expression) -> Self {
        read(expression.source())
    }
}

/// For what sees an item: a template that reads anything but `$item` and `$index` fails for each item.
impl From<&Template> for ItemTemplate {
    fn from(template: &Template) -> Self {
        read(template.source())
    }
}

/// Reads a text as it is read from an input. It has been parsed before, so it can be.
fn read<'a, T: Deserialize<'a>>(text: &'a str) -> T {
    let text: serde::de::value::StrDeserializer<'a, Error> = text.into_deserializer();
    T::deserialize(text).unwrap_or_else(|error| panic!("parsed before, and not now: {error}"))
}
