//! Parameters of which one excludes the others, in the schema, so that the planner sees it too.

use nebula_sdk::{ActionError, Result};
use serde_json::{Map, Value, json};

/// Adds to an object's schema that at most one of these properties may be there.
pub(crate) fn at_most_one(schema: &mut Value, names: &[&str]) {
    let mut rules = Map::new();
    for (i, name) in names.iter().enumerate() {
        let others: Map<_, _> = names[i + 1..].iter().map(|other| ((*other).to_owned(), false.into())).collect();
        if !others.is_empty() {
            rules.insert((*name).to_owned(), json!({ "properties": others }));
        }
    }
    schema["dependentSchemas"] = rules.into();
}

/// Adds to an object's schema that exactly one of these properties must be there.
pub(crate) fn exactly_one(schema: &mut Value, names: &[&str]) {
    at_most_one(schema, names);
    schema["anyOf"] = names.iter().map(|name| json!({ "required": [name] })).collect();
}

/// Refuses the second of the properties that are there, by its pointer.
pub(crate) fn check(value: &Value, names: &[&str]) -> Result<()> {
    let mut given = names.iter().filter(|name| value.get(**name).is_some());
    match (given.next(), given.next()) {
        (Some(first), Some(second)) => {
            Err(ActionError::invalid(format!("/{second}"), format!("`{first}` is given already"))
                .with_help(format!("at most one of {} may be given", list(names))))
        }
        _ => Ok(()),
    }
}

/// Also refuses that none is there.
pub(crate) fn check_one(value: &Value, names: &[&str]) -> Result<()> {
    if names.iter().all(|name| value.get(*name).is_none()) {
        return Err(ActionError::invalid("", format!("one of {} is missing", list(names))));
    }
    check(value, names)
}

/// The names in a sentence.
fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
