//! Where generated code finds nebula-sdk: the `crate = ".."` key, else the name that Cargo.toml gives it.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Ident, Span};
use syn::{Path, parse_quote};

/// The path of nebula-sdk.
pub(crate) fn sdk(given: Option<Path>) -> Path {
    if let Some(path) = given {
        return path;
    }
    // Inside of nebula-sdk, its examples and its tests included, the crate goes by its own name.
    match crate_name("nebula-sdk") {
        Ok(FoundCrate::Name(name)) => {
            let name = Ident::new(&name, Span::call_site());
            parse_quote!(::#name)
        }
        Ok(FoundCrate::Itself) | Err(_) => parse_quote!(::nebula_sdk),
    }
}
