//! Where a snapshot is kept.

use std::path::{Path, PathBuf};

use crate::testing::attribute::Place;

/// The file of a snapshot: beside the source that the compiler calls `source`, which is the test's own where the test
/// says so.
pub(super) fn file(place: Option<Place>, source: &str, name: &str) -> Result<PathBuf, String> {
    let (source, test) = match place {
        Some(place) => {
            let module = place.module.split_once("::").map_or("", |(_, inside)| inside);
            (place.file, format!("{module}::{}", place.test))
        }
        // libtest names the thread of a test after the test; with one thread, tests run on the program's own.
        None => {
            match std::thread::current().name() {
                Some(test) if test != "main" => (source, test.to_owned()),
                _ => {
                    return Err("it is not known which test this is: write `#[nebula_sdk::test]` in the place of `#[test]`, or \
                            let tests have threads of their own"
                    .to_owned());
                }
            }
        }
    };
    let path = Path::new(source);
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("test");
    let folder = folder(path)?.join("snapshots");
    Ok(folder.join(format!("{}__{name}.snap", test_name(stem, &test))))
}

/// The name of the file, and what of the test's path is inside of it: `alerts__hot_days` or `alerts__tests__hot_days`.
fn test_name(stem: &str, test: &str) -> String {
    let parts: Vec<&str> = test.split("::").filter(|part| !part.is_empty()).collect();
    let modules = &parts[..parts.len().saturating_sub(1)];
    let inside = modules.iter().rposition(|part| *part == stem).map_or(0, |at| at + 1);
    format!("{stem}__{}", parts[inside..].join("__"))
}

/// The folder of a source, which the compiler names from the package or from a workspace around it.
fn folder(source: &Path) -> Result<PathBuf, String> {
    let parent = source.parent().unwrap_or(Path::new(""));
    if source.is_absolute() {
        return Ok(parent.to_owned());
    }
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).or_else(|| std::env::current_dir().ok());
    let package = package.unwrap_or_default();
    let root = package.ancestors().find(|root| root.join(source).is_file());
    root.map(|root| root.join(parent)).ok_or_else(|| {
        format!("snapshots stand beside the test's file, and {} is not to be found from here", source.display())
    })
}

#[cfg(test)]
mod tests;
