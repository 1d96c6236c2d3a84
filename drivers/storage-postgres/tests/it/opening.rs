//! Databases that are not as they should be, and what is said about them.

use futures_util::future::join_all;
use nebula_ports::{Error, ErrorKind};
use nebula_postgres_server::{fresh_schema, or_skip, shared};
use nebula_storage_postgres::{PostgresOptions, PostgresStorage};

use crate::support::*;

async fn refused(options: PostgresOptions) -> Error {
    PostgresStorage::open(options).await.expect_err("it cannot be opened")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused_and_left_as_it_is() {
    let Some(db) = fresh().await else { return };
    db.run("INSERT INTO schema_version (version) VALUES (99)").await;
    let error = refused(options(&db.url, &db.schema)).await;
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("newer version") && error.message().contains("99"), "{error}");
    assert_eq!(db.ask::<i64>("SELECT count(*) FROM schema_version").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_open_an_empty_database_at_once() {
    let Some(url) = or_skip(shared()) else { return };
    let schema = fresh_schema();
    let opened = join_all((0..8).map(|_| {
        let options = options(url, &schema);
        spawn(PostgresStorage::open(options))
    }));
    for opened in opened.await {
        opened.expect("it ends").expect("it opens");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_migrations_nothing_is_made() {
    let Some(url) = or_skip(shared()) else { return };
    let schema = fresh_schema();
    let only_use = PostgresOptions { migrate: false, ..options(url, &schema) };
    let error = refused(only_use.clone()).await;
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let db = Db::on(url, schema).await;
    db.run("DELETE FROM schema_version").await;
    db.run("INSERT INTO schema_version (version) VALUES (1)").await;
    PostgresStorage::open(only_use).await.expect("now there are tables");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_something_else_are_left_alone() {
    let Some(url) = or_skip(shared()) else { return };
    let schema = fresh_schema();
    run(url, format!("CREATE SCHEMA {schema}; CREATE TABLE {schema}.invoices (id int)")).await;
    let error = refused(options(url, &schema)).await;
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.message().contains(&schema), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_encoding_is_refused() {
    let Some(url) = or_skip(shared()) else { return };
    let name = fresh_schema();
    run(url, format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")).await;
    let (server, _) = url.rsplit_once('/').expect("a database");
    let error = refused(options(&format!("{server}/{name}"), "nebula")).await;
    run(url, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    assert!(error.kind() == ErrorKind::Unsupported && error.message().contains("LATIN1"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_told_so() {
    let Some(db) = fresh().await else { return };
    let role = format!("role_{}", db.schema);
    run(&db.url, format!("CREATE ROLE {role} LOGIN")).await;
    let url = db.url.replace("nebula@", &format!("{role}@"));
    // It may neither make a schema nor use one.
    for schema in [fresh_schema(), db.schema.clone()] {
        let error = refused(options(&url, &schema)).await;
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error:?}");
        assert!(error.to_string().contains("docs/postgres.md") && error.to_string().contains(&schema), "{error}");
    }
    let nobody = db.url.replace("nebula@", "nobody_of_this_name@");
    assert_eq!(refused(options(&nobody, &db.schema)).await.kind(), ErrorKind::PermissionDenied);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_there_is_told_from_a_server_that_is_not_there() {
    let Some(url) = or_skip(shared()) else { return };
    let (server, _) = url.rsplit_once('/').expect("a database");
    let error = refused(options(&format!("{server}/no_such_database"), "nebula")).await;
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::NotFound, false), "{error:?}");
    let error = refused(options("postgres://nebula@127.0.0.1:1/postgres", "nebula")).await;
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unavailable, true), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("postgres://nebula@{}/postgres", listener.local_addr().expect("it has one"));
    let hasty = PostgresOptions { connect_timeout: std::time::Duration::from_millis(200), ..options(&url, "nebula") };
    let error = refused(hasty).await;
    assert!(error.is_retryable() && error.message().contains("does not answer"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_never_shown() {
    const SECRET: &str = "kX9_hunter2";
    let unreachable = options(&format!("postgres://nebula:{SECRET}@127.0.0.1:1/postgres"), "nebula");
    assert!(!format!("{unreachable:?}").contains(SECRET));
    for url in [
        format!("postgres://nebula:{SECRET}@127.0.0.1:1/postgres"),
        format!("postgres://nebula:{SECRET}@127.0.0.1:99999/postgres"),
        format!("postgres://nebula:{SECRET}@127.0.0.1:1/postgres?sslmode=never"),
        format!("postgres://nebula:{SECRET}@[/postgres"),
        format!("mysql://nebula:{SECRET}@127.0.0.1/x"),
    ] {
        let error = refused(options(&url, "nebula")).await;
        assert!(!format!("{error:?} {error:#} {error}").contains(SECRET), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn options_that_cannot_be_used_are_refused_before_anything_is_asked() {
    let url = "postgres://nebula@127.0.0.1:1/postgres";
    for schema in ["", "Nebula", "1st", "pg_own", "a b", "a\"; DROP TABLE x", &"n".repeat(64)] {
        let error = refused(options(url, schema)).await;
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{schema:?}: {error:?}");
    }
    let no_time = PostgresOptions { statement_timeout: std::time::Duration::ZERO, ..options(url, "nebula") };
    assert_eq!(refused(no_time).await.kind(), ErrorKind::InvalidInput);
}
