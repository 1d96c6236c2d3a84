//! Reading a journal, page by page, and checking its chain.

use nebula_ports::{
    Error,
    chain::{ChainCheck, Damage, StoredEntry},
    model::{Digest, ExecutionId, Fence, JournalRecord, Seq},
    time::Timestamp,
};
use sqlx::postgres::PgRow;

use crate::row::Columns;

pub(super) const OPERATION: &str = "execution_repo.journal";

/// How far a journal has been read.
pub(super) struct Reading {
    id: ExecutionId,
    at: At,
}

enum At {
    /// Nothing was read. What is before the first entry that is wanted is read first, for its place in the chain.
    Start(Seq),
    Reading(ChainCheck),
    Over,
}

// === impl Reading ===

impl Reading {
    /// Of the entries after `after`.
    pub(super) fn new(id: ExecutionId, after: Seq) -> Self {
        Self { id, at: if after.0 == 0 { At::Reading(ChainCheck::new(id)) } else { At::Start(after) } }
    }

    pub(super) const fn is_over(&self) -> bool {
        matches!(self.at, At::Over)
    }

    /// The position from which on to read.
    pub(super) fn from(&self) -> Seq {
        match &self.at {
            At::Start(after) => *after,
            At::Reading(check) => check.last().plus(1),
            At::Over => Seq(u64::MAX),
        }
    }

    /// Takes the rows of a page: `seq, fence, recorded_at, entry, chain` of each entry, how many there are of at most `most`, and
    /// `seq, chain` of the execution.
    ///
    /// # Errors
    /// `Corrupt` for an entry that is not what was written, and for a journal that does not end where its execution says.
    pub(super) fn page(&mut self, rows: &[PgRow], most: i64) -> Result<Vec<JournalRecord>, Error> {
        let damaged = |damage: Damage| damage.into_error(OPERATION, self.id);
        let there: i64 = match rows.first() {
            Some(row) => Columns { operation: OPERATION, row }.get(5, "number")?,
            None => 0,
        };
        // A short page was the last one when it was read, if all of it was taken. Of none there is a row all the same.
        let is_last = there < most && i64::try_from(rows.len()).is_ok_and(|taken| taken >= there);
        let mut at = std::mem::replace(&mut self.at, At::Over);
        let mut records = Vec::with_capacity(rows.len());
        for row in rows {
            let columns = Columns { operation: OPERATION, row };
            if columns.get::<Option<i64>>(0, "number")?.is_none() {
                break;
            }
            let (seq, chain) = (Seq(columns.count(0)?), columns.digest(4)?);
            let check = match &mut at {
                At::Start(after) if seq == *after => {
                    at = At::Reading(ChainCheck::after(seq, chain));
                    continue;
                }
                At::Start(after) => return Err(damaged(Damage::Gap { expected: *after, found: seq })),
                At::Over => break,
                At::Reading(check) => check,
            };
            let (fence, recorded_at) = (Fence(columns.count(1)?), Timestamp::from_micros(columns.get(2, "time")?));
            let text: &str = columns.get(3, "journal entry")?;
            check.take(StoredEntry { seq, fence, recorded_at, bytes: text.as_bytes() }, chain).map_err(damaged)?;
            let entry = serde_json::from_str(text)
                .map_err(|error| damaged(Damage::Unreadable { seq, reason: error.to_string() }).with_source(error))?;
            records.push(JournalRecord { seq, fence, recorded_at, entry, chain });
        }
        if !is_last {
            self.at = at;
            return Ok(records);
        }
        let Some(last) = rows.last() else { return Ok(records) };
        let columns = Columns { operation: OPERATION, row: last };
        let (seq, chain): (Seq, Digest) = (Seq(columns.count(6)?), columns.digest(7)?);
        match at {
            At::Reading(check) => check.end(seq, chain).map_err(damaged)?,
            At::Start(after) if after <= seq => {
                let journal = Seq(after.0 - 1);
                return Err(damaged(Damage::Length { journal, execution: seq }));
            }
            At::Start(_) | At::Over => {}
        }
        Ok(records)
    }
}
