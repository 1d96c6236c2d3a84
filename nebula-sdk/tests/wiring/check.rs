//! What the compiler says of many files at once.

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use nebula_sdk::{Value, reexports::serde_json};

use super::source::Place;

/// By file and place, the messages.
type Errors = BTreeMap<String, BTreeMap<Place, String>>;

/// The errors in modules of one crate, which has the SDK and the actions that come with Nebula.
pub(super) fn errors(files: &[(&str, &str)]) -> Errors {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wiring");
    write_crate(&folder, files);
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The settings of the Cargo that runs the tests are not for another crate.
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        let cargo = name.starts_with("CARGO") && name != "CARGO_HOME";
        if cargo || name.starts_with("RUSTC") || name == "RUSTFLAGS" || name == "RUSTDOCFLAGS" {
            command.env_remove(&key);
        }
    }
    // Shared with other tests that check crates of users: what all depend on is built once.
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("user_crates"));
    command.args(["check", "--quiet", "--lib", "--message-format=json"]).current_dir(&folder);
    let output = command.stdin(Stdio::null()).output().unwrap();

    let mut errors = Errors::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        let message = &message["message"];
        if message["level"] == "error" {
            note(message, &mut errors);
        }
    }
    assert!(!errors.is_empty(), "nothing was checked:\n{}", String::from_utf8_lossy(&output.stderr));
    errors
}

fn note(message: &Value, errors: &mut Errors) {
    let spans = message["spans"].as_array().into_iter().flatten();
    for span in spans.filter(|span| span["is_primary"] == true) {
        let number = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
        let place = (number("line_start"), number("column_start"));
        let file = Path::new(span["file_name"].as_str().unwrap()).file_stem().unwrap().to_string_lossy().into_owned();
        let text = message["rendered"].as_str().unwrap_or_default().to_owned();
        errors.entry(file).or_default().insert(place, text);
    }
}

fn write_crate(folder: &Path, files: &[(&str, &str)]) {
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR"));
    let actions = sdk.join("../nebula-actions");
    let manifest = format!(
        "[package]\nname = \"wiring\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         nebula-actions = {{ path = {actions:?} }}\n\
         nebula-sdk = {{ path = {sdk:?}, features = [\"testing\"] }}\n\n[workspace]\n"
    );
    let _ = fs::remove_dir_all(folder.join("src"));
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let mut root = String::from("#![allow(warnings)]\n");
    for (name, text) in files {
        writeln!(root, "mod {name};").unwrap();
        fs::write(folder.join("src").join(name).with_extension("rs"), text).unwrap();
    }
    fs::write(folder.join("src/lib.rs"), root).unwrap();
    // The versions and the compiler of this workspace.
    for file in ["Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(sdk.join("..").join(file), folder.join(file)).unwrap();
    }
}
