//! `data.filter@1`

use nebula_sdk::prelude::*;
use serde_json::Value;

use crate::heavy;

/// Keeps the items of a list for which a condition holds, in their order.
///
/// ```yaml
/// - id: large
///   action: data.filter@1
///   parameters:
///     items: !expr $nodes.orders.result.rows
///     where: $item.total > 100 && $item.status == "paid"
/// ```
///
/// Fails with the code of the expression's error when the condition fails for an item or is neither true nor false.
#[derive(Debug, Action)]
#[action(
    id = "data.filter",
    version = "1.0",
    name = "Filter a list",
    category = "Data",
    tags("list", "where", "select"),
    icon = "filter",
    pure
)]
pub struct DataFilter;

/// What is kept of what.
#[derive(Debug, Parameters)]
pub struct Filter {
    /// The list.
    pub items: Vec<Value>,
    /// The condition, over `$item` and `$index` (from 0). Written as plain text, without `!expr`.
    #[param(example = "$item.total > 100", gives = "boolean")]
    pub r#where: ItemExpr,
}

/// What was kept.
#[derive(Debug, Parameters)]
pub struct Filtered {
    /// The items for which the condition holds.
    #[param(type_of = "items")]
    pub items: Vec<Value>,
    /// How many were kept.
    pub count: u64,
    /// How many were not.
    pub dropped: u64,
}

impl SimpleAction for DataFilter {
    type Input = Filter;
    type Output = Filtered;

    async fn execute(&self, input: Filter, ctx: &ActionContext<Self>) -> Result<Filtered> {
        let Filter { items, r#where: condition } = input;
        heavy::over_items(ctx, items.len(), move || filter(items, &condition)).await
    }
}

fn filter(mut items: Vec<Value>, condition: &ItemExpr) -> Result<Filtered> {
    let all = items.len();
    let mut index = 0;
    let mut failed = None;
    items.retain(|item| {
        let keep = failed.is_none()
            && condition.eval_bool(item, index).unwrap_or_else(|error| {
                failed = Some(error.at("/where"));
                false
            });
        index += 1;
        keep
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(Filtered { count: items.len() as u64, dropped: (all - items.len()) as u64, items }),
    }
}

#[cfg(test)]
mod tests;
