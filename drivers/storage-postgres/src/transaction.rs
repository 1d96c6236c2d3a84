//! A transaction, and which of the three answers it ends with.

use nebula_ports::{Error, execution_repo::StoreError};
use sqlx::{Executor as _, PgConnection};

use crate::{
    error::Failure,
    pool::{Pool, Pooled},
};

/// What the work of a transaction has come to.
#[derive(Debug)]
pub(crate) enum Decided<T> {
    /// It has written something.
    Write(T),
    /// There was nothing to write.
    Nothing(T),
}

/// A transaction on a connection of its own. Dropped before its end, it leaves nothing behind.
pub(crate) struct Transaction<'a> {
    pool: &'a Pool,
    operation: &'static str,
    connection: Pooled,
}

// === impl Transaction ===

impl<'a> Transaction<'a> {
    pub(crate) async fn begin(pool: &'a Pool, operation: &'static str) -> Result<Self, Error> {
        loop {
            let mut connection = pool.get(operation).await?;
            match pool.connector().limit(connection.execute("BEGIN")).await {
                Ok(_) => return Ok(Self { pool, operation, connection }),
                // Those that rest are forgotten with this one, so that the next is new.
                Err(failure) if connection.had_ended(&failure) => drop(pool.error(operation, failure)),
                Err(failure) => return Err(pool.error(operation, failure)),
            }
        }
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Ends it as the work has decided.
    ///
    /// # Errors
    /// `NotApplied` for whatever went wrong before the commit is sent, and when the server itself refuses it; values that
    /// it cannot store are `Invalid`. `OutcomeUnknown` when the answer to the commit does not come.
    pub(crate) async fn end<T>(self, decided: Result<Decided<T>, Failure>) -> Result<T, StoreError> {
        match decided {
            Ok(Decided::Write(value)) => self.commit().await.map(|()| value),
            Ok(Decided::Nothing(value)) => {
                self.roll_back().await;
                Ok(value)
            }
            Err(failure) => {
                let (invalid, goes_on) = (failure.blames_values(), failure.leaves_connection());
                let error = self.pool.error(self.operation, failure);
                if goes_on {
                    self.roll_back().await;
                }
                Err(if invalid { StoreError::Invalid(error) } else { StoreError::NotApplied(error) })
            }
        }
    }

    async fn commit(mut self) -> Result<(), StoreError> {
        match self.pool.connector().limit(self.connection.execute("COMMIT")).await {
            Ok(_) => {
                self.connection.give_back();
                Ok(())
            }
            Err(failure) => Err(in_doubt(self.pool, self.operation, failure)),
        }
    }

    /// Ends a transaction that has written nothing. When that does not go well the connection is thrown away.
    async fn roll_back(mut self) {
        if self.pool.connector().limit(self.connection.execute("ROLLBACK")).await.is_ok() {
            self.connection.give_back();
        }
    }
}

/// What a commit has come to that has failed: the server itself has refused it, or nobody knows.
pub(crate) fn in_doubt(pool: &Pool, operation: &'static str, failure: Failure) -> StoreError {
    // An answer of the server that stays: the transaction is undone. One that leaves may have committed before.
    let refused = failure.leaves_connection();
    let error = pool.error(operation, failure);
    if refused { StoreError::NotApplied(error) } else { StoreError::OutcomeUnknown(error) }
}

/// The error of a port that knows two answers: what is in doubt may simply be asked for again.
pub(crate) fn into_error(error: StoreError) -> Error {
    match error {
        StoreError::NotApplied(error) | StoreError::OutcomeUnknown(error) | StoreError::Invalid(error) => error,
    }
}
