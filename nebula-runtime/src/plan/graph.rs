//! The graph of a definition: ids to indices, what comes after what, and an order to run in.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, HashSet},
};

use nebula_expression::nearest;
use nebula_ports::{
    diagnostic::Diagnostic,
    model::{NodeId, OnError, PortName, Workflow},
};

use super::code;

/// Most nodes of one workflow.
pub(super) const MAX_NODES: usize = 20_000;
/// Circles reported at one time: mending one often mends others.
const MAX_CYCLES: usize = 8;
/// After so many findings, names are no longer compared with all others: that would take long and help nobody.
pub(super) const MAX_SUGGESTIONS: usize = 50;

/// Nodes by their index in the definition.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    pub(super) by_id: HashMap<&'a str, usize>,
    /// Only those whose ends exist, in the order of the definition.
    pub(super) edges: Vec<Edge<'a>>,
    /// Per node: what a failure of it does to the run.
    pub(super) on_error: Vec<OnError>,
    /// Per node: indices into `edges`.
    pub(super) incoming: Vec<Vec<u32>>,
    pub(super) outgoing: Vec<Vec<u32>>,
    /// Node indices, each after all it depends on; nodes of a circle are left out.
    pub(super) order: Vec<usize>,
    /// Per node: its place in `order`, `usize::MAX` for those of a circle.
    pub(super) position: Vec<usize>,
}

/// A connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge<'a> {
    pub(super) from: usize,
    /// The port it begins at.
    pub(super) port: Option<&'a PortName>,
    pub(super) to: usize,
    /// Its index in the definition.
    pub(super) index: usize,
    pub(super) has_when: bool,
    /// Whether it may not be taken though its earlier node has run.
    pub(super) is_conditional: bool,
}

impl<'a> Graph<'a> {
    /// Reads the graph, reporting what is wrong with it.
    pub(super) fn new(definition: &'a Workflow, found: &mut Vec<Diagnostic>) -> Self {
        let by_id = index(definition, found);
        let edges = edges(definition, &by_id, found);
        let count = definition.nodes.len();
        let mut incoming = vec![Vec::new(); count];
        let mut outgoing = vec![Vec::new(); count];
        for (i, edge) in (0_u32..).zip(&edges) {
            outgoing[edge.from].push(i);
            incoming[edge.to].push(i);
        }
        let mut graph = Self {
            by_id,
            edges,
            on_error: definition.nodes.iter().map(|node| node.on_error).collect(),
            incoming,
            outgoing,
            order: Vec::new(),
            position: vec![usize::MAX; count],
        };
        graph.sort();
        if graph.order.len() < count {
            graph.report_cycles(definition, found);
        }
        graph
    }

    pub(super) fn is_acyclic(&self) -> bool {
        self.order.len() == self.position.len()
    }

    /// Kahn's algorithm; of the nodes that could come next, the first in the definition does.
    fn sort(&mut self) {
        let mut missing: Vec<usize> = self.incoming.iter().map(Vec::len).collect();
        let mut ready: BinaryHeap<_> =
            missing.iter().enumerate().filter(|(_, missing)| **missing == 0).map(|(node, _)| Reverse(node)).collect();
        while let Some(Reverse(node)) = ready.pop() {
            self.position[node] = self.order.len();
            self.order.push(node);
            for edge in &self.outgoing[node] {
                let to = self.edges[*edge as usize].to;
                missing[to] -= 1;
                if missing[to] == 0 {
                    ready.push(Reverse(to));
                }
            }
        }
    }

    /// Walks the part that could not be sorted and reports a circle at each connection that closes one.
    fn report_cycles(&self, definition: &Workflow, found: &mut Vec<Diagnostic>) {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            New,
            OnPath,
            Done,
        }
        let mut marks = vec![Mark::New; self.position.len()];
        let mut reported = 0;
        for root in (0..marks.len()).filter(|node| self.position[*node] == usize::MAX) {
            if marks[root] != Mark::New {
                continue;
            }
            // The nodes of the path, each with how many of its connections were followed.
            let mut path = vec![(root, 0)];
            marks[root] = Mark::OnPath;
            while let Some((node, next)) = path.last_mut() {
                let Some(edge) = self.outgoing[*node].get(*next) else {
                    marks[*node] = Mark::Done;
                    path.pop();
                    continue;
                };
                *next += 1;
                let edge = self.edges[*edge as usize];
                match marks[edge.to] {
                    Mark::New if self.position[edge.to] == usize::MAX => {
                        marks[edge.to] = Mark::OnPath;
                        path.push((edge.to, 0));
                    }
                    Mark::OnPath if reported < MAX_CYCLES => {
                        reported += 1;
                        let start = path.iter().position(|(node, _)| *node == edge.to).unwrap_or(0);
                        let circle = path[start..].iter().map(|(node, _)| *node).chain([edge.to]);
                        found.push(cycle(definition, edge, circle));
                    }
                    _ => {}
                }
            }
        }
    }
}

fn cycle(definition: &Workflow, edge: Edge<'_>, circle: impl Iterator<Item = usize>) -> Diagnostic {
    const SHOWN: usize = 12;
    let mut names: Vec<&str> = circle.map(|node| definition.nodes[node].id.as_str()).collect();
    if names.len() > SHOWN {
        names.splice(SHOWN / 2..names.len() - SHOWN / 2, ["…"]);
    }
    let (message, help) = if edge.from == edge.to {
        (format!("`{}` is connected to itself", names[0]), "remove this connection")
    } else {
        (format!("these connections go in a circle: {}", names.join(" → ")), "remove one connection of the circle")
    };
    Diagnostic::error(code::CYCLE, format!("/connections/{}", edge.index), message)
        .with_node(definition.nodes[edge.to].id.clone())
        .with_help(help)
}

fn index<'a>(definition: &'a Workflow, found: &mut Vec<Diagnostic>) -> HashMap<&'a str, usize> {
    if definition.nodes.is_empty() {
        found.push(
            Diagnostic::error(code::NO_NODES, "/nodes", "the workflow has no nodes")
                .with_help("add a node with `id` and `action`"),
        );
    }
    if definition.nodes.len() > MAX_NODES {
        let message = format!("the workflow has {} nodes, at most {MAX_NODES} are planned", definition.nodes.len());
        found.push(
            Diagnostic::error(code::TOO_MANY_NODES, "/nodes", message).with_help("divide it into several workflows"),
        );
    }
    let mut by_id = HashMap::with_capacity(definition.nodes.len());
    let mut first_reported = HashSet::new();
    for (i, node) in definition.nodes.iter().enumerate() {
        let Some(first) = by_id.get(node.id.as_str()).copied() else {
            by_id.insert(node.id.as_str(), i);
            continue;
        };
        let report = |index: usize, label: &str| {
            Diagnostic::error(
                code::DUPLICATE_NODE,
                format!("/nodes/{index}/id"),
                format!("two nodes are called `{}`", node.id),
            )
            .with_node(node.id.clone())
            .with_label(label)
            .with_help("give one of them another id: expressions and connections name nodes by it")
        };
        if first_reported.insert(first) {
            found.push(report(first, "first here"));
        }
        found.push(report(i, "and again here"));
    }
    by_id
}

fn edges<'a>(definition: &'a Workflow, by_id: &HashMap<&str, usize>, found: &mut Vec<Diagnostic>) -> Vec<Edge<'a>> {
    let mut edges = Vec::with_capacity(definition.connections.len());
    let mut seen = HashMap::with_capacity(definition.connections.len());
    for (i, connection) in definition.connections.iter().enumerate() {
        let mut end = |id: &NodeId, key: &str| {
            let node = by_id.get(id.as_str()).copied();
            if node.is_none() {
                found.push(unknown_node(
                    code::UNKNOWN_NODE,
                    format!("/connections/{i}/{key}"),
                    id.as_str(),
                    by_id,
                    found.len(),
                ));
            }
            node
        };
        let (from, to) = (end(&connection.from.node, "from"), end(&connection.to, "to"));
        let (Some(from), Some(to)) = (from, to) else { continue };
        if let Some(first) = seen.insert((from, &connection.from.port, to), i) {
            found.push(
                Diagnostic::error(
                    code::DUPLICATE_CONNECTION,
                    format!("/connections/{i}"),
                    format!("`{}` is connected to `{}` twice", connection.from, connection.to),
                )
                .with_node(connection.to.clone())
                .with_help(format!(
                    "keep one; two conditions are joined with `||` (the other is number {})",
                    first + 1
                )),
            );
            continue;
        }
        // A node that routes its failures may end without taking its plain connections.
        let port = connection.from.port.as_ref();
        let has_when = connection.when.is_some();
        let is_conditional = has_when || port.is_some() || definition.nodes[from].on_error == OnError::Route;
        edges.push(Edge { from, port, to, index: i, has_when, is_conditional });
    }
    edges
}

/// A name that no node has, found after `before` other mistakes.
pub(super) fn unknown_node(
    code: &'static str,
    pointer: String,
    id: &str,
    by_id: &HashMap<&str, usize>,
    before: usize,
) -> Diagnostic {
    const LISTED: usize = 12;
    let diagnostic = Diagnostic::error(code, pointer, format!("there is no node `{id}`"));
    if before >= MAX_SUGGESTIONS {
        return diagnostic;
    }
    let mut names: Vec<&str> = by_id.keys().copied().collect();
    names.sort_by_key(|name| by_id[name]);
    if let Some(near) = nearest(id, names.iter().copied()) {
        return diagnostic.with_help(format!("did you mean `{near}`?"));
    }
    if names.is_empty() {
        return diagnostic;
    }
    let more = if names.len() > LISTED { ", …" } else { "" };
    let shown: Vec<_> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    diagnostic.with_help(format!("there is {}{more}", shown.join(", ")))
}
