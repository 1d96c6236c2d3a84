//! How answers are printed: for people, or each as a JSON value on a line of its own.

use serde_json::json;

use super::session::Reply;
use crate::{console::Console, render::width};

/// What is to be done after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Go on.
    Fine,
    /// Go on; there was a mistake.
    Mistake,
    Quit,
}

/// Prints an answer.
pub(super) fn print(console: &Console, reply: Reply) -> After {
    let after = match &reply {
        Reply::Quit => After::Quit,
        Reply::Wrong(..) | Reply::Failed(..) | Reply::Refused(_) => After::Mistake,
        _ => After::Fine,
    };
    if console.json {
        print_json(console, reply);
    } else {
        print_text(console, reply);
    }
    after
}

fn print_text(console: &Console, reply: Reply) {
    let paint = console.paint();
    match reply {
        Reply::Value { value, ty } => {
            let text = value.to_string();
            let ty = paint.faint(format_args!(": {ty}"));
            if text.chars().count() + ty.len() < width() {
                console.line(format_args!("{text} {ty}"));
            } else {
                console.value(&value);
                console.line(ty);
            }
        }
        Reply::Type { ty, text, warnings } => {
            text.draw(console, &warnings);
            console.line(paint.faint(format_args!(": {ty}")));
        }
        Reply::Cost { cost, units } => {
            console.line(format_args!("{cost}  {}", paint.faint(format_args!("{units} units here"))));
        }
        Reply::Paths(paths) if paths.is_empty() => console.line("it reads nothing"),
        Reply::Paths(paths) => console.line(paths.join("\n")),
        Reply::Page(text, _) => console.line(text),
        Reply::Done(text) => console.note(text),
        Reply::Wrong(text, errors) => text.draw(console, &errors),
        Reply::Failed(text, error) => text.draw(console, &[*error]),
        Reply::Refused(stop) => console.stop(&stop),
        Reply::Nothing | Reply::Quit => {}
    }
}

fn print_json(console: &Console, reply: Reply) {
    match reply {
        Reply::Value { value, ty } => console.json_line(&json!({ "value": value, "type": ty })),
        Reply::Type { ty, text, warnings } => {
            console.json_line(&json!({ "type": ty, "warnings": text.findings(&warnings) }));
        }
        Reply::Cost { cost, units } => console.json_line(&json!({ "cost": cost, "estimate": units })),
        Reply::Paths(paths) => console.json_line(&json!({ "paths": paths })),
        Reply::Page(text, value) => {
            console.json_line(&json!({ "page": if value.is_null() { text.into() } else { value } }));
        }
        Reply::Done(text) => console.json_line(&json!({ "done": text })),
        Reply::Wrong(text, errors) => console.json_line(&json!({ "error": text.refusal(&errors) })),
        Reply::Failed(text, error) => console.json_line(&json!({ "error": text.failure(&error) })),
        Reply::Refused(stop) => console.json_line(&json!({ "error": stop })),
        Reply::Nothing | Reply::Quit => {}
    }
}
