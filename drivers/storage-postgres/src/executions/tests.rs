//! What a query costs must not grow with what there is: each finds its rows by an index.

use std::sync::Arc;

use nebula_ports::memory::ManualClock;
use nebula_postgres_server as server;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Row as _, postgres::PgArguments};
use uuid::Uuid;

use super::{claim, load, read};
use crate::{PostgresOptions, connect::Connector, hints::listen, migrate};

/// Many executions that wait, a few that are due, and journals.
const FILL: &str = "
    INSERT INTO execution (id, tenant, workflow, definition, plan, input, created_at, status, seq, fence, wake_at, requests,
        chain, claims)
    SELECT gen_random_uuid(), 't' || n % 3, 'w' || n % 40, '', '', '', 0,
        CASE n % 2 WHEN 0 THEN 'waiting' ELSE 'completed' END, 9, 1,
        CASE n % 2 WHEN 0 THEN CASE WHEN n < 20 THEN 0 ELSE 4000000000000000 END + n END, 0, '', 0
    FROM generate_series(1, 40000) AS n;
    INSERT INTO journal SELECT id, n, 1, 0, '{}', '' FROM (SELECT id FROM execution LIMIT 2000) AS e, generate_series(1, 9) AS n;
    INSERT INTO inbox SELECT id, gen_random_uuid(), 1, '{}' FROM execution LIMIT 5000;
    ANALYZE";

async fn filled() -> Option<PgConnection> {
    let url = server::or_skip(server::shared())?;
    let schema = server::fresh_schema();
    let options = PostgresOptions { schema, ..PostgresOptions::new(url.into(), Arc::new(ManualClock::default())) };
    let connector = Connector::new(&options).expect("good options");
    migrate::prepare(&connector, true).await.expect("tables are made");
    let mut connection = connector.connect().await.expect("it connects");
    connection.execute(FILL).await.expect("it is filled");
    Some(connection)
}

/// How the server finds what is asked for.
async fn plan(
    connection: &mut PgConnection,
    sql: &str,
    bind: impl for<'q> FnOnce(
        sqlx::query::Query<'q, sqlx::Postgres, PgArguments>,
    ) -> sqlx::query::Query<'q, sqlx::Postgres, PgArguments>,
) -> String {
    let explain = bind(sqlx::query(AssertSqlSafe(format!("EXPLAIN (COSTS OFF) {sql}"))));
    let rows = explain.fetch_all(connection).await.expect("it can be explained");
    rows.iter().map(|row| row.get::<String, _>(0) + "\n").collect()
}

#[tokio::test]
async fn no_query_reads_more_than_it_needs() {
    let Some(mut connection) = filled().await else { return };
    let connection = &mut connection;
    let id = Uuid::from_u128(7);
    let list = format!("{} $1 AND status = $2 ORDER BY id DESC LIMIT 100", read::LIST);
    let plans = [
        plan(connection, load::LOCK, |query| query.bind(vec![id])).await,
        plan(connection, load::DUE, |query| query.bind(5_i64)).await,
        plan(connection, load::INBOX, |query| query.bind(vec![id])).await,
        plan(connection, claim::IS_DUE, |query| query).await,
        plan(connection, listen::DUE, |query| query.bind(5_i64)).await,
        plan(connection, read::NEXT_DUE, |query| query).await,
        plan(connection, &list, |query| query.bind("t1").bind("waiting")).await,
    ];
    for plan in &plans {
        assert!(!plan.contains("Seq Scan") && plan.contains("Index"), "{plan}");
    }
    // The index is read up to the time, not through.
    for plan in [&plans[1], &plans[4]] {
        assert!(
            plan.contains("execution_due") && plan.contains("Index Cond") && plan.contains("due_at <= $"),
            "{plan}"
        );
        assert!(!plan.contains("Filter"), "{plan}");
    }
}

#[tokio::test]
async fn a_journal_is_looked_for_in_one_part() {
    let Some(mut connection) = filled().await else { return };
    let found = plan(&mut connection, read::JOURNAL, |query| {
        query.bind(Uuid::from_u128(7)).bind(0_i64).bind("t1").bind(256_i64).bind(1_000_i64)
    });
    let found = found.await;
    assert!(found.contains("journal_other_pkey") && !found.contains("journal_2"), "{found}");
    assert!(!found.contains("Seq Scan"), "{found}");
}
