//! The parts of the journal, one for each month in which executions are made.
//!
//! They are made ahead of time, a year of them. What falls into a month that has none goes to the part `journal_other`, as
//! does what an id says that tells no time: nothing ever waits for a part, and nothing is lost without one.

use jiff::{civil::Date, tz::TimeZone};
use nebula_ports::time::Timestamp;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Row as _};
use uuid::Uuid;

use crate::error::Failure;

/// Months for which parts are made, the running one included.
const AHEAD: usize = 13;

/// One process at a time, and for the transaction only. Where a lock on the tables is not to be had soon, writers must not
/// be made to wait behind it: the parts come another time.
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '2s'; \
    SELECT pg_advisory_xact_lock(hashtextextended('nebula.partitions.' || current_schema(), 0))";

/// A month's part of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Month {
    name: String,
    from: Uuid,
    to: Uuid,
}

/// Makes the parts that are missing.
pub(crate) async fn ensure(connection: &mut PgConnection) -> Result<(), Failure> {
    let now: i64 = connection.fetch_one("SELECT now_micros()").await?.try_get(0)?;
    let months = months(Timestamp::from_micros(now), AHEAD);
    let names: Vec<&str> = months.iter().map(|month| month.name.as_str()).collect();
    let missing = sqlx::query("SELECT name FROM unnest($1::text[]) AS n(name) WHERE to_regclass(name) IS NULL");
    let missing = missing.bind(&names).fetch_all(&mut *connection).await?;
    let missing: Vec<String> = missing.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    for month in months.iter().filter(|month| missing.contains(&month.name)) {
        match make(connection, month).await.map_err(Failure::from) {
            Ok(()) => {}
            Err(failure) => {
                if failure.leaves_connection() {
                    connection.execute("ROLLBACK").await?;
                }
                // Somebody reads or writes for long. The journal works without the part.
                if failure.is_lock_timeout() {
                    return Ok(());
                }
                return Err(failure);
            }
        }
    }
    Ok(())
}

async fn make(connection: &mut PgConnection, month: &Month) -> Result<(), sqlx::Error> {
    let Month { name, from, to } = month;
    connection.execute(BEGIN).await?;
    // Another process may have made it meanwhile; and what has gone to the part for the rest stays there.
    let free = sqlx::query(
        "SELECT to_regclass($1) IS NULL \
         AND NOT EXISTS (SELECT 1 FROM journal_other WHERE execution >= $2 AND execution < $3)",
    );
    if free.bind(name).bind(from).bind(to).fetch_one(&mut *connection).await?.try_get(0)? {
        // Attached, not made in its place: that would keep everybody from reading and writing for a moment.
        let script = format!(
            "CREATE TABLE {name} (LIKE journal INCLUDING STORAGE);
             ALTER TABLE journal ATTACH PARTITION {name} FOR VALUES FROM ('{from}') TO ('{to}');"
        );
        connection.execute(AssertSqlSafe(script)).await?;
    }
    connection.execute("COMMIT").await.map(drop)
}

/// The month of `now`, and those after it.
fn months(now: Timestamp, count: usize) -> Vec<Month> {
    // Only times that no clock shows are outside.
    let Ok(now) = jiff::Timestamp::from_microsecond(now.as_micros()) else { return Vec::new() };
    let first = now.to_zoned(TimeZone::UTC).date().first_of_month();
    let starts = first.series(jiff::Span::new().months(1)).take(count + 1);
    let starts: Vec<(Date, Uuid)> = starts.filter_map(|date| Some((date, first_id(date)?))).collect();
    let pairs = starts.iter().zip(starts.iter().skip(1));
    pairs
        .map(|((date, from), (_, to))| Month {
            name: format!("journal_{:04}_{:02}", date.year(), date.month()),
            from: *from,
            to: *to,
        })
        .collect()
}

/// The smallest id that is made on this day or later: ids of version 7 begin with the milliseconds since 1970.
fn first_id(day: Date) -> Option<Uuid> {
    let millis = day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
    Some(Uuid::from_u64_pair(u64::try_from(millis).ok()? << 16, 0))
}

#[cfg(test)]
mod tests;
