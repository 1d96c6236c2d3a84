//! The contract of [`WorkflowRepo`] as cases.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use serde_json::json;

use crate::{
    conformance::{Cx, suite},
    model::{Connection, Digest, FORMAT_VERSION, NodeId, Settings, Workflow, WorkflowId},
    time::DurationText,
    workflow_repo::WorkflowRepo,
};

suite! {
    /// The contract of a store of definitions.
    "workflow_repo", dyn WorkflowRepo, [
        a_definition_is_found_by_its_digest,
        a_definition_comes_back_as_it_was,
        an_unknown_digest_is_not_there,
        the_latest_is_the_one_stored_last,
        versions_count_from_one_for_each_workflow,
        storing_the_same_again_gives_what_is_there,
        storing_an_old_version_again_does_not_make_it_the_latest,
        an_old_version_stays_readable,
        a_tenant_does_not_see_the_definitions_of_another,
        the_same_definition_of_another_tenant_has_a_version_of_its_own,
        the_same_definition_stored_at_once_is_one_version,
        different_definitions_stored_at_once_have_different_versions,
        reopening_keeps_definitions,
    ]
}

type Case = Cx<dyn WorkflowRepo>;

fn id(text: &str) -> WorkflowId {
    WorkflowId::new(text).expect("a slug")
}

fn definition(slug: &str, name: &str) -> Workflow {
    Workflow {
        nebula: FORMAT_VERSION,
        id: id(slug),
        name: Some(name.to_owned()),
        description: None,
        input: None,
        vars: BTreeMap::new(),
        triggers: Vec::new(),
        nodes: Vec::new(),
        connections: Vec::new(),
        output: None,
        flows: BTreeMap::new(),
        settings: Settings::default(),
    }
}

async fn a_definition_is_found_by_its_digest(cx: Case) {
    let scope = cx.fresh_scope();
    let definition = definition("orders", "first");
    let stored = cx.port.put(&scope, &definition).await.unwrap();
    assert_eq!((stored.digest, stored.version), (definition.digest(), 1));
    assert_eq!(stored.definition, definition);
    assert_eq!(cx.port.get(&scope, stored.digest).await.unwrap(), Some(stored));
}

async fn a_definition_comes_back_as_it_was(cx: Case) {
    let scope = cx.fresh_scope();
    let node = |text| NodeId::new(text).expect("a name");
    let full = Workflow {
        description: Some("quotes \" and \u{1F980}".to_owned()),
        input: Some(json!({ "type": "object", "required": ["n"], "properties": { "n": { "maximum": u64::MAX } } })),
        vars: [("x".to_owned(), json!([null, -1, 0.5, ""]))].into(),
        connections: vec![Connection {
            from: "a.approved".parse().expect("a port"),
            to: node("b"),
            when: Some("$vars.x[1] < 0".to_owned()),
        }],
        settings: Settings { timeout: Some(DurationText::new(Duration::from_millis(1500))), max_parallel: Some(3) },
        ..definition("orders", "full")
    };
    let stored = cx.port.put(&scope, &full).await.unwrap();
    let read = cx.port.get(&scope, stored.digest).await.unwrap().expect("it was stored");
    assert_eq!(read.definition, full);
    assert_eq!(read.definition.digest(), stored.digest);
}

async fn an_unknown_digest_is_not_there(cx: Case) {
    let scope = cx.fresh_scope();
    cx.port.put(&scope, &definition("orders", "first")).await.unwrap();
    assert_eq!(cx.port.get(&scope, Digest::of(b"something else")).await.unwrap(), None);
    assert_eq!(cx.port.latest(&scope, &id("invoices")).await.unwrap(), None);
}

async fn the_latest_is_the_one_stored_last(cx: Case) {
    let scope = cx.fresh_scope();
    for name in ["first", "second", "third"] {
        let stored = cx.port.put(&scope, &definition("orders", name)).await.unwrap();
        assert_eq!(cx.port.latest(&scope, &id("orders")).await.unwrap(), Some(stored));
    }
}

async fn versions_count_from_one_for_each_workflow(cx: Case) {
    let scope = cx.fresh_scope();
    for version in 1..=3 {
        for slug in ["orders", "invoices"] {
            let stored = cx.port.put(&scope, &definition(slug, &format!("v{version}"))).await.unwrap();
            assert_eq!(stored.version, version);
        }
    }
}

async fn storing_the_same_again_gives_what_is_there(cx: Case) {
    let scope = cx.fresh_scope();
    let first = cx.port.put(&scope, &definition("orders", "first")).await.unwrap();
    cx.elapse(Duration::from_secs(10)).await;
    assert_eq!(cx.port.put(&scope, &definition("orders", "first")).await.unwrap(), first, "same version, same time");
}

async fn storing_an_old_version_again_does_not_make_it_the_latest(cx: Case) {
    let scope = cx.fresh_scope();
    cx.port.put(&scope, &definition("orders", "first")).await.unwrap();
    let second = cx.port.put(&scope, &definition("orders", "second")).await.unwrap();
    let again = cx.port.put(&scope, &definition("orders", "first")).await.unwrap();
    assert_eq!(again.version, 1);
    assert_eq!(cx.port.latest(&scope, &id("orders")).await.unwrap(), Some(second));
}

async fn an_old_version_stays_readable(cx: Case) {
    let scope = cx.fresh_scope();
    let first = cx.port.put(&scope, &definition("orders", "first")).await.unwrap();
    for n in 0..20 {
        cx.port.put(&scope, &definition("orders", &format!("later {n}"))).await.unwrap();
    }
    assert_eq!(cx.port.get(&scope, first.digest).await.unwrap(), Some(first));
}

async fn a_tenant_does_not_see_the_definitions_of_another(cx: Case) {
    let (mine, theirs) = (cx.fresh_scope(), cx.fresh_scope());
    let stored = cx.port.put(&theirs, &definition("orders", "first")).await.unwrap();
    assert_eq!(cx.port.get(&mine, stored.digest).await.unwrap(), None);
    assert_eq!(cx.port.latest(&mine, &id("orders")).await.unwrap(), None);
}

async fn the_same_definition_of_another_tenant_has_a_version_of_its_own(cx: Case) {
    let (mine, theirs) = (cx.fresh_scope(), cx.fresh_scope());
    cx.port.put(&theirs, &definition("orders", "first")).await.unwrap();
    cx.port.put(&theirs, &definition("orders", "second")).await.unwrap();
    let stored = cx.port.put(&mine, &definition("orders", "second")).await.unwrap();
    assert_eq!(stored.version, 1);
    assert_eq!(cx.port.get(&mine, stored.digest).await.unwrap(), Some(stored));
}

async fn the_same_definition_stored_at_once_is_one_version(cx: Case) {
    let scope = cx.fresh_scope();
    let stored = cx
        .at_once((0..12).map(|_| {
            let (port, scope) = (Arc::clone(&cx.port), scope.clone());
            async move { port.put(&scope, &definition("orders", "first")).await.unwrap() }.boxed()
        }))
        .await;
    assert!(stored.iter().all(|stored| stored.version == 1), "{stored:?}");
}

async fn different_definitions_stored_at_once_have_different_versions(cx: Case) {
    let scope = cx.fresh_scope();
    let stored = cx
        .at_once((0..12).map(|n| {
            let (port, scope) = (Arc::clone(&cx.port), scope.clone());
            async move { port.put(&scope, &definition("orders", &format!("v{n}"))).await.unwrap() }.boxed()
        }))
        .await;
    let mut versions: Vec<u32> = stored.iter().map(|stored| stored.version).collect();
    versions.sort_unstable();
    assert_eq!(versions, (1..=12).collect::<Vec<_>>());
}

async fn reopening_keeps_definitions(cx: Case) {
    let scope = cx.fresh_scope();
    let first = cx.port.put(&scope, &definition("orders", "first")).await.unwrap();
    let second = cx.port.put(&scope, &definition("orders", "second")).await.unwrap();
    let Some(port) = cx.reopen().await else { return cx.skip("nothing of this port outlives its process") };
    assert_eq!(port.get(&scope, first.digest).await.unwrap(), Some(first.clone()));
    assert_eq!(port.latest(&scope, &id("orders")).await.unwrap(), Some(second));
    assert_eq!(port.put(&scope, &first.definition).await.unwrap(), first);
}
