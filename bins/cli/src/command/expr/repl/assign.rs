//! `:set $vars.region = "eu"`: data of a session, changed.

use nebula_expression::{Expression, NodeField, PathRef, Root, Segment};
use serde_json::{Map, Value};

use crate::{
    command::expr::values::{NodeValue, Values},
    error::{Result, Stop},
    input,
};

/// Longest list that setting an element may lead to.
const LONGEST_LIST: usize = 100_000;

/// Sets what the text says and names it.
pub(super) fn assign(values: &mut Values, text: &str) -> Result<String> {
    let (path, json) = split(text)?;
    let value = input::parse(json, "the value")?;
    let name = path.to_string();
    let changed = |target: &Option<Value>| -> Result<Option<Value>> {
        // A copy: what cannot be set leaves everything as it was.
        let mut target = target.clone().unwrap_or_default();
        put(&mut target, &path.segments, value.clone())?;
        Ok(Some(target))
    };
    match path.root {
        Root::Input => values.input = changed(&values.input)?,
        Root::Item => values.item = changed(&values.item)?,
        Root::Trigger => values.trigger = changed(&values.trigger)?,
        Root::Vars => values.vars = changed(&values.vars)?,
        Root::Execution => values.execution = changed(&values.execution)?,
        Root::Workflow => values.workflow = changed(&values.workflow)?,
        Root::Now if value.is_string() => values.now = Some(value),
        Root::Now => return Err(wrong("`$now` is a string, as in \"2026-05-01T12:00:00Z\"")),
        Root::Index => values.index = Some(value.as_u64().ok_or_else(|| wrong("`$index` is a whole number from 0"))?),
        Root::Nodes => {
            let (Some(id), Some(NodeField::Result)) = (&path.node, path.node_field) else {
                return Err(
                    wrong("only the result of a node can be set").with_help("write `:set $nodes.fetch.result = {}`")
                );
            };
            let known = values.nodes.get(id.as_str());
            if let Some(result) = changed(&known.and_then(|node| node.result.clone()))? {
                values.nodes.insert(id.to_string(), NodeValue::completed(result));
            }
        }
    }
    Ok(name)
}

/// The path before the first `=` that has one before it, and the JSON behind.
fn split(text: &str) -> Result<(PathRef, &str)> {
    for (at, _) in text.match_indices('=').take(16) {
        let parsed = Expression::parse(&text[..at]).ok();
        if let Some(path) = parsed.as_ref().and_then(Expression::as_path) {
            return Ok((path.clone(), text[at + 1..].trim()));
        }
    }
    Err(wrong("this sets nothing").with_help("write `:set $vars.region = \"eu\"`: a path, `=`, and JSON"))
}

/// Puts a value where the steps lead; objects on the way are made.
fn put(target: &mut Value, steps: &[Segment], value: Value) -> Result<()> {
    let mut target = target;
    for step in steps {
        target = match step {
            Segment::Field(name) => {
                if target.is_null() {
                    *target = Value::Object(Map::new());
                }
                let members =
                    target.as_object_mut().ok_or_else(|| wrong(format!("`{name}` has no object around it")))?;
                members.entry(name.as_str()).or_insert(Value::Null)
            }
            Segment::Index(index) => {
                if target.is_null() {
                    *target = Value::Array(Vec::new());
                }
                let items = target.as_array_mut().ok_or_else(|| wrong(format!("[{index}] has no list around it")))?;
                if *index == items.len() && items.len() < LONGEST_LIST {
                    items.push(Value::Null);
                }
                let length = items.len();
                items
                    .get_mut(*index)
                    .ok_or_else(|| wrong(format!("the list has {length} elements: [{index}] is too far")))?
            }
            _ => return Err(wrong("a step that is only known when evaluating cannot be set")),
        };
    }
    *target = value;
    Ok(())
}

fn wrong(message: impl Into<String>) -> Stop {
    Stop::input("set", message)
}

#[cfg(test)]
mod tests;
