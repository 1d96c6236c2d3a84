//! A node's credentials against its action's slots.

use nebula_expression::nearest;
use nebula_ports::{
    diagnostic::Diagnostic,
    model::{ActionDescriptor, Node},
};

use super::{code, pointer};

/// Checks the credentials of the node at `/nodes/<index>`.
pub(super) fn check(node: &Node, index: usize, descriptor: &ActionDescriptor, found: &mut Vec<Diagnostic>) {
    let slots = &descriptor.credentials;
    let base = format!("/nodes/{index}/credentials");
    for name in node.credentials.keys().filter(|name| !slots.iter().any(|slot| slot.name == **name)) {
        let free = slots.iter().map(|slot| slot.name.as_str()).filter(|slot| !node.credentials.contains_key(*slot));
        let help = match nearest(name, free) {
            Some(near) => format!("did you mean `{near}`?"),
            None if slots.is_empty() => "it takes no credentials: remove this".to_owned(),
            None => {
                let names: Vec<_> = slots.iter().map(|slot| format!("`{}`", slot.name)).collect();
                format!("it has {}", names.join(", "))
            }
        };
        found.push(
            Diagnostic::error(
                code::UNKNOWN_CREDENTIAL,
                pointer::join(&base, name),
                format!("`{}` has no credential slot `{name}`", node.action),
            )
            .on_key()
            .with_node(node.id.clone())
            .with_help(help),
        );
    }
    for slot in slots.iter().filter(|slot| slot.required && !node.credentials.contains_key(&slot.name)) {
        let what = if slot.description.is_empty() { String::new() } else { format!(" ({})", slot.description) };
        found.push(
            Diagnostic::error(
                code::MISSING_CREDENTIAL,
                base.as_str(),
                format!("`{}` needs a credential for `{}`{what}", node.action, slot.name),
            )
            .with_node(node.id.clone())
            .with_help(format!(
                "add `credentials: {{ {}: <name of a credential of kind {}> }}`",
                slot.name, slot.credential
            )),
        );
    }
}
