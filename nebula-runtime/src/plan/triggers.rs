//! A definition's triggers: the actions that are polled, and the inputs that their events become.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use nebula_ports::{
    diagnostic::Diagnostic,
    model::{ActionDescriptor, ActionReference, Digest, Node, NodeId, Trigger, TriggerId, Workflow},
    time::DurationText,
};
use serde_json::{Map, Value};

use super::{
    Compiled, PlanTrigger, Policy,
    capabilities::Needs,
    certainty::Reader,
    code,
    compile::Compiler,
    credentials, parameters, pointer,
    types::{TriggerInput, check_trigger_input},
};
use crate::catalogue::{Catalogue, CatalogueEntry, CompiledSchema, Unresolved};

/// The shortest wait between two polls; what comes more often than that has to be told, not asked for.
const SHORTEST: Duration = Duration::from_secs(1);
/// The longest one.
const LONGEST: Duration = Duration::from_hours(24 * 366);

/// Checks and compiles the triggers; those with mistakes are left out.
pub(super) fn compile(
    definition: &Workflow,
    catalogue: &Catalogue,
    policy: &Policy,
    found: &mut Vec<Diagnostic>,
) -> Vec<PlanTrigger> {
    let mut ids: BTreeMap<&TriggerId, usize> = BTreeMap::new();
    let input = definition.input.as_ref().map(|schema| CompiledSchema::new(schema.clone()));
    // A schema that is none is reported with the workflow.
    let input = input.filter(|schema| schema.compile().is_ok());
    let mut compiled = Vec::with_capacity(definition.triggers.len());
    for (index, trigger) in definition.triggers.iter().enumerate() {
        if let Some(first) = ids.insert(&trigger.id, index) {
            let message = format!("there is a trigger `{}` already: it is number {}", trigger.id, first + 1);
            let at = format!("/triggers/{index}/id");
            found.push(Diagnostic::error(code::DUPLICATE_TRIGGER, at, message).with_help("rename one of them"));
        }
        let mut own = Vec::new();
        let one = One { definition, input: input.as_ref(), trigger, index, policy };
        compiled.extend(one.compile(catalogue, &mut own));
        found.append(&mut own);
    }
    compiled
}

/// The error of a node that calls a trigger.
pub(super) fn as_node(node: &Node, index: usize, action: &ActionDescriptor) -> Diagnostic {
    let message = format!("`{}` is a trigger: it starts executions, and is no step of one", action.id);
    let help =
        format!("write it under `triggers:`, as in `triggers: [{{ id: {}, action: {} }}]`", node.id, node.action);
    Diagnostic::error(code::TRIGGER_AS_NODE, format!("/nodes/{index}/action"), message)
        .with_node(node.id.clone())
        .with_help(help)
}

/// One trigger, with what is around it.
struct One<'d> {
    definition: &'d Workflow,
    /// The workflow's input.
    input: Option<&'d CompiledSchema>,
    trigger: &'d Trigger,
    index: usize,
    policy: &'d Policy,
}

// === impl One ===

impl One<'_> {
    fn compile(&self, catalogue: &Catalogue, found: &mut Vec<Diagnostic>) -> Option<PlanTrigger> {
        let Self { trigger, index, .. } = *self;
        let entry = self.entry(catalogue, found);
        let parameters = self.parameters(entry, found);
        let event = entry.map(|entry| &entry.action.descriptor().output_schema);
        let input = self.input(event, found);
        let entry = entry?;
        let descriptor = entry.action.descriptor();
        let every = trigger.every.or(descriptor.trigger.as_ref().map(|facts| facts.every))?.get();
        if !(SHORTEST..=LONGEST).contains(&every) {
            let (shortest, longest) = (DurationText::new(SHORTEST), DurationText::new(LONGEST));
            let message =
                format!("a trigger is polled every {shortest} to {longest}, not every {}", DurationText::new(every));
            found.push(
                Diagnostic::error(code::TRIGGER_INTERVAL, format!("/triggers/{index}/every"), message)
                    .with_help("say how long to wait between two polls, as in `every: 1m`"),
            );
        }
        Some(PlanTrigger {
            id: trigger.id.clone(),
            reference: ActionReference { id: descriptor.id.clone(), version: descriptor.version },
            action: entry.action.clone(),
            identity: identity(descriptor, &parameters),
            parameters,
            schema: std::sync::Arc::clone(&entry.input),
            credentials: trigger.credentials.iter().map(|(slot, name)| (slot.clone(), name.clone())).collect(),
            every,
            timeout: trigger.timeout.or(descriptor.timeout).map(DurationText::get),
            input,
        })
    }

    /// The action, when it is a trigger.
    fn entry<'c>(&self, catalogue: &'c Catalogue, found: &mut Vec<Diagnostic>) -> Option<&'c CatalogueEntry> {
        let at = format!("/triggers/{}/action", self.index);
        let entry = match catalogue.resolve(&self.trigger.action) {
            Ok(entry) => entry,
            Err(error) => {
                let code = match error {
                    Unresolved::UnknownId { .. } => code::UNKNOWN_ACTION,
                    Unresolved::WrongVersion { .. } => code::ACTION_VERSION,
                };
                found.push(Diagnostic::error(code, at, error.to_string()).with_help(error.help()));
                return None;
            }
        };
        let descriptor = entry.action.descriptor();
        if descriptor.trigger.is_none() {
            let triggers = catalogue.iter().filter(|other| other.action.descriptor().trigger.is_some());
            let names: Vec<String> = triggers
                .map(|other| other.action.descriptor())
                .map(|one| format!("`{}@{}`", one.id, one.version))
                .collect();
            let help = if names.is_empty() {
                "this installation has no triggers: one is an action with `impl TriggerAction`".to_owned()
            } else {
                format!("there is {}", names.join(", "))
            };
            let message = format!("`{}` is no trigger: nothing tells when it would start the workflow", descriptor.id);
            found.push(Diagnostic::error(code::NOT_A_TRIGGER, at, message).with_help(help));
            return None;
        }
        if let Some(slot) = descriptor.resources.first() {
            let message =
                format!("`{}` has the resource slot `{}`, and a poll is given no resources", descriptor.id, slot.name);
            let help = "the author of the action has to mend it: let the poll make what it needs";
            found.push(Diagnostic::error(code::NOT_A_TRIGGER, at.clone(), message).with_help(help));
        }
        if !descriptor.effect.is_repeatable() {
            let message = format!("`{}` may be done only once, and a poll is repeated after a crash", descriptor.id);
            let help = "the author of the action has to mend it: a trigger is `pure` or `idempotent`";
            found.push(Diagnostic::error(code::NOT_A_TRIGGER, at, message).with_help(help));
        }
        Some(entry)
    }

    /// The configuration, checked as a node's parameters are.
    fn parameters(&self, entry: Option<&CatalogueEntry>, found: &mut Vec<Diagnostic>) -> Value {
        let Self { trigger, index, .. } = *self;
        let base = format!("/triggers/{index}/parameters");
        let mut value = Map::new();
        let mut unknown = HashSet::new();
        for (name, parameter) in &trigger.parameters {
            let mut sites = Vec::new();
            let mut compiler = Compiler { found, sites: &mut sites, reader: Reader::End, node: None, unknown };
            let known = compiler.value(parameter, &base, &mut pointer::join("", name));
            unknown = compiler.unknown;
            value.insert(name.clone(), known.value);
        }
        let mut places: Vec<&String> = unknown.iter().collect();
        places.sort();
        for place in places {
            let message = "a trigger's parameters are data: nothing has run yet that could be read";
            let help = "write the value itself; what an event brings is read in `input`, as `$trigger.event`";
            found.push(Diagnostic::error(code::TRIGGER_COMPUTED, format!("{base}{place}"), message).with_help(help));
        }
        let value = Value::Object(value);
        let Some(entry) = entry else { return value };
        let mut told = Vec::new();
        let node = self.as_node();
        if entry.input.compile().is_ok() {
            parameters::check(&node, &base, entry, &value, &unknown, &mut told);
        } else {
            let message = format!("`{}` has a configuration schema that is no JSON Schema", trigger.action);
            let help = "the author of the action has to mend it";
            let at = format!("/triggers/{index}/action");
            told.push(Diagnostic::error(code::SCHEMA, at, message).with_help(help));
        }
        credentials::check(&node, index, entry.action.descriptor(), &mut told);
        Needs { node: &node, index, entry, value: &value, unknown: &unknown, policy: self.policy }.check(&mut told);
        if unknown.is_empty() {
            parameters::read(&node, &base, entry, &value, &mut told);
        }
        found.extend(told.into_iter().map(|mut diagnostic| {
            let own = format!("/nodes/{index}/");
            if let Some(rest) = diagnostic.pointer.strip_prefix(&own) {
                diagnostic.pointer = format!("/triggers/{index}/{rest}");
            }
            diagnostic.node = None;
            diagnostic
        }));
        value
    }

    /// As the checks of nodes know it.
    fn as_node(&self) -> Node {
        let Trigger { id, action, parameters, credentials, .. } = self.trigger;
        let id = NodeId::new(id.as_str()).expect("a trigger is named as a node is");
        Node { parameters: parameters.clone(), credentials: credentials.clone(), ..Node::new(id, action.clone()) }
    }

    /// What an event becomes; without a mistake it fits what the workflow takes.
    fn input(&self, event: Option<&Value>, found: &mut Vec<Diagnostic>) -> Option<Compiled> {
        let base = format!("/triggers/{}/input", self.index);
        let mut sites = Vec::new();
        let known = self.trigger.input.as_ref().map(|input| {
            let mut compiler =
                Compiler { found, sites: &mut sites, reader: Reader::End, node: None, unknown: HashSet::new() };
            let known = compiler.value(input, &base, &mut String::new());
            (known, compiler.unknown)
        });
        let value = known.as_ref().map(|(known, unknown)| (&known.value, unknown));
        let checked = TriggerInput {
            definition: self.definition,
            schema: self.input,
            event,
            base: &base,
            action: &format!("/triggers/{}/action", self.index),
            value,
            sites: &sites,
        };
        check_trigger_input(&checked, found);
        known.map(|(known, _)| known.compiled)
    }
}

/// What it looks at: the action with its major version, and the parameters that say where. Those are the ones that the
/// action names as its key, or all of them.
fn identity(descriptor: &ActionDescriptor, parameters: &Value) -> Digest {
    let mut hasher = blake3::Hasher::new_derive_key("nebula trigger identity v1");
    let mut part = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    part(descriptor.id.as_str());
    part(&descriptor.version.major.to_string());
    if descriptor.key.is_empty() {
        part(&parameters.to_string());
    }
    for name in &descriptor.key {
        part(name);
        part(&parameters.get(name.as_str()).map(Value::to_string).unwrap_or_default());
    }
    Digest::from_bytes(*hasher.finalize().as_bytes())
}
