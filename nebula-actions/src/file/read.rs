//! `file.read@1`

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nebula_sdk::prelude::*;

/// Reads a file.
///
/// ```yaml
/// - id: read
///   action: file.read@1
///   parameters: { path: data/orders.csv }
/// ```
///
/// Fails with `file.too_large` beyond `max_bytes`, and with `file.not_utf8` when `encoding: utf8` does not fit.
#[derive(Debug, Action)]
#[action(
    id = "file.read",
    version = "1.0",
    name = "Read a file",
    category = "Files",
    tags("file", "text", "bytes"),
    icon = "file-down",
    idempotent,
    capabilities(fs_read(param = "path"))
)]
pub struct FileRead;

/// What is read, and how.
#[derive(Debug, Parameters)]
pub struct Read {
    /// The file, within a granted folder; a relative path starts at the base folder of the run.
    #[param(min_len = 1, example = "data/orders.csv")]
    pub path: String,
    /// Largest file accepted, in bytes; 64 MiB unless set.
    #[param(default = 64 * 1024 * 1024, min = 1)]
    pub max_bytes: u64,
    /// What becomes of the bytes.
    #[param(default = Encoding::Utf8)]
    pub encoding: Encoding,
}

/// How bytes are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameters)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// As `text`; the file has to be UTF-8, and a byte order mark is dropped.
    Utf8,
    /// As `base64`, for files of any kind.
    Base64,
}

/// What was read.
#[derive(Debug, Parameters)]
pub struct Content {
    /// The content, with `encoding: utf8`.
    pub text: Option<String>,
    /// The content, with `encoding: base64`.
    pub base64: Option<String>,
    /// How many bytes the content has.
    pub bytes: u64,
}

impl SimpleAction for FileRead {
    type Input = Read;
    type Output = Content;

    async fn execute(&self, input: Read, ctx: &ActionContext<Self>) -> Result<Content> {
        let max = usize::try_from(input.max_bytes).unwrap_or(usize::MAX);
        let files = ctx.files_read();
        Ok(match input.encoding {
            Encoding::Utf8 => {
                let text = files.read_to_string(&input.path, max).await.map_err(help)?;
                Content { bytes: text.len() as u64, text: Some(text), base64: None }
            }
            Encoding::Base64 => {
                let bytes = files.read_bytes(&input.path, max).await.map_err(help)?;
                Content { bytes: bytes.len() as u64, text: None, base64: Some(STANDARD.encode(bytes)) }
            }
        })
    }
}

/// Says which parameter would change it.
fn help(error: ActionError) -> ActionError {
    match error.code() {
        "file.too_large" => error.at("/max_bytes").with_help("raise `max_bytes`, or read a smaller file"),
        "file.not_utf8" => error.at("/encoding").with_help("write `encoding: base64` for files that are no text"),
        _ => error,
    }
}

#[cfg(test)]
mod tests;
