//! Checks a definition against the catalogue and compiles it, before anything runs.
//!
//! [`plan`] finds every mistake in one pass: in the graph, in parameters, in what expressions read, in credentials,
//! resources, retries and capabilities. Its result runs without names or parsing. Every code is in [`codes`].

mod at;
mod bounds;
mod branches;
mod called;
mod capabilities;
mod certainty;
pub(crate) mod code;
mod compile;
mod credentials;
mod diagram;
mod effects;
mod explain;
mod flat;
mod graph;
mod model;
mod parameters;
mod places;
pub(crate) mod pointer;
mod ports;
mod reads;
mod resources;
mod review;
mod target;
mod triggers;
mod types;

use std::{
    cell::{OnceCell, RefCell},
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use nebula_expression::{Expression, Proposition};
use nebula_ports::{
    diagnostic::{Diagnostic, Severity},
    model::{ActionReference, Digest, EffectClass, Grants, Node, OnError, Workflow},
};
use serde_json::Value;

pub use at::{NoPlace, TextAt, check_at};
pub use code::{Code, codes, explain_code};
pub use explain::{explain_dot, explain_json, explain_mermaid, explain_text};
pub use model::*;
pub use review::review;

use self::{
    branches::Branches,
    called::Called,
    capabilities::Needs,
    certainty::{Certainty, Reader},
    compile::{Compiler, Site},
    flat::Flat,
    graph::Graph,
    places::Places,
    reads::{Reads, SiteReads},
    types::{Declared, NodeToType, Typing},
};
use crate::catalogue::{Catalogue, CatalogueEntry, CompiledSchema, InvalidSchema, Unresolved, blocks};

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
    resources: resources::Filled,
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
    let triggers = triggers::compile(definition, catalogue, policy, &mut found);
    plan_with(definition, catalogue, policy, triggers, found)
}

/// The plan of runs that have begun: what started them need not be there any more.
///
/// # Errors
/// As [`plan`].
pub fn plan_of_runs(definition: &Workflow, catalogue: &Catalogue, policy: &Policy) -> Result<Planned, Vec<Diagnostic>> {
    plan_with(definition, catalogue, policy, Vec::new(), Vec::new())
}

fn plan_with(
    definition: &Workflow,
    catalogue: &Catalogue,
    policy: &Policy,
    triggers: Vec<PlanTrigger>,
    mut found: Vec<Diagnostic>,
) -> Result<Planned, Vec<Diagnostic>> {
    let called = Called::new(definition, catalogue, policy, &mut found);
    let planned = match plan_calling(definition, &called, catalogue, policy) {
        Ok(Planned { plan, notes }) => {
            found.extend(notes);
            Some(plan)
        }
        Err(diagnostics) => {
            found.extend(diagnostics);
            None
        }
    };
    sort(&mut found);
    match planned {
        Some(mut plan) if !found.iter().any(Diagnostic::is_error) => {
            // Nobody else has it yet.
            if let Some(plan) = Arc::get_mut(&mut plan) {
                plan.triggers = triggers.into();
            }
            Ok(Planned { plan, notes: found })
        }
        _ => Err(found),
    }
}

/// Plans a workflow that calls others.
fn plan_calling(
    definition: &Workflow,
    called: &Called,
    catalogue: &Catalogue,
    policy: &Policy,
) -> Result<Planned, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let flat = Flat::new(definition, &mut found);
    let planned = plan_flat(definition.digest(), &flat, called, catalogue, policy, &mut found);
    found.iter_mut().for_each(|diagnostic| flat.tell(diagnostic));
    sort(&mut found);
    match planned {
        Some(plan) if !found.iter().any(Diagnostic::is_error) => Ok(Planned { plan: Arc::new(plan), notes: found }),
        _ => Err(found),
    }
}

/// `None` only together with an error.
fn plan_flat(
    definition_digest: Digest,
    flat: &Flat<'_>,
    called: &Called,
    catalogue: &Catalogue,
    policy: &Policy,
    found: &mut Vec<Diagnostic>,
) -> Option<ExecutionPlan> {
    let definition: &Workflow = &flat.workflow;
    let graph = Graph::new(definition, found);
    if definition.nodes.len() > graph::MAX_NODES {
        return None;
    }
    flat.check(found);
    let input = definition.input.as_ref().map(|schema| input_schema(schema, found));

    let mut sites = Vec::new();
    let mut hosts = Vec::new();
    let facts: Vec<NodeFacts<'_>> = (0..definition.nodes.len())
        .map(|index| node_facts(flat, index, called, catalogue, policy, &mut sites, &mut hosts, found))
        .collect();
    ports::check(flat, &graph, |node| Some(facts[node].entry?.action.descriptor()), found);
    // Site → what it belongs to: nodes come first, then the conditions, then the output.
    let conditions: Vec<_> = graph
        .edges
        .iter()
        .enumerate()
        .map(|(index, edge)| {
            let connection = &definition.connections[edge.index];
            let reader = Reader::After { node: edge.from, edge: index };
            let mut compiler = Compiler {
                found: &mut *found,
                sites: &mut sites,
                reader,
                node: Some(&connection.to),
                unknown: Default::default(),
            };
            let before = compiler.sites.len();
            let when = connection
                .when
                .as_ref()
                .filter(|_| !flat.is_unconditional(edge.index))
                .and_then(|when| compiler.expression(when, format!("/connections/{}/when", edge.index)));
            (when, before..sites.len())
        })
        .collect();
    unplaced_conditions(definition, &graph, found);
    let before_output = sites.len();
    let output = definition.output.as_ref().map(|output| {
        let mut compiler = Compiler {
            found: &mut *found,
            sites: &mut sites,
            reader: Reader::End,
            node: None,
            unknown: Default::default(),
        };
        compiler.value(output, "/output", &mut String::new())
    });

    let certainty = certainty(flat, &graph, &facts, |edge| conditions[edge].0.as_ref());
    let mut reads = Reads { flat, definition, graph: &graph, certainty };
    let read: Vec<SiteReads> = sites.iter().map(|site| reads.check(site, found)).collect();
    let optional: Vec<bool> = (0..definition.nodes.len()).map(|node| !reads.has_run_at_end(node)).collect();
    let nodes: Vec<_> = facts.iter().map(NodeFacts::to_type).collect();
    let certainty = reads.certainty.map(RefCell::new);
    let typing =
        Typing { flat, called, definition, graph: &graph, sites: &sites, reads: &read, nodes: &nodes, certainty };
    let output_value = output.as_ref().map(|output| &output.value);
    let output_type = typing.check(output_value, &optional, found);
    drop(typing);
    drop(nodes);
    for (index, facts) in facts.iter().enumerate() {
        if let Some(entry) = facts.entry.filter(|_| facts.unknown.is_empty()) {
            let (node, base) = (&definition.nodes[index], format!("/nodes/{index}/parameters"));
            parameters::read(node, &base, entry, &facts.value, found);
        }
    }

    if found.iter().any(Diagnostic::is_error) {
        return None;
    }
    let places = Places::new(flat, &graph);
    let slots_of =
        |read: &[SiteReads]| -> Box<[Slot]> { places.slots(read.iter().flat_map(|read| read.nodes.iter().copied())) };
    let mut reads_of_nodes: Vec<Vec<usize>> = vec![Vec::new(); definition.nodes.len()];
    for (site, read) in sites.iter().zip(&read) {
        let (reader, inside) = match site.reader {
            Reader::Node(node) => (Some(node), flat.enclosing(node)),
            Reader::After { node, edge } => (None, flat.enclosing_along(node, graph.edges[edge].to)),
            Reader::End => (None, None),
        };
        reads_of_nodes[reader.unwrap_or_default()]
            .extend(reader.is_some().then_some(&read.nodes).into_iter().flatten());
        // What is read inside a block of the nodes around it, is read by the block.
        let mut block = inside;
        while let Some(around) = block {
            let outer = read.nodes.iter().copied().filter(|node| flat.sees(flat.enclosing(around), *node));
            reads_of_nodes[around].extend(outer);
            block = flat.enclosing(around);
        }
    }
    let mut facts: Vec<Option<NodeFacts<'_>>> = facts.into_iter().map(Some).collect();
    let digest = digest(definition_digest, &graph, &facts, |index| {
        definition.nodes[index].flow.as_ref().and_then(|flow| called.plan(flow))
    });
    let mut edges = Vec::new();
    let mut edge_indices = vec![u32::MAX; graph.edges.len()];
    for (index, (edge, (when, sites))) in graph.edges.iter().zip(conditions).enumerate() {
        if flat.is_made_up(edge.index) {
            continue;
        }
        edge_indices[index] = u32::try_from(edges.len()).unwrap_or(u32::MAX);
        let from = flat.block_of_end(edge.from).unwrap_or(edge.from);
        let (from, to) = (places.slot(from), places.slot(edge.to));
        edges.push(PlanEdge { from, port: edge.port.cloned(), to, when, reads: slots_of(&read[sites]), place: 0 });
    }
    let kept = |indices: &[u32]| -> Box<[u32]> {
        indices.iter().map(|index| edge_indices[*index as usize]).filter(|index| *index != u32::MAX).collect()
    };
    let mut outputs = HashMap::new();
    for index in 0..definition.nodes.len() {
        if let (Some(block), Some(facts)) = (flat.block_of_item_end(index), &facts[index])
            && let (Compiled::Object(fields), true) =
                (&facts.parameters, flat::output_of(&definition.nodes[index]).is_some())
        {
            let value = fields.first().map_or(Compiled::Literal(Value::Null), |(_, value)| value.clone());
            let reads = places.slots(reads_of_nodes[index].iter().copied());
            outputs.insert(block, PlanOutput { value, reads });
        } else if let (Some(block), Some(NodeFacts { value: Value::Object(value), .. })) =
            (flat.block_of_item_end(index), &facts[index])
            && let Some(value) = value.get("output")
        {
            outputs.insert(block, PlanOutput { value: Compiled::Literal(value.clone()), reads: Box::default() });
        }
    }
    let mut nodes = Vec::with_capacity(definition.nodes.len());
    for index in graph.order.iter().copied().filter(|index| !flat.is_end(*index)) {
        let Some(NodeFacts { entry: Some(entry), parameters, effect, resources, .. }) = facts[index].take() else {
            continue; // An action that is missing was reported as an error.
        };
        let node = &definition.nodes[index];
        let work = match (&node.flow, flat.end_of_block(index)) {
            (Some(flow), _) => Work::Call(Arc::clone(called.plan(flow)?)),
            (None, Some(_)) => Work::ForEach(places.inner(index)),
            (None, None) => Work::Action(entry.action.clone()),
        };
        let out_of = flat.end_of_block(index).unwrap_or(index);
        let site = NodeSite {
            on_error: definition.nodes[out_of].on_error,
            block: places.block(flat.enclosing(index)),
            resources,
            reads: places.slots(reads_of_nodes[index].iter().copied()),
            incoming: kept(&graph.incoming[index]),
            outgoing: kept(&graph.outgoing[out_of]),
        };
        nodes.push(plan_node(node, entry, work, parameters, effect, site));
    }
    let output = output.map(|value| PlanOutput { value: value.compiled, reads: slots_of(&read[before_output..]) });
    let blocks = places.blocks(&mut nodes, &mut edges, output, outputs);
    ExecutionPlan::count_readers(&mut nodes, &edges, &blocks);
    let settings = &definition.settings;
    let bounds =
        bounds::bounds(&bounds::Shape { graph: &graph, flat, places: &places }, &nodes, settings.max_parallel, hosts);
    Some(ExecutionPlan {
        workflow: definition.id.clone(),
        definition: definition_digest,
        digest,
        slots: (0..).zip(&nodes).map(|(slot, node)| (node.id.clone(), slot)).collect(),
        nodes: nodes.into(),
        edges: edges.into(),
        blocks,
        input,
        vars: Arc::new(Value::Object(
            definition.vars.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        )),
        triggers: Box::default(),
        output_type,
        timeout: settings.timeout.map(nebula_ports::time::DurationText::get),
        max_parallel: settings.max_parallel,
        bounds,
    })
}

/// What has surely run where; `None` while connections go in a circle. `conditions` are those of the graph's edges.
fn certainty<'g, 'a, 'c>(
    flat: &'a Flat<'_>,
    graph: &'g Graph<'a>,
    facts: &[NodeFacts<'a>],
    conditions: impl Fn(usize) -> Option<&'c Expression>,
) -> Option<Certainty<'g, 'a>> {
    let entries = facts.iter().map(|facts| facts.entry).collect();
    let declared = Declared { definition: &flat.workflow, graph, entries, roots: OnceCell::new() };
    let ends = |edge: usize| (graph.edges[edge].from, graph.edges[edge].to);
    let has_items = |edge: usize| flat.has_items(ends(edge).0, ends(edge).1).map(|has| has.proposition());
    let said = |edge: usize| {
        // What cannot be read was reported.
        let is_known = |condition: &&Expression| !flat.is_of_an_inner_item(ends(edge).0, ends(edge).1, condition);
        let has_more = !flat.is_unconditional(graph.edges[edge].index);
        let condition = || conditions(edge).filter(is_known).map_or(Proposition::Unknown, Expression::proposition);
        match has_items(edge) {
            Some(has) if has_more => Proposition::All(vec![has, condition()]),
            Some(has) => has,
            None => condition(),
        }
    };
    let ports = |node: usize| facts[node].entry.map_or(&[][..], |entry| &entry.action.descriptor().ports);
    graph.is_acyclic().then(|| {
        let end = |node: usize| flat.end_of_block(node).unwrap_or(node);
        let result = |node: usize| certainty::result(graph, end, node);
        let branches = Branches::new(graph, said, |of| declared.texts(of), ports, result);
        Certainty::new(graph, branches, end)
    })
}

/// Everything about one node that needs no other.
#[expect(
    clippy::too_many_arguments,
    reason = "the three lists are what it fills; the rest is what a plan is made from"
)]
fn node_facts<'a>(
    flat: &'a Flat<'_>,
    index: usize,
    called: &'a Called,
    catalogue: &'a Catalogue,
    policy: &Policy,
    sites: &mut Vec<Site>,
    hosts: &mut Vec<String>,
    found: &mut Vec<Diagnostic>,
) -> NodeFacts<'a> {
    let definition: &Workflow = &flat.workflow;
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
    let nothing = |parameters, value, unknown, sites| {
        let resources = Default::default();
        NodeFacts { entry: None, parameters, value, unknown, sites, effect: None, resources }
    };
    if flat.is_end(index) {
        // The end of a block computes the result of an item.
        return nothing(parameters, value, unknown, sites);
    }
    let resolved = match &node.flow {
        Some(flow) if blocks::is_call(&node.action) => {
            match called.entry(flow, &format!("/nodes/{index}/flow"), node, found) {
                Some(entry) => Ok(entry),
                None => return nothing(parameters, value, unknown, sites),
            }
        }
        _ => catalogue.resolve(&node.action),
    };
    let entry = match resolved {
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
            return nothing(parameters, value, unknown, sites);
        }
    };
    if entry.action.descriptor().trigger.is_some() {
        found.push(triggers::as_node(node, index, entry.action.descriptor()));
        return nothing(parameters, value, unknown, sites);
    }
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
    let resources = resources::check(node, index, entry.action.descriptor(), catalogue, policy, found);
    hosts.extend(Needs { node, index, entry, value: &value, unknown: &unknown, policy }.check(found));
    NodeFacts { entry: Some(entry), parameters, value, unknown, sites, effect, resources }
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

/// Where a node is in the plan.
struct NodeSite {
    block: BlockId,
    on_error: OnError,
    resources: resources::Filled,
    reads: Box<[Slot]>,
    incoming: Box<[u32]>,
    outgoing: Box<[u32]>,
}

fn plan_node(
    node: &Node,
    entry: &CatalogueEntry,
    work: Work,
    parameters: Compiled,
    effect: Option<EffectClass>,
    site: NodeSite,
) -> PlanNode {
    let descriptor = entry.action.descriptor();
    let NodeSite { block, on_error, resources, reads, incoming, outgoing } = site;
    PlanNode {
        id: node.id.clone(),
        reference: ActionReference { id: descriptor.id.clone(), version: descriptor.version },
        work,
        block,
        place: 0,
        readers: 0,
        parameters,
        reads,
        schema: Arc::clone(&entry.input),
        credentials: node.credentials.iter().map(|(slot, name)| (slot.clone(), name.clone())).collect(),
        resources,
        retry: node.retry.clone().or_else(|| descriptor.retry.clone()),
        timeout: node.timeout.or(descriptor.timeout).map(nebula_ports::time::DurationText::get),
        deadline: node.deadline.or(descriptor.limits.deadline).map(nebula_ports::time::DurationText::get),
        on_error,
        effect,
        incoming,
        outgoing,
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

fn digest<'p>(
    definition: Digest,
    graph: &Graph<'_>,
    facts: &[Option<NodeFacts<'_>>],
    called: impl Fn(usize) -> Option<&'p Arc<ExecutionPlan>>,
) -> Digest {
    let mut hasher = blake3::Hasher::new_derive_key("nebula plan v1");
    hasher.update(definition.as_bytes());
    let entries = graph.order.iter().filter_map(|index| facts[*index].as_ref()?.entry);
    for entry in entries {
        hasher.update(entry.digest.as_bytes());
    }
    for plan in graph.order.iter().filter_map(|index| called(*index)) {
        hasher.update(plan.digest.as_bytes());
    }
    Digest::from_bytes(*hasher.finalize().as_bytes())
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
