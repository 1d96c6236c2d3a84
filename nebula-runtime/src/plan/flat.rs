//! One graph of a workflow and of all that is inside its blocks, so that what is proved of graphs is proved of blocks too.
//!
//! A block's node comes before the nodes inside it. Two nodes that are made up come after them: the end of an item, which
//! computes its result, and the end of the block, which what follows the block follows. The nodes inside, and the end of an
//! item, are behind a condition, as a list may be empty; the end of the block is not. Nodes and connections of the
//! workflow itself keep their indices; places of the others are told in the words of the definition again.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use nebula_expression::{Expression, Root};
use nebula_ports::{
    diagnostic::Diagnostic,
    model::{Body, Connection, Node, NodeId, ParameterValue, Workflow},
};

use super::code;
use crate::catalogue::blocks;

/// How deeply blocks may stand in each other.
const MAX_DEPTH: usize = 8;

/// A workflow as one graph.
#[derive(Debug)]
pub(super) struct Flat<'d> {
    pub(super) workflow: Cow<'d, Workflow>,
    /// Per node: the block that it is in.
    enclosing: Vec<Option<usize>>,
    /// Block → its end.
    ends: HashMap<usize, usize>,
    /// End → its block.
    blocks: HashMap<usize, usize>,
    /// End of an item → its block.
    item_ends: HashMap<usize, usize>,
    /// Connections that are made up.
    made_up: HashSet<usize>,
    /// Connections with which an item begins and that say no condition.
    plain_starts: HashSet<usize>,
    /// Where nodes and connections beyond the workflow's own are in the definition.
    node_pointers: HashMap<usize, String>,
    connection_pointers: HashMap<usize, String>,
}

/// A graph that is still to be laid out.
struct Graph {
    nodes: Vec<usize>,
    connections: Vec<usize>,
}

// === impl Flat ===

impl<'d> Flat<'d> {
    pub(super) fn new(definition: &'d Workflow, found: &mut Vec<Diagnostic>) -> Self {
        let mut flat = Flat {
            workflow: Cow::Borrowed(definition),
            enclosing: vec![None; definition.nodes.len()],
            ends: HashMap::new(),
            blocks: HashMap::new(),
            item_ends: HashMap::new(),
            made_up: HashSet::new(),
            plain_starts: HashSet::new(),
            node_pointers: HashMap::new(),
            connection_pointers: HashMap::new(),
        };
        if definition.nodes.iter().any(|node| node.body.is_some()) {
            let mut workflow = definition.clone();
            let root = Graph {
                nodes: (0..workflow.nodes.len()).collect(),
                connections: (0..workflow.connections.len()).collect(),
            };
            flat.lay_out(&mut workflow, root, 0, found);
            flat.workflow = Cow::Owned(workflow);
        }
        flat
    }

    /// Puts what is inside the blocks of a graph behind all that is there.
    fn lay_out(&mut self, workflow: &mut Workflow, graph: Graph, depth: usize, found: &mut Vec<Diagnostic>) {
        let mut ends = HashMap::new();
        for block in graph.nodes.iter().copied() {
            let Some(body) = workflow.nodes[block].body.take() else { continue };
            let pointer = self.pointer_of(block);
            if depth == MAX_DEPTH {
                found.push(
                    Diagnostic::error(code::BLOCK, format!("{pointer}/body"), "blocks stand too deeply in each other")
                        .with_node(workflow.nodes[block].id.clone())
                        .with_help("call a workflow instead: `flow.call`"),
                );
                continue;
            }
            if body.nodes.is_empty() {
                found.push(
                    Diagnostic::error(code::NO_NODES, format!("{pointer}/body/nodes"), "the block has no nodes")
                        .with_node(workflow.nodes[block].id.clone())
                        .with_help("add a node with `id` and `action`"),
                );
            }
            let inside = self.open(workflow, block, *body);
            ends.insert(workflow.nodes[block].id.clone(), inside.end);
            self.lay_out(workflow, inside.graph, depth + 1, found);
        }
        for connection in graph.connections {
            let connection = &mut workflow.connections[connection];
            if let Some(end) = ends.get(&connection.from.node) {
                connection.from.node = workflow.nodes[*end].id.clone();
            }
        }
    }

    fn open(&mut self, workflow: &mut Workflow, block: usize, body: Body) -> Inside {
        let Body { nodes, connections, output } = body;
        let pointer = self.pointer_of(block);
        let id = workflow.nodes[block].id.clone();
        let action = workflow.nodes[block].action.clone();
        let item_end = workflow.nodes.len();
        workflow.nodes.push(Node {
            parameters: output.map(|output| ("output".to_owned(), output)).into_iter().collect(),
            ..Node::new(end_of_item(&id), action.clone())
        });
        self.enclosing.push(Some(block));
        self.item_ends.insert(item_end, block);
        let end = workflow.nodes.len();
        // A block has failed when its items have: it is its end of which that is to be said.
        let on_error = std::mem::take(&mut workflow.nodes[block].on_error);
        workflow.nodes.push(Node { on_error, ..Node::new(end_of(&id), action) });
        self.enclosing.push(self.enclosing(block));
        self.ends.insert(block, end);
        self.blocks.insert(end, block);

        let mut graph = Graph { nodes: Vec::new(), connections: Vec::new() };
        let followed: HashSet<&NodeId> = connections.iter().map(|connection| &connection.from.node).collect();
        let preceded: HashSet<&NodeId> = connections.iter().map(|connection| &connection.to).collect();
        let mut made_up = vec![connection(&id, &end_of(&id), None), connection(&end_of_item(&id), &end_of(&id), None)];
        for node in &nodes {
            if !preceded.contains(&node.id) {
                // A list may be empty: what is inside need not run.
                made_up.push(connection(&id, &node.id, Some("true")));
            }
            if !followed.contains(&node.id) {
                let last = if node.body.is_some() { end_of(&node.id) } else { node.id.clone() };
                made_up.push(connection(&last, &end_of_item(&id), None));
            }
        }
        for (index, node) in nodes.into_iter().enumerate() {
            let at = workflow.nodes.len();
            self.node_pointers.insert(at, format!("{pointer}/body/nodes/{index}"));
            self.enclosing.push(Some(block));
            graph.nodes.push(at);
            workflow.nodes.push(node);
        }
        for (index, mut connection) in connections.into_iter().enumerate() {
            let at = workflow.connections.len();
            self.connection_pointers.insert(at, format!("{pointer}/body/connections/{index}"));
            graph.connections.push(at);
            if connection.from.node == id && connection.when.is_none() {
                // A list may be empty.
                connection.when = Some("true".to_owned());
                self.plain_starts.insert(at);
            }
            workflow.connections.push(connection);
        }
        for connection in made_up {
            self.made_up.insert(workflow.connections.len());
            self.connection_pointers.insert(workflow.connections.len(), format!("{pointer}/body"));
            workflow.connections.push(connection);
        }
        Inside { end, graph }
    }

    /// Whether a node stands for what blocks do by themselves.
    pub(super) fn is_end(&self, node: usize) -> bool {
        self.blocks.contains_key(&node) || self.item_ends.contains_key(&node)
    }

    /// The block of the end of an item.
    pub(super) fn block_of_item_end(&self, end: usize) -> Option<usize> {
        self.item_ends.get(&end).copied()
    }

    /// Whether a connection stands for what blocks do by themselves.
    pub(super) fn is_made_up(&self, connection: usize) -> bool {
        self.made_up.contains(&connection)
    }

    /// Whether what stands as a condition in the graph is none of the definition.
    pub(super) fn is_unconditional(&self, connection: usize) -> bool {
        self.made_up.contains(&connection) || self.plain_starts.contains(&connection)
    }

    /// Whether an item begins with a connection: inside of a block, it is from the block.
    pub(super) fn is_start(&self, from: usize, to: usize) -> bool {
        self.enclosing(to) == Some(from) && self.ends.contains_key(&from)
    }

    /// What is true of a connection with which an item begins: that the block has items. It is the same for all nodes with
    /// which an item begins.
    pub(super) fn has_items(&self, from: usize, to: usize) -> Option<Expression> {
        let block = &self.workflow.nodes.get(from).filter(|_| self.is_start(from, to))?.id;
        Expression::parse(&format!("$input[\"items of {block}\"]")).ok()
    }

    /// Whether the condition of a connection is about the item of a block that stands in another one: the same text means
    /// another item there, and says nothing about it.
    pub(super) fn is_of_an_inner_item(&self, from: usize, to: usize, condition: &Expression) -> bool {
        let block = self.enclosing_along(from, to);
        let is_inner = block.and_then(|block| self.enclosing(block)).is_some();
        is_inner && condition.paths().iter().any(|path| matches!(path.root, Root::Item | Root::Index))
    }

    /// The block of an end.
    pub(super) fn block_of_end(&self, end: usize) -> Option<usize> {
        self.blocks.get(&end).copied()
    }

    /// The end of a block.
    pub(super) fn end_of_block(&self, block: usize) -> Option<usize> {
        self.ends.get(&block).copied()
    }

    /// The block that a node is in; an end is in its block.
    pub(super) fn enclosing(&self, node: usize) -> Option<usize> {
        self.enclosing.get(node).copied().flatten()
    }

    /// The block in which what comes after a node is.
    pub(super) fn enclosing_after(&self, node: usize) -> Option<usize> {
        match self.block_of_end(node) {
            Some(block) => self.enclosing(block),
            None => self.enclosing(node),
        }
    }

    /// The block in which the condition of a connection is.
    pub(super) fn enclosing_along(&self, from: usize, to: usize) -> Option<usize> {
        if self.is_start(from, to) { Some(from) } else { self.enclosing_after(from) }
    }

    /// Whether what is inside `from` sees a node: one beside it, or beside a block around it.
    pub(super) fn sees(&self, mut from: Option<usize>, node: usize) -> bool {
        let wanted = self.enclosing(node);
        loop {
            if from == wanted {
                return true;
            }
            let Some(block) = from else { return false };
            from = self.enclosing(block);
        }
    }

    /// Whether a node is one of the blocks around `from`.
    pub(super) fn is_around(&self, mut from: Option<usize>, node: usize) -> bool {
        while let Some(block) = from {
            if block == node {
                return true;
            }
            from = self.enclosing(block);
        }
        false
    }

    fn pointer_of(&self, node: usize) -> String {
        self.node_pointers.get(&node).cloned().unwrap_or_else(|| format!("/nodes/{node}"))
    }

    /// Tells places and names of one graph in the words of the definition.
    pub(super) fn tell(&self, diagnostic: &mut Diagnostic) {
        if self.blocks.is_empty() {
            return;
        }
        diagnostic.pointer = self.pointer(&diagnostic.pointer);
        for (end, block) in self.blocks.iter().chain(&self.item_ends) {
            let (end, block) = (&self.workflow.nodes[*end].id, &self.workflow.nodes[*block].id);
            if diagnostic.node.as_ref() == Some(end) {
                diagnostic.node = Some(block.clone());
            }
            if diagnostic.message.contains(end.as_str()) {
                diagnostic.message = diagnostic.message.replace(end.as_str(), block.as_str());
            }
            if let Some(help) = diagnostic.help.as_mut().filter(|help| help.contains(end.as_str())) {
                *help = help.replace(end.as_str(), block.as_str());
            }
        }
    }

    /// A place of the definition for one of the graph.
    pub(super) fn pointer(&self, pointer: &str) -> String {
        let split = |prefix: &str| {
            let rest = pointer.strip_prefix(prefix)?;
            let length = rest.find('/').unwrap_or(rest.len());
            Some((rest[..length].parse::<usize>().ok()?, &rest[length..]))
        };
        if let Some((node, rest)) = split("/nodes/") {
            if let Some(block) = self.block_of_item_end(node).or_else(|| self.block_of_end(node)) {
                let rest = rest.strip_prefix("/parameters").unwrap_or_default();
                return format!("{}/body{rest}", self.pointer_of(block));
            }
            return format!("{}{rest}", self.pointer_of(node));
        }
        if let Some((connection, rest)) = split("/connections/")
            && let Some(place) = self.connection_pointers.get(&connection)
        {
            return if self.is_made_up(connection) { place.clone() } else { format!("{place}{rest}") };
        }
        pointer.to_owned()
    }

    /// Connections between different graphs, and what does not belong to a block's node.
    pub(super) fn check(&self, found: &mut Vec<Diagnostic>) {
        let by_id: HashMap<&NodeId, usize> =
            self.workflow.nodes.iter().enumerate().map(|(index, node)| (&node.id, index)).collect();
        for (index, connection) in self.workflow.connections.iter().enumerate() {
            let ends = by_id.get(&connection.from.node).zip(by_id.get(&connection.to));
            let Some((from, to)) = ends.filter(|_| !self.is_made_up(index)) else { continue };
            let (from_block, to_block) = (self.enclosing_along(*from, *to), self.enclosing(*to));
            if from_block != to_block {
                found.push(self.crossing(index, *from, *to));
            }
        }
        for (index, node) in self.workflow.nodes.iter().enumerate().filter(|(index, _)| !self.is_end(*index)) {
            self.check_node(index, node, found);
        }
    }

    fn crossing(&self, index: usize, from: usize, to: usize) -> Diagnostic {
        let name = |node: usize| &self.workflow.nodes[self.block_of_end(node).unwrap_or(node)].id;
        let inside = if self.sees(self.enclosing_after(from), to) { from } else { to };
        let block = self.enclosing(inside).map_or_else(String::new, |block| {
            format!(": `{}` is inside the block `{}`", name(inside), self.workflow.nodes[block].id)
        });
        let message = format!("`{}` and `{}` are in different graphs{block}", name(from), name(to));
        Diagnostic::error(code::BLOCK, format!("/connections/{index}"), message)
            .with_node(name(to).clone())
            .with_help("connect the block itself: what follows it runs when all of its items have ended")
    }

    fn check_node(&self, index: usize, node: &Node, found: &mut Vec<Diagnostic>) {
        let at = format!("/nodes/{index}");
        let mut report = |pointer: String, message: String, help: String| {
            found.push(Diagnostic::error(code::BLOCK, pointer, message).with_node(node.id.clone()).with_help(help));
        };
        let has_body = self.ends.contains_key(&index);
        let (is_loop, is_call) = (blocks::is_for_each(&node.action), blocks::is_call(&node.action));
        if is_loop && !has_body && node.body.is_none() {
            let help = "add `body:` with `nodes`, and `connections` and `output` as in a workflow";
            report(at.clone(), format!("`{}` has nothing to do for each item", node.id), help.to_owned());
        }
        if has_body && !is_loop {
            let help = format!("write `action: {}`, or remove the body", blocks::FOR_EACH);
            report(format!("{at}/body"), format!("`{}` takes no body", node.action), help);
        }
        if is_call && node.flow.is_none() {
            let names: Vec<_> = self.workflow.flows.keys().map(|id| format!("`{id}`")).collect();
            let help = match names.is_empty() {
                true => "add `flow:` with the name of a workflow under `flows:`".to_owned(),
                false => format!("add `flow:` with one of {}", names.join(", ")),
            };
            report(at.clone(), format!("`{}` calls no workflow", node.id), help);
        }
        if let Some(flow) = node.flow.as_ref().filter(|_| !is_call) {
            let help = format!("write `action: {}`, or remove `flow`", blocks::CALL);
            report(format!("{at}/flow"), format!("`{}` calls no workflow, so not `{flow}`", node.action), help);
        }
        if !is_loop && !is_call {
            return;
        }
        for (key, is_given) in [
            ("retry", node.retry.is_some()),
            ("timeout", node.timeout.is_some()),
            ("deadline", node.deadline.is_some()),
        ] {
            if is_given {
                let help = format!("say `{key}` at the nodes inside");
                report(format!("{at}/{key}"), format!("`{}` makes no attempts of its own", node.action), help);
            }
        }
    }
}

/// What is inside a block.
struct Inside {
    end: usize,
    graph: Graph,
}

/// A name that nobody writes: words of dashes are legal, and nobody has met one.
fn end_of(block: &NodeId) -> NodeId {
    let name: String = block.as_str().chars().take(100).collect();
    NodeId::new(format!("{name}--end-of-block")).unwrap_or_else(|_| block.clone())
}

fn end_of_item(block: &NodeId) -> NodeId {
    let name: String = block.as_str().chars().take(100).collect();
    NodeId::new(format!("{name}--end-of-item")).unwrap_or_else(|_| block.clone())
}

fn connection(from: &NodeId, to: &NodeId, when: Option<&str>) -> Connection {
    Connection { from: from.clone().into(), to: to.clone(), when: when.map(str::to_owned) }
}

/// The output of a block that says none is not known: it depends on what runs.
pub(super) fn output_of(node: &Node) -> Option<&ParameterValue> {
    node.parameters.get("output")
}
