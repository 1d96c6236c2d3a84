//! The nodes of a workflow as a tree: a graph, drawn so that each node stands once.

use std::collections::HashMap;

use nebula_ports::model::{NodeAddress, NodeId, Workflow};

use crate::story::Story;

/// A node's line in the tree.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) node: NodeAddress,
    pub(super) prefix: String,
    pub(super) child_prefix: String,
}

/// Most nodes drawn inside of one block.
const MOST_INSIDE: usize = 100;

/// Every node once, below the earlier node that is farthest from the start; nodes inside of a block below the block.
/// Without a definition: a list.
pub(super) fn tree(definition: Option<&Workflow>, story: &Story) -> Vec<Branch> {
    let Some(definition) = definition else {
        return story
            .nodes()
            .map(|(node, _)| Branch { node: node.clone(), prefix: String::new(), child_prefix: String::new() })
            .collect();
    };
    let mut children: HashMap<Option<NodeAddress>, Vec<NodeAddress>> = HashMap::new();
    for (node, _) in story.nodes() {
        if let Some(block) = node.parent() {
            let inside = children.entry(Some(block)).or_default();
            if inside.len() < MOST_INSIDE {
                inside.push(node.clone());
            }
        }
    }
    let depths = depths(definition);
    for node in &definition.nodes {
        let parents = definition.connections.iter().filter(|connection| connection.to == node.id);
        let parent = parents.map(|connection| &connection.from.node).max_by_key(|from| depths.get(from).copied());
        children.entry(parent.cloned().map(NodeAddress::from)).or_default().push(node.id.clone().into());
    }
    let mut branches = Vec::with_capacity(definition.nodes.len());
    // A stack of its own: a chain of thousands of nodes is legal.
    let mut stack: Vec<(NodeAddress, String, String)> = Vec::new();
    let roots = children.get(&None).into_iter().flatten().rev();
    stack.extend(roots.map(|root| (root.clone(), String::new(), String::new())));
    while let Some((node, prefix, child_prefix)) = stack.pop() {
        let below = children.remove(&Some(node.clone())).unwrap_or_default();
        let count = below.len();
        for (place, child) in below.into_iter().enumerate().rev() {
            let (elbow, rail) = if place + 1 == count { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            stack.push((child, format!("{child_prefix}{elbow}"), format!("{child_prefix}{rail}")));
        }
        branches.push(Branch { node, prefix, child_prefix });
    }
    branches
}

/// The longest way to each node, in connections.
fn depths(definition: &Workflow) -> HashMap<&NodeId, usize> {
    let mut waits: HashMap<&NodeId, usize> = definition.nodes.iter().map(|node| (&node.id, 0)).collect();
    let mut after: HashMap<&NodeId, Vec<&NodeId>> = HashMap::new();
    for connection in &definition.connections {
        *waits.entry(&connection.to).or_default() += 1;
        after.entry(&connection.from.node).or_default().push(&connection.to);
    }
    let mut depths: HashMap<&NodeId, usize> = HashMap::new();
    let mut ready: Vec<&NodeId> = waits.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    while let Some(node) = ready.pop() {
        let depth = *depths.entry(node).or_default();
        for next in after.get(node).into_iter().flatten() {
            let known = depths.entry(next).or_default();
            *known = (*known).max(depth + 1);
            if let Some(count) = waits.get_mut(next) {
                *count -= 1;
                if *count == 0 {
                    ready.push(next);
                }
            }
        }
    }
    depths
}

#[cfg(test)]
mod tests;
