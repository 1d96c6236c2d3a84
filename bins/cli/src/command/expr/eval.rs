//! `nebula expr eval`: the value of an expression.

use std::io::{self, IsTerminal as _};

use serde_json::{Value, json};

use super::{
    text::Text,
    types::Types,
    values::{Values, limits},
};
use crate::{args::ExprEvalArgs, command::App, console::Console, data_dir::DataDir, error::Result, exit::Exit};

/// Prints the value, or what went wrong.
pub(super) fn eval(app: &App, args: &ExprEvalArgs) -> Result<Exit> {
    let console = &app.console;
    let text = Text::read(&args.text.text, args.text.template)?;
    let parsed = text.parse(console)?;
    let dir = DataDir::new(&app.program, &args.data);
    let reads = |node: &str| parsed.paths().iter().any(|path| path.node.as_deref() == Some(node));
    let values = Values::gather(app, &args.values, &dir, text.is_from_stdin(), &reads)?;
    match parsed.evaluate(&values, &limits(&args.values)) {
        Ok(value) => {
            if console.json {
                console.value(&json!({
                    "value": value,
                    "type": parsed.type_of(&value, &Types::of(&values)).to_string(),
                    "estimate": parsed.estimate(&values),
                }));
            } else {
                print(console, &value, args.raw);
            }
            Ok(Exit::OK)
        }
        Err(error) => {
            text.draw(console, std::slice::from_ref(&error));
            Err(text.failure(&error))
        }
    }
}

/// A value for people over several lines, for programs on one.
fn print(console: &Console, value: &Value, raw: bool) {
    match value {
        Value::String(text) if raw => console.line(text),
        _ if io::stdout().is_terminal() => console.value(value),
        _ => console.json_line(value),
    }
}
