//! Connections that nobody reads.

use nebula_postgres_server::{Durability, Server, or_skip};
use nebula_storage_postgres::PostgresStorage;

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_encrypted_and_the_server_is_who_it_says() {
    let Some(server) = or_skip(Server::start(Durability::None)) else { return };
    let plain = server.url();
    let error = PostgresStorage::open(options(&format!("{plain}?sslmode=require"), "nebula")).await;
    let error = error.expect_err("the server does not speak it yet");
    assert!(!error.is_retryable() && error.message().contains("no encrypted connection"), "{error:?}");

    let Some(certificate) = or_skip(server.speak_tls()) else { return };
    let full = format!("{plain}?sslmode=verify-full");
    let error = PostgresStorage::open(options(&full, "nebula")).await.expect_err("nobody knows who signed it");
    assert!(!error.is_retryable() && error.message().contains("no encrypted connection"), "{error:?}");

    let known = format!("{full}&sslrootcert={}", certificate.display());
    let db = Db::on(&known, "nebula".to_owned()).await;
    let lease = db.running().await;
    commit(&*db.storage.executions(), db.transition(&lease, 1, 1, FINISHED)).await.expect("it lands");
    let all =
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'nebula'";
    assert!(db.ask::<bool>(all).await, "every connection of the storage is encrypted");
}
