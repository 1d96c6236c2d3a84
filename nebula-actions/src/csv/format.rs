//! `csv.format@1`

use std::collections::HashSet;

use nebula_sdk::prelude::*;
use serde_json::{Map, Value};

use super::Delimiter;
use crate::heavy;

/// Writes objects as comma-separated values.
///
/// ```yaml
/// - id: csv
///   action: csv.format@1
///   parameters:
///     rows: !expr $nodes.by-region.result.groups
///     columns: [region, orders, revenue]
/// ```
///
/// Lines end with LF. Null and what a row does not have become empty values. A list or an object in a row fails with
/// `csv.value`.
#[derive(Debug, Action)]
#[action(
    id = "csv.format",
    version = "1.0",
    name = "Format CSV",
    category = "Texts",
    tags("csv", "table", "spreadsheet"),
    icon = "table",
    pure
)]
pub struct CsvFormat;

/// What is written, and how.
#[derive(Debug, Parameters)]
pub struct Format {
    /// An object for each line.
    pub rows: Vec<Map<String, Value>>,
    /// The columns to write, in this order. Without it, all that any row has, as they first appear.
    #[param(min_items = 1)]
    pub columns: Option<Vec<String>>,
    /// Write the names of the columns into the first line.
    #[param(default = true)]
    pub header: bool,
    /// The character between values: one of ASCII.
    #[param(default = Delimiter::COMMA)]
    pub delimiter: Delimiter,
}

/// What was written.
#[derive(Debug, Parameters)]
pub struct Formatted {
    /// The text.
    pub text: String,
}

impl SimpleAction for CsvFormat {
    type Input = Format;
    type Output = Formatted;

    async fn execute(&self, input: Format, ctx: &ActionContext<Self>) -> Result<Formatted> {
        heavy::over_items(ctx, input.rows.len(), move || format(&input)).await
    }
}

fn format(input: &Format) -> Result<Formatted> {
    let columns = match &input.columns {
        Some(columns) => columns.iter().map(String::as_str).collect(),
        None => all_columns(&input.rows),
    };
    let mut line = Line { text: String::new(), delimiter: input.delimiter.get() };
    if columns.is_empty() {
        return if input.columns.is_some() {
            Err(ActionError::invalid("/columns", "there is no column to write").with_help("leave it out to write all"))
        } else {
            Ok(Formatted { text: line.text })
        };
    }
    if input.header {
        for (at, name) in columns.iter().enumerate() {
            line.value(at, name);
        }
        line.end(columns.len());
    }
    for (index, row) in input.rows.iter().enumerate() {
        for (at, name) in columns.iter().enumerate() {
            match row.get(*name) {
                None | Some(Value::Null) => line.value(at, ""),
                Some(Value::String(text)) => line.value(at, text),
                Some(Value::Bool(bool)) => line.value(at, if *bool { "true" } else { "false" }),
                Some(Value::Number(number)) => line.value(at, &number.to_string()),
                Some(other) => return Err(not_a_value(index, name, other)),
            }
        }
        line.end(columns.len());
    }
    Ok(Formatted { text: line.text })
}

fn all_columns(rows: &[Map<String, Value>]) -> Vec<&str> {
    let mut seen = HashSet::new();
    let names = rows.iter().flat_map(|row| row.keys().map(String::as_str));
    names.filter(|name| seen.insert(*name)).collect()
}

fn not_a_value(index: usize, name: &str, value: &Value) -> ActionError {
    let what = if value.is_array() { "a list" } else { "an object" };
    let pointer = format!("/rows/{index}/{}", name.replace('~', "~0").replace('/', "~1"));
    ActionError::invalid(pointer, format!("`{name}` of row {index} is {what}, which no CSV value can be"))
        .with_code("csv.value")
        .with_help("choose the `columns` to write, or make a text of it first")
}

/// A text, value by value.
struct Line {
    text: String,
    delimiter: char,
}

// === impl Line ===

impl Line {
    /// Appends the value at this place of the line.
    fn value(&mut self, at: usize, value: &str) {
        if at > 0 {
            self.text.push(self.delimiter);
        }
        let needs_quotes = |c: char| c == self.delimiter || matches!(c, '"' | '\n' | '\r');
        if !value.contains(needs_quotes) {
            self.text.push_str(value);
            return;
        }
        self.text.push('"');
        self.text.push_str(&value.replace('"', "\"\""));
        self.text.push('"');
    }

    /// Ends a line of so many values.
    fn end(&mut self, values: usize) {
        // A line with nothing in it would be read as no record.
        if values == 1 && (self.text.is_empty() || self.text.ends_with('\n')) {
            self.text.push_str("\"\"");
        }
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests;
