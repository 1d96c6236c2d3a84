//! The chains of journals that were written when there were none.

use nebula_ports::{
    chain::{self, StoredEntry},
    model::{Digest, ExecutionId, Fence, Seq},
    time::Timestamp,
};
use sqlx::{Executor as _, Row as _, SqliteConnection};
use uuid::Uuid;

/// Rows read at a time: an entry has at most 1 MiB, so this bounds what is held.
const PAGE: i64 = 64;

const EXECUTIONS: &str = "SELECT n, id FROM execution WHERE n > ? ORDER BY n LIMIT ?";
const ENTRIES: &str = "SELECT seq, fence, recorded_at, entry, rowid FROM journal WHERE execution = ? AND seq > ? \
    ORDER BY seq LIMIT ?";
const SET_ENTRY: &str = "UPDATE journal SET chain = ? WHERE rowid = ?";
const SET_HEAD: &str = "UPDATE execution SET chain = ? WHERE n = ?";

/// Computes all of them, in the transaction that is open. Journals are taken as they are: a hole is found when one is read.
pub(super) async fn compute(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut last = 0_i64;
    loop {
        let rows = connection.fetch_all(sqlx::query(EXECUTIONS).bind(last).bind(PAGE)).await?;
        for row in &rows {
            let id: &[u8] = row.try_get(1)?;
            let id = Uuid::from_slice(id).map_err(|error| sqlx::Error::Decode(error.into()))?;
            last = row.try_get(0)?;
            of_execution(connection, last, ExecutionId::from_uuid(id)).await?;
        }
        if i64::try_from(rows.len()).is_ok_and(|length| length < PAGE) {
            return Ok(());
        }
    }
}

async fn of_execution(connection: &mut SqliteConnection, number: i64, id: ExecutionId) -> Result<(), sqlx::Error> {
    let mut head = chain::beginning(id);
    let mut last = 0_i64;
    loop {
        let rows = connection.fetch_all(sqlx::query(ENTRIES).bind(number).bind(last).bind(PAGE)).await?;
        for row in &rows {
            last = row.try_get(0)?;
            let text: &str = row.try_get(3)?;
            let entry = StoredEntry {
                seq: Seq(last.unsigned_abs()),
                fence: Fence(row.try_get::<i64, _>(1)?.unsigned_abs()),
                recorded_at: Timestamp::from_micros(row.try_get(2)?),
                bytes: text.as_bytes(),
            };
            head = chain::link(head, entry);
            set(connection, SET_ENTRY, head, row.try_get(4)?).await?;
        }
        if i64::try_from(rows.len()).is_ok_and(|length| length < PAGE) {
            return set(connection, SET_HEAD, head, number).await;
        }
    }
}

async fn set(connection: &mut SqliteConnection, text: &'static str, to: Digest, of: i64) -> Result<(), sqlx::Error> {
    connection.execute(sqlx::query(text).bind(&to.as_bytes()[..]).bind(of)).await.map(drop)
}
