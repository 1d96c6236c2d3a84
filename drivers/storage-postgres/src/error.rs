//! Errors of PostgreSQL and of the network as errors of the ports: what is wrong, and what to do about it.

use nebula_ports::{Error, ErrorKind, error::RetryStatus};

/// Why a piece of work on the database did not come to its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server or the network says so.
    Sql(sqlx::Error),
    /// There was no answer in time.
    TimedOut,
    /// What is stored, or what was asked for, cannot be worked with.
    Port(Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Port(error)
    }
}

// === impl Failure ===

impl Failure {
    /// As an error of `operation` on `server`.
    pub(crate) fn into_error(self, operation: &'static str, server: &str) -> Error {
        match self {
            Self::Sql(error) => from_sqlx(operation, server, error),
            Self::TimedOut => Error::new(
                ErrorKind::Unavailable,
                operation,
                "the database does not answer; see whether the server and the network to it are well",
            )
            .with_context("database", server),
            Self::Port(error) => error.with_context("database", server),
        }
    }

    /// Whether the connection can be used on: the server has answered, with a refusal, and stays.
    pub(crate) fn leaves_connection(&self) -> bool {
        match self {
            Self::Sql(error) => sql_state(error).is_some_and(|state| !ends_connection(&state)),
            Self::TimedOut => false,
            Self::Port(_) => true,
        }
    }

    /// Whether the connection has ended, as one does that rests while the server goes away: nothing else is wrong then.
    pub(crate) fn is_cut(&self) -> bool {
        matches!(self, Self::Sql(_)) && !self.leaves_connection()
    }

    /// Whether the statement hurt a constraint that says what is unique.
    pub(crate) fn is_duplicate(&self) -> bool {
        self.has_state(|state| state == "23505")
    }

    /// Whether the values of the statement are at fault, and not the state of the server.
    pub(crate) fn blames_values(&self) -> bool {
        self.has_state(|state| matches!(&state[..2], "22" | "54"))
    }

    /// Whether the wait for a lock was given up.
    pub(crate) fn is_lock_timeout(&self) -> bool {
        self.has_state(|state| state == "55P03")
    }

    fn has_state(&self, test: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Sql(error) => sql_state(error).is_some_and(|state| state.len() == 5 && test(&state)),
            _ => false,
        }
    }
}

/// Turns an error of PostgreSQL into one of `operation`.
fn from_sqlx(operation: &'static str, server: &str, error: sqlx::Error) -> Error {
    let (kind, retry, message) = match sql_state(&error) {
        Some(state) => by_state(&state),
        None => by_cause(&error),
    };
    Error::new(kind, operation, message).with_retry(retry).with_context("database", server).with_source(error)
}

type Verdict = (ErrorKind, RetryStatus, &'static str);

/// The one table of what the server's codes mean here. <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn by_state(state: &str) -> Verdict {
    use ErrorKind as Kind;
    use RetryStatus::{Permanent, Temporary};
    match state {
        "25006" => (
            Kind::Unavailable,
            Temporary,
            "the database takes no writes: it is a standby or set to read only; connect to the primary, or end the read-only mode",
        ),
        "40001" | "40P01" => {
            (Kind::Busy, Temporary, "another transaction was in the way; the same call may be repeated")
        }
        "55P03" => (Kind::Busy, Temporary, "a lock was not to be had in time; see who holds it in pg_locks"),
        "57014" => (
            Kind::Busy,
            Temporary,
            "the statement took longer than it may; see what the server is busy with, or raise the statement timeout",
        ),
        "53100" => (Kind::Unavailable, Temporary, "the disk of the database is full; make room"),
        "53300" => (
            Kind::Unavailable,
            Temporary,
            "the database has no connection left; lower the number that each process uses, or raise max_connections",
        ),
        "57P01" | "57P02" | "57P05" => (
            Kind::Unavailable,
            Temporary,
            "the database has ended the connection; it is shutting down, or somebody said so",
        ),
        "25P03" => (
            Kind::Unavailable,
            Temporary,
            "the database has ended a transaction that stood still; was this process stopped, or the machine asleep?",
        ),
        "57P03" => (Kind::Unavailable, Temporary, "the database is starting up or shutting down"),
        "57P04" | "3D000" => {
            (Kind::NotFound, Permanent, "there is no such database on the server; create it, or correct the URL")
        }
        "28P01" | "28000" => (
            Kind::PermissionDenied,
            Permanent,
            "the server does not let this user in; see user and password in the URL, and pg_hba.conf",
        ),
        "42501" => (
            Kind::PermissionDenied,
            Permanent,
            "the user may not do this in the database; grant it the rights that docs/postgres.md lists",
        ),
        "3F000" | "42P01" | "42703" | "42883" | "42804" | "42704" => {
            (Kind::Corrupt, Permanent, "the tables are not as they were made; restore them from a backup")
        }
        "26000" | "42P05" => (
            Kind::Unsupported,
            Permanent,
            "statements that were prepared are lost or not ours; a pooler in front of the database has to pool sessions",
        ),
        "XX001" | "XX002" => (Kind::Corrupt, Permanent, "the database is damaged; its log says where"),
        "0A000" => (Kind::Unsupported, Permanent, "the server cannot do this; PostgreSQL 15 or newer is needed"),
        _ => match state.get(..2).unwrap_or_default() {
            "08" => (
                Kind::Unavailable,
                Temporary,
                "the database cannot be reached; see whether it runs, and the host and port in the URL",
            ),
            "22" | "54" => (Kind::InvalidInput, Permanent, "the database cannot store this value"),
            "53" => (Kind::Unavailable, Temporary, "the database has run out of a resource; its log says which"),
            "57" => (Kind::Unavailable, Temporary, "somebody has intervened at the database"),
            "58" => (Kind::Unavailable, Temporary, "the system under the database has failed; its log says how"),
            _ => (Kind::Internal, Permanent, "the database refused a statement"),
        },
    }
}

const NO_TLS: Verdict = (
    ErrorKind::Unavailable,
    RetryStatus::Permanent,
    "no encrypted connection came about; see sslmode and sslrootcert in the URL, and the server's certificate",
);

/// What errors mean that are not the server's.
fn by_cause(error: &sqlx::Error) -> Verdict {
    use ErrorKind as Kind;
    use RetryStatus::{Permanent, Temporary};
    match error {
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. } => {
            (Kind::Corrupt, Permanent, "a row of the database cannot be read")
        }
        sqlx::Error::Encode(_) => (Kind::InvalidInput, Permanent, "the database cannot store this value"),
        sqlx::Error::Configuration(_) | sqlx::Error::InvalidArgument(_) => {
            (Kind::InvalidInput, Permanent, "the URL of the database cannot be used")
        }
        sqlx::Error::Tls(_) => NO_TLS,
        // What the handshake refuses comes as what cannot be read.
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => NO_TLS,
        _ => (
            Kind::Unavailable,
            Temporary,
            "the database cannot be reached, or the connection has ended; see whether it runs, and the host and port in the URL",
        ),
    }
}

fn sql_state(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// Codes after which the server closes the connection. When one of them is the answer to a commit, nobody knows.
fn ends_connection(state: &str) -> bool {
    matches!(state, "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03") || state.starts_with("08")
}

/// A stored value that is not what was written.
pub(crate) fn corrupt(operation: &'static str, what: &'static str, value: impl std::fmt::Debug) -> Error {
    Error::new(ErrorKind::Corrupt, operation, format!("the database holds no valid {what}; restore it from a backup"))
        .with_context(what, format!("{value:?}"))
}

/// The same error once more, for another caller: an error cannot be copied, so its chain becomes text.
pub(crate) fn repeat(error: &Error) -> Error {
    let retry = if error.is_retryable() { RetryStatus::Temporary } else { RetryStatus::Permanent };
    let copy = Error::new(error.kind(), error.operation(), error.message()).with_retry(retry);
    let copy = error.context().iter().fold(copy, |copy, (key, value)| copy.with_context(key, value));
    match std::error::Error::source(error) {
        Some(source) => copy.with_source(source.to_string()),
        None => copy,
    }
}

#[cfg(test)]
mod tests;
