use super::*;

const COMPARE: Mode = Mode::Compare { must_exist: false };
const IN_CI: Mode = Mode::Compare { must_exist: true };

#[test]
fn a_new_snapshot_is_written_and_then_compared() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("snapshots/new__journal.snap");
    assert_eq!(compare(&path, "journal", "one\ntwo", COMPARE), Ok(Done::Written));
    assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    assert_eq!(compare(&path, "journal", "one\ntwo\n", COMPARE), Ok(Done::Same));
    assert_eq!(compare(&path, "journal", "one\ntwo", IN_CI), Ok(Done::Same));
}

#[test]
fn one_that_differs_stays_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.snap");
    // As some tools check texts out.
    fs::write(&path, "one\r\ntwo\r\n").unwrap();
    assert_eq!(compare(&path, "journal", "one\ntwo", COMPARE), Ok(Done::Same));
    for mode in [COMPARE, IN_CI] {
        let problem = compare(&path, "journal", "one\nthree", mode).unwrap_err();
        assert!(problem.contains("- two\n+ three") && problem.contains("NEBULA_SNAPSHOTS=update"), "{problem}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "one\r\ntwo\r\n");
    assert_eq!(compare(&path, "journal", "one\nthree", Mode::Update), Ok(Done::Written));
    assert_eq!(fs::read_to_string(&path).unwrap(), "one\nthree\n");
}

#[test]
fn one_that_is_missing_in_ci_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing.snap");
    let problem = compare(&path, "plan", "one", IN_CI).unwrap_err();
    assert!(problem.contains("there is no snapshot") && problem.contains("+ one"), "{problem}");
    assert!(!path.exists());
}
