//! `csv.parse@1`

use std::borrow::Cow;

use nebula_sdk::prelude::*;
use serde_json::{Map, Value};

use super::{
    Delimiter, Types,
    infer::Column,
    reader::{Reader, error},
};
use crate::heavy;

/// Reads comma-separated values into objects.
///
/// ```yaml
/// - id: rows
///   action: csv.parse@1
///   parameters: { text: !expr $nodes.read.result.text, delimiter: ";" }
/// ```
///
/// Records of different lengths fail with `csv.ragged`, misplaced quotes with `csv.quote`, a header with an empty name or
/// the same name twice with `csv.header`; each message begins with the line.
#[derive(Debug, Action)]
#[action(
    id = "csv.parse",
    version = "1.0",
    name = "Parse CSV",
    category = "Texts",
    tags("csv", "table", "spreadsheet"),
    icon = "table",
    pure
)]
pub struct CsvParse;

/// What is read, and how.
#[derive(Debug, Parameters)]
pub struct ParseCsv {
    /// The text; lines end with LF, CRLF or CR, and empty ones are left out.
    pub text: String,
    /// The first record holds the names of the columns. Otherwise they are `column_1`, `column_2`, ..
    #[param(default = true)]
    pub header: bool,
    /// The character between values: one of ASCII.
    #[param(default = Delimiter::COMMA)]
    pub delimiter: Delimiter,
    /// What values become.
    #[param(default = Types::Infer)]
    pub types: Types,
}

/// What was read.
#[derive(Debug, Parameters)]
pub struct Rows {
    /// An object for each record.
    pub rows: Vec<Map<String, Value>>,
    /// The names of the columns, in their order.
    pub columns: Vec<String>,
    /// How many rows there are.
    pub count: u64,
}

impl SimpleAction for CsvParse {
    type Input = ParseCsv;
    type Output = Rows;

    async fn execute(&self, input: ParseCsv, ctx: &ActionContext<Self>) -> Result<Rows> {
        heavy::over_bytes(ctx, input.text.len(), move || parse(&input)).await
    }
}

fn parse(input: &ParseCsv) -> Result<Rows> {
    let mut reader = Reader::new(&input.text, input.delimiter.byte());
    // One list for all values: a list for each record costs more than the values.
    let mut values = Vec::new();
    let Some(line) = reader.record(&mut values)? else {
        return Ok(Rows { rows: Vec::new(), columns: Vec::new(), count: 0 });
    };
    let width = values.len();
    let mut kinds = vec![Column::new(input.types); width];
    let columns = if input.header {
        header(std::mem::take(&mut values), line)?
    } else {
        look(&mut kinds, &values);
        (1..=width).map(|number| format!("column_{number}")).collect()
    };
    loop {
        let start = values.len();
        let Some(line) = reader.record(&mut values)? else { break };
        let record = &values[start..];
        if record.len() != width {
            let message = format!("line {line} has {}, the first record has {width}", counted(record.len()));
            return Err(
                error("csv.ragged", message).with_help("check the delimiter, and put values that hold it into quotes")
            );
        }
        look(&mut kinds, record);
    }
    let rows: Vec<_> = values
        .chunks(width)
        .map(|record| {
            let cells = columns.iter().zip(record).zip(&kinds);
            cells.map(|((name, text), kind)| (name.clone(), kind.value(text))).collect::<Map<_, _>>()
        })
        .collect();
    Ok(Rows { count: rows.len() as u64, rows, columns })
}

fn look(kinds: &mut [Column], record: &[Cow<'_, str>]) {
    for (kind, text) in kinds.iter_mut().zip(record) {
        kind.see(text);
    }
}

fn header(names: Vec<Cow<'_, str>>, line: usize) -> Result<Vec<String>> {
    const HELP: &str = "correct the header, or write `header: false` to have the columns numbered";
    let names: Vec<String> = names.into_iter().map(Cow::into_owned).collect();
    for (i, name) in names.iter().enumerate() {
        if name.is_empty() {
            let message = format!("line {line}: column {} has no name", i + 1);
            return Err(error("csv.header", message).with_help(HELP));
        }
        if let Some(first) = names[..i].iter().position(|other| other == name) {
            let message = format!("line {line}: columns {} and {} are both named `{name}`", first + 1, i + 1);
            return Err(error("csv.header", message).with_help(HELP));
        }
    }
    Ok(names)
}

fn counted(values: usize) -> String {
    format!("{values} value{}", if values == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
