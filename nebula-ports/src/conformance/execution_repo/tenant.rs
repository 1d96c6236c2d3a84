//! Cases about tenants: what belongs to one does not exist for another.

use super::fixture::*;
use crate::{
    error::ErrorKind,
    execution_repo::{ExecutionFilter, RequestOutcome},
    model::NewExecution,
};

pub(super) async fn a_tenant_does_not_see_the_executions_of_another(cx: Case) {
    let (mine, theirs) = (cx.fresh_scope(), cx.fresh_scope());
    let lease = cx.running(&theirs, "a").await;
    assert_eq!(cx.port.get(&mine, lease.execution).await.unwrap(), None);
}

pub(super) async fn a_tenant_does_not_list_the_executions_of_another(cx: Case) {
    let (mine, theirs) = (cx.fresh_scope(), cx.fresh_scope());
    let own = cx.parked(&mine, None).await;
    cx.parked(&theirs, None).await;
    let status = Some(crate::model::ExecutionStatus::Waiting);
    for filter in [
        ExecutionFilter::default(),
        ExecutionFilter { status, ..ExecutionFilter::default() },
        ExecutionFilter { workflow: Some(workflow("orders")), ..ExecutionFilter::default() },
        ExecutionFilter { status, workflow: Some(workflow("orders")), ..ExecutionFilter::default() },
    ] {
        let records = cx.port.list(&mine, &filter).await.unwrap();
        assert_eq!(records.iter().map(|record| record.id).collect::<Vec<_>>(), [own], "{filter:?}");
    }
}

pub(super) async fn a_tenant_does_not_read_the_journals_of_another(cx: Case) {
    let (mine, theirs) = (cx.fresh_scope(), cx.fresh_scope());
    let lease = cx.running(&theirs, "a").await;
    assert_eq!(cx.journal(&mine, lease.execution).await, []);
}

pub(super) async fn a_tenant_cannot_ask_anything_of_the_executions_of_another(cx: Case) {
    let (mine, theirs) = (cx.fresh_scope(), cx.fresh_scope());
    let id = cx.parked(&theirs, None).await;
    let outcome = cx.port.request(&mine, id, cx.ids.request_id(), cancel("not mine")).await.unwrap();
    assert_eq!(outcome, RequestOutcome::NotFound);
    assert_eq!(cx.claim("a", 10).await, [], "nothing was woken");
    assert_eq!(cx.claim_by_name("a", id).await.expect("nobody holds it").inbox, []);
}

pub(super) async fn the_same_key_of_another_tenant_starts(cx: Case) {
    let (mine, theirs) = (cx.fresh_scope(), cx.fresh_scope());
    for scope in [mine, theirs] {
        let new = NewExecution { key: Some(key("k")), ..cx.new_execution() };
        started(cx.port.start(&scope, new.clone()).await);
        assert_eq!(cx.record(&scope, new.id).await.tenant, *scope.tenant());
    }
}

pub(super) async fn a_tenant_cannot_take_over_an_id_of_another(cx: Case) {
    let (mine, theirs) = (cx.fresh_scope(), cx.fresh_scope());
    let new = cx.new_running("a");
    started(cx.port.start(&theirs, new.clone()).await);
    assert_eq!(invalid(cx.port.start(&mine, new.clone()).await).kind(), ErrorKind::AlreadyExists);
    assert_eq!(cx.port.get(&mine, new.id).await.unwrap(), None);
    assert_eq!(cx.record(&theirs, new.id).await.tenant, *theirs.tenant());
}
