//! The input that an event becomes: what it may read, and whether the workflow takes it.

use std::collections::{BTreeMap, HashSet};

use nebula_expression::{
    Root, Slot, Type, TypeScope,
    ty::{Member, Rest, TextFormat},
};
use nebula_ports::{diagnostic::Diagnostic, model::Workflow};
use serde_json::Value;
use smol_str::SmolStr;

use super::{
    fit,
    given::{Found, Given},
    scope::Roots,
    wanted,
};
use crate::{
    catalogue::{CompiledSchema, defaults},
    plan::{
        code,
        compile::{self, Site, Source},
        pointer,
    },
};

/// What is checked.
pub(in crate::plan) struct TriggerInput<'t> {
    pub(in crate::plan) definition: &'t Workflow,
    /// What the workflow takes; `None` = anything.
    pub(in crate::plan) schema: Option<&'t CompiledSchema>,
    /// The schema of the events; `None` when the action is not known.
    pub(in crate::plan) event: Option<&'t Value>,
    /// Where the input stands.
    pub(in crate::plan) base: &'t str,
    /// Where the action stands.
    pub(in crate::plan) action: &'t str,
    /// The input as far as it is data, and what of it is not; `None` = the event itself.
    pub(in crate::plan) value: Option<(&'t Value, &'t HashSet<String>)>,
    pub(in crate::plan) sites: &'t [Site],
}

/// What an input sees.
struct EventScope {
    roots: Roots,
    trigger: Type,
    /// Roots of which something was reported.
    reported: Vec<Root>,
}

/// Checks the input of a trigger, reporting mistakes.
pub(in crate::plan) fn check_trigger_input(input: &TriggerInput<'_>, found: &mut Vec<Diagnostic>) {
    let event = input.event.map_or(Type::Any, Type::from_schema);
    let takes = input.schema.map(|schema| without_defaults(schema.schema()));
    let takes = takes.as_ref().map_or(Type::Any, Type::from_schema);
    let Some((value, unknown)) = input.value else {
        let misfit = fit::misfit("the workflow", &event, &takes, input.action).map(|mut misfit| {
            misfit.code = code::TRIGGER_INPUT;
            misfit.message = format!("{}: without `input` that is the event itself", plain(&misfit.message));
            misfit.with_help("say what the run gets of the event, as in `input: { name: !expr $trigger.event.name }`")
        });
        found.extend(misfit);
        return;
    };
    let before = found.iter().filter(|known| known.is_error()).count();
    let mut scope =
        EventScope { roots: Roots::new(input.definition), trigger: trigger_type(event), reported: Vec::new() };
    let mut given = Given::new(value, &Value::Null);
    for site in input.sites {
        let relative = site.pointer.strip_prefix(input.base).unwrap_or_default();
        let ty = scope.site(site, found);
        if let (Some(ty), Some(wanted)) = (&ty, wanted(&takes, value, relative)) {
            let name = pointer::pieces(relative).last();
            let misfit = fit::misfit(name.as_deref().unwrap_or("the workflow"), ty, &wanted, &site.pointer);
            found.extend(misfit.map(|misfit| Diagnostic {
                code: code::TRIGGER_INPUT,
                message: plain(&misfit.message),
                ..misfit
            }));
        }
        given.compute(relative.to_owned(), ty.unwrap_or(Type::Any));
    }
    if found.iter().filter(|known| known.is_error()).count() > before {
        return;
    }
    let Some(schema) = input.schema else { return };
    let mut filled = value.clone();
    if !unknown.contains("") {
        defaults::fill(schema.schema(), &mut filled);
    }
    let violations = schema.check_known(&filled, &|pointer| unknown.contains(pointer));
    let is_clean = violations.is_empty();
    for violation in violations {
        let at = format!("{}{}", input.base, violation.pointer);
        let mut diagnostic =
            Diagnostic::error(code::TRIGGER_INPUT, at, format!("the input of the workflow: {}", violation.message));
        diagnostic.at_key = violation.at_key;
        diagnostic.help = violation.help;
        found.push(diagnostic);
    }
    // What no place alone shows: members that lists and objects around the expressions lack.
    if is_clean
        && let Found::Is(ty) = given.at("")
        && !input.sites.iter().any(|site| site.pointer == input.base)
    {
        let misfit = fit::misfit("the workflow", &ty, &takes, input.base);
        found.extend(misfit.map(|misfit| Diagnostic {
            code: code::TRIGGER_INPUT,
            message: plain(&misfit.message),
            ..misfit
        }));
    }
}

/// The workflow is no parameter: it stands without its quotes.
fn plain(message: &str) -> String {
    message.replacen("`the workflow`", "the workflow", 1)
}

/// The schema of what need not be given: the engine puts in the defaults.
fn without_defaults(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let mut map: serde_json::Map<String, Value> =
                map.iter().map(|(key, inner)| (key.clone(), without_defaults(inner))).collect();
            let has_default = |name: &Value| {
                let property = name.as_str().and_then(|name| schema.get("properties")?.get(name));
                property.is_some_and(|property| property.get("default").is_some())
            };
            if let Some(required) = map.get_mut("required").and_then(Value::as_array_mut) {
                required.retain(|name| !has_default(name));
            }
            Value::Object(map)
        }
        Value::Array(items) => items.iter().map(without_defaults).collect(),
        other => other.clone(),
    }
}

/// `$trigger`.
fn trigger_type(event: Type) -> Type {
    let members = [
        ("id", Type::text()),
        ("key", Type::text()),
        ("event", event),
        ("fired_at", Type::formatted(TextFormat::DateTime)),
    ];
    let members: BTreeMap<SmolStr, Member> =
        members.into_iter().map(|(name, ty)| (SmolStr::new_static(name), Member::required(ty))).collect();
    Type::object(members, Rest::Closed)
}

// === impl EventScope ===

impl EventScope {
    /// Checks one place; returns the type of its value unless mistakes were found.
    fn site(&mut self, site: &Site, found: &mut Vec<Diagnostic>) -> Option<Type> {
        self.reported.clear();
        let before = found.len();
        for path in site.source.paths() {
            if let Root::Trigger | Root::Vars | Root::Workflow | Root::Now = path.root {
                continue;
            }
            let message = format!("`{}` has no value here: the run has not begun", path.root.name());
            let help = "the `input` of a trigger reads `$trigger` (`event`, `key`, `id`, `fired_at`), `$vars`, `$workflow` and `$now`";
            found.push(
                Diagnostic::error(code::ROOT, site.pointer.clone(), message)
                    .with_inner(path.span.start as usize, path.span.end as usize)
                    .with_help(help),
            );
            self.reported.push(path.root);
        }
        let checked = match &site.source {
            Source::Expression(expression) => expression.check(&*self),
            Source::Template(template) => template.check(&*self),
        };
        found.extend(checked.errors.into_iter().map(|error| compile::mistake(error, &site.pointer, None)));
        found.extend(checked.warnings.into_iter().map(|error| compile::doubt(error, &site.pointer, None)));
        let is_clean = !found[before..].iter().any(Diagnostic::is_error);
        is_clean.then_some(checked.ty)
    }
}

impl TypeScope for EventScope {
    fn root(&self, root: Root) -> Option<Slot> {
        match root {
            _ if self.reported.contains(&root) => Some(Slot::any()),
            Root::Trigger => Some(Slot::always(self.trigger.clone())),
            Root::Vars | Root::Workflow | Root::Now => self.roots.root(root),
            _ => None,
        }
    }

    fn node(&self, _: &str) -> Option<Slot> {
        Some(Slot::any())
    }
}
