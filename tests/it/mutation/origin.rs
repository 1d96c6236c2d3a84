//! Where the values come from that expressions read: a second opinion, by what is known of each action.

use std::collections::{BTreeMap, BTreeSet};

use nebula_expression::{Expression, NodeField, PathRef, Root, Segment};
use serde_json::Value;

use super::sites::{Read, sites};

/// A step into a list, in the path of a member.
pub(super) const ELEMENT: &str = "[]";

/// Something that can be renamed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Member {
    /// In an action's output schema.
    Declared { action: String, path: Vec<String> },
    /// In the parameters of a node, which are its output.
    Given { node: String, pointer: String },
}

/// Where a value comes from.
#[derive(Debug, Clone)]
enum Origin {
    Unknown,
    /// What an action's schema describes.
    Declared {
        action: String,
        path: Vec<String>,
    },
    /// An object whose members stand in parameters.
    Object(BTreeMap<String, (Option<Member>, Origin)>),
    List(Box<Origin>),
    Either(Vec<Origin>),
}

/// Of each member, what reads it.
pub(super) fn expected(workflow: &Value) -> BTreeMap<Member, BTreeSet<Read>> {
    let mut touched: BTreeMap<Member, BTreeSet<Read>> = BTreeMap::new();
    for site in sites(workflow) {
        for path in &site.paths {
            let mut members = Vec::new();
            follow(workflow, path, site.item_of, &mut members);
            for member in members {
                touched.entry(member).or_default().insert(site.read(path));
            }
        }
    }
    touched
}

/// The members of parameters that become members of outputs, by node and pointer.
pub(super) fn given(workflow: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for node in workflow["nodes"].as_array().into_iter().flatten() {
        let id = node["id"].as_str().unwrap();
        let mut add = |name: &str, deep: bool| {
            names(&node["parameters"][name], &format!("/{name}"), deep, &mut |pointer| {
                found.push((id.to_owned(), pointer));
            });
        };
        match action(node) {
            "data.set" => add("values", true),
            "data.aggregate" => {
                add("group_by", false);
                add("values", false);
            }
            _ => {}
        }
    }
    found
}

fn names(value: &Value, pointer: &str, deep: bool, found: &mut dyn FnMut(String)) {
    match value {
        Value::Object(members) if !is_tag(value) => {
            for (name, inner) in members {
                let pointer = format!("{pointer}/{name}");
                if deep {
                    names(inner, &pointer, true, found);
                }
                found(pointer);
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                names(item, &format!("{pointer}/{i}"), deep, found);
            }
        }
        _ => {}
    }
}

/// Follows a path from where it starts; collects the members it goes through.
fn follow(workflow: &Value, path: &PathRef, item_of: Option<usize>, members: &mut Vec<Member>) -> Origin {
    let start = match (path.root, item_of) {
        (Root::Nodes, _) if path.node_field == Some(NodeField::Result) => {
            result(workflow, path.node.as_deref().unwrap())
        }
        (Root::Item, Some(node)) => {
            let node = &workflow["nodes"][node];
            element(&value(workflow, node, "/items", &node["parameters"]["items"]))
        }
        _ => Origin::Unknown,
    };
    path.segments.iter().fold(start, |origin, segment| match segment {
        Segment::Field(name) => member(&origin, name, members),
        Segment::Index(_) | Segment::Dynamic => element(&origin),
    })
}

fn member(origin: &Origin, name: &str, members: &mut Vec<Member>) -> Origin {
    match origin {
        Origin::Declared { action, path } => {
            let path: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
            members.push(Member::Declared { action: action.clone(), path: path.clone() });
            Origin::Declared { action: action.clone(), path }
        }
        Origin::Object(known) => known.get(name).map_or(Origin::Unknown, |(member, origin)| {
            members.extend(member.clone());
            origin.clone()
        }),
        Origin::Either(origins) => Origin::Either(origins.iter().map(|origin| member(origin, name, members)).collect()),
        Origin::Unknown | Origin::List(_) => Origin::Unknown,
    }
}

fn element(origin: &Origin) -> Origin {
    match origin {
        Origin::Declared { action, path } => Origin::Declared {
            action: action.clone(),
            path: path.iter().cloned().chain([ELEMENT.to_owned()]).collect(),
        },
        Origin::List(element) => (**element).clone(),
        Origin::Either(origins) => Origin::Either(origins.iter().map(element).collect()),
        Origin::Unknown | Origin::Object(_) => Origin::Unknown,
    }
}

/// What a node gives.
fn result(workflow: &Value, id: &str) -> Origin {
    let nodes = workflow["nodes"].as_array().unwrap();
    let index = nodes.iter().position(|node| node["id"] == id).unwrap();
    let node = &nodes[index];
    let parameters = &node["parameters"];
    let declared = |name: &str| Origin::Declared { action: action(node).to_owned(), path: vec![name.to_owned()] };
    let own = |name: &str| Some(Member::Declared { action: action(node).to_owned(), path: vec![name.to_owned()] });
    match action(node) {
        "data.set" => value(workflow, node, "/values", &parameters["values"]),
        "data.filter" | "data.sort" => {
            let items = value(workflow, node, "/items", &parameters["items"]);
            let counts = ["count", "dropped"].map(|name| (name.to_owned(), (own(name), declared(name))));
            Origin::Object([("items".to_owned(), (own("items"), items))].into_iter().chain(counts).collect())
        }
        "data.aggregate" => {
            let of = |name: &str| -> BTreeMap<String, (Option<Member>, Origin)> {
                let members = parameters[name].as_object().into_iter().flatten();
                let pointer = |key: &str| Member::Given { node: id.to_owned(), pointer: format!("/{name}/{key}") };
                members.map(|(key, what)| (key.clone(), (Some(pointer(key)), picked(workflow, index, what)))).collect()
            };
            let values = of("values");
            if parameters.get("group_by").is_none() {
                return Origin::Object(values);
            }
            let group = Origin::Object(of("group_by").into_iter().chain(values).collect());
            Origin::Object([("groups".to_owned(), (None, Origin::List(Box::new(group))))].into_iter().collect())
        }
        _ => Origin::Declared { action: action(node).to_owned(), path: Vec::new() },
    }
}

/// What a group's key or a measure gives.
fn picked(workflow: &Value, node: usize, what: &Value) -> Origin {
    let of = |text: &str| {
        let expression = Expression::parse(text).unwrap();
        expression.as_path().map_or(Origin::Unknown, |path| follow(workflow, path, Some(node), &mut Vec::new()))
    };
    match what {
        Value::String(key) => of(key),
        Value::Object(measure) => match measure.iter().next() {
            Some((name, Value::String(text))) if ["first", "last", "min", "max"].contains(&name.as_str()) => of(text),
            Some((name, Value::String(text))) if name == "collect" => Origin::List(Box::new(of(text))),
            _ => Origin::Unknown,
        },
        _ => Origin::Unknown,
    }
}

/// What a parameter at a pointer holds.
fn value(workflow: &Value, node: &Value, pointer: &str, value: &Value) -> Origin {
    if let Some(text) = value.get("$expr").and_then(Value::as_str) {
        let expression = Expression::parse(text).unwrap();
        return expression.as_path().map_or(Origin::Unknown, |path| follow(workflow, path, None, &mut Vec::new()));
    }
    let inner = |name: &str, value: &Value| self::value(workflow, node, &format!("{pointer}/{name}"), value);
    match value {
        Value::Object(members) if !is_tag(value) => Origin::Object(
            members
                .iter()
                .map(|(name, value)| {
                    let node = node["id"].as_str().unwrap().to_owned();
                    let member = Member::Given { node, pointer: format!("{pointer}/{name}") };
                    (name.clone(), (Some(member), inner(name, value)))
                })
                .collect(),
        ),
        Value::Array(items) => {
            let items = items.iter().enumerate().map(|(i, item)| inner(&i.to_string(), item));
            Origin::List(Box::new(Origin::Either(items.collect())))
        }
        _ => Origin::Unknown,
    }
}

fn is_tag(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.keys().any(|key| key.starts_with('$')))
}

fn action(node: &Value) -> &str {
    node["action"].as_str().unwrap().split('@').next().unwrap()
}
