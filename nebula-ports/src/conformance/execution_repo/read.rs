//! Cases about reading rows.

use super::fixture::*;
use crate::{
    Scope,
    execution_repo::ExecutionFilter,
    model::{ExecutionId, ExecutionStatus, NewExecution},
};

async fn list(cx: &Case, scope: &Scope, filter: ExecutionFilter) -> Vec<ExecutionId> {
    cx.port.list(scope, &filter).await.unwrap().into_iter().map(|record| record.id).collect()
}

pub(super) async fn an_unknown_execution_is_not_there(cx: Case) {
    let scope = cx.fresh_scope();
    cx.running(&scope, "a").await;
    assert_eq!(cx.port.get(&scope, cx.ids.execution_id()).await.unwrap(), None);
}

pub(super) async fn a_list_is_newest_first(cx: Case) {
    let scope = cx.fresh_scope();
    assert_eq!(list(&cx, &scope, ExecutionFilter::default()).await, []);
    let mut expected = Vec::new();
    for _ in 0..5 {
        expected.insert(0, cx.parked(&scope, None).await);
    }
    assert_eq!(list(&cx, &scope, ExecutionFilter::default()).await, expected);
    let records = cx.port.list(&scope, &ExecutionFilter::default()).await.unwrap();
    assert_eq!(records[0], cx.record(&scope, expected[0]).await, "a list has the same rows as a read");
}

pub(super) async fn a_list_is_filtered_by_status(cx: Case) {
    let scope = cx.fresh_scope();
    let (held, waits) = (cx.running(&scope, "a").await.execution, cx.parked(&scope, None).await);
    let of = |status| ExecutionFilter { status: Some(status), ..ExecutionFilter::default() };
    assert_eq!(list(&cx, &scope, of(ExecutionStatus::Running)).await, [held]);
    assert_eq!(list(&cx, &scope, of(ExecutionStatus::Waiting)).await, [waits]);
    assert_eq!(list(&cx, &scope, of(ExecutionStatus::Failed)).await, []);
}

pub(super) async fn a_list_is_filtered_by_workflow(cx: Case) {
    let scope = cx.fresh_scope();
    let other = NewExecution { workflow: workflow("invoices"), ..cx.new_execution() };
    cx.parked(&scope, None).await;
    started(cx.port.start(&scope, other.clone()).await);
    cx.parked(&scope, None).await;
    let filter = ExecutionFilter { workflow: Some(workflow("invoices")), ..ExecutionFilter::default() };
    assert_eq!(list(&cx, &scope, filter.clone()).await, [other.id]);
    let both = ExecutionFilter { status: Some(ExecutionStatus::Waiting), ..filter };
    assert_eq!(list(&cx, &scope, both).await, []);
}

pub(super) async fn a_list_is_read_page_by_page(cx: Case) {
    let scope = cx.fresh_scope();
    let mut expected = Vec::new();
    for _ in 0..105 {
        expected.insert(0, cx.parked(&scope, None).await);
    }
    assert_eq!(list(&cx, &scope, ExecutionFilter::default()).await, expected[..100], "0 means 100");
    let mut seen = Vec::new();
    loop {
        let filter = ExecutionFilter { before: seen.last().copied(), limit: 25, ..ExecutionFilter::default() };
        let page = list(&cx, &scope, filter).await;
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 25);
        seen.extend(page);
    }
    assert_eq!(seen, expected);
}
