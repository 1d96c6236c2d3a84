//! `nebula action`: what workflows can use.

use nebula_ports::model::{ActionDescriptor, ActionReference, EffectClass, Target};
use nebula_runtime::catalogue::{CatalogueEntry, Unresolved};
use serde_json::Value;

use super::App;
use crate::{
    console::Paint,
    error::{Result, Stop},
    exit::Exit,
    table,
};

/// `nebula action list`
pub(super) fn list(app: &App) -> Exit {
    let console = &app.console;
    let actions: Vec<&ActionDescriptor> = app.catalogue.iter().map(|entry| entry.action.descriptor()).collect();
    if console.json {
        let brief = |action: &&ActionDescriptor| {
            serde_json::json!({
                "id": action.id, "version": action.version, "name": action.name,
                "description": action.description, "effect": action.effect,
            })
        };
        console.value(&actions.iter().map(brief).collect::<Vec<_>>());
        return Exit::OK;
    }
    if actions.is_empty() {
        console.note("this program has no actions");
        return Exit::OK;
    }
    let mut rows = table::new(["ACTION", "EFFECT", "DESCRIPTION"]);
    for action in actions {
        let reference = format!("{}@{}", action.id, action.version);
        rows.add_row([reference, action.effect.to_string(), first_sentence(&action.description)]);
    }
    console.line(table::draw(&rows));
    Exit::OK
}

/// `nebula action show`
pub(super) fn show(app: &App, wanted: &str) -> Result<Exit> {
    let action = find(app, wanted)?.action.descriptor();
    if app.console.json {
        app.console.value(action);
    } else {
        app.console.line(page(action, app.console.paint()));
    }
    Ok(Exit::OK)
}

/// The action that was meant: without a version the newest.
fn find<'a>(app: &'a App, wanted: &str) -> Result<&'a CatalogueEntry> {
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

fn page(action: &ActionDescriptor, paint: Paint) -> String {
    let mut lines = vec![paint.strong(format!("{}@{}", action.id, action.version)), action.name.clone()];
    if !action.description.is_empty() {
        lines.extend([String::new(), action.description.clone()]);
    }
    lines.extend([String::new(), format!("Effect: {} ({})", action.effect, repeating(action.effect))]);
    if let Some(retry) = &action.retry {
        lines.push(format!("Retry: up to {} attempts", retry.max_attempts));
    }
    if let Some(timeout) = action.timeout {
        lines.push(format!("Timeout: {timeout}"));
    }
    lines.extend([String::new(), paint.strong("Parameters"), schema_table(&action.input_schema)]);
    lines.extend([String::new(), paint.strong("Result"), schema_table(&action.output_schema)]);
    if !action.capabilities.is_empty() {
        lines.extend([String::new(), paint.strong("Needs")]);
        for request in &action.capabilities.0 {
            lines.push(match &request.target {
                Target::Exact(grant) => format!("  --grant {grant}"),
                Target::Parameter(pointer) => {
                    let parameter = pointer.trim_start_matches('/');
                    format!("  --grant {}   as the parameter `{parameter}` says", request.kind.example())
                }
            });
        }
    }
    if !action.credentials.is_empty() {
        lines.extend([String::new(), paint.strong("Credentials")]);
        let mut rows = table::new(["SLOT", "KIND", "REQUIRED", "DESCRIPTION"]);
        for slot in &action.credentials {
            let required = if slot.required { "yes" } else { "no" };
            rows.add_row([slot.name.as_str(), slot.credential.as_str(), required, slot.description.as_str()]);
        }
        lines.push(table::draw(&rows));
    }
    lines.join("\n")
}

const fn repeating(effect: EffectClass) -> &'static str {
    match effect {
        EffectClass::Pure => "repeating it does nothing",
        EffectClass::Idempotent => "repeating it has the effect once",
        EffectClass::AtMostOnce => "it is never repeated blindly",
    }
}

/// The members of an object's schema; anything else in one line.
fn schema_table(schema: &Value) -> String {
    let Some(properties) = schema.get("properties").and_then(Value::as_object).filter(|members| !members.is_empty())
    else {
        return format!(
            "  {}",
            if schema.get("properties").is_some() { "none".to_owned() } else { type_name(schema, schema) }
        );
    };
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let mut rows = table::new(["NAME", "TYPE", "DEFAULT", "DESCRIPTION"]);
    for (name, member) in properties {
        let default = match member.get("default") {
            Some(default) => default.to_string(),
            None if required.contains(&name.as_str()) => "(required)".to_owned(),
            None => String::new(),
        };
        let description = member.get("description").and_then(Value::as_str).unwrap_or_default();
        rows.add_row([name.clone(), type_name(member, schema), default, description.to_owned()]);
    }
    table::draw(&rows)
}

/// What a schema allows, in a few words.
fn type_name(schema: &Value, root: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        // One step only: a reference to a reference is named, not followed.
        return match target {
            Some(target) if target.get("$ref").is_none() => type_name(target, root),
            _ => reference.rsplit('/').next().unwrap_or(reference).to_owned(),
        };
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(parts) = schema.get(key).and_then(Value::as_array) {
            let mut names: Vec<String> = parts.iter().map(|part| type_name(part, root)).collect();
            names.dedup();
            return names.join(" | ");
        }
    }
    match schema.get("type") {
        Some(Value::String(name)) if name == "array" => {
            let items = schema.get("items").map_or_else(|| "anything".to_owned(), |items| type_name(items, root));
            format!("list of {items}")
        }
        Some(Value::String(name)) => name.clone(),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => "anything".to_owned(),
    }
}

fn first_sentence(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    match paragraph.split_once(". ") {
        Some((sentence, _)) => format!("{sentence}."),
        None => paragraph,
    }
}
