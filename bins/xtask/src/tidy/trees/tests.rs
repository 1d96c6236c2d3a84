use super::{count, finding};

#[test]
fn a_package_counts_once_in_each_version() {
    let tree = "a v0.1.0 (/somewhere)\nb v1.0.0\nc v2.0.0 (proc-macro)\nb v1.0.0 (*)\nb v2.0.0\n\n";
    assert_eq!(count(tree), 4);
}

#[test]
fn only_more_than_the_budget_is_a_finding() {
    assert_eq!(finding("a/Cargo.toml", 25, 25), None);
    let found = finding("a/Cargo.toml", 26, 25).unwrap();
    assert!(found.to_string().contains("26 packages in its tree, and it may have 25"), "{found}");
}
