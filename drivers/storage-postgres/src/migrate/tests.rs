//! What a server has to be like.

use super::*;

fn good() -> Facts {
    Facts { server: 150_020, encoding: "UTF8".to_owned(), read_only: false, has_schema: true, has_versions: true }
}

fn refused(facts: &Facts) -> Error {
    facts.check().expect_err("it is not good enough")
}

#[test]
fn an_old_server_is_refused_by_its_number() {
    good().check().expect("a good one");
    Facts { server: 150_000, ..good() }.check().expect("the oldest one");
    let error = refused(&Facts { server: 140_011, ..good() });
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Unsupported, "the server is PostgreSQL 14; 15 or newer is needed")
    );
}

#[test]
fn another_encoding_is_refused_by_its_name() {
    let error = refused(&Facts { encoding: "LATIN1".to_owned(), ..good() });
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("LATIN1") && error.message().contains("UTF8"), "{error}");
}

#[test]
fn a_server_that_takes_no_writes_is_refused_for_now() {
    let error = refused(&Facts { read_only: true, ..good() });
    assert!(error.kind() == ErrorKind::Unavailable && error.is_retryable(), "{error:?}");
}

#[test]
fn versions_are_compared_both_ways() {
    assert_eq!(check_version(VERSION + 1, "s").expect_err("newer").kind(), ErrorKind::Unsupported);
    check_version(VERSION, "s").expect("the same");
    assert_eq!(check_is_current(0, "s").expect_err("nothing there").kind(), ErrorKind::NotFound);
    check_is_current(VERSION, "s").expect("the same");
}
