//! The schema: what it has to be like, and how it gets there.
//!
//! Migrations run on a connection of their own, one process at a time (an advisory lock of that connection, so that it goes
//! when the process does), each in one transaction together with the row that says so. A process refuses a schema that is
//! newer than it knows. A new version must leave running what the version before does with the tables, as its processes
//! go on while those of the new one begin: what is added may be missing in what they write (*expand*). What nobody uses any
//! more goes in a later version (*contract*).

use std::time::Duration;

use nebula_ports::{Error, ErrorKind};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};

use crate::{connect::Connector, error::Failure, partitions};

/// The schema version that this code reads and writes.
pub(crate) const VERSION: i32 = MIGRATIONS.len() as i32;

/// What makes each version of the one before, the first of nothing.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/1.sql")];

const OPERATION: &str = "postgres.open";

/// The oldest server: `server_version_num` of 15.0.
const OLDEST_SERVER: i32 = 150_000;

/// How long to wait for another process that migrates.
const PATIENCE: Duration = Duration::from_secs(120);

const FACTS: &str = "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), \
    pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on', \
    to_regnamespace($1) IS NOT NULL, to_regclass($1 || '.schema_version') IS NOT NULL";
const FOUND: &str = "SELECT coalesce(max(version), 0) FROM schema_version";
const TABLES: &str = "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace($1)";
const TAKE_LOCK: &str = "SELECT pg_advisory_lock(hashtextextended('nebula.migrate.' || $1, 0))";

/// What has to be known before anything is read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Facts {
    server: i32,
    encoding: String,
    read_only: bool,
    has_schema: bool,
    has_versions: bool,
}

/// Makes sure that the server is good enough, and that the tables are there and ours; with `migrate`, makes them so.
///
/// # Errors
/// - `Unsupported` for an old server, another encoding than UTF-8, a newer schema, and an older one without `migrate`;
/// - `NotFound` when there are no tables and `migrate` is off;
/// - `Unavailable` for a server that takes no writes; `PermissionDenied`, `Busy`, and what the network says.
pub(crate) async fn prepare(connector: &Connector, migrate: bool) -> Result<(), Error> {
    let prepared = async {
        let mut connection = connector.connect_with(Duration::ZERO).await?;
        let prepared = prepare_over(&mut connection, connector, migrate).await;
        // It says goodbye; the lock goes with the connection in any case.
        let _ = connector.limit(connection.close()).await;
        prepared
    };
    prepared.await.map_err(|failure| failure.into_error(OPERATION, connector.server()))
}

/// Makes it the next generation. What was held is due: its holders are gone, or fenced.
pub(crate) async fn raise_generation(connector: &Connector) -> Result<(), Error> {
    const RAISE: &str = "BEGIN; \
        UPDATE store SET generation = generation + 1; \
        UPDATE execution SET lease_until = least(lease_until, now_micros()) WHERE lease_until IS NOT NULL; \
        COMMIT";
    let raised = async {
        let mut connection = connector.connect_with(Duration::ZERO).await?;
        let raised = connection.execute(RAISE).await.map(drop);
        let _ = connector.limit(connection.close()).await;
        Ok::<_, Failure>(raised?)
    };
    raised.await.map_err(|failure| failure.into_error(OPERATION, connector.server()))
}

async fn prepare_over(connection: &mut PgConnection, connector: &Connector, migrate: bool) -> Result<(), Failure> {
    let schema = connector.schema();
    let facts = connector.limit(facts(connection, schema)).await?;
    facts.check()?;
    let found = connector.limit(found(connection, &facts)).await?;
    check_version(found, schema)?;
    if !migrate {
        return Ok(check_is_current(found, schema)?);
    }
    if found < VERSION {
        let limit = format!("SET lock_timeout = {}", PATIENCE.as_millis());
        connection.execute(AssertSqlSafe(limit)).await?;
        sqlx::query(TAKE_LOCK).bind(schema).execute(&mut *connection).await?;
        upgrade(connection, schema).await?;
    }
    partitions::ensure(connection).await
}

async fn facts(connection: &mut PgConnection, schema: &str) -> Result<Facts, Failure> {
    let row = sqlx::query(FACTS).bind(schema).fetch_one(connection).await?;
    Ok(Facts {
        server: row.try_get(0)?,
        encoding: row.try_get(1)?,
        read_only: row.try_get(2)?,
        has_schema: row.try_get(3)?,
        has_versions: row.try_get(4)?,
    })
}

async fn found(connection: &mut PgConnection, facts: &Facts) -> Result<i32, Failure> {
    if !facts.has_versions {
        return Ok(0);
    }
    Ok(connection.fetch_one(FOUND).await?.try_get(0)?)
}

/// Brings the schema up to date. Whoever held the lock before may have done it already.
async fn upgrade(connection: &mut PgConnection, schema: &str) -> Result<(), Failure> {
    let facts = facts(connection, schema).await?;
    let found = found(connection, &facts).await?;
    check_version(found, schema)?;
    if found == 0 && facts.has_schema {
        let tables: i64 = sqlx::query(TABLES).bind(schema).fetch_one(&mut *connection).await?.try_get(0)?;
        if tables > 0 {
            return Err(Failure::Port(Error::new(
                ErrorKind::AlreadyExists,
                OPERATION,
                format!("the schema `{schema}` holds tables that are not Nebula's; choose another name for the schema"),
            )));
        }
    }
    let from = usize::try_from(found).unwrap_or(0);
    for (before, migration) in MIGRATIONS.iter().enumerate().skip(from) {
        let mut script = String::from("BEGIN;\n");
        if before == 0 {
            if !facts.has_schema {
                script.push_str(&format!("CREATE SCHEMA \"{schema}\";\n"));
            }
            script.push_str(
                "CREATE TABLE schema_version (version int NOT NULL PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());\n",
            );
        }
        script.push_str(migration);
        script.push_str(&format!("\nINSERT INTO schema_version (version) VALUES ({});\nCOMMIT;", before + 1));
        if let Err(error) = connection.execute(AssertSqlSafe(script)).await {
            // The script has not come to its end, so nothing of it is there.
            let _ = connection.execute("ROLLBACK").await;
            return Err(error.into());
        }
    }
    Ok(())
}

fn check_version(found: i32, schema: &str) -> Result<(), Error> {
    if found <= VERSION {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Unsupported,
        OPERATION,
        format!(
            "the schema `{schema}` was made by a newer version of Nebula (schema version {found}, this one knows {VERSION}); use that version, or a newer one"
        ),
    ))
}

fn check_is_current(found: i32, schema: &str) -> Result<(), Error> {
    if found == VERSION {
        return Ok(());
    }
    let (kind, what) = if found == 0 {
        (ErrorKind::NotFound, format!("the schema `{schema}` holds no tables of Nebula"))
    } else {
        (ErrorKind::Unsupported, format!("the schema `{schema}` has version {found}, and this program needs {VERSION}"))
    };
    Err(Error::new(
        kind,
        OPERATION,
        format!("{what}; open it once with migrations allowed, as a user who may create tables"),
    ))
}

// === impl Facts ===

impl Facts {
    fn check(&self) -> Result<(), Error> {
        let unsupported = |message: String| Err(Error::new(ErrorKind::Unsupported, OPERATION, message));
        if self.server < OLDEST_SERVER {
            return unsupported(format!("the server is PostgreSQL {}; 15 or newer is needed", self.server / 10_000));
        }
        if self.encoding != "UTF8" {
            return unsupported(format!(
                "the database has the encoding {}; make one with `ENCODING 'UTF8'`",
                self.encoding
            ));
        }
        if self.read_only {
            return Err(Error::new(
                ErrorKind::Unavailable,
                OPERATION,
                "the database takes no writes: it is a standby or set to read only; connect to the primary, or end the read-only mode",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
