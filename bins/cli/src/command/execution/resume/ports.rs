//! Decisions that a node had completed name the port it left by, when its action has ports: without it, nobody could say
//! what follows.

use nebula_ports::model::{ExecutionRecord, Node, NodeAddress, PortName, Resolution, Workflow};

use crate::{
    compose::Station,
    error::{Result, Stop},
};

/// Refuses a port that the node's action does not have, and a decision without one when it has ports.
pub(super) async fn check(
    station: &Station,
    record: &ExecutionRecord,
    decisions: &[(NodeAddress, Resolution)],
) -> Result<()> {
    let Some(stored) = station.storage.workflows.get(&station.scope, record.definition).await? else { return Ok(()) };
    for (id, resolution) in decisions {
        let Resolution::Completed { port, .. } = resolution else { continue };
        let entry = find(&stored.definition, id).and_then(|node| station.engine.catalogue().resolve(&node.action).ok());
        // An action that this program does not know cannot be gone on with anyhow.
        let Some(entry) = entry else { continue };
        fits(id, port.as_ref(), &entry.action.descriptor().ports)?;
    }
    Ok(())
}

/// The node at an address: inside of blocks, or of workflows that are called.
fn find<'d>(definition: &'d Workflow, address: &NodeAddress) -> Option<&'d Node> {
    let mut nodes = &definition.nodes;
    for item in address.blocks() {
        let block = nodes.iter().find(|node| node.id == item.block)?;
        nodes = match (&block.body, &block.flow) {
            (Some(body), _) => &body.nodes,
            (None, Some(flow)) => &definition.flows.get(flow)?.nodes,
            (None, None) => return None,
        };
    }
    nodes.iter().find(|node| node.id == *address.id())
}

fn fits(node: &NodeAddress, port: Option<&PortName>, ports: &[PortName]) -> Result<()> {
    let written: Vec<_> = ports.iter().map(|port| format!("`{node}:{port}`")).collect();
    let message = match port {
        None if ports.is_empty() => return Ok(()),
        Some(port) if ports.contains(port) => return Ok(()),
        None => format!("`{node}` leaves by a port, and the decision names none"),
        Some(port) => format!("`{node}` has no port `{port}`"),
    };
    let help = match written.as_slice() {
        [] => format!("its action has no ports: write `--complete '{node}={{…}}'`"),
        written => format!("write one of {} before the `=`", written.join(", ")),
    };
    Err(Stop::input("decision", message).with_help(help))
}
