//! `nebula expr check`: what is known of an expression before it is evaluated.

use nebula_ports::diagnostic::Severity;
use serde_json::json;

use super::{
    text::{Analysis, Text},
    types::Types,
};
use crate::{args::ExprCheckArgs, command::App, error::Result, exit::Exit, render::summary};

/// Prints type and cost, and everything that is wrong or doubtful.
pub(super) fn check(app: &App, args: &ExprCheckArgs) -> Result<Exit> {
    let console = &app.console;
    let text = Text::read(&args.text.text, args.text.template)?;
    let types = Types::given(&args.types, args.text.text == "-")?;
    let Analysis { ty, errors, warnings } = text.analyze(&types);
    text.draw(console, &errors, Severity::Error);
    text.draw(console, &warnings, Severity::Warning);
    if console.json {
        console.value(&json!({
            "type": ty.to_string(),
            "errors": text.findings(&errors, Severity::Error),
            "warnings": text.findings(&warnings, Severity::Warning),
        }));
    } else if errors.is_empty() {
        console.line(format_args!("type: {ty}"));
    }
    let paint = console.paint_notes();
    let severities = errors.iter().map(|_| Severity::Error).chain(warnings.iter().map(|_| Severity::Warning));
    let count = summary(severities).map_or_else(String::new, |count| format!(" ({count})"));
    if errors.is_empty() {
        console.note(format_args!("{}: checked{count}", paint.good("ok")));
        Ok(Exit::OK)
    } else {
        console.note(format_args!("{}: checked{count}", paint.bad("failed")));
        Ok(Exit::BAD_INPUT)
    }
}
