//! Checks the ports at which connections begin, and that routed failures lead somewhere.

use nebula_expression::nearest;
use nebula_ports::{
    diagnostic::Diagnostic,
    model::{ActionDescriptor, Connection, Node, OnError, PortName},
};

use super::{
    code,
    flat::Flat,
    graph::{Graph, MAX_SUGGESTIONS},
};

/// `action` is what is known of the action of a node, by its index.
pub(super) fn check<'d>(
    flat: &Flat<'_>,
    graph: &Graph<'_>,
    action: impl Fn(usize) -> Option<&'d ActionDescriptor>,
    found: &mut Vec<Diagnostic>,
) {
    let definition = &*flat.workflow;
    for edge in &graph.edges {
        let connection = &definition.connections[edge.index];
        let Some(port) = &connection.from.port else { continue };
        let node = &definition.nodes[edge.from];
        let at = format!("/connections/{}/from", edge.index);
        if port.is_error() {
            if node.on_error != OnError::Route {
                found.push(not_routed(connection, node, at));
            }
        } else if let Some(action) = action(edge.from)
            && !action.ports.contains(port)
        {
            found.push(unknown(connection, port, action, at, found.len()));
        }
    }
    for (index, node) in definition.nodes.iter().enumerate() {
        let leads_on = |connection: &Connection| {
            connection.from.node == node.id && connection.from.port.as_ref().is_some_and(PortName::is_error)
        };
        if node.on_error == OnError::Route && !definition.connections.iter().any(leads_on) {
            let id = &node.id;
            found.push(
                Diagnostic::error(
                    code::ERROR_LEADS_NOWHERE,
                    // It is said of a block at its own place.
                    format!("/nodes/{}/on_error", flat.block_of_end(index).unwrap_or(index)),
                    format!("the failures of `{id}` are routed, and no connection begins at `{id}.error`"),
                )
                .with_node(id.clone())
                .with_help(format!("add a connection `{{ from: {id}.error, to: … }}`, or say `on_error: continue`")),
            );
        }
    }
}

fn not_routed(connection: &Connection, node: &Node, at: String) -> Diagnostic {
    let id = &node.id;
    let message = match node.on_error {
        OnError::Continue => format!("`{id}` goes on when it fails: nothing leaves by `{id}.error`"),
        OnError::Fail | OnError::Route => format!("a failure of `{id}` ends the run: nothing leaves by `{id}.error`"),
    };
    Diagnostic::error(code::ERROR_NOT_ROUTED, at, message)
        .with_node(connection.to.clone())
        .with_help(format!("say `on_error: route` at the node `{id}`"))
}

fn unknown(
    connection: &Connection,
    port: &PortName,
    action: &ActionDescriptor,
    at: String,
    before: usize,
) -> Diagnostic {
    let node = &connection.from.node;
    let names = || action.ports.iter().map(PortName::as_str).chain([PortName::ERROR]);
    let near = (before < MAX_SUGGESTIONS).then(|| nearest(port.as_str(), names())).flatten();
    let help = match near {
        Some(near) => format!("did you mean `{node}.{near}`?"),
        None if action.ports.is_empty() => {
            format!("`{}` has no ports: write `from: {node}`, and `when` for a choice", action.id)
        }
        None => {
            let listed: Vec<_> = action.ports.iter().map(|port| format!("`{node}.{port}`")).collect();
            format!("there is {}", listed.join(", "))
        }
    };
    Diagnostic::error(code::UNKNOWN_PORT, at, format!("the node `{node}` has no port `{port}`"))
        .with_node(connection.to.clone())
        .with_help(help)
}
