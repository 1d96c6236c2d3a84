//! Connections and what they are set to.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::{
    future::{Either, select},
    pin_mut,
};
use nebula_ports::{Error, ErrorKind, clock::Clock};
use secrecy::ExposeSecret as _;
use sqlx::{ConnectOptions as _, PgConnection, postgres::PgConnectOptions};

use crate::{PostgresOptions, error::Failure};

const OPERATION: &str = "postgres.open";

/// What every session is set to, whatever the defaults of server, database and user are: where the tables are, what a
/// transaction sees, how long a statement may take, and how long a frozen process may hold its locks. What was acknowledged
/// has to be on the disk: a session that would not wait for that is made to.
const SESSION: &str = "SELECT set_config('search_path', $1, false), \
    set_config('statement_timeout', $2, false), \
    set_config('idle_in_transaction_session_timeout', $2, false), \
    set_config('default_transaction_isolation', 'read committed', false), \
    set_config('synchronous_commit', \
        CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)";

/// How to get a connection.
#[derive(Clone)]
pub(crate) struct Connector {
    options: PgConnectOptions,
    clock: Arc<dyn Clock>,
    schema: Arc<str>,
    server: Arc<str>,
    connect_timeout: Duration,
    statement_timeout: Duration,
}

// === impl Connector ===

impl Connector {
    pub(crate) fn new(options: &PostgresOptions) -> Result<Self, Error> {
        let invalid = |message: String| Error::new(ErrorKind::InvalidInput, OPERATION, message);
        let url = options.url.expose_secret();
        if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
            return Err(invalid("the URL of the database has to begin with `postgres://`".to_owned()));
        }
        // The error is not handed on: it may repeat parts of the URL, and so the password.
        let connect: PgConnectOptions = url.parse().map_err(|_| {
            invalid(
                "the URL of the database cannot be read; write `postgres://user:password@host:port/database`, with special \
                 characters as %XX"
                    .to_owned(),
            )
        })?;
        if !is_schema_name(&options.schema) {
            return Err(invalid(format!(
                "`{}` is no name of a schema: 1 to 63 lower-case letters, digits and underscores, the first no digit, and \
                 not beginning with `pg_`",
                options.schema
            )));
        }
        if options.statement_timeout.as_millis() == 0 {
            return Err(invalid("the statement timeout has to be 1 ms at least".to_owned()));
        }
        let connect = connect.application_name(&options.application_name).disable_statement_logging();
        let place = match connect.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => connect.get_host().to_owned(),
        };
        let database = connect.get_database().unwrap_or(connect.get_username());
        let server = format!("{place}:{}/{database}, schema {}", connect.get_port(), options.schema);
        Ok(Self {
            clock: Arc::clone(&options.clock),
            schema: options.schema.as_str().into(),
            server: server.into(),
            connect_timeout: options.connect_timeout,
            statement_timeout: options.statement_timeout,
            options: connect,
        })
    }

    /// The schema that holds the tables.
    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }

    /// Where the database is, for people, without the password.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// How the server is reached.
    pub(crate) const fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// A new connection, set up.
    pub(crate) async fn connect(&self) -> Result<PgConnection, Failure> {
        self.connect_with(self.statement_timeout).await
    }

    /// A new connection on which statements may take this long; zero = as long as they need.
    pub(crate) async fn connect_with(&self, statement_timeout: Duration) -> Result<PgConnection, Failure> {
        let limit = statement_timeout.as_millis().to_string();
        let path = format!("\"{}\", pg_temp", self.schema);
        self.within(self.connect_timeout, async {
            let mut connection = self.options.connect().await?;
            sqlx::query(SESSION).bind(path).bind(limit).execute(&mut connection).await?;
            Ok::<_, Failure>(connection)
        })
        .await
    }

    /// Waits for `work`, but no longer than a call may take.
    pub(crate) async fn limit<T, E>(&self, work: impl Future<Output = Result<T, E>> + Send) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        self.within(self.statement_timeout.saturating_add(self.connect_timeout), work).await
    }

    /// Waits for a connection to become free, but no longer than a caller waits.
    pub(crate) async fn limit_wait<T, E>(&self, work: impl Future<Output = Result<T, E>> + Send) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        self.within(self.connect_timeout, work).await
    }

    async fn within<T, E>(&self, limit: Duration, work: impl Future<Output = Result<T, E>> + Send) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        let timer = self.clock.sleep_until(self.clock.now().plus(limit));
        pin_mut!(work);
        match select(work, timer).await {
            Either::Left((done, _)) => Ok(done?),
            Either::Right(((), _)) => Err(Failure::TimedOut),
        }
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Whether it can stand in a statement as it is.
fn is_schema_name(name: &str) -> bool {
    let mut chars = name.chars();
    name.len() <= 63
        && !name.starts_with("pg_")
        && chars.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
