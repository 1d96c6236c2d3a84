//! `nebula expr functions`: what the language can do.

use nebula_expression::{Function, nearest};
use serde_json::{Value, json};

use super::markdown;
use crate::{
    args::ExprFunctionsArgs,
    command::App,
    console::Paint,
    error::{Result, Stop},
    exit::Exit,
    table,
};

/// Prints the functions, all or those that are looked for.
pub(super) fn functions(app: &App, args: &ExprFunctionsArgs) -> Result<Exit> {
    let console = &app.console;
    let found = find(args.pattern.as_deref())?;
    if console.json {
        console.value(&found.iter().map(|function| brief(function)).collect::<Vec<_>>());
    } else if args.markdown {
        console.raw(markdown::page(&found).as_bytes());
    } else {
        console.line(tables(&found, console.paint()));
    }
    Ok(Exit::OK)
}

/// The functions that are meant: those of a topic, or those with a text in their name or description.
pub(super) fn find(pattern: Option<&str>) -> Result<Vec<&'static Function>> {
    let all = nebula_expression::functions();
    let Some(pattern) = pattern.map(str::trim).filter(|pattern| !pattern.is_empty()) else {
        return Ok(all.to_vec());
    };
    let wanted = pattern.to_lowercase();
    let of_topic: Vec<_> =
        all.iter().copied().filter(|function| function.topic.title().to_lowercase() == wanted).collect();
    if !of_topic.is_empty() {
        return Ok(of_topic);
    }
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    let found: Vec<_> = all
        .iter()
        .copied()
        .filter(|function| [function.name, function.doc, function.topic.title()].into_iter().any(has))
        .collect();
    if found.is_empty() {
        return Err(unknown(pattern));
    }
    Ok(found)
}

/// No function is called so.
pub(super) fn unknown(name: &str) -> Stop {
    let names = nebula_expression::functions().iter().map(|function| function.name);
    let help = match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`nebula expr functions` lists all of them".to_owned(),
    };
    Stop::not_found("function", format!("there is no function `{name}`")).with_help(help)
}

/// A function for programs.
pub(super) fn brief(function: &Function) -> Value {
    let value: Value = serde_json::from_str(function.value).unwrap_or_default();
    json!({
        "name": function.name, "topic": function.topic.title(), "signature": function.signature,
        "description": function.doc, "example": function.example, "value": value,
    })
}

/// The functions by topic, in the order of the language.
pub(super) fn by_topic<'a>(functions: &[&'a Function]) -> Vec<(&'static str, Vec<&'a Function>)> {
    let mut topics: Vec<(&'static str, Vec<&Function>)> = Vec::new();
    for function in functions {
        let title = function.topic.title();
        match topics.iter_mut().find(|(known, _)| *known == title) {
            Some((_, members)) => members.push(function),
            None => topics.push((title, vec![function])),
        }
    }
    topics
}

/// A table for each topic.
pub(super) fn tables(functions: &[&Function], paint: Paint) -> String {
    let mut parts = Vec::new();
    for (title, members) in by_topic(functions) {
        let mut rows = table::new(["FUNCTION", "DESCRIPTION"]);
        for function in members {
            rows.add_row([function.signature, function.doc]);
        }
        parts.push(format!("{}\n{}", paint.strong(title), table::draw(&rows)));
    }
    parts.join("\n\n")
}
