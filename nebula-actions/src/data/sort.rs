//! `data.sort@1`

use std::cmp::Ordering;

use nebula_sdk::prelude::*;
use serde_json::Value;

use crate::{
    heavy,
    order::{OneKind, compare},
};

/// Sorts a list by one or more keys; items that are equal in all keys keep their order.
///
/// ```yaml
/// - id: ranked
///   action: data.sort@1
///   parameters:
///     items: !expr $nodes.orders.result.rows
///     by:
///       - { key: $item.total, order: desc }
///       - { key: $item.created_at }
/// ```
///
/// A key is a number, a text (compared by code point, so timestamps of one form are in order) or true or false; null is
/// put first or last. Keys of different kinds fail with `data.no_order`.
#[derive(Debug, Action)]
#[action(
    id = "data.sort",
    version = "1.0",
    name = "Sort a list",
    category = "Data",
    tags("list", "order"),
    icon = "arrow-down-up",
    pure
)]
pub struct DataSort;

/// What is sorted by what.
#[derive(Debug, Parameters)]
pub struct Sort {
    /// The list.
    pub items: Vec<Value>,
    /// The keys, the most important one first.
    #[param(min_items = 1)]
    pub by: Vec<SortKey>,
}

/// One key.
#[derive(Debug, Parameters)]
pub struct SortKey {
    /// The value to sort by, over `$item` and `$index` (from 0). Written as plain text, without `!expr`.
    #[param(example = "$item.total")]
    pub key: ItemExpr,
    /// Smallest or largest first.
    #[param(default = Order::Asc)]
    pub order: Order,
    /// Where items go whose key is null.
    #[param(default = Nulls::Last)]
    pub nulls: Nulls,
}

/// The direction of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameters)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Smallest first.
    Asc,
    /// Largest first.
    Desc,
}

/// The place of null, whatever the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameters)]
#[serde(rename_all = "snake_case")]
pub enum Nulls {
    /// Before all others.
    First,
    /// After all others.
    Last,
}

/// The sorted list.
#[derive(Debug, Parameters)]
pub struct Sorted {
    /// The items in their new order.
    #[param(type_of = "items")]
    pub items: Vec<Value>,
    /// How many there are.
    pub count: u64,
}

impl SimpleAction for DataSort {
    type Input = Sort;
    type Output = Sorted;

    async fn execute(&self, input: Sort, ctx: &ActionContext<Self>) -> Result<Sorted> {
        if input.by.is_empty() {
            return Err(
                ActionError::invalid("/by", "there is no key to sort by").with_help("write `by: [{ key: .. }]`")
            );
        }
        heavy::over_items(ctx, input.items.len(), move || sort(input)).await
    }
}

fn sort(Sort { mut items, by }: Sort) -> Result<Sorted> {
    let columns: Vec<_> = by.iter().enumerate().map(|(at, key)| column(&items, key, at)).collect::<Result<_>>()?;
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|a, b| {
        let by_column = columns.iter().zip(&by).map(|(column, key)| key.compare(&column[*a], &column[*b]));
        by_column.fold(Ordering::Equal, Ordering::then)
    });
    let items: Vec<_> = order.into_iter().map(|index| items[index].take()).collect();
    Ok(Sorted { count: items.len() as u64, items })
}

/// The values of a key for all items.
fn column(items: &[Value], key: &SortKey, at: usize) -> Result<Vec<Value>> {
    let mut kind = OneKind::default();
    let values = items.iter().enumerate().map(|(index, item)| {
        let value = key.key.eval(item, index as u64).map_err(|error| error.at(format!("/by/{at}/key")))?;
        kind.accept(&value, index)?;
        Ok(value)
    });
    values.collect()
}

// === impl SortKey ===

impl SortKey {
    fn compare(&self, a: &Value, b: &Value) -> Ordering {
        match (a.is_null() || b.is_null(), self.nulls) {
            (true, Nulls::First) => compare(a, b),
            (true, Nulls::Last) => compare(a, b).reverse(),
            (false, _) if self.order == Order::Desc => compare(b, a),
            (false, _) => compare(a, b),
        }
    }
}

#[cfg(test)]
mod tests;
