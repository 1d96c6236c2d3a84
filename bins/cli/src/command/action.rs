//! `nebula action`: what workflows can use.

mod form;
pub(super) mod schema;

use std::collections::BTreeSet;

use nebula_ports::model::{ActionDescriptor, ActionKind, ActionReference, EffectClass, Target};
use nebula_runtime::catalogue::{Catalogue, CatalogueEntry, Unresolved};

use super::App;
use crate::{
    args::ActionListArgs,
    console::Paint,
    error::{Result, Stop},
    exit::Exit,
    table,
};

/// `nebula action list`
pub(super) fn list(app: &App, args: &ActionListArgs) -> Result<Exit> {
    let console = &app.console;
    let all = || app.catalogue.iter().map(|entry| entry.action.descriptor());
    if let Some(wanted) = &args.category {
        known_category(wanted, all())?;
    }
    let found: Vec<&ActionDescriptor> = all()
        .filter(|action| args.category.as_ref().is_none_or(|wanted| is_of(action, wanted)))
        .filter(|action| args.search.as_ref().is_none_or(|text| has_words(action, text)))
        .collect();
    if console.json {
        let brief = |action: &&ActionDescriptor| {
            serde_json::json!({
                "id": action.id, "version": action.version, "name": action.name,
                "description": action.description, "effect": action.effect,
                "category": action.listing.category, "tags": action.listing.tags, "icon": action.listing.icon,
            })
        };
        console.value(&found.iter().map(brief).collect::<Vec<_>>());
        return Ok(Exit::OK);
    }
    if found.is_empty() {
        let narrowed = args.search.is_some() || args.category.is_some();
        console.note(if narrowed { "no action fits" } else { "this program has no actions" });
        return Ok(Exit::OK);
    }
    let mut rows = table::new(["ACTION", "CATEGORY", "EFFECT", "DESCRIPTION"]);
    for action in found {
        let reference = format!("{}@{}", action.id, action.version);
        let category = action.listing.category.clone().unwrap_or_default();
        rows.add_row([reference, category, action.effect.to_string(), first_sentence(&action.description)]);
    }
    console.line(table::draw(&rows));
    Ok(Exit::OK)
}

/// A category that no action has is a mistake, and not an empty list.
fn known_category<'a>(wanted: &str, actions: impl Iterator<Item = &'a ActionDescriptor>) -> Result<()> {
    let known: BTreeSet<&str> = actions.filter_map(|action| action.listing.category.as_deref()).collect();
    if known.iter().any(|category| category.eq_ignore_ascii_case(wanted)) {
        return Ok(());
    }
    let names: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
    Err(Stop::not_found("category", format!("no action is of the category `{wanted}`"))
        .with_help(format!("there are {}", names.join(", "))))
}

fn is_of(action: &ActionDescriptor, category: &str) -> bool {
    action.listing.category.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(category))
}

/// Whether every word of `text` is part of what the action says of itself.
fn has_words(action: &ActionDescriptor, text: &str) -> bool {
    let listing = &action.listing;
    let said = [action.id.as_str(), &action.name, &action.description, listing.category.as_deref().unwrap_or_default()]
        .into_iter()
        .chain(listing.tags.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join("\n")
        .to_lowercase();
    text.to_lowercase().split_whitespace().all(|word| said.contains(word))
}

/// `nebula action show`
pub(super) fn show(app: &App, wanted: &str) -> Result<Exit> {
    let action = find(app, wanted)?.action.descriptor();
    if app.console.json {
        app.console.value(action);
    } else {
        app.console.line(page(&app.catalogue, action, app.console.paint()));
    }
    Ok(Exit::OK)
}

/// The action that was meant: without a version the newest.
pub(super) fn find<'a>(app: &'a App, wanted: &str) -> Result<&'a CatalogueEntry> {
    let missing = |error: &Unresolved| Stop::not_found("action", error.to_string()).with_help(error.help());
    let reference = |text: &str| {
        text.parse::<ActionReference>().map_err(|error| {
            Stop::input("action", error.to_string()).with_help("write it as in `http.request` or `http.request@1`")
        })
    };
    if wanted.contains('@') {
        return app.catalogue.resolve(&reference(wanted)?).map_err(|error| missing(&error));
    }
    let any = reference(&format!("{wanted}@0"))?;
    match app.catalogue.iter().filter(|entry| entry.action.descriptor().id == any.id).last() {
        Some(entry) => Ok(entry),
        None => app.catalogue.resolve(&any).map_err(|error| missing(&error)),
    }
}

fn page(catalogue: &Catalogue, action: &ActionDescriptor, paint: Paint) -> String {
    let mut lines = vec![paint.strong(format!("{}@{}", action.id, action.version)), action.name.clone()];
    if !action.description.is_empty() {
        lines.extend([String::new(), action.description.clone()]);
    }
    lines.push(String::new());
    lines.extend(facts(action).into_iter().map(|(name, value)| format!("{name}: {value}")));
    lines.extend([String::new(), paint.strong("Parameters"), form::draw(&action.input_schema, paint)]);
    lines.extend([String::new(), paint.strong("Result"), schema::table(&action.output_schema)]);
    for example in &action.listing.examples {
        let input = serde_json::to_string_pretty(&example.input).unwrap_or_default();
        lines.extend([String::new(), paint.strong(format!("Example: {}", example.title))]);
        lines.extend(input.lines().map(|line| format!("  {line}")));
    }
    if !action.capabilities.is_empty() {
        lines.extend([String::new(), paint.strong("Needs")]);
        for request in &action.capabilities.0 {
            lines.push(match &request.target {
                Target::Exact(grant) => format!("  --grant {grant}"),
                Target::Parameter(pointer) => {
                    let parameter = pointer.trim_start_matches('/');
                    format!("  --grant {}   as the parameter `{parameter}` says", request.kind.example())
                }
                Target::Declared => format!("  {}   without a grant", request.kind),
            });
        }
    }
    if !action.credentials.is_empty() {
        lines.extend([String::new(), paint.strong("Credentials")]);
        let mut rows = table::new(["SLOT", "KIND", "SENT AS", "REQUIRED", "DESCRIPTION"]);
        for slot in &action.credentials {
            let required = if slot.required { "yes" } else { "no" };
            let (name, kind, scheme) = (slot.name.as_str(), slot.credential.as_str(), slot.scheme.to_string());
            rows.add_row([name, kind, &scheme, required, &slot.description]);
        }
        lines.push(table::draw(&rows));
    }
    if !action.resources.is_empty() {
        lines.extend([String::new(), paint.strong("Resources")]);
        lines.extend(resources(catalogue, action));
    }
    lines.join("\n")
}

/// The slots for resources, and how each type is configured.
fn resources(catalogue: &Catalogue, action: &ActionDescriptor) -> Vec<String> {
    let mut rows = table::new(["SLOT", "TYPE", "KIND", "REQUIRED", "DESCRIPTION"]);
    let mut examples = Vec::new();
    for slot in &action.resources {
        let known = catalogue.resource_type(&slot.resource);
        let kind = known.map(|entry| entry.resource.descriptor().kind.to_string()).unwrap_or_default();
        let required = match (slot.required, catalogue.default_resource(&slot.resource)) {
            (true, None) => "yes",
            (true, Some(_)) => "has defaults",
            (false, _) => "no",
        };
        let (name, resource) = (slot.name.as_str(), slot.resource.as_str());
        rows.add_row([name, resource, &kind, required, &slot.description]);
        examples.extend(known.map(|entry| format!("  {}", entry.example(slot.name.trim_start_matches('_')))));
    }
    examples.dedup();
    let mut lines = vec![table::draw(&rows)];
    lines.push("Configured in a file that `--resources` names, as in".to_owned());
    lines.extend(examples);
    lines
}

/// What can be said of it in a line each.
fn facts(action: &ActionDescriptor) -> Vec<(&'static str, String)> {
    let (limits, listing) = (&action.limits, &action.listing);
    let tags = (!listing.tags.is_empty()).then(|| listing.tags.join(", "));
    let facts = [
        ("Category", listing.category.clone()),
        ("Tags", tags),
        ("Kind", Some(format!("{} ({})", action.kind(), part(action.kind())))),
        ("Effect", Some(format!("{} ({})", action.effect, repeating(action.effect)))),
        ("Key", (!action.key.is_empty()).then(|| format!("made of {}", action.key.join(", ")))),
        ("Retry", action.retry.as_ref().map(|retry| format!("up to {} attempts", retry.max_attempts))),
        ("Timeout", action.timeout.map(|timeout| timeout.to_string())),
        ("Deadline", limits.deadline.map(|deadline| format!("{deadline} for all attempts"))),
        ("Input", limits.max_input.map(|size| format!("up to {size}"))),
        ("Output", limits.max_output.map(|size| format!("up to {size}"))),
        ("Concurrency", limits.concurrency.map(|most| format!("{most} at one time in a worker"))),
        ("Rate", limits.rate.map(|rate| format!("{rate} in a worker"))),
        ("Cache", limits.cache.map(|ttl| format!("{ttl} for the same input"))),
        ("Heartbeat", limits.heartbeat.map(|silence| format!("a sign of life every {silence}"))),
        ("Docs", listing.docs.clone()),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

const fn part(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Simple => "input to output",
        ActionKind::Process => "its node may wait, go on in steps or leave by a port",
        ActionKind::Trigger => "it is polled and starts executions",
    }
}

const fn repeating(effect: EffectClass) -> &'static str {
    match effect {
        EffectClass::Pure => "repeating it does nothing",
        EffectClass::Idempotent => "repeating it has the effect once",
        EffectClass::AtMostOnce => "it is never repeated blindly",
    }
}

fn first_sentence(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    match paragraph.split_once(". ") {
        Some((sentence, _)) => format!("{sentence}."),
        None => paragraph,
    }
}
