//! `json.parse@1`

use nebula_sdk::prelude::*;
use serde_json::Value;

use crate::heavy;

/// Reads JSON from text.
///
/// ```yaml
/// - id: config
///   action: json.parse@1
///   parameters: { text: !expr $nodes.read.result.text }
/// ```
///
/// Text that is no JSON fails with `json.syntax`, line and column.
#[derive(Debug, Action)]
#[action(
    id = "json.parse",
    version = "1.0",
    name = "Parse JSON",
    category = "Texts",
    tags("json", "parse"),
    icon = "braces",
    pure
)]
pub struct JsonParse;

/// What is read.
#[derive(Debug, Parameters)]
pub struct Parse {
    /// One JSON value; a byte order mark before it is dropped.
    pub text: String,
}

/// What was read.
#[derive(Debug, Parameters)]
pub struct Parsed {
    /// The value.
    pub value: Value,
}

impl SimpleAction for JsonParse {
    type Input = Parse;
    type Output = Parsed;

    async fn execute(&self, input: Parse, ctx: &ActionContext<Self>) -> Result<Parsed> {
        heavy::over_bytes(ctx, input.text.len(), move || parse(&input.text)).await
    }
}

fn parse(text: &str) -> Result<Parsed> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match serde_json::from_str(text) {
        Ok(value) => Ok(Parsed { value }),
        Err(error) => {
            let (line, column, words) = (error.line(), error.column(), error.to_string());
            // serde puts the place last.
            let what = words.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&words);
            let message = format!("the text is no JSON: line {line}, column {column}: {what}");
            Err(ActionError::invalid("/text", message).with_code("json.syntax"))
        }
    }
}

#[cfg(test)]
mod tests;
