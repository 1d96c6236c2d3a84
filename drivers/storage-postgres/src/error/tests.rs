//! The texts of this module reach people; the verdicts decide what callers do.

use std::{borrow::Cow, error::Error as StdError, fmt};

use sqlx::error::{DatabaseError, ErrorKind as SqlKind};

use super::*;

/// An error of a server, of which nothing but the code matters.
#[derive(Debug)]
struct Answer(&'static str);

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what the server says")
    }
}

impl StdError for Answer {}

impl DatabaseError for Answer {
    fn message(&self) -> &str {
        "what the server says"
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.0.into())
    }

    fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> SqlKind {
        SqlKind::Other
    }
}

fn answer(state: &'static str) -> Failure {
    Failure::Sql(sqlx::Error::Database(Box::new(Answer(state))))
}

#[test]
fn what_passes_may_be_repeated_and_what_does_not_pass_may_not() {
    for state in [
        "25006", "25P03", "40001", "40P01", "53100", "53300", "55P03", "57014", "57P01", "57P03", "08006", "53200",
        "58030",
    ] {
        let error = answer(state).into_error("test", "db");
        assert!(error.is_retryable(), "{state}: {error:?}");
        assert!(matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Busy), "{state}: {error:?}");
    }
    for (state, kind) in [
        ("28P01", ErrorKind::PermissionDenied),
        ("42501", ErrorKind::PermissionDenied),
        ("3D000", ErrorKind::NotFound),
        ("42P01", ErrorKind::Corrupt),
        ("XX001", ErrorKind::Corrupt),
        ("22021", ErrorKind::InvalidInput),
        ("54000", ErrorKind::InvalidInput),
        ("0A000", ErrorKind::Unsupported),
        ("26000", ErrorKind::Unsupported),
        ("XX000", ErrorKind::Internal),
        ("23505", ErrorKind::Internal),
        ("", ErrorKind::Internal),
    ] {
        let error = answer(state).into_error("test", "db");
        assert_eq!((error.kind(), error.is_retryable()), (kind, false), "{state}: {error:?}");
    }
}

#[test]
fn an_error_says_which_database_and_what_the_server_said() {
    let error = answer("53100").into_error("execution_repo.commit", "10.0.0.1:5432/app, schema nebula");
    assert_eq!(
        format!("{error:#}"),
        "the disk of the database is full; make room (database: 10.0.0.1:5432/app, schema nebula) [unavailable in \
         execution_repo.commit]: error returned from database: what the server says: what the server says"
    );
}

#[test]
fn only_a_server_that_stays_has_refused_a_commit() {
    for state in ["40001", "53100", "57014", "25006"] {
        assert!(answer(state).leaves_connection(), "{state}");
    }
    for state in ["57P01", "57P02", "08006"] {
        assert!(!answer(state).leaves_connection(), "{state}: it may have committed before it went");
    }
    let cut = sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
    assert!(!Failure::Sql(cut).leaves_connection());
    assert!(!Failure::TimedOut.leaves_connection());
}

#[test]
fn a_copy_says_the_same() {
    let error = answer("40P01").into_error("test", "db");
    let copy = repeat(&error);
    assert_eq!((copy.to_string(), copy.code(), copy.operation()), (error.to_string(), error.code(), error.operation()));
    assert!(copy.is_retryable() && format!("{copy:#}").contains("what the server says"), "{copy:?}");
}
