//! The schema lock in a test.

use std::{env, fs, path::Path};

use crate::{Registry, lock::Lock};

/// Says what to do with a difference.
const VARIABLE: &str = "NEBULA_LOCK";

/// Compares the actions with the lock in a file beside `Cargo.toml`, and fails when they differ: with every change in
/// words, whether it breaks callers, and the version that says so.
///
/// `NEBULA_LOCK=update` writes the file anew, or for the first time, unless a change asks for a version that the action
/// does not have; `NEBULA_LOCK=force` writes it in any case.
///
/// ```no_run
/// # fn register(_: &mut nebula_sdk::Registry) {}
/// #[test]
/// fn interfaces_change_with_their_versions() {
///     let mut registry = nebula_sdk::Registry::new();
///     register(&mut registry);
///     nebula_sdk::testing::assert_schema_lock(&registry, "nebula.lock.json");
/// }
/// ```
///
/// # Panics
/// When they differ, when there is no such file, and when it cannot be read or written.
#[track_caller]
pub fn assert_schema_lock(registry: &Registry, path: impl AsRef<Path>) {
    let wish = env::var(VARIABLE).unwrap_or_default();
    // Tests run in the folder of their package already; tools that run them elsewhere set this.
    let base = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    if let Err(message) = compared(registry, &Path::new(&base).join(path), &wish) {
        panic!("{message}");
    }
}

fn compared(registry: &Registry, path: &Path, wish: &str) -> Result<(), String> {
    let new = Lock::of(registry);
    let shown = path.display();
    let write = || fs::write(path, new.to_string()).map_err(|error| format!("{shown} cannot be written: {error}"));
    if !["", "update", "force"].contains(&wish) {
        return Err(format!("`{VARIABLE}={wish}` means nothing: there is `update` and `force`"));
    }
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return if wish.is_empty() {
                Err(format!("there is no {shown}: run the test with `{VARIABLE}=update` to write it"))
            } else {
                write()
            };
        }
        Err(error) => return Err(format!("{shown} cannot be read: {error}")),
    };
    if wish == "force" {
        return write();
    }
    let old = Lock::parse(&text).map_err(|error| format!("{shown}: {error}"))?;
    if old == new {
        return Ok(());
    }
    let found = old.compare(&new);
    match (found.suffices(), wish) {
        (true, "update") => write(),
        (true, _) => Err(format!(
            "the actions have changed since {shown}:\n\n{found}\nThe versions say so: run the test with \
             `{VARIABLE}=update` and commit the file."
        )),
        (false, _) => Err(format!(
            "the actions have changed since {shown} more than their versions say:\n\n{found}\nGive them the versions \
             above, or undo the change. `{VARIABLE}=force` writes the file in any case."
        )),
    }
}

#[cfg(test)]
mod tests;
