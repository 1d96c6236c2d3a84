//! What a run can cost at most.

use std::collections::BTreeMap;

use nebula_ports::model::CredentialName;

use super::{Bounds, Compiled, PlanNode, Work, flat::Flat, graph::Graph, places::Places};

/// Items at one time of a block that does not say it before the run.
const MOST_ITEMS: u32 = 10_000;

/// What the bounds follow from.
pub(super) struct Shape<'s, 'a> {
    pub(super) graph: &'s Graph<'a>,
    pub(super) flat: &'s Flat<'a>,
    pub(super) places: &'s Places,
}

/// Computes the bounds of a plan whose nodes reach `hosts`.
pub(super) fn bounds(shape: &Shape<'_, '_>, nodes: &[PlanNode], limit: Option<u32>, mut hosts: Vec<String>) -> Bounds {
    let width = shape.width(nodes);
    let mut max_calls: BTreeMap<String, u64> = BTreeMap::new();
    let mut max_calls_per_item: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let mut credentials: Vec<CredentialName> = Vec::new();
    for index in shape.graph.order.iter().copied().filter(|index| !shape.flat.is_end(*index)) {
        let Some(node) = nodes.get(shape.places.slot(index) as usize) else { continue };
        let counted = match shape.flat.enclosing(index) {
            None => &mut max_calls,
            Some(block) => max_calls_per_item.entry(shape.name(block)).or_default(),
        };
        match &node.work {
            Work::ForEach(_) => {}
            Work::Action(_) => {
                let calls = counted.entry(node.reference.id.to_string()).or_default();
                *calls += node.retry.as_ref().map_or(1, |retry| u64::from(retry.max_attempts));
            }
            Work::Call(called) => {
                for (action, calls) in &called.bounds.max_calls {
                    *counted.entry(action.clone()).or_default() += calls;
                }
                for (block, calls) in &called.bounds.max_calls_per_item {
                    max_calls_per_item.insert(format!("{}/{block}", shape.name(index)), calls.clone());
                }
                hosts.extend(called.bounds.hosts.iter().cloned());
                credentials.extend(called.bounds.credentials.iter().cloned());
            }
        }
        credentials.extend(node.credentials.iter().map(|(_, name)| name.clone()));
        let resources = node.resources.iter().flat_map(|(_, resource)| resource.credentials.values());
        credentials.extend(resources.cloned());
    }
    credentials.sort();
    credentials.dedup();
    hosts.sort();
    hosts.dedup();
    let max_parallel = limit.map_or(width, |limit| limit.min(width));
    Bounds { max_parallel, max_calls, max_calls_per_item, hosts, credentials }
}

impl Shape<'_, '_> {
    /// A node with the blocks around it.
    fn name(&self, node: usize) -> String {
        let id = self.flat.workflow.nodes[node].id.to_string();
        match self.flat.enclosing(node) {
            Some(block) => format!("{}/{id}", self.name(block)),
            None => id,
        }
    }

    /// Into how many chains the graph can be cut, each counted as often as its items may run beside each other. No two
    /// nodes of one chain run at the same time, so this bounds how many can; the chains are found greedily, so a cut into
    /// fewer may exist.
    fn width(&self, nodes: &[PlanNode]) -> u32 {
        let graph = self.graph;
        let mut chain = vec![usize::MAX; graph.position.len()];
        let mut is_continued = vec![false; graph.position.len()];
        let mut widths: Vec<u32> = Vec::new();
        for node in graph.order.iter().copied() {
            // The node follows the first of its predecessors that no other node follows yet.
            let before = graph.incoming[node].iter().map(|edge| graph.edges[*edge as usize].from);
            let free = before.into_iter().find(|from| !is_continued[*from]);
            let at = match free {
                Some(from) => {
                    is_continued[from] = true;
                    chain[from]
                }
                None => {
                    widths.push(1);
                    widths.len() - 1
                }
            };
            chain[node] = at;
            widths[at] = widths[at].max(self.times(node, nodes));
        }
        widths.into_iter().fold(0, u32::saturating_add)
    }

    /// How often a node may run at one time.
    fn times(&self, node: usize, nodes: &[PlanNode]) -> u32 {
        let plan = |node: usize| nodes.get(self.places.slot(node) as usize);
        let mut times = match plan(node).map(|node| &node.work) {
            Some(Work::Call(called)) => called.bounds.max_parallel,
            _ => 1,
        };
        let mut block = self.flat.enclosing(node);
        while let Some(around) = block {
            times = times.saturating_mul(plan(around).map_or(1, concurrency));
            block = self.flat.enclosing(around);
        }
        times
    }
}

/// Items of a block at one time, as far as it is known.
fn concurrency(block: &PlanNode) -> u32 {
    let said = match &block.parameters {
        Compiled::Literal(value) => value.get("concurrency").map(Some),
        Compiled::Object(fields) => {
            fields.iter().find(|(name, _)| name == "concurrency").map(|(_, value)| match value {
                Compiled::Literal(value) => Some(value),
                _ => None,
            })
        }
        _ => None,
    };
    match said {
        None => 1,
        Some(Some(value)) => value.as_u64().and_then(|value| u32::try_from(value).ok()).unwrap_or(MOST_ITEMS),
        Some(None) => MOST_ITEMS,
    }
}
