//! Checks a definition against the catalogue and compiles it, before anything runs.
//!
//! [`plan`] finds every mistake in one pass: in the graph, in parameters, in what expressions read, in credentials,
//! retries and capabilities. Its result runs without names or parsing. Every code is in [`codes`].

mod at;
mod bounds;
mod branches;
mod capabilities;
mod certainty;
pub(crate) mod code;
mod compile;
mod credentials;
mod diagram;
mod effects;
mod explain;
mod graph;
mod model;
mod parameters;
pub(crate) mod pointer;
mod reads;
mod review;
mod target;
mod types;

use std::{
    cell::{OnceCell, RefCell},
    collections::HashSet,
    ops::Range,
    sync::Arc,
};

use nebula_expression::{Expression, Proposition};
use nebula_ports::{
    diagnostic::{Diagnostic, Severity},
    model::{Digest, EffectClass, Grants, Workflow},
};
use serde_json::Value;

pub use at::{NoPlace, TextAt, check_at};
pub use code::{Code, codes, explain_code};
pub use explain::{explain_dot, explain_json, explain_mermaid, explain_text};
pub use model::*;
pub use review::review;

use self::{
    branches::Branches,
    capabilities::Needs,
    certainty::{Certainty, Reader},
    compile::{Compiler, Site},
    graph::Graph,
    reads::{Reads, SiteReads},
    types::{Declared, NodeToType, Typing},
};
use crate::catalogue::{Catalogue, CatalogueEntry, CompiledSchema, InvalidSchema, Unresolved};

/// What a plan may assume about the run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// What the run is allowed.
    pub grants: Grants,
    /// Whether a need that is not granted is an error; otherwise it is a note, as when nothing is to run yet.
    pub grants_required: bool,
}

/// A plan, with what is worth knowing about it.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan.
    pub plan: Arc<ExecutionPlan>,
    /// Warnings and notes.
    pub notes: Vec<Diagnostic>,
}

/// What is found out about a node before the plan is put together.
struct NodeFacts<'a> {
    entry: Option<&'a CatalogueEntry>,
    parameters: Compiled,
    /// The parameters, null where something is computed.
    value: Value,
    /// The pointers at which that is.
    unknown: HashSet<String>,
    /// Places of the parameters.
    sites: Range<usize>,
    effect: Option<EffectClass>,
}

impl<'a> NodeFacts<'a> {
    fn to_type(&self) -> NodeToType<'_, 'a> {
        NodeToType { entry: self.entry, value: &self.value, unknown: &self.unknown, sites: self.sites.clone() }
    }
}

/// Checks and compiles a definition. The same definition, catalogue and policy always give the same answer.
///
/// # Errors
/// Everything that was found, warnings and notes included; at least one is an error.
pub fn plan(definition: &Workflow, catalogue: &Catalogue, policy: &Policy) -> Result<Planned, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let graph = Graph::new(definition, &mut found);
    if definition.nodes.len() > graph::MAX_NODES {
        return Err(found);
    }
    let input = definition.input.as_ref().map(|schema| input_schema(schema, &mut found));

    let mut sites = Vec::new();
    let mut hosts = Vec::new();
    let facts: Vec<NodeFacts<'_>> = (0..definition.nodes.len())
        .map(|index| node_facts(definition, index, catalogue, policy, &mut sites, &mut hosts, &mut found))
        .collect();
    // Site → what it belongs to: nodes come first, then the conditions, then the output.
    let conditions: Vec<_> = graph
        .edges
        .iter()
        .map(|edge| {
            let connection = &definition.connections[edge.index];
            let reader = Reader::After(edge.from);
            let mut compiler = Compiler {
                found: &mut found,
                sites: &mut sites,
                reader,
                node: Some(&connection.to),
                unknown: Default::default(),
            };
            let before = compiler.sites.len();
            let when = connection
                .when
                .as_ref()
                .and_then(|when| compiler.expression(when, format!("/connections/{}/when", edge.index)));
            (when, before..sites.len())
        })
        .collect();
    unplaced_conditions(definition, &graph, &mut found);
    let before_output = sites.len();
    let output = definition.output.as_ref().map(|output| {
        let mut compiler = Compiler {
            found: &mut found,
            sites: &mut sites,
            reader: Reader::End,
            node: None,
            unknown: Default::default(),
        };
        compiler.value(output, "/output", &mut String::new()).compiled
    });

    let certainty = certainty(definition, &graph, &facts, |edge| conditions[edge].0.as_ref());
    let mut reads = Reads { definition, graph: &graph, certainty };
    let read: Vec<SiteReads> = sites.iter().map(|site| reads.check(site, &mut found)).collect();
    let nodes: Vec<_> = facts.iter().map(NodeFacts::to_type).collect();
    let certainty = reads.certainty.map(RefCell::new);
    let typing = Typing { definition, graph: &graph, sites: &sites, reads: &read, nodes: &nodes, certainty };
    typing.check(&mut found);
    drop(typing);
    drop(nodes);

    sort(&mut found);
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    let slots_of = |read: &[SiteReads]| -> Box<[Slot]> {
        let nodes = read.iter().flat_map(|read| &read.nodes);
        let mut slots: Vec<Slot> = nodes.map(|node| slot(graph.position[*node])).collect();
        slots.sort_unstable();
        slots.dedup();
        slots.into()
    };
    let mut reads_of_nodes: Vec<Vec<Slot>> = vec![Vec::new(); definition.nodes.len()];
    for (site, read) in sites.iter().zip(&read) {
        if let Reader::Node(node) = site.reader {
            reads_of_nodes[node].extend(read.nodes.iter().map(|node| slot(graph.position[*node])));
        }
    }
    let edges: Box<[PlanEdge]> = graph
        .edges
        .iter()
        .zip(conditions)
        .map(|(edge, (when, sites))| PlanEdge {
            from: slot(graph.position[edge.from]),
            to: slot(graph.position[edge.to]),
            when,
            reads: slots_of(&read[sites]),
        })
        .collect();
    let mut facts: Vec<Option<NodeFacts<'_>>> = facts.into_iter().map(Some).collect();
    let definition_digest = definition.digest();
    let digest = digest(definition_digest, &graph, &facts);
    let mut nodes = Vec::with_capacity(definition.nodes.len());
    for index in &graph.order {
        let Some(NodeFacts { entry: Some(entry), parameters, effect, .. }) = facts[*index].take() else {
            continue; // An action that is missing was reported as an error.
        };
        let mut reads = std::mem::take(&mut reads_of_nodes[*index]);
        reads.sort_unstable();
        reads.dedup();
        nodes.push(plan_node(definition, *index, &graph, entry, parameters, effect, reads));
    }
    let settings = &definition.settings;
    let bounds = bounds::bounds(&graph, &nodes, settings.max_parallel, hosts);
    let plan = ExecutionPlan {
        workflow: definition.id.clone(),
        definition: definition_digest,
        digest,
        slots: (0..).zip(&nodes).map(|(slot, node)| (node.id.clone(), slot)).collect(),
        nodes: nodes.into(),
        edges,
        input,
        vars: Arc::new(Value::Object(
            definition.vars.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        )),
        output: output.map(|value| PlanOutput { value, reads: slots_of(&read[before_output..]) }),
        timeout: settings.timeout.map(nebula_ports::time::DurationText::get),
        max_parallel: settings.max_parallel,
        bounds,
    };
    Ok(Planned { plan: Arc::new(plan), notes: found })
}

/// What has surely run where; `None` while connections go in a circle. `conditions` are those of the graph's edges.
fn certainty<'g, 'a, 'c>(
    definition: &'a Workflow,
    graph: &'g Graph<'a>,
    facts: &[NodeFacts<'a>],
    conditions: impl Fn(usize) -> Option<&'c Expression>,
) -> Option<Certainty<'g, 'a>> {
    let entries = facts.iter().map(|facts| facts.entry).collect();
    let declared = Declared { definition, graph, entries, roots: OnceCell::new() };
    // What cannot be read was reported.
    let said = |edge: usize| conditions(edge).map_or(Proposition::Unknown, Expression::proposition);
    graph.is_acyclic().then(|| Certainty::new(graph, Branches::new(graph, said, |of| declared.texts(of))))
}

/// Everything about one node that needs no other.
fn node_facts<'a>(
    definition: &'a Workflow,
    index: usize,
    catalogue: &'a Catalogue,
    policy: &Policy,
    sites: &mut Vec<Site>,
    hosts: &mut Vec<String>,
    found: &mut Vec<Diagnostic>,
) -> NodeFacts<'a> {
    let node = &definition.nodes[index];
    let base = format!("/nodes/{index}/parameters");
    let before = sites.len();
    let mut compiler =
        Compiler { found, sites, reader: Reader::Node(index), node: Some(&node.id), unknown: Default::default() };
    let mut fields = Vec::with_capacity(node.parameters.len());
    let mut value = serde_json::Map::new();
    for (name, parameter) in &node.parameters {
        let known = compiler.value(parameter, &base, &mut pointer::join("", name));
        fields.push((name.clone(), known.compiled));
        value.insert(name.clone(), known.value);
    }
    let unknown = compiler.unknown;
    let sites = before..sites.len();
    let value = Value::Object(value);
    let parameters = if unknown.is_empty() { Compiled::Literal(value.clone()) } else { Compiled::Object(fields) };
    let entry = match catalogue.resolve(&node.action) {
        Ok(entry) => entry,
        Err(error) => {
            let code = match error {
                Unresolved::UnknownId { .. } => code::UNKNOWN_ACTION,
                Unresolved::WrongVersion { .. } => code::ACTION_VERSION,
            };
            found.push(
                Diagnostic::error(code, format!("/nodes/{index}/action"), error.to_string())
                    .with_node(node.id.clone())
                    .with_help(error.help()),
            );
            return NodeFacts { entry: None, parameters, value, unknown, sites, effect: None };
        }
    };
    let mut effect = None;
    match entry.input.compile() {
        Ok(()) => {
            if parameters::check(node, &base, entry, &value, &unknown, found) {
                effects::check_retry(node, index, entry, &value, &unknown, found);
                effect = effects::known(entry, &value, &unknown);
            }
        }
        Err(error) => found.push(
            Diagnostic::error(
                code::SCHEMA,
                format!("/nodes/{index}/action"),
                format!("`{}` has an input schema that is no JSON Schema: {error}", node.action),
            )
            .with_node(node.id.clone())
            .with_help("the author of the action has to mend it"),
        ),
    }
    credentials::check(node, index, entry.action.descriptor(), found);
    hosts.extend(Needs { node, index, entry, value: &value, unknown: &unknown, policy }.check(found));
    NodeFacts { entry: Some(entry), parameters, value, unknown, sites, effect }
}

/// Conditions of connections whose ends do not exist are not compiled, but their mistakes are mistakes.
fn unplaced_conditions(definition: &Workflow, graph: &Graph<'_>, found: &mut Vec<Diagnostic>) {
    let mut placed = graph.edges.iter().map(|edge| edge.index).peekable();
    for (index, connection) in definition.connections.iter().enumerate() {
        if placed.next_if_eq(&index).is_some() {
            continue;
        }
        if let Some(when) = &connection.when
            && let Err(errors) = Expression::parse(when)
        {
            let at = format!("/connections/{index}/when");
            found.extend(errors.into_iter().map(|error| compile::mistake(error, &at, Some(&connection.to))));
        }
    }
}

fn plan_node(
    definition: &Workflow,
    index: usize,
    graph: &Graph<'_>,
    entry: &CatalogueEntry,
    parameters: Compiled,
    effect: Option<EffectClass>,
    reads: Vec<Slot>,
) -> PlanNode {
    let node = &definition.nodes[index];
    let descriptor = entry.action.descriptor();
    PlanNode {
        id: node.id.clone(),
        action: entry.action.clone(),
        parameters,
        reads: reads.into(),
        schema: Arc::clone(&entry.input),
        credentials: node.credentials.iter().map(|(slot, name)| (slot.clone(), name.clone())).collect(),
        retry: node.retry.clone().or_else(|| descriptor.retry.clone()),
        timeout: node.timeout.or(descriptor.timeout).map(nebula_ports::time::DurationText::get),
        deadline: node.deadline.or(descriptor.limits.deadline).map(nebula_ports::time::DurationText::get),
        effect,
        incoming: graph.incoming[index].as_slice().into(),
        outgoing: graph.outgoing[index].as_slice().into(),
    }
}

fn input_schema(schema: &Value, found: &mut Vec<Diagnostic>) -> Arc<CompiledSchema> {
    let compiled = Arc::new(CompiledSchema::new(schema.clone()));
    if let Err(InvalidSchema { pointer, message }) = compiled.compile() {
        found.push(
            Diagnostic::error(code::SCHEMA, format!("/input{pointer}"), format!("this is no JSON Schema: {message}"))
                .with_help(
                    "it is JSON Schema 2020-12, as in `{ type: object, properties: { name: { type: string } } }`",
                ),
        );
    }
    compiled
}

fn digest(definition: Digest, graph: &Graph<'_>, facts: &[Option<NodeFacts<'_>>]) -> Digest {
    let mut hasher = blake3::Hasher::new_derive_key("nebula plan v1");
    hasher.update(definition.as_bytes());
    let entries = graph.order.iter().filter_map(|index| facts[*index].as_ref()?.entry);
    for entry in entries {
        hasher.update(entry.digest.as_bytes());
    }
    Digest::from_bytes(*hasher.finalize().as_bytes())
}

fn slot(position: usize) -> Slot {
    Slot::try_from(position).unwrap_or(Slot::MAX)
}

/// By place in the definition (numbers as numbers), and there the worst first.
fn sort(found: &mut [Diagnostic]) {
    let parts = |diagnostic: &Diagnostic| -> Vec<(u64, String)> {
        pointer::pieces(&diagnostic.pointer).map(|piece| (piece.parse().unwrap_or(u64::MAX), piece)).collect()
    };
    let rank = |severity: Severity| severity as u8;
    found.sort_by_cached_key(|diagnostic| {
        let inner = diagnostic.inner.map_or((0, 0), |inner| (inner.start, inner.end));
        (parts(diagnostic), inner, rank(diagnostic.severity))
    });
}

#[cfg(test)]
mod tests;
