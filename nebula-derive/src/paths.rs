//! Where generated code finds nebula-sdk: the `crate = ".."` key, else the name that Cargo.toml gives it.

use std::{env, path::Path as File};

use syn::{Ident, Path, parse_quote};

mod manifest;
mod toml;

/// The path of nebula-sdk.
pub(crate) fn sdk(given: Option<Path>) -> Path {
    given.or_else(renamed).unwrap_or_else(|| parse_quote!(::nebula_sdk))
}

/// By another name, when the crate that is compiled gives it one. In nebula-sdk, its examples and its tests included, the
/// crate goes by its own name.
fn renamed() -> Option<Path> {
    let folder = env::var_os("CARGO_MANIFEST_DIR")?;
    let name = manifest::name_of("nebula-sdk", File::new(&folder))?;
    // A keyword cannot follow `::`, and whoever names a dependency so gives `crate = ".."`.
    let name = syn::parse_str::<Ident>(&name.replace('-', "_")).ok()?;
    Some(parse_quote!(::#name))
}
