//! From JSON to a [`Workflow`], by hand, so that every mistake is found and none hides another.

mod cursor;
mod node;
mod resources;
mod tags;
mod trigger;

use std::collections::BTreeMap;

use nebula_ports::{
    diagnostic::Diagnostic,
    model::{
        Connection, FORMAT_VERSION, Node, NodeId, ParameterValue, PortRef, Settings, SubWorkflow, Workflow, WorkflowId,
    },
};
use serde_json::Value;

use self::cursor::{Decoder, Fields};
pub(super) use self::resources::resources;
use crate::plan::{code, pointer};

const WORKFLOW: [&str; 12] = [
    "nebula",
    "id",
    "name",
    "description",
    "input",
    "vars",
    "triggers",
    "nodes",
    "connections",
    "output",
    "flows",
    "settings",
];
const FLOW: [&str; 6] = ["description", "input", "vars", "nodes", "connections", "output"];
const CONNECTION: [&str; 3] = ["from", "to", "when"];
const SETTINGS: [&str; 2] = ["timeout", "max_parallel"];

/// What a JSON value turned out to be.
#[derive(Debug)]
pub struct Decoded {
    /// The workflow, when no diagnostic is an error.
    pub workflow: Option<Workflow>,
    /// As much of it as could be read, when there is an error.
    pub draft: Option<Draft>,
    /// What was found; places are given as JSON pointers only.
    pub diagnostics: Vec<Diagnostic>,
}

/// A workflow with mistakes in its form. Never to be run: planning can look at the rest of it, so that those mistakes
/// do not hide others.
#[derive(Debug)]
pub struct Draft {
    /// What could be read; the rest is made up.
    pub(crate) workflow: Workflow,
    /// JSON pointers to what is made up.
    pub(crate) unread: Vec<String>,
}

/// Reads a workflow from its JSON form.
#[must_use]
pub fn decode(value: &Value) -> Decoded {
    let mut decoder = Decoder::default();
    let workflow = workflow(&mut decoder, value);
    let (diagnostics, unread) = decoder.finish();
    if diagnostics.iter().any(Diagnostic::is_error) {
        let draft = workflow.map(|workflow| Draft { workflow, unread });
        return Decoded { workflow: None, draft, diagnostics };
    }
    Decoded { workflow, draft: None, diagnostics }
}

/// `None` only together with an error; other errors leave something made up.
fn workflow(decoder: &mut Decoder, value: &Value) -> Option<Workflow> {
    let fields = decoder.fields(value, String::new(), "a workflow", &WORKFLOW)?;
    let version = format_version(decoder, &fields);
    let id = decoder.required(&fields, "id").and_then(|(value, at)| decoder.id::<WorkflowId>(value, at, false));
    let name = decoder.optional_text(&fields, "name");
    let description = decoder.optional_text(&fields, "description");
    let input = input(decoder, &fields);
    let vars = vars(decoder, &fields);
    let triggers = fields.get("triggers").and_then(|(value, at)| {
        decoder.list(value, at, "triggers are a list: begin each with `- id:`", trigger::trigger)
    });
    let graph = graph(decoder, &fields);
    let flows = flows(decoder, &fields);
    let settings = fields.get("settings").map_or(Some(Settings::default()), |(value, at)| settings(decoder, value, at));
    Some(Workflow {
        nebula: version.unwrap_or(FORMAT_VERSION),
        id: id.unwrap_or_else(|| WorkflowId::new("unread").expect("a word is a workflow id")),
        name,
        description,
        input,
        vars,
        triggers: triggers.unwrap_or_default(),
        nodes: graph.nodes?,
        connections: graph.connections,
        output: graph.output,
        flows,
        settings: settings.unwrap_or_default(),
    })
}

/// Nodes, connections and output, wherever they stand.
struct Graph {
    /// `None` only together with an error.
    nodes: Option<Vec<Node>>,
    connections: Vec<Connection>,
    output: Option<ParameterValue>,
}

fn graph(decoder: &mut Decoder, fields: &Fields<'_>) -> Graph {
    let nodes = decoder
        .required(fields, "nodes")
        .and_then(|(value, at)| decoder.list(value, at, "nodes are a list: begin each with `- id:`", node::node));
    let connections = fields.get("connections").map_or(Some(Vec::new()), |(value, at)| {
        decoder.list(value, at, "connections are a list: begin each with `- from:`", connection)
    });
    let output = fields.get("output").map(|(value, at)| decoder.parameter(value, &at));
    Graph { nodes, connections: connections.unwrap_or_default(), output }
}

fn input(decoder: &mut Decoder, fields: &Fields<'_>) -> Option<Value> {
    fields.get("input").map(|(value, at)| {
        decoder.warn_of_tags(value, &at, "the schema of the input is data");
        value.clone()
    })
}

/// The workflows that can be called.
fn flows(decoder: &mut Decoder, fields: &Fields<'_>) -> BTreeMap<WorkflowId, SubWorkflow> {
    let Some((value, at)) = fields.get("flows") else { return BTreeMap::new() };
    let Value::Object(flows) = value else {
        decoder.wrong_type(value, at, "an object of workflows by their names");
        return BTreeMap::new();
    };
    let mut read = BTreeMap::new();
    for (name, value) in flows {
        let at = pointer::join(&at, name);
        let id = decoder.id(&Value::String(name.clone()), at.clone(), true);
        let Some(fields) = decoder.fields(value, at, "a workflow that is called", &FLOW) else { continue };
        let description = decoder.optional_text(&fields, "description");
        let (input, vars) = (input(decoder, &fields), vars(decoder, &fields));
        let Graph { nodes, connections, output } = graph(decoder, &fields);
        if let (Some(id), Some(nodes)) = (id, nodes) {
            read.insert(id, SubWorkflow { description, input, vars, nodes, connections, output });
        }
    }
    read
}

fn format_version(decoder: &mut Decoder, fields: &Fields<'_>) -> Option<u32> {
    let Some((value, at)) = fields.get("nebula") else {
        decoder.report(
            Diagnostic::error(code::FORMAT, fields.pointer(), "the version of the definition format is missing")
                .with_help(format!("begin with `nebula: {FORMAT_VERSION}`")),
        );
        return None;
    };
    if value.as_u64() == Some(u64::from(FORMAT_VERSION)) {
        return Some(FORMAT_VERSION);
    }
    decoder.report(
        Diagnostic::error(
            code::FORMAT,
            at,
            format!("there is no definition format {}", crate::catalogue::brief(value)),
        )
        .with_help(format!("write `nebula: {FORMAT_VERSION}`")),
    );
    None
}

fn vars(decoder: &mut Decoder, fields: &Fields<'_>) -> BTreeMap<String, Value> {
    let Some((value, at)) = fields.get("vars") else { return BTreeMap::new() };
    let Value::Object(vars) = value else {
        decoder.wrong_type(value, at, "an object");
        return BTreeMap::new();
    };
    let mut read = BTreeMap::new();
    for (name, value) in vars {
        decoder.warn_of_tags(value, &pointer::join(&at, name), "constants are data");
        read.insert(name.clone(), value.clone());
    }
    read
}

fn connection(decoder: &mut Decoder, value: &Value, _: usize, at: String) -> Connection {
    let made_up = || NodeId::new("unread").expect("a word is a node id");
    let Some(fields) = decoder.fields(value, at, "a connection", &CONNECTION) else {
        return Connection { from: made_up().into(), to: made_up(), when: None };
    };
    let from = decoder.required(&fields, "from").and_then(|(value, at)| decoder.id::<PortRef>(value, at, false));
    let to = decoder.required(&fields, "to").and_then(|(value, at)| decoder.id(value, at, false));
    let when = fields.get("when").and_then(|(value, at)| match value {
        // People write it as they write it elsewhere.
        Value::Object(tag) if tag.len() == 1 && (tag.contains_key("$expr") || tag.contains_key("$template")) => {
            decoder.report(
                Diagnostic::error(code::WRONG_TYPE, at, "`when` is an expression already")
                    .with_help("write the expression itself, in quotes and without a tag"),
            );
            None
        }
        Value::Bool(_) => {
            decoder.report(
                Diagnostic::error(
                    code::WRONG_TYPE,
                    at,
                    format!("expected text, found {}", crate::catalogue::brief(value)),
                )
                .with_help("`when` is an expression in quotes; without `when` the connection is always taken"),
            );
            None
        }
        value => decoder.text(value, at).map(str::to_owned),
    });
    Connection { from: from.unwrap_or_else(|| made_up().into()), to: to.unwrap_or_else(made_up), when }
}

fn settings(decoder: &mut Decoder, value: &Value, at: String) -> Option<Settings> {
    let fields = decoder.fields(value, at, "settings", &SETTINGS)?;
    let timeout = decoder.optional_duration(&fields, "timeout");
    let max_parallel = fields.get("max_parallel").and_then(|(value, at)| decoder.number(value, at, 1..=u32::MAX));
    Some(Settings { timeout, max_parallel })
}
