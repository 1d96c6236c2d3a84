//! Keys of starts that a text or an index of PostgreSQL could not hold.

use nebula_ports::{
    execution_repo::StartOutcome,
    ids::IdSource as _,
    model::{NewExecution, StartKey},
};

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_be_of_any_length_and_hold_anything() {
    let Some(db) = fresh().await else { return };
    let repo = db.storage.executions();
    // Chance does not become shorter when it is compressed.
    let long: String = (0..2_000).map(|_| format!("{:016x}", db.ids.random())).collect();
    let other = format!("{long}!");
    let mut started = Vec::new();
    for key in [long.as_str(), &other, "a\0b", "a", ""] {
        let new = || NewExecution { key: Some(StartKey(key.into())), ..new_execution(db.ids.execution_id()) };
        let first = new();
        let outcome = repo.start(&scope(), first.clone()).await;
        assert!(matches!(outcome, Ok(StartOutcome::Started { .. })), "{} bytes: {outcome:?}", key.len());
        let again = repo.start(&scope(), new()).await.expect("it is answered");
        assert_eq!(again, StartOutcome::Existing(first.id));
        started.push(first.id);
    }
    started.dedup();
    assert_eq!(started.len(), 5);
}
