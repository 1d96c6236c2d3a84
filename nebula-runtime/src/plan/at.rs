//! A text tried at a node of a workflow: its type and its mistakes, as planning would find them if it stood there.

use std::{cell::RefCell, collections::BTreeMap, fmt};

use nebula_expression::{Expression, Type, nearest};
use nebula_ports::{
    diagnostic::{Diagnostic, Severity},
    model::{NodeId, ParameterValue, Workflow},
};
use serde_json::Value;

use super::{
    NodeFacts, Policy,
    called::Called,
    certainty,
    flat::Flat,
    graph::{Graph, MAX_NODES},
    node_facts, pointer,
    reads::Reads,
    sort,
    types::{self, Typing},
};
use crate::catalogue::Catalogue;

/// Deepest place inside a parameter.
const DEEPEST: usize = 64;

/// What is known of a text at a node.
#[derive(Debug, Clone)]
pub struct TextAt {
    /// The type of its value, when it has no mistakes.
    pub ty: Option<Type>,
    /// Errors and warnings: `pointer` is empty, `inner` the place in the text when it is not all of it.
    pub found: Vec<Diagnostic>,
}

/// There is no such place in the workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPlace {
    /// The workflow has no such node.
    Node {
        /// As asked for.
        wanted: NodeId,
        /// The node that was probably meant.
        nearest: Option<NodeId>,
    },
    /// The pointer leads to no place of the node's parameters.
    Parameter {
        /// As asked for.
        wanted: String,
    },
    /// The workflow has more nodes than may be planned.
    TooManyNodes,
}

/// Checks an expression or a template as if it stood at a node: at the place of its parameters that `parameter` points
/// to, or at none in particular. What else is wrong in the workflow is left out.
///
/// # Errors
/// [`NoPlace`] when there is no such node or place.
pub fn check_at(
    definition: &Workflow,
    catalogue: &Catalogue,
    node: &NodeId,
    parameter: Option<&str>,
    text: ParameterValue,
) -> Result<TextAt, NoPlace> {
    if definition.nodes.len() > MAX_NODES {
        return Err(NoPlace::TooManyNodes);
    }
    let Some(index) = definition.nodes.iter().position(|known| known.id == *node) else {
        let ids = definition.nodes.iter().map(|node| node.id.as_str());
        let nearest = nearest(node.as_str(), ids).and_then(|id| NodeId::new(id).ok());
        return Err(NoPlace::Node { wanted: node.clone(), nearest });
    };
    let mut definition = definition.clone();
    let target = &mut definition.nodes[index];
    let own = parameter.is_none();
    let relative = parameter.map_or_else(|| unused_name(&target.parameters), str::to_owned);
    let text = match catalogue.resolve(&target.action) {
        Ok(entry) => types::as_written(text, &entry.action.descriptor().input_schema, &relative),
        Err(_) => text,
    };
    put(&mut target.parameters, &relative, text).ok_or_else(|| NoPlace::Parameter { wanted: relative.clone() })?;

    let place = format!("/nodes/{index}/parameters{relative}");
    let (ty, mut found) = typed(&definition, catalogue, &place);
    found.retain(|finding| {
        // A name that was made up is no mistake.
        finding.pointer == place && !(own && finding.at_key) && finding.severity <= Severity::Warning
    });
    sort(&mut found);
    for finding in &mut found {
        finding.pointer.clear();
        finding.at_key = false;
    }
    let ty = ty.filter(|_| !found.iter().any(Diagnostic::is_error));
    Ok(TextAt { ty, found })
}

/// The type of the text at a place, and what planning finds in all texts and parameters.
fn typed(definition: &Workflow, catalogue: &Catalogue, place: &str) -> (Option<Type>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let policy = Policy::default();
    let called = Called::new(definition, catalogue, &policy, &mut found);
    let flat = Flat::new(definition, &mut found);
    let definition: &Workflow = &flat.workflow;
    let graph = Graph::new(definition, &mut found);
    let (mut sites, mut hosts) = (Vec::new(), Vec::new());
    let facts: Vec<NodeFacts<'_>> = (0..definition.nodes.len())
        .map(|index| node_facts(&flat, index, &called, catalogue, &policy, &mut sites, &mut hosts, &mut found))
        .collect();
    let conditions: Vec<Option<Expression>> = graph
        .edges
        .iter()
        .map(|edge| definition.connections[edge.index].when.as_deref().and_then(|when| Expression::parse(when).ok()))
        .collect();
    let certainty = certainty(&flat, &graph, &facts, |edge| conditions[edge].as_ref());
    let mut reads = Reads { flat: &flat, definition, graph: &graph, certainty };
    let read: Vec<_> = sites.iter().map(|site| reads.check(site, &mut found)).collect();
    let nodes: Vec<_> = facts.iter().map(NodeFacts::to_type).collect();
    let certainty = reads.certainty.map(RefCell::new);
    let typing = Typing {
        flat: &flat,
        called: &called,
        definition,
        graph: &graph,
        sites: &sites,
        reads: &read,
        nodes: &nodes,
        certainty,
    };
    let ty = typing.check_and_tell(place, &mut found);
    (ty, found)
}

/// A pointer to a parameter that is not given.
fn unused_name(parameters: &BTreeMap<String, ParameterValue>) -> String {
    let mut name = "_".to_owned();
    while parameters.contains_key(&name) {
        name.push('_');
    }
    format!("/{name}")
}

/// Puts a text where a pointer leads; objects on the way are made.
fn put(parameters: &mut BTreeMap<String, ParameterValue>, at: &str, text: ParameterValue) -> Option<()> {
    let pieces: Vec<String> = pointer::pieces(at).collect();
    if !at.starts_with('/') || pieces.len() > DEEPEST {
        return None;
    }
    let (name, inside) = pieces.split_first()?;
    let mut here = parameters.entry(name.clone()).or_insert(ParameterValue::Literal(Value::Null));
    for piece in inside {
        open(here);
        here = match here {
            ParameterValue::Object(members) => {
                members.entry(piece.clone()).or_insert(ParameterValue::Literal(Value::Null))
            }
            ParameterValue::Array(items) => {
                let index: usize = piece.parse().ok()?;
                if index == items.len() {
                    items.push(ParameterValue::Literal(Value::Null));
                }
                items.get_mut(index)?
            }
            _ => return None,
        };
    }
    *here = text;
    Some(())
}

/// Makes members of a literal ones of their own.
fn open(value: &mut ParameterValue) {
    let ParameterValue::Literal(literal) = value else { return };
    *value = match std::mem::take(literal) {
        Value::Null => ParameterValue::Object(BTreeMap::new()),
        Value::Object(members) => ParameterValue::Object(
            members.into_iter().map(|(name, member)| (name, ParameterValue::Literal(member))).collect(),
        ),
        Value::Array(items) => ParameterValue::Array(items.into_iter().map(ParameterValue::Literal).collect()),
        other => ParameterValue::Literal(other),
    };
}

// === impl NoPlace ===

impl NoPlace {
    /// What to do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Node { nearest, .. } => nearest.as_ref().map(|near| format!("did you mean `{near}`?")),
            Self::Parameter { .. } => Some("write a JSON pointer, as in `/url` or `/headers/accept`".to_owned()),
            Self::TooManyNodes => None,
        }
    }
}

impl fmt::Display for NoPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node { wanted, .. } => write!(f, "the workflow has no node `{wanted}`"),
            Self::Parameter { wanted } => write!(f, "`{wanted}` leads to no place of the node's parameters"),
            Self::TooManyNodes => write!(f, "the workflow has more than {MAX_NODES} nodes"),
        }
    }
}

impl std::error::Error for NoPlace {}

#[cfg(test)]
mod tests;
