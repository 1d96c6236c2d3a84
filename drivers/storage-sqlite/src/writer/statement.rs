//! Statements over many rows. Their texts exist in a few sizes, so that each is prepared once; what is left over is null.

use std::{collections::HashMap, sync::Arc};

use futures_util::TryStreamExt as _;
use sqlx::{
    Arguments as _, AssertSqlSafe, Either, Executor as _, SqliteConnection,
    sqlite::{SqliteArguments, SqliteRow},
};

/// Numbers of rows that a statement is made for.
pub(super) const SIZES: [usize; 5] = [1, 4, 16, 64, 256];

/// Statements of up to so many rows are sent in one go: the way to SQLite's thread and back costs more than they do. Larger
/// ones are not, as there would be too many combinations to keep prepared.
const SMALL: usize = 4;

/// Texts of whole transactions kept at most. Real work needs a dozen.
const KEPT: usize = 256;

/// A statement with a list of rows in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Template {
    /// What stands before the rows.
    pub(super) head: &'static str,
    /// One row: `(?,?)`.
    pub(super) row: &'static str,
    /// What stands after the rows.
    pub(super) tail: &'static str,
}

/// A statement with its values.
#[derive(Debug)]
pub(super) struct Statement {
    template: Template,
    size: usize,
    values: Values,
}

/// The values of a statement, in order.
#[derive(Debug, Default)]
pub(super) struct Values(Vec<Value>);

#[derive(Debug)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Shared(Arc<str>),
    Bytes(Vec<u8>),
}

/// The texts that were needed so far. The connection finds a prepared statement by its text.
#[derive(Debug, Default)]
pub(super) struct Texts {
    single: HashMap<(Template, usize), Arc<str>>,
    transactions: HashMap<Vec<(Template, usize)>, Arc<str>>,
}

/// Where a transaction failed.
#[derive(Debug)]
pub(super) enum Failed {
    Before(sqlx::Error),
    AtCommit(sqlx::Error),
}

// === impl Statement ===

impl Statement {
    /// Statements for all of `items`, which `bind` turns into the values of a row.
    pub(super) fn for_all<T>(template: Template, items: &[T], bind: impl Fn(&mut Values, &T)) -> Vec<Self> {
        let columns = template.row.matches('?').count();
        let largest = SIZES[SIZES.len() - 1];
        let parts = items.chunks(largest).map(|chunk| {
            let size = SIZES.into_iter().find(|size| *size >= chunk.len()).unwrap_or(largest);
            let mut values = Values(Vec::with_capacity(size * columns));
            for item in chunk {
                bind(&mut values, item);
            }
            // A row of nulls does nothing.
            values.0.resize_with(size * columns, || Value::Null);
            Self { template, size, values }
        });
        parts.collect()
    }
}

// === impl Texts ===

impl Texts {
    /// Runs a query for all of `items`, and collects the rows.
    pub(super) async fn fetch<T>(
        &mut self,
        connection: &mut SqliteConnection,
        template: Template,
        items: &[T],
        bind: impl Fn(&mut Values, &T),
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let mut rows = Vec::new();
        for Statement { template, size, values } in Statement::for_all(template, items, bind) {
            let text = AssertSqlSafe(self.single(template, size));
            rows.extend(connection.fetch_all(sqlx::query_with(text, arguments([values])?)).await?);
        }
        Ok(rows)
    }

    /// Runs `statements` as one transaction. After a failure it has been rolled back, unless it failed at the very end:
    /// then it depends on the error.
    pub(super) async fn transact(
        &mut self,
        connection: &mut SqliteConnection,
        statements: Vec<Statement>,
    ) -> Result<(), Failed> {
        let result = if statements.iter().all(|statement| statement.size <= SMALL) {
            self.at_once(connection, statements).await
        } else {
            self.one_by_one(connection, statements).await
        };
        if result.is_err() {
            // SQLite may have rolled back by itself, or never begun; the connection is usable either way.
            let _ = connection.execute("ROLLBACK").await;
        }
        result
    }

    async fn at_once(&mut self, connection: &mut SqliteConnection, statements: Vec<Statement>) -> Result<(), Failed> {
        let text = AssertSqlSafe(self.transaction(&statements));
        // Of the beginning and of each statement; the end has one too when it works.
        let expected = statements.len() + 1;
        let arguments = arguments(statements.into_iter().map(|statement| statement.values)).map_err(Failed::Before)?;
        let mut results = connection.fetch_many(sqlx::query_with(text, arguments));
        let mut done = 0;
        loop {
            match results.try_next().await {
                Ok(Some(Either::Left(_))) => done += 1,
                Ok(Some(Either::Right(_))) => {}
                Ok(None) => return Ok(()),
                Err(error) if done < expected => return Err(Failed::Before(error)),
                Err(error) => return Err(Failed::AtCommit(error)),
            }
        }
    }

    async fn one_by_one(
        &mut self,
        connection: &mut SqliteConnection,
        statements: Vec<Statement>,
    ) -> Result<(), Failed> {
        connection.execute("BEGIN IMMEDIATE").await.map_err(Failed::Before)?;
        for Statement { template, size, values } in statements {
            let text = AssertSqlSafe(self.single(template, size));
            let query = sqlx::query_with(text, arguments([values]).map_err(Failed::Before)?);
            connection.execute(query).await.map_err(Failed::Before)?;
        }
        connection.execute("COMMIT").await.map_err(Failed::AtCommit)?;
        Ok(())
    }

    fn single(&mut self, template: Template, size: usize) -> Arc<str> {
        Arc::clone(self.single.entry((template, size)).or_insert_with(|| text(template, size).into()))
    }

    fn transaction(&mut self, statements: &[Statement]) -> Arc<str> {
        if self.transactions.len() >= KEPT {
            self.transactions.clear();
        }
        let key: Vec<_> = statements.iter().map(|statement| (statement.template, statement.size)).collect();
        let make = |key: &Vec<(Template, usize)>| {
            let texts: String = key.iter().map(|(template, size)| text(*template, *size) + "; ").collect();
            format!("BEGIN IMMEDIATE; {texts}COMMIT").into()
        };
        Arc::clone(self.transactions.entry(key).or_insert_with_key(make))
    }
}

pub(super) fn text(template: Template, size: usize) -> String {
    let Template { head, row, tail } = template;
    format!("{head}{}{tail}", vec![row; size].join(","))
}

fn arguments(values: impl IntoIterator<Item = Values>) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for value in values.into_iter().flat_map(|values| values.0) {
        let added = match value {
            Value::Null => arguments.add(None::<i64>),
            Value::Integer(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Shared(text) => arguments.add(text),
            Value::Bytes(bytes) => arguments.add(bytes),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

// === impl Values, Value ===

impl Values {
    pub(super) fn push(&mut self, value: impl Into<Value>) {
        self.0.push(value.into());
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&Arc<str>> for Value {
    fn from(text: &Arc<str>) -> Self {
        Self::Shared(Arc::clone(text))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
