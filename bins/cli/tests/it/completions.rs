//! Completion scripts.

use crate::nebula::Folder;

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let outcome = folder.call(&["completions", shell]).ends_with(0);
        for word in ["nebula", "execution", "resume", "--grant"] {
            let spelled = if shell == "fish" { word.trim_start_matches("--") } else { word };
            assert!(outcome.stdout.contains(spelled), "{shell} does not know {word}");
        }
    }
}

#[test]
fn with_json_the_script_is_a_value() {
    let printed = Folder::new().call(&["completions", "bash", "--json"]).ends_with(0).json();
    assert_eq!(printed["shell"], "bash");
    assert!(printed["script"].as_str().is_some_and(|script| script.contains("complete")), "{printed}");
}
