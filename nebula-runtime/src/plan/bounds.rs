//! What a run can cost at most.

use std::collections::BTreeMap;

use super::{Bounds, PlanNode, graph::Graph};

/// Computes the bounds of a plan whose nodes reach `hosts`.
pub(super) fn bounds(graph: &Graph<'_>, nodes: &[PlanNode], limit: Option<u32>, mut hosts: Vec<String>) -> Bounds {
    let width = u32::try_from(chains(graph)).unwrap_or(u32::MAX);
    let mut max_calls = BTreeMap::new();
    for node in nodes {
        let calls = max_calls.entry(node.action.descriptor().id.to_string()).or_insert(0_u64);
        *calls += node.retry.as_ref().map_or(1, |retry| u64::from(retry.max_attempts));
    }
    let mut credentials: Vec<_> =
        nodes.iter().flat_map(|node| node.credentials.iter().map(|(_, name)| name.clone())).collect();
    credentials.sort();
    credentials.dedup();
    hosts.sort();
    hosts.dedup();
    Bounds { max_parallel: limit.map_or(width, |limit| limit.min(width)), max_calls, hosts, credentials }
}

/// Into how many chains the graph can be cut. No two nodes of one chain run at the same time, so this bounds how many
/// can; the chains are found greedily, so a cut into fewer may exist.
fn chains(graph: &Graph<'_>) -> usize {
    let mut is_continued = vec![false; graph.position.len()];
    let mut chains = 0;
    for node in &graph.order {
        // The node follows the first of its predecessors that no other node follows yet.
        let free =
            graph.incoming[*node].iter().map(|edge| graph.edges[*edge as usize].from).find(|from| !is_continued[*from]);
        match free {
            Some(from) => is_continued[from] = true,
            None => chains += 1,
        }
    }
    chains
}
