//! `file.write@1`

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nebula_sdk::{
    flow::{Accepts, Draft},
    prelude::*,
};
use serde_json::Value;

use crate::exclusive;

/// The parameters that are the content.
const CONTENTS: [&str; 3] = ["text", "base64", "json"];

/// Writes a file, whole or not at all, in the place of one that is there. Folders on the way are made.
///
/// ```yaml
/// - id: write
///   action: file.write@1
///   parameters: { path: out/report.csv, text: !expr $nodes.csv.result.text }
/// ```
#[derive(Debug, Action)]
#[action(
    id = "file.write",
    version = "1.0",
    name = "Write a file",
    category = "Files",
    tags("file", "text", "bytes"),
    icon = "file-up",
    idempotent,
    capabilities(fs_write(param = "path"))
)]
pub struct FileWrite;

/// The parameters of `file.write`, with exactly one content.
#[derive(Debug)]
pub struct FileWriteInput(pub WriteFields);

/// What is written where.
#[derive(Debug, Parameters)]
pub struct WriteFields {
    /// The file, within a granted folder; a relative path starts at the base folder of the run.
    #[param(min_len = 1, example = "out/report.csv")]
    pub path: String,
    /// Text, written as UTF-8.
    pub text: Option<String>,
    /// Bytes, as base64 with padding; white space in it is ignored.
    pub base64: Option<String>,
    /// Any value, written as JSON with an indent of two spaces and a line break at the end.
    pub json: Option<Value>,
}

/// What was written.
#[derive(Debug, Parameters)]
pub struct Written {
    /// How many bytes the file has.
    pub bytes: u64,
}

impl SimpleAction for FileWrite {
    type Input = FileWriteInput;
    type Output = Written;

    async fn execute(&self, input: FileWriteInput, ctx: &ActionContext<Self>) -> Result<Written> {
        let WriteFields { path, text, base64, json } = input.0;
        let content = match (text, base64, json) {
            (Some(text), ..) => text.into_bytes(),
            (_, Some(base64), _) => bytes(&base64)?,
            (.., json) => {
                let mut content = serde_json::to_vec_pretty(&json.unwrap_or_default())?;
                content.push(b'\n');
                content
            }
        };
        Ok(Written { bytes: ctx.files_write().write(&path, content).await? })
    }
}

fn bytes(base64: &str) -> Result<Vec<u8>> {
    let dense: String = base64.split_ascii_whitespace().collect();
    STANDARD.decode(dense).map_err(|error| ActionError::invalid("/base64", format!("the text is no base64: {error}")))
}

// === impl FileWriteInput ===

/// In a workflow, its parameters are those of the fields.
impl Accepts for FileWriteInput {
    type Call<O> = <WriteFields as Accepts>::Call<O>;

    fn call<O>(draft: Draft<O>) -> Self::Call<O> {
        WriteFields::call(draft)
    }
}

impl Parameters for FileWriteInput {
    fn input_schema() -> Value {
        let mut schema = WriteFields::input_schema();
        exclusive::exactly_one(&mut schema, &CONTENTS);
        schema
    }

    fn decode(value: &Value) -> Result<Self> {
        let mut fields = WriteFields::decode(value)?;
        exclusive::check_one(value, &CONTENTS)?;
        // Null is a value that can be written.
        fields.json = value.get("json").cloned();
        Ok(Self(fields))
    }
}

#[cfg(test)]
mod tests;
