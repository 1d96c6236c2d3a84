//! `data.set@1`

use nebula_sdk::prelude::*;
use serde_json::{Map, Value};

/// Makes an object of values, mostly of expressions: a place to name what later nodes read.
///
/// ```yaml
/// - id: order
///   action: data.set@1
///   parameters:
///     values:
///       total: !expr $nodes.fetch.result.body.total
///       currency: EUR
/// ```
///
/// The output is the object itself: `$nodes.order.result.total`.
#[derive(Debug, Action)]
#[action(
    id = "data.set",
    version = "1.0",
    name = "Set values",
    category = "Data",
    tags("object", "values", "map"),
    icon = "pencil",
    pure
)]
pub struct DataSet;

/// What is set.
#[derive(Debug, Parameters)]
pub struct Set {
    /// Names and values; the output is this object.
    pub values: Map<String, Value>,
}

/// The values as they were set.
#[derive(Debug, Parameters)]
pub struct Values(#[param(type_of = "values")] pub Map<String, Value>);

impl SimpleAction for DataSet {
    type Input = Set;
    type Output = Values;

    async fn execute(&self, input: Set, _: &ActionContext<Self>) -> Result<Values> {
        Ok(Values(input.values))
    }
}

#[cfg(test)]
mod tests;
