//! Where expressions stand, found without the planner's help.

use nebula_expression::{Expression, PathRef, Template};
use serde_json::Value;

/// A path that an expression reads, by its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Read {
    pub(super) pointer: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// An expression.
pub(super) struct Site {
    pub(super) pointer: String,
    pub(super) paths: Vec<PathRef>,
    /// Of which node's parameters it is part, when the action evaluates it for each item.
    pub(super) item_of: Option<usize>,
}

impl Site {
    pub(super) fn read(&self, path: &PathRef) -> Read {
        Read { pointer: self.pointer.clone(), start: path.span.start as usize, end: path.span.end as usize }
    }
}

/// Every expression of a workflow.
pub(super) fn sites(workflow: &Value) -> Vec<Site> {
    let mut sites = Vec::new();
    for (i, node) in workflow["nodes"].as_array().into_iter().flatten().enumerate() {
        let base = format!("/nodes/{i}/parameters");
        tagged(&node["parameters"], &base, &mut sites);
        for pointer in for_each_item(node) {
            let text = node["parameters"].pointer(&pointer).and_then(Value::as_str).unwrap();
            let is_template = pointer == "/template";
            sites.push(Site { paths: paths(text, is_template), pointer: format!("{base}{pointer}"), item_of: Some(i) });
        }
    }
    for (i, connection) in workflow["connections"].as_array().into_iter().flatten().enumerate() {
        if let Some(when) = connection["when"].as_str() {
            sites.push(Site { pointer: format!("/connections/{i}/when"), paths: paths(when, false), item_of: None });
        }
    }
    tagged(&workflow["output"], "/output", &mut sites);
    sites
}

fn tagged(value: &Value, pointer: &str, sites: &mut Vec<Site>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                match (name.as_str(), inner) {
                    ("$expr" | "$template", Value::String(text)) => {
                        let paths = paths(text, name == "$template");
                        sites.push(Site { pointer: pointer.to_owned(), paths, item_of: None });
                    }
                    _ => tagged(inner, &format!("{pointer}/{name}"), sites),
                }
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                tagged(item, &format!("{pointer}/{i}"), sites);
            }
        }
        _ => {}
    }
}

/// Pointers into the parameters, to what the action evaluates itself.
fn for_each_item(node: &Value) -> Vec<String> {
    let action = node["action"].as_str().unwrap();
    let parameters = &node["parameters"];
    let keys = |name: &str| -> Vec<String> {
        parameters[name].as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
    };
    match action.split('@').next().unwrap() {
        "data.filter" => vec!["/where".to_owned()],
        "text.template" => vec!["/template".to_owned()],
        "data.sort" => (0..parameters["by"].as_array().unwrap().len()).map(|i| format!("/by/{i}/key")).collect(),
        "data.aggregate" => {
            let groups = keys("group_by").into_iter().map(|key| format!("/group_by/{key}"));
            let values = keys("values").into_iter().filter_map(|key| {
                let (measure, of) = parameters["values"][&key].as_object()?.iter().next()?;
                of.is_string().then(|| format!("/values/{key}/{measure}"))
            });
            groups.chain(values).collect()
        }
        _ => Vec::new(),
    }
}

fn paths(text: &str, is_template: bool) -> Vec<PathRef> {
    if is_template {
        Template::parse(text).unwrap().paths().to_vec()
    } else {
        Expression::parse(text).unwrap().paths().to_vec()
    }
}
