use super::*;

#[test]
fn a_test_is_named_after_its_file_and_what_is_inside() {
    for (stem, test, name) in [
        ("alerts", "hot_days", "alerts__hot_days"),
        ("attribute", "flow_testing::attribute::hot_days", "attribute__hot_days"),
        ("attribute", "flow_testing::attribute::inner::hot_days", "attribute__inner__hot_days"),
        ("alerts", "alerts::tests::hot_days", "alerts__tests__hot_days"),
        ("hot", "hot", "hot__hot"),
        ("main", "inner::hot_days", "main__inner__hot_days"),
        ("lib", "hot_days", "lib__hot_days"),
    ] {
        assert_eq!(test_name(stem, test), name, "{stem}, {test}");
    }
}

#[test]
fn the_folder_is_beside_the_source() {
    let place = Place { test: "hot_days", module: "nebula_sdk::testing::snapshot::place::tests", file: file!() };
    let path = file(Some(place), "elsewhere.rs", "journal").unwrap();
    let place = Path::new("src/testing/snapshot/place/snapshots/tests__hot_days__journal.snap");
    assert!(path.ends_with(place), "{}", path.display());
    assert!(path.is_absolute());
    let path = file(None, file!(), "plan").unwrap();
    assert!(path.ends_with("snapshots/tests__the_folder_is_beside_the_source__plan.snap"), "{}", path.display());
    assert!(file(None, "no/such/file.rs", "plan").unwrap_err().contains("not to be found"));
}
