//! The text that configures resources, YAML or JSON:
//!
//! ```yaml
//! main:
//!   type: postgres.database
//!   config: { url: "postgres://db.internal:5432/shop" }
//!   credentials: { login: shop_login }
//! ```

use nebula_ports::{diagnostic::Diagnostic, model::ResourceConfigs};

use super::{SourceMap, decode, value::Converter, yaml};
use crate::plan::code;

/// What a text turned out to be.
#[derive(Debug)]
pub struct ParsedResources {
    /// What could be read; whole only when no diagnostic is an error.
    pub configs: ResourceConfigs,
    /// The place of every value that could be read, also for diagnostics that come later.
    pub map: SourceMap,
    /// Errors and warnings with their places, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the configurations of resources; whether they fit their types,
/// [`Catalogue::configure`](crate::catalogue::Catalogue::configure) says.
#[must_use]
pub fn parse_resources(text: &str) -> ParsedResources {
    let (tree, root) = match yaml::read(text) {
        Ok(read) => read,
        Err(diagnostic) => {
            let map = SourceMap::new(text);
            // A text with nothing in it configures nothing.
            let diagnostics = if diagnostic.code == code::EMPTY { Vec::new() } else { vec![*diagnostic] };
            return ParsedResources { configs: ResourceConfigs::new(), map, diagnostics };
        }
    };
    let (value, map, mut diagnostics) = Converter::convert(&tree, root, text);
    let (configs, found) = decode::resources(&value);
    diagnostics.extend(found);
    map.locate_all(&mut diagnostics);
    ParsedResources { configs, map, diagnostics }
}
