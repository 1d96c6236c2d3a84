//! `data.aggregate@1`

mod measure;
mod rule;

use std::collections::{BTreeMap, HashMap};

use nebula_sdk::prelude::*;
use serde_json::{Map, Value};

use self::measure::Running;
pub use self::measure::{Measure, True};
use crate::{heavy, sum};

/// Counts, sums and picks over a list, as a whole or for each group of items.
///
/// ```yaml
/// - id: by-region
///   action: data.aggregate@1
///   parameters:
///     items: !expr $nodes.orders.result.rows
///     group_by: { region: $item.region }
///     values:
///       orders: { count: true }
///       revenue: { sum: $item.total }
///       largest: { max: $item.total }
/// ```
///
/// With `group_by` the output is `{"groups": [{"region": "north", "orders": 2, ..}, ..]}`, groups in the order in which
/// they first appear; without it, it is one object, `{"orders": 3, ..}`.
#[derive(Debug, Action)]
#[action(
    id = "data.aggregate",
    version = "1.0",
    name = "Aggregate a list",
    category = "Data",
    tags("list", "group", "sum", "count"),
    icon = "sigma",
    pure
)]
pub struct DataAggregate;

/// What is gathered of what.
#[derive(Debug, Parameters)]
pub struct Aggregate {
    /// The list.
    pub items: Vec<Value>,
    /// Names and expressions over `$item` and `$index`: items that agree in all of them are a group.
    pub group_by: Option<BTreeMap<String, ItemExpr>>,
    /// Names and what is gathered under them: `{count: true}`, or one of `sum`, `avg`, `min`, `max`, `first`, `last` and
    /// `collect` with an expression over `$item` and `$index`.
    #[param(default)]
    pub values: BTreeMap<String, Measure>,
}

/// A group while its items are gathered.
struct Group {
    key: Vec<Value>,
    running: Vec<Running>,
}

/// What was gathered: one object, or `groups` of them.
#[derive(Debug, Parameters)]
pub struct Aggregated(#[param(type_rule = rule::of_the_output())] pub Map<String, Value>);

impl SimpleAction for DataAggregate {
    type Input = Aggregate;
    type Output = Aggregated;

    async fn execute(&self, input: Aggregate, ctx: &ActionContext<Self>) -> Result<Aggregated> {
        check(&input)?;
        heavy::over_items(ctx, input.items.len(), move || aggregate(&input).map(Aggregated)).await
    }
}

fn check(input: &Aggregate) -> Result<()> {
    match &input.group_by {
        None if input.values.is_empty() => Err(ActionError::invalid("/values", "there is nothing to gather")
            .with_help("write `values: { total: { sum: $item.total } }`, or `group_by` for the groups alone")),
        None => Ok(()),
        Some(names) if names.is_empty() => Err(ActionError::invalid("/group_by", "there is nothing to group by")
            .with_help("leave out `group_by` to gather over all items")),
        Some(names) => match names.keys().find(|name| input.values.contains_key(*name)) {
            None => Ok(()),
            Some(name) => {
                let message = format!("`{name}` is the name of a group's key");
                Err(ActionError::invalid(pointer("/values", name), message)
                    .with_help("give it another name: both would be in the same object"))
            }
        },
    }
}

fn aggregate(input: &Aggregate) -> Result<Map<String, Value>> {
    let start = || -> Vec<Running> { input.values.values().map(Running::of).collect() };
    let Some(names) = &input.group_by else {
        let mut running = start();
        for (index, item) in input.items.iter().enumerate() {
            take(input, &mut running, item, index)?;
        }
        return finish(input, running).collect();
    };
    let mut groups: Vec<Group> = Vec::new();
    let mut known = HashMap::<String, usize>::new();
    for (index, item) in input.items.iter().enumerate() {
        let mut key = Vec::with_capacity(names.len());
        for (name, expr) in names {
            let value = expr.eval(item, index as u64).map_err(|error| error.at(pointer("/group_by", name)))?;
            key.push(normal(value));
        }
        // JSON lists are equal when their texts are.
        let text = serde_json::to_string(&key)?;
        let at = *known.entry(text).or_insert_with(|| {
            groups.push(Group { key, running: start() });
            groups.len() - 1
        });
        take(input, &mut groups[at].running, item, index)?;
    }
    let groups: Vec<Value> = groups
        .into_iter()
        .map(|group| {
            let key = names.keys().cloned().zip(group.key).map(Ok);
            Ok(Value::Object(key.chain(finish(input, group.running)).collect::<Result<_>>()?))
        })
        .collect::<Result<_>>()?;
    Ok(Map::from_iter([("groups".to_owned(), groups.into())]))
}

fn take(input: &Aggregate, running: &mut [Running], item: &Value, index: usize) -> Result<()> {
    for ((name, measure), running) in input.values.iter().zip(running) {
        running.take(measure, item, index, &|| pointer("/values", name))?;
    }
    Ok(())
}

fn finish(input: &Aggregate, running: Vec<Running>) -> impl Iterator<Item = Result<(String, Value)>> {
    input.values.iter().zip(running).map(|((name, measure), running)| {
        let value = running.finish(measure, &input.items, &|| pointer("/values", name))?;
        Ok((name.clone(), value))
    })
}

/// A whole number is the same group however it is written.
fn normal(value: Value) -> Value {
    match &value {
        Value::Number(number) if number.is_f64() => number.as_f64().and_then(sum::float).unwrap_or(value),
        _ => value,
    }
}

fn pointer(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests;
