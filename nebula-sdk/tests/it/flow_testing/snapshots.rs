//! Journals, plans and definitions that are kept beside the test.

use std::{path::Path, process::Command};

use super::*;

#[nebula_sdk::test(seed = 7)]
async fn an_alert_is_kept(t: TestFlow) {
    let t = t.flow(ALERT).action::<Wait>().mock::<FetchWeather>(hot).action::<Post>();
    t.definition().assert_snapshot();
    t.plan().assert_snapshot();
    t.run(oslo()).await.journal().assert_snapshot();
    t.run(json!({ "city": "Bergen" })).await.journal().assert_snapshot();
}

#[test]
#[ignore = "fails on purpose: the next test looks at what it prints"]
fn one_that_is_kept_by_mistake() {
    let run = alert().mock::<FetchWeather>(hot).action::<Post>().run_blocking(oslo());
    run.journal().assert_snapshot();
}

/// Runs the test above, with this in its environment.
fn mistaken(variable: (&str, &str)) -> (bool, String) {
    let arguments = ["--ignored", "--exact", "flow_testing::snapshots::one_that_is_kept_by_mistake"];
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments).env_remove("CI").env_remove("NEBULA_SNAPSHOTS").env(variable.0, variable.1);
    let output = command.output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_environment_decides_what_happens_to_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/flow_testing/snapshots");
    let path = folder.join("snapshots__one_that_is_kept_by_mistake__journal.snap");
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(kept.contains("Trondheim"), "it is another than what the test finds");
    for variable in [("CI", "true"), ("CI", "")] {
        let (is_well, text) = mistaken(variable);
        assert!(!is_well, "{text}");
        assert!(text.contains("the journal is not the one in"), "{text}");
        assert!(text.contains(r#"-    +0s  execution_started alert {"city":"Trondheim"}"#), "{text}");
        assert!(text.contains(r#"+    +0s  execution_started alert {"city":"Oslo"}"#), "{text}");
        assert!(text.contains("NEBULA_SNAPSHOTS=update"), "{text}");
    }
    let (is_well, text) = mistaken(("NEBULA_SNAPSHOTS", "yes"));
    assert!(!is_well && text.contains("NEBULA_SNAPSHOTS is `yes`"), "{text}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), kept);
}
