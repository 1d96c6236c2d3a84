//! From nodes of the one graph to slots and blocks of the plan.

use std::collections::HashMap;

use super::{BlockId, PlanBlock, PlanEdge, PlanNode, PlanOutput, ROOT_BLOCK, Slot, flat::Flat, graph::Graph};

/// Where everything is in the plan.
pub(super) struct Places {
    /// Node → slot; ends of blocks have none.
    slots: Vec<Slot>,
    /// Block's node → its block.
    inner: HashMap<usize, BlockId>,
    /// Blocks' nodes in the order of their blocks.
    owners: Vec<usize>,
}

impl Places {
    pub(super) fn new(flat: &Flat<'_>, graph: &Graph<'_>) -> Self {
        let mut this = Self { slots: vec![Slot::MAX; graph.position.len()], inner: HashMap::new(), owners: Vec::new() };
        for (slot, node) in (0..).zip(graph.order.iter().filter(|node| !flat.is_end(**node))) {
            this.slots[*node] = slot;
            if flat.end_of_block(*node).is_some() {
                this.owners.push(*node);
                this.inner.insert(*node, BlockId::try_from(this.owners.len()).unwrap_or(BlockId::MAX));
            }
        }
        this
    }

    pub(super) fn slot(&self, node: usize) -> Slot {
        self.slots[node]
    }

    /// Each once, in order.
    pub(super) fn slots(&self, nodes: impl Iterator<Item = usize>) -> Box<[Slot]> {
        let mut slots: Vec<Slot> = nodes.map(|node| self.slot(node)).collect();
        slots.sort_unstable();
        slots.dedup();
        slots.into()
    }

    /// The block inside a node.
    pub(super) fn inner(&self, node: usize) -> BlockId {
        self.inner.get(&node).copied().unwrap_or(ROOT_BLOCK)
    }

    /// The block of what is inside `owner`.
    pub(super) fn block(&self, owner: Option<usize>) -> BlockId {
        owner.map_or(ROOT_BLOCK, |owner| self.inner(owner))
    }

    /// The blocks, with the places of nodes and connections in them.
    pub(super) fn blocks(
        &self,
        nodes: &mut [PlanNode],
        edges: &mut [PlanEdge],
        output: Option<PlanOutput>,
        mut outputs: HashMap<usize, PlanOutput>,
    ) -> Box<[PlanBlock]> {
        let owners = self.owners.iter().map(|owner| (Some(self.slot(*owner)), outputs.remove(owner)));
        let mut members: Vec<(Vec<Slot>, Vec<u32>)> = vec![Default::default(); self.owners.len() + 1];
        for (slot, node) in (0..).zip(nodes.iter_mut()) {
            let (of_block, _) = &mut members[node.block as usize];
            node.place = u32::try_from(of_block.len()).unwrap_or(u32::MAX);
            of_block.push(slot);
        }
        for (index, edge) in (0..).zip(edges.iter_mut()) {
            let (_, of_block) = &mut members[nodes[edge.to as usize].block as usize];
            edge.place = u32::try_from(of_block.len()).unwrap_or(u32::MAX);
            of_block.push(index);
        }
        [(None, output)]
            .into_iter()
            .chain(owners)
            .zip(members)
            .map(|((owner, output), (nodes, edges))| PlanBlock {
                owner,
                output,
                nodes: nodes.into(),
                edges: edges.into(),
            })
            .collect()
    }
}
