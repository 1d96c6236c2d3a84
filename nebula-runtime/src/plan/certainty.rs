//! Which nodes have surely ended, and surely completed, when another one reads them.

use nebula_expression::Proposition;
use nebula_ports::model::OnError;

use super::{branches::Branches, graph::Graph};

/// Answers questions about an acyclic graph.
#[derive(Debug)]
pub(super) struct Certainty<'g, 'a> {
    graph: &'g Graph<'a>,
    branches: Branches<'g, 'a>,
    /// Per node: what has completed when its result is there. A block's end, where the block may fail and the run go on.
    result: Vec<usize>,
    /// Per node: whether it runs in every run.
    always: Vec<bool>,
    /// Per node: interval in the tree of dominators; one node dominates another when its interval holds the other's.
    interval: Vec<(u32, u32)>,
    /// Marks of the search for what has ended: a node is marked when it holds the number of the search.
    mark: Vec<u32>,
    search: u32,
    /// What has run for the last reader that was asked for.
    latest: Option<(Reader, Vec<bool>)>,
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A node's parameters, before it runs.
    Node(usize),
    /// A connection's condition, after the node it starts from has ended in the way that leads along it.
    After {
        /// The node.
        node: usize,
        /// The connection, as an index into the graph's.
        edge: usize,
    },
    /// The workflow's result, at the end.
    End,
}

impl Reader {
    /// The node without which nothing is read.
    const fn node(self) -> Option<usize> {
        match self {
            Self::Node(node) | Self::After { node, .. } => Some(node),
            Self::End => None,
        }
    }
}

impl<'g, 'a> Certainty<'g, 'a> {
    /// `end` is the end of a block; of other nodes it is the node.
    pub(super) fn new(graph: &'g Graph<'a>, branches: Branches<'g, 'a>, end: impl Fn(usize) -> usize) -> Self {
        let result = |node| result(graph, &end, node);
        let mut this = Self {
            graph,
            branches,
            result: (0..graph.position.len()).map(result).collect(),
            always: Vec::new(),
            interval: dominators(graph),
            mark: vec![0; graph.position.len()],
            search: 0,
            latest: None,
        };
        this.always = this.follows((0..graph.position.len()).filter(|node| graph.incoming[*node].is_empty()));
        this
    }

    /// What surely runs when these nodes do.
    fn follows(&self, nodes: impl IntoIterator<Item = usize>) -> Vec<bool> {
        let mut runs = vec![false; self.graph.position.len()];
        let mut stack: Vec<usize> = nodes.into_iter().collect();
        while let Some(node) = stack.pop() {
            if std::mem::replace(&mut runs[node], true) {
                continue;
            }
            let edges = self.graph.outgoing[node].iter().map(|edge| self.graph.edges[*edge as usize]);
            stack.extend(edges.filter(|edge| !edge.is_conditional).map(|edge| edge.to));
        }
        runs
    }

    /// Which of `nodes` have not surely ended when `reader` reads, as indices into `nodes`.
    pub(super) fn too_early(&mut self, reader: Reader, nodes: &[usize]) -> Vec<usize> {
        let (reader, itself) = match reader {
            Reader::Node(node) => (node, false),
            Reader::After { node, .. } => (node, true),
            Reader::End => return Vec::new(),
        };
        let Some(earliest) = nodes.iter().map(|node| self.graph.position[*node]).min() else { return Vec::new() };
        self.search += 1;
        let mut stack = vec![reader];
        while let Some(node) = stack.pop() {
            for edge in &self.graph.incoming[node] {
                let from = self.graph.edges[*edge as usize].from;
                // Nothing before the earliest wanted node can lead to it.
                if self.graph.position[from] >= earliest && self.mark[from] != self.search {
                    self.mark[from] = self.search;
                    stack.push(from);
                }
            }
        }
        let has_ended = |node: usize| self.mark[node] == self.search || (itself && node == reader);
        (0..nodes.len()).filter(|i| !has_ended(nodes[*i])).collect()
    }

    /// Whether `node` has run whenever `reader` reads: it runs in every run, or every way to the reader leads through
    /// it, or it surely runs after a node of which one of these is true, or the conditions on the ways say so. A node that
    /// has failed has not run, where the run goes on.
    pub(super) fn has_run(&mut self, reader: Reader, node: usize) -> bool {
        if self.graph.on_error[self.result[node]] != OnError::Fail {
            return self.has_run_given(reader, &[], node);
        }
        if self.always[node] {
            return true;
        }
        let Some(through) = reader.node() else { return self.branches.has_run(None, &[], node) };
        if self.dominates(node, through) || self.branches.has_run(Some(through), &[], node) {
            return true;
        }
        if self.latest.as_ref().is_none_or(|(latest, _)| *latest != reader) {
            let above = (0..self.always.len()).filter(|node| self.always[*node] || self.dominates(*node, through));
            self.latest = Some((reader, self.follows(above)));
        }
        self.latest.as_ref().is_some_and(|(_, runs)| runs[node])
    }

    /// Whether `node` has run when `reader` reads it where all of these hold.
    pub(super) fn has_run_given(&mut self, reader: Reader, given: &[Proposition], node: usize) -> bool {
        let node = self.result[node];
        match reader {
            Reader::After { edge, .. } => self.branches.has_run_along(edge, given, node),
            Reader::Node(reader) => self.branches.has_run(Some(reader), given, node),
            Reader::End => self.branches.has_run(None, given, node),
        }
    }

    fn dominates(&self, above: usize, below: usize) -> bool {
        let ((start, end), (inner_start, inner_end)) = (self.interval[above], self.interval[below]);
        start <= inner_start && inner_end <= end
    }
}

/// What has completed when the result of a node is there: `end` is the end of a block, and of other nodes the node.
pub(super) fn result(graph: &Graph<'_>, end: impl Fn(usize) -> usize, node: usize) -> usize {
    if graph.on_error[end(node)] == OnError::Fail { node } else { end(node) }
}

/// Intervals in the tree of dominators. One pass in topological order suffices, as the graph has no circles.
fn dominators(graph: &Graph<'_>) -> Vec<(u32, u32)> {
    let count = graph.order.len();
    // By position; 0 is a root above all nodes, so a node is at its position + 1.
    let mut parent = vec![0_usize; count + 1];
    for (position, node) in graph.order.iter().enumerate() {
        let mut common: Option<usize> = None;
        for edge in &graph.incoming[*node] {
            let mut other = graph.position[graph.edges[*edge as usize].from] + 1;
            let Some(mut this) = common else {
                common = Some(other);
                continue;
            };
            while this != other {
                // Dominators come earlier: the later of the two steps up.
                if this > other {
                    this = parent[this];
                } else {
                    other = parent[other];
                }
            }
            common = Some(this);
        }
        parent[position + 1] = common.unwrap_or(0);
    }
    // Sizes of subtrees, from the leaves up; then places, from the root down. Parents come first in the order.
    let mut size = vec![1_u32; count + 1];
    for child in (1..=count).rev() {
        size[parent[child]] += size[child];
    }
    let mut start = vec![0_u32; count + 1];
    let mut next = vec![1_u32; count + 1];
    for child in 1..=count {
        let above = parent[child];
        start[child] = start[above] + next[above];
        next[above] += size[child];
    }
    (0..graph.position.len())
        .map(|node| {
            let at = graph.position[node] + 1;
            (start[at], start[at] + size[at] - 1)
        })
        .collect()
}
