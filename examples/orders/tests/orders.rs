//! `cargo run -p nebula-orders` shows what its documentation says.

use std::process::Command;

#[test]
fn it_runs_an_order_and_shows_what_its_service_did() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_nebula-orders"))
        .env_remove("NEBULA_DATA_DIR")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let (said, noted) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{said}{noted}");
    assert!(said.contains(r#""amount": 225"#), "{said}");
    let counted = |endpoint: &str| {
        let line = said.lines().find(|line| line.starts_with(endpoint)).unwrap_or_else(|| panic!("{said}"));
        line.split_whitespace().skip(2).map(|count| count.parse().unwrap()).collect::<Vec<u32>>()
    };
    assert_eq!(counted("/reserve"), [3, 1], "{said}");
    assert_eq!(counted("/charge"), [1, 1], "{said}");
    assert_eq!(counted("/notify"), [1, 1], "{said}");
    assert!(noted.contains("attempt 2 failed") && noted.contains("skipped"), "the progress tells of it: {noted}");
}
