//! A node's resources against its action's slots: each slot is filled by the one that it names, or else by the only one
//! there is of its type.

use std::{collections::BTreeMap, sync::Arc};

use nebula_expression::nearest;
use nebula_ports::{
    diagnostic::{Diagnostic, Severity},
    model::{
        ActionDescriptor, CapabilityKind, CapabilityRequest, Grant, Node, ResourceId, ResourceName, ResourceSlot,
        Target,
    },
};
use smol_str::SmolStr;

use super::{Policy, capabilities, code, pointer, target};
use crate::catalogue::{Catalogue, ResourceInstance};

/// What fills a node's slots.
pub(super) type Filled = Box<[(SmolStr, Arc<ResourceInstance>)]>;

/// Checks the resources of the node at `/nodes/<index>`, and gives back what fills its slots.
pub(super) fn check(
    node: &Node,
    index: usize,
    descriptor: &ActionDescriptor,
    catalogue: &Catalogue,
    policy: &Policy,
    found: &mut Vec<Diagnostic>,
) -> Filled {
    let slots = Slots { node, at: format!("/nodes/{index}"), descriptor, catalogue, policy };
    slots.unknown(found);
    let mut filled = Vec::new();
    for slot in &descriptor.resources {
        let instance = match node.resources.get(&slot.name) {
            Some(name) => slots.named(slot, name, found),
            None => slots.unnamed(slot, found),
        };
        if let Some(instance) = instance {
            slots.granted(slot, &instance, found);
            filled.push((slot.name.clone(), instance));
        }
    }
    slots.enough(&filled, found);
    filled.into()
}

struct Slots<'p> {
    node: &'p Node,
    /// The pointer to the node.
    at: String,
    descriptor: &'p ActionDescriptor,
    catalogue: &'p Catalogue,
    policy: &'p Policy,
}

impl Slots<'_> {
    fn error(&self, code: &'static str, at: String, message: String) -> Diagnostic {
        Diagnostic::error(code, at, message).with_node(self.node.id.clone())
    }

    /// Something that nobody has configured: no mistake yet where nothing is configured and nothing is to run.
    fn absent(&self, code: &'static str, at: String, message: String) -> Diagnostic {
        let may_come = !self.policy.grants_required && self.catalogue.resources().next().is_none();
        let severity = if may_come { Severity::Note } else { Severity::Error };
        Diagnostic { severity, ..self.error(code, at, message) }
    }

    fn at_slot(&self, slot: &str) -> String {
        pointer::join(&format!("{}/resources", self.at), slot)
    }

    /// Where a slot is to be blamed: at its key, or at the action if it has none.
    fn place(&self, slot: &str) -> String {
        if self.node.resources.contains_key(slot) { self.at_slot(slot) } else { format!("{}/action", self.at) }
    }

    /// Keys that are no slots.
    fn unknown(&self, found: &mut Vec<Diagnostic>) {
        let slots = &self.descriptor.resources;
        for name in self.node.resources.keys().filter(|name| !slots.iter().any(|slot| slot.name == **name)) {
            let free = slots.iter().map(|slot| slot.name.as_str());
            let free = free.filter(|slot| !self.node.resources.contains_key(*slot));
            let is_credential = self.descriptor.credentials.iter().any(|slot| slot.name == *name);
            let help = match nearest(name, free) {
                _ if is_credential => format!("`{name}` is a slot for a credential: write it under `credentials`"),
                Some(near) => format!("did you mean `{near}`?"),
                None if slots.is_empty() => "it takes no resources: remove this".to_owned(),
                None => format!("it has {}", quoted(slots.iter().map(|slot| slot.name.as_str()))),
            };
            let message = format!("`{}` has no resource slot `{name}`", self.node.action);
            found.push(self.error(code::UNKNOWN_RESOURCE_SLOT, self.at_slot(name), message).on_key().with_help(help));
        }
    }

    fn named(
        &self,
        slot: &ResourceSlot,
        name: &ResourceName,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Arc<ResourceInstance>> {
        let instance = self.catalogue.resource(name).or_else(|| {
            // The one that stands in can be named too.
            self.catalogue.default_resource(&slot.resource).filter(|default| default.name == *name)
        });
        let Some(instance) = instance else {
            if self.catalogue.is_misconfigured(Some(name)) {
                return None;
            }
            let message = format!("there is no resource `{name}`");
            let help = self.instead(slot, Some(name));
            found.push(self.absent(code::UNKNOWN_RESOURCE, self.at_slot(&slot.name), message).with_help(help));
            return None;
        };
        let id = &instance.descriptor().id;
        if *id != slot.resource {
            let message = format!("`{}` is for a `{}`, and `{name}` is a `{id}`", slot.name, slot.resource);
            let help = self.instead(slot, None);
            found.push(self.error(code::WRONG_RESOURCE, self.at_slot(&slot.name), message).with_help(help));
            return None;
        }
        Some(Arc::clone(instance))
    }

    /// The only one of its type, or the one that needs no configuration.
    fn unnamed(&self, slot: &ResourceSlot, found: &mut Vec<Diagnostic>) -> Option<Arc<ResourceInstance>> {
        let mut all = self.of_type(&slot.resource);
        match (all.next(), all.next()) {
            (Some(only), None) => return Some(Arc::clone(only)),
            (None, _) => {
                if let Some(default) = self.catalogue.default_resource(&slot.resource).filter(|_| slot.required) {
                    return Some(Arc::clone(default));
                }
            }
            (Some(_), Some(_)) => {}
        }
        if slot.required && !self.catalogue.is_misconfigured(None) {
            let what = if slot.description.is_empty() { String::new() } else { format!(" ({})", slot.description) };
            let message = format!(
                "`{}` needs a resource of type `{}` for `{}`{what}",
                self.node.action, slot.resource, slot.name
            );
            let help = self.instead(slot, None);
            found.push(self.absent(code::MISSING_RESOURCE, format!("{}/action", self.at), message).with_help(help));
        }
        None
    }

    fn of_type(&self, id: &ResourceId) -> impl Iterator<Item = &Arc<ResourceInstance>> {
        self.catalogue.resources().filter(move |instance| instance.descriptor().id == *id)
    }

    /// What to write so that a slot is filled.
    fn instead(&self, slot: &ResourceSlot, wanted: Option<&ResourceName>) -> String {
        let names = || self.of_type(&slot.resource).map(|instance| instance.name.as_str());
        if let Some(near) = wanted.and_then(|wanted| nearest(wanted.as_str(), names())) {
            return format!("did you mean `{near}`?");
        }
        if names().next().is_some() {
            let first = names().next().unwrap_or_default();
            return format!("add `resources: {{ {}: {first} }}`; of this type there is {}", slot.name, quoted(names()));
        }
        let name = wanted.map_or_else(|| slot.name.trim_start_matches('_'), ResourceName::as_str);
        let example =
            self.catalogue.resource_type(&slot.resource).map_or_else(String::new, |entry| entry.example(name));
        format!("configure one: `{example}` in the file given with `--resources`")
    }

    /// What it needs to be allowed: its users are those who must be.
    fn granted(&self, slot: &ResourceSlot, instance: &ResourceInstance, found: &mut Vec<Diagnostic>) {
        let policy = self.policy;
        for need in &instance.capabilities.0 {
            match wanted(need, instance) {
                Wanted::Grant(grant, is_granted) if !is_granted(policy) => {
                    let severity = if policy.grants_required { Severity::Error } else { Severity::Note };
                    let message = format!("the resource `{}` needs {grant}, which is not granted", instance.name);
                    let help = format!("--grant {}", capabilities::shell_word(&grant));
                    let place = self.place(&slot.name);
                    let diagnostic = self.error(code::RESOURCE_NOT_GRANTED, place, message).with_help(help);
                    found.push(Diagnostic { severity, ..diagnostic });
                }
                Wanted::Grant(..) => {}
                Wanted::Unreadable(why) => {
                    let message = format!("the configuration of the resource `{}` {why}", instance.name);
                    found.push(
                        self.error(code::RESOURCE_CONFIG, self.place(&slot.name), message)
                            .with_help("mend it in the file given with `--resources`"),
                    );
                }
            }
        }
    }

    /// A node that wants more of one resource at a time than there is would wait for itself.
    fn enough(&self, filled: &[(SmolStr, Arc<ResourceInstance>)], found: &mut Vec<Diagnostic>) {
        let mut slots_of: BTreeMap<&ResourceName, Vec<&str>> = BTreeMap::new();
        for (slot, instance) in filled {
            slots_of.entry(&instance.name).or_default().push(slot);
        }
        for (_, instance) in filled {
            let Some(slots) = slots_of.remove(&instance.name) else { continue };
            let most = instance.descriptor().kind.most().map_or(usize::MAX, |most| most as usize);
            if slots.len() > most {
                let message = format!(
                    "`{}` fills {}, and there {} of it",
                    instance.name,
                    quoted(slots.iter().copied()),
                    if most == 1 { "is one".to_owned() } else { format!("are {most}") }
                );
                found.push(
                    self.error(code::RESOURCE_TWICE, self.place(slots[slots.len() - 1]), message)
                        .with_help("the node would wait for itself: give one of the slots another resource"),
                );
            }
        }
    }
}

/// What a need comes to.
enum Wanted {
    /// The grant that would give it, and whether it is there.
    Grant(String, Box<dyn Fn(&Policy) -> bool>),
    Unreadable(String),
}

fn wanted(need: &CapabilityRequest, instance: &ResourceInstance) -> Wanted {
    let at = match &need.target {
        Target::Exact(grant) => return exactly(grant.clone()),
        Target::Parameter(at) => at,
        // No run is without it.
        Target::Declared => return Wanted::Grant(need.kind.to_string(), Box::new(|_| true)),
    };
    let Some(text) = instance.config.pointer(at).and_then(serde_json::Value::as_str) else {
        return Wanted::Unreadable(format!("has no text at `{at}`"));
    };
    match need.kind {
        CapabilityKind::Net => match target::host_port(text) {
            Ok(target) => Wanted::Grant(
                format!("net:{}", target.display()),
                Box::new(move |policy| capabilities::reaches(&policy.grants, &target)),
            ),
            Err(_) => Wanted::Unreadable(format!(
                "names no host and port at `{at}`: write it as in `https://example.com/path` or `host:443`"
            )),
        },
        // What is shared by runs has no folder to start from.
        CapabilityKind::FsRead | CapabilityKind::FsWrite if !std::path::Path::new(text).is_absolute() => {
            Wanted::Unreadable(format!("has a relative path at `{at}`: write an absolute one"))
        }
        kind => match format!("{kind}:{text}").parse::<Grant>() {
            Ok(grant) => exactly(grant),
            Err(error) => Wanted::Unreadable(format!("is wrong at `{at}`: {error}")),
        },
    }
}

fn exactly(grant: Grant) -> Wanted {
    Wanted::Grant(grant.to_string(), Box::new(move |policy| policy.grants.items.iter().any(|own| own.covers(&grant))))
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
