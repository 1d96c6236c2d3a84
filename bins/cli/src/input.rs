//! JSON that is given on the command line: the input of a run, the result of a node.

use std::{fmt::Write as _, path::Path};

use nebula_runtime::{catalogue::Violation, plan::ExecutionPlan};
use serde_json::Value;

use crate::{
    definition::read_text,
    error::{Result, Stop},
};

/// Reads `JSON`, `@FILE` or `@-`.
pub(crate) fn read(argument: &str) -> Result<Value> {
    let Some(file) = argument.strip_prefix('@') else {
        return parse(argument, "the input");
    };
    let name = if file == "-" { "standard input" } else { file };
    parse(&read_text(Path::new(file), name)?, name)
}

/// Reads JSON; `name` says what it is, in an error.
pub(crate) fn parse(text: &str, name: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| {
        let help = "write JSON, as in '{\"name\": \"Oslo\"}', or `@FILE`; in a shell, put it in single quotes";
        Stop::input("json", format!("{name} is no JSON: {error}")).with_help(help)
    })
}

/// Checks an input against the workflow's schema, and says everything that breaks it.
pub(crate) fn check(plan: &ExecutionPlan, input: &Value) -> Result<()> {
    let violations = plan.input.as_ref().map_or_else(Vec::new, |schema| schema.check(input));
    if violations.is_empty() { Ok(()) } else { Err(refusal(plan, &violations)) }
}

/// Why an input is not taken.
pub(crate) fn refusal(plan: &ExecutionPlan, violations: &[Violation]) -> Stop {
    let mut message = format!("the input does not fit what `{}` takes", plan.workflow);
    for violation in violations {
        let place = if violation.pointer.is_empty() { "/" } else { violation.pointer.as_str() };
        // Writing to a string does not fail.
        let _ = write!(message, "\n  at {place}: {}", violation.message);
        if let Some(help) = &violation.help {
            let _ = write!(message, " ({help})");
        }
    }
    Stop::input("input", message).with_help("give the input with `--input '{…}'` or `--input @FILE`")
}
