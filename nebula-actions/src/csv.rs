//! Comma-separated values (RFC 4180).

mod delimiter;
mod format;
mod infer;
mod parse;
mod reader;

pub use delimiter::Delimiter;
pub use format::{CsvFormat, Format, Formatted};
pub use infer::Types;
pub use parse::{CsvParse, ParseCsv, Rows};
