use super::*;
use crate::workspace::tests::package;

/// The house as it is meant to be.
fn house() -> Vec<Package> {
    vec![
        package("nebula-ports", "nebula-ports", &["serde"]),
        package("nebula-expression", "nebula-expression", &["serde_json"]),
        package("nebula-derive", "nebula-derive", &["syn", "nebula-expression"]),
        package("nebula-sdk", "nebula-sdk", &["nebula-ports", "nebula-derive", "nebula-expression"]),
        package("nebula-runtime", "nebula-runtime", &["nebula-ports", "nebula-expression"]),
        package("nebula-actions", "nebula-actions", &["nebula-sdk"]),
        package("drivers/storage-sqlite", "nebula-storage-sqlite", &["nebula-ports", "sqlx"]),
        package("bins/cli", "nebula-cli", &["nebula-runtime", "nebula-storage-sqlite", "nebula-actions"]),
        package("examples/weather", "nebula-weather", &["nebula-sdk"]),
        package("tests", "nebula-tests", &["nebula-cli", "nebula-runtime"]),
    ]
}

fn with(folder: &str, dependency: Dependency, features: &[(&str, &[&str])]) -> Vec<String> {
    let mut house = house();
    let package = house.iter_mut().find(|package| package.folder == folder).unwrap();
    package.dependencies.push(dependency);
    for (name, parts) in features {
        package.features.push(((*name).to_owned(), parts.iter().map(|part| (*part).to_owned()).collect()));
    }
    check(&house, &Files::default()).iter().map(ToString::to_string).collect()
}

fn normal(name: &str) -> Dependency {
    Dependency { name: name.to_owned(), kind: Kind::Normal, optional: false }
}

fn optional(name: &str) -> Dependency {
    Dependency { optional: true, ..normal(name) }
}

#[test]
fn the_house_as_designed_has_no_findings() {
    assert_eq!(check(&house(), &Files::default()), []);
}

#[test]
fn every_wrong_arrow_is_found() {
    for (folder, target) in [
        ("nebula-ports", "nebula-expression"),
        ("nebula-expression", "nebula-ports"),
        ("nebula-derive", "nebula-ports"),
        ("nebula-sdk", "nebula-storage-sqlite"),
        ("nebula-runtime", "nebula-sdk"),
        ("nebula-runtime", "nebula-storage-sqlite"),
        ("nebula-runtime", "nebula-actions"),
        ("nebula-actions", "nebula-runtime"),
        ("nebula-actions", "nebula-ports"),
        ("drivers/storage-sqlite", "nebula-runtime"),
        ("drivers/storage-sqlite", "nebula-cli"),
    ] {
        let findings = with(folder, normal(target), &[]);
        assert_eq!(findings.len(), 1, "{folder} -> {target}: {findings:?}");
        assert!(findings[0].starts_with(&format!("{folder}/Cargo.toml:1: ")), "{}", findings[0]);
        assert!(findings[0].contains(&format!("must not depend on `{target}`")), "{}", findings[0]);
    }
}

#[test]
fn a_build_dependency_counts_and_a_development_dependency_does_not() {
    let build = Dependency { kind: Kind::Build, ..normal("nebula-sdk") };
    let dev = Dependency { kind: Kind::Dev, ..normal("nebula-sdk") };
    assert_eq!(with("nebula-runtime", build, &[]).len(), 1);
    assert_eq!(with("nebula-runtime", dev, &[]).len(), 0);
}

#[test]
fn the_sdk_may_hold_the_runtime_behind_testing_only() {
    let behind: &[(&str, &[&str])] =
        &[("default", &["schema"]), ("schema", &[]), ("testing", &["dep:nebula-runtime", "nebula-runtime/sim"])];
    assert_eq!(with("nebula-sdk", optional("nebula-runtime"), behind), [""; 0]);
}

#[test]
fn the_sdk_may_not_hold_the_runtime_always() {
    let findings = with("nebula-sdk", normal("nebula-runtime"), &[]);
    assert!(findings[0].contains("always depends on `nebula-runtime`"), "{findings:?}");
}

#[test]
fn another_feature_of_the_sdk_may_not_turn_the_runtime_on() {
    let findings = with("nebula-sdk", optional("nebula-runtime"), &[("fast", &["nebula-runtime/fast"])]);
    assert!(findings[0].contains("feature `fast`"), "{findings:?}");
}

#[test]
fn testing_may_not_be_on_by_default_not_even_indirectly() {
    let features: &[(&str, &[&str])] =
        &[("default", &["all"]), ("all", &["default", "testing"]), ("testing", &["dep:nebula-runtime"])];
    let findings = with("nebula-sdk", optional("nebula-runtime"), features);
    assert!(findings[0].contains("feature `default`"), "{findings:?}");
}

#[test]
fn a_package_in_no_room_is_found() {
    let findings = check(&[package("misc/thing", "nebula-thing", &[])], &Files::default());
    assert!(findings[0].what.contains("`misc/thing` is in no room"), "{findings:?}");
}

#[test]
fn the_finding_stands_at_the_line_of_the_dependency() {
    let wrong = package("nebula-runtime", "nebula-runtime", &["nebula-sdk"]);
    let sdk = package("nebula-sdk", "nebula-sdk", &[]);
    let text = "[package]\nname = \"nebula-runtime\"\n\n[dependencies]\nnebula-sdk-extra = \"1\"\nnebula-sdk.workspace = true\n";
    let files = Files::of(&[("nebula-runtime/Cargo.toml", text)]);
    assert_eq!(check(&[wrong, sdk], &files)[0].line, 6);
}
