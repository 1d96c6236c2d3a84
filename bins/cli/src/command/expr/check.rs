//! `nebula expr check`: what is known of an expression before it is evaluated.

use nebula_ports::diagnostic::Severity;
use serde_json::json;

use super::{text::Text, types};
use crate::{args::ExprCheckArgs, command::App, error::Result, exit::Exit, render::summary};

/// Prints type and cost, and everything that is wrong or doubtful.
pub(super) fn check(app: &App, args: &ExprCheckArgs) -> Result<Exit> {
    let console = &app.console;
    let text = Text::read(&args.text.text, args.text.template)?;
    let analysis = types::analyze(app, &text, &args.types, args.parameter.as_deref())?;
    text.draw(console, &analysis.found);
    if console.json {
        console.value(&json!({
            "type": analysis.ty.as_ref().map(ToString::to_string),
            "cost": analysis.cost,
            "errors": text.findings(analysis.of(Severity::Error)),
            "warnings": text.findings(analysis.of(Severity::Warning)),
        }));
    } else if let (Some(ty), Some(cost)) = (&analysis.ty, &analysis.cost) {
        console.line(format_args!("type: {ty}"));
        console.line(format_args!("cost: {cost}"));
    }
    let paint = console.paint_notes();
    let count = summary(analysis.found.iter().map(|finding| finding.severity));
    let count = count.map_or_else(String::new, |count| format!(" ({count})"));
    if analysis.is_clean() {
        console.note(format_args!("{}: checked{count}", paint.good("ok")));
        Ok(Exit::OK)
    } else {
        console.note(format_args!("{}: checked{count}", paint.bad("failed")));
        Ok(Exit::BAD_INPUT)
    }
}
