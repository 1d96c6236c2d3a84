//! Statements over many rows. Their texts exist in a few sizes, so that each is prepared once; what is left over is null.

use std::{collections::HashMap, sync::Arc};

use sqlx::{
    Arguments as _, AssertSqlSafe, Executor as _, SqliteConnection,
    sqlite::{SqliteArguments, SqliteRow},
};

/// Numbers of rows that a statement is made for.
const SIZES: [usize; 5] = [1, 4, 16, 64, 256];

/// A statement with a list of rows in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Template {
    /// What stands before the rows.
    pub(super) head: &'static str,
    /// One row: `(?, ?)`.
    pub(super) row: &'static str,
    /// What stands after the rows.
    pub(super) tail: &'static str,
}

/// The texts that were needed so far. The connection finds a prepared statement by its text.
#[derive(Debug, Default)]
pub(super) struct Texts {
    by_size: HashMap<(Template, usize), Arc<str>>,
}

// === impl Texts ===

impl Texts {
    fn get(&mut self, template: Template, size: usize) -> Arc<str> {
        let text = self.by_size.entry((template, size)).or_insert_with(|| {
            let Template { head, row, tail } = template;
            format!("{head}{}{tail}", vec![row; size].join(",")).into()
        });
        Arc::clone(text)
    }

    /// Runs the statement for all of `items`, which `bind` turns into the values of a row.
    pub(super) async fn execute<T>(
        &mut self,
        connection: &mut SqliteConnection,
        template: Template,
        items: &[T],
        bind: impl Fn(&mut Values, &T),
    ) -> Result<(), sqlx::Error> {
        for (text, values) in self.parts(template, items, bind) {
            connection.execute(sqlx::query_with(AssertSqlSafe(text), values?)).await?;
        }
        Ok(())
    }

    /// Runs the query for all of `items`, and collects the rows of all parts.
    pub(super) async fn fetch<T>(
        &mut self,
        connection: &mut SqliteConnection,
        template: Template,
        items: &[T],
        bind: impl Fn(&mut Values, &T),
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let mut rows = Vec::new();
        for (text, values) in self.parts(template, items, bind) {
            rows.extend(connection.fetch_all(sqlx::query_with(AssertSqlSafe(text), values?)).await?);
        }
        Ok(rows)
    }

    fn parts<T>(
        &mut self,
        template: Template,
        items: &[T],
        bind: impl Fn(&mut Values, &T),
    ) -> Vec<(Arc<str>, Result<SqliteArguments, sqlx::Error>)> {
        let largest = SIZES[SIZES.len() - 1];
        let parts = items.chunks(largest).map(|chunk| {
            let size = SIZES.into_iter().find(|size| *size >= chunk.len()).unwrap_or(largest);
            let mut values = Values::default();
            for item in chunk {
                bind(&mut values, item);
            }
            // Values that are not given are null, and a row of nulls does nothing.
            (self.get(template, size), values.finish())
        });
        parts.collect()
    }
}

/// The values of a statement, in order.
#[derive(Debug, Default)]
pub(super) struct Values {
    arguments: SqliteArguments,
    failed: Option<sqlx::Error>,
}

// === impl Values ===

impl Values {
    pub(super) fn push<'v>(&mut self, value: impl sqlx::Encode<'v, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>) {
        if let Err(error) = self.arguments.add(value) {
            self.failed.get_or_insert(sqlx::Error::Encode(error));
        }
    }

    pub(super) fn finish(self) -> Result<SqliteArguments, sqlx::Error> {
        self.failed.map_or(Ok(self.arguments), Err)
    }
}
