//! Events become executions: each one, once.

use std::sync::atomic::AtomicBool;

use async_trait::async_trait;
use nebula_ports::{
    error::Result,
    model::{ClaimedTrigger, HolderId, Settlement, TriggerLease},
    trigger_repo::{ClaimTriggers, SettleOutcome},
};

use super::*;

#[tokio::test]
async fn each_event_starts_an_execution_with_the_input_that_it_becomes() {
    let set = Set::new();
    set.feed.answer(found([event("a", "one"), event("b", "two")], json!(2)));
    let (_engine, triggers) = set.process().await;
    let mut told = triggers.subscribe();
    set.pass(Duration::from_secs(1)).await;
    let inputs = set.inputs().await;
    assert_eq!(inputs.iter().map(|(_, key)| key).collect::<Vec<_>>(), ["a", "b"]);
    let titles: Vec<String> = inputs.iter().map(|(input, _)| input.to_string()).collect();
    assert!(titles[0].contains(r#""by":"nobody","title":"one""#) && titles[1].contains("two"), "{titles:?}");
    assert!(set.executions().await.iter().all(|one| one.status == ExecutionStatus::Completed));
    let record = set.record().await;
    assert_eq!((record.cursor, record.started, record.failures), (Some(json!(2)), 2, 0));
    let kinds: Vec<_> = std::iter::from_fn(|| told.try_recv().ok()).map(|event| event.kind).collect();
    assert!(
        matches!(&kinds[..], [TriggerEventKind::Started { .. }, TriggerEventKind::Started { .. }, TriggerEventKind::Polled(report)] if report.started.len() == 2),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn the_next_poll_goes_on_from_the_cursor_after_the_interval() {
    let set = Set::new();
    set.feed.answer(found([event("a", "one")], json!(1))).answer(found([event("b", "two")], json!(2)));
    let _process = set.process().await;
    set.pass(Duration::from_secs(59)).await;
    assert_eq!(set.executions().await.len(), 1);
    set.pass(Duration::from_secs(2)).await;
    assert_eq!(set.executions().await.len(), 2);
    set.pass(MINUTE * 2).await;
    assert_eq!(set.feed.cursors(), [None, Some(json!(1)), Some(json!(2)), Some(json!(2))]);
}

#[tokio::test]
async fn a_poll_may_ask_for_the_next_at_once_or_later() {
    let set = Set::new();
    let at = |cursor: u32, wait: Duration| {
        Ok(PollOutput { cursor: Some(json!(cursor)), wait: Some(wait.into()), events: vec![] })
    };
    set.feed
        .answer(at(1, Duration::ZERO))
        .answer(at(2, Duration::from_secs(10)))
        .answer(at(3, Duration::from_mins(10)));
    let _process = set.process().await;
    set.pass(Duration::from_secs(1)).await;
    assert_eq!(set.feed.cursors().len(), 2);
    set.pass(Duration::from_secs(11)).await;
    assert_eq!(set.feed.cursors().len(), 3);
    set.pass(Duration::from_mins(9)).await;
    assert_eq!(set.feed.cursors().len(), 3);
}

#[tokio::test]
async fn the_same_key_starts_one_execution_also_with_another_event() {
    let set = Set::new();
    set.feed
        .answer(found([event("a", "one"), event("a", "one")], json!(1)))
        .answer(found([event("a", "changed"), event("b", "two")], json!(2)));
    let (_engine, triggers) = set.process().await;
    let mut told = triggers.subscribe();
    set.pass(MINUTE * 2).await;
    let keys: Vec<String> = set.inputs().await.into_iter().map(|(_, key)| key).collect();
    assert_eq!(keys, ["a", "b"]);
    let known: usize = std::iter::from_fn(|| told.try_recv().ok())
        .filter_map(|event| match event.kind {
            TriggerEventKind::Polled(report) => Some(report.known),
            _ => None,
        })
        .sum();
    assert_eq!((known, set.record().await.started), (2, 2));
}

/// A store that loses the first settlement, as a crash before it does.
#[derive(Debug)]
struct Forgetful {
    repo: Arc<dyn TriggerRepo>,
    has_lost: AtomicBool,
}

#[async_trait]
impl TriggerRepo for Forgetful {
    async fn settle(&self, settlement: Settlement) -> Result<SettleOutcome> {
        if !self.has_lost.swap(true, Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::Unavailable, "test.settle", "the power is gone"));
        }
        self.repo.settle(settlement).await
    }
    async fn register(&self, scope: &Scope, registration: Registration) -> Result<Vec<TriggerRecord>> {
        self.repo.register(scope, registration).await
    }
    async fn list(&self, scope: &Scope, workflow: Option<&WorkflowId>) -> Result<Vec<TriggerRecord>> {
        self.repo.list(scope, workflow).await
    }
    async fn get(&self, scope: &Scope, workflow: &WorkflowId, id: &TriggerId) -> Result<Option<TriggerRecord>> {
        self.repo.get(scope, workflow, id).await
    }
    async fn claim(&self, request: ClaimTriggers) -> Result<Vec<ClaimedTrigger>> {
        self.repo.claim(request).await
    }
    async fn claim_one(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<ClaimedTrigger>> {
        self.repo.claim_one(scope, workflow, id, holder, ttl).await
    }
    async fn renew(&self, lease: &TriggerLease, ttl: Duration) -> Result<Option<TriggerLease>> {
        self.repo.renew(lease, ttl).await
    }
    async fn set_enabled(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        enabled: bool,
    ) -> Result<Option<TriggerRecord>> {
        self.repo.set_enabled(scope, workflow, id, enabled).await
    }
    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.repo.next_due().await
    }
}

#[tokio::test]
async fn what_was_started_and_not_settled_is_found_again_and_starts_nothing_twice() {
    let mut set = Set::new();
    set.repo = Arc::new(Forgetful { repo: Arc::clone(&set.repo), has_lost: AtomicBool::new(false) });
    let both = || found([event("a", "one"), event("b", "two")], json!(2));
    set.feed.answer(both()).answer(both());
    let _process = set.process().await;
    set.pass(Duration::from_secs(29)).await;
    assert_eq!((set.executions().await.len(), set.record().await.cursor), (2, None));
    set.pass(Duration::from_secs(5)).await;
    assert_eq!(set.feed.cursors(), [None, None], "the lease ran out, and the cursor is where it was");
    assert_eq!((set.executions().await.len(), set.record().await.cursor), (2, Some(json!(2))));
}

#[tokio::test]
async fn another_version_of_the_workflow_goes_on_from_the_cursor() {
    let set = Set::new();
    set.feed
        .answer(found([event("a", "one")], json!(1)))
        .answer(found([event("a", "one"), event("b", "two")], json!(2)));
    let (_engine, triggers) = set.process().await;
    set.pass(Duration::from_secs(1)).await;
    let second = workflow(&YAML.replace("id: echo", "id: again"));
    let records = triggers.publish(&set.world.scope, &second, &Grants::default()).await.unwrap();
    assert_eq!((records[0].definition, &records[0].cursor), (second.digest(), &Some(json!(1))));
    set.pass(Duration::from_secs(1)).await;
    assert_eq!(set.feed.cursors(), [None, Some(json!(1))], "it is polled at once");
    let keys: Vec<String> = set.inputs().await.into_iter().map(|(_, key)| key).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(set.executions().await[1].definition, second.digest());
}

#[tokio::test]
async fn what_looks_elsewhere_is_another_trigger() {
    let set = Set::new();
    set.feed.answer(found([event("1", "one")], json!(1))).answer(found([event("1", "another")], json!(7)));
    let (_engine, triggers) = set.process().await;
    set.pass(Duration::from_secs(1)).await;
    let elsewhere = workflow(&YAML.replace("test.feed@1,", "test.feed@1, parameters: { url: elsewhere },"));
    triggers.publish(&set.world.scope, &elsewhere, &Grants::default()).await.unwrap();
    set.pass(Duration::from_secs(1)).await;
    assert_eq!(set.feed.cursors(), [None, None]);
    assert_eq!(set.executions().await.len(), 2, "its event 1 is not the other's");
}

#[tokio::test]
async fn what_is_unpublished_is_polled_no_more() {
    let set = Set::new();
    let (_engine, triggers) = set.process().await;
    set.pass(Duration::from_secs(1)).await;
    triggers.unpublish(&set.world.scope, &WorkflowId::new("news").unwrap()).await.unwrap();
    set.pass(MINUTE * 3).await;
    assert_eq!(set.feed.cursors().len(), 1);
    assert_eq!(triggers.list(&set.world.scope).await.unwrap(), []);
}

#[tokio::test]
async fn without_an_input_the_event_is_the_input() {
    let set = Set::new();
    set.feed.answer(found([event("a", "one")], json!(1)));
    let yaml =
        YAML.replace("input: { title: !expr $trigger.event.title } }", "}").replace("test.feed@1, ", "test.feed@1 ");
    let yaml = yaml.replace("title: { type: string }", "title: {}");
    let _process = set.process_with(&yaml).await;
    set.pass(Duration::from_secs(1)).await;
    assert!(set.inputs().await[0].0.to_string().contains(r#""title":"one""#));
}

#[tokio::test]
async fn an_input_reads_the_key_the_trigger_the_time_and_constants() {
    let set = Set::new();
    set.feed.answer(found([event("a", "one")], json!(1)));
    let text = r#"!template "{{ $trigger.id }} {{ $trigger.key }} {{ timestamp($trigger.fired_at) == $now }} {{ $vars.room }} {{ $workflow.id }}""#;
    let yaml = YAML.replace("!expr $trigger.event.title", text).replace("nodes:", "vars: { room: ops }\nnodes:");
    let _process = set.process_with(&yaml).await;
    set.pass(Duration::from_secs(1)).await;
    assert!(set.inputs().await[0].0.to_string().contains("new a true ops news"), "{:?}", set.inputs().await);
}

#[tokio::test]
async fn a_trigger_that_is_paused_is_polled_only_by_name() {
    let set = Set::new();
    set.feed.answer(found([event("a", "one")], json!(1)));
    let (news, new) = (WorkflowId::new("news").unwrap(), TriggerId::new("new").unwrap());
    let engine = set.world.engine();
    let triggers = Triggers::idle(engine.clone(), Arc::clone(&set.repo), TriggerConfig::default());
    triggers.publish(&set.world.scope, &workflow(YAML), &Grants::default()).await.unwrap();
    triggers.set_enabled(&set.world.scope, &news, &new, false).await.unwrap();
    let running = Triggers::launch(engine, Arc::clone(&set.repo), TriggerConfig::default());
    set.pass(MINUTE * 2).await;
    assert_eq!(set.feed.cursors().len(), 0);
    let report = running.fire(&set.world.scope, &news, &new).await.unwrap();
    assert_eq!((report.started.len(), report.failure), (1, None));
    running.set_enabled(&set.world.scope, &news, &new, true).await.unwrap();
    set.pass(MINUTE * 2).await;
    assert!(set.feed.cursors().len() >= 2);
    let other = TriggerId::new("other").unwrap();
    let error = running.fire(&set.world.scope, &news, &other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn two_processes_poll_once() {
    let set = Set::new();
    set.feed.answer(found([event("a", "one")], json!(1)));
    let _first = set.process().await;
    let _second = set.process().await;
    set.pass(MINUTE * 5 + Duration::from_secs(10)).await;
    assert_eq!(set.feed.cursors().len(), 6);
    assert_eq!(set.executions().await.len(), 1);
}

#[tokio::test]
async fn an_end_waits_for_what_was_found_to_be_started() {
    let set = Set::new();
    set.feed.answer(found((0..40).map(|n| event(&format!("e{n}"), "x")), json!(40)));
    let (engine, triggers) = set.process().await;
    set.world.advancing(triggers.shutdown()).await;
    set.world.advancing(engine.shutdown()).await;
    let polled = set.feed.cursors().len();
    assert_eq!(set.executions().await.len(), 40 * polled);
    set.pass(MINUTE * 3).await;
    assert_eq!(set.feed.cursors().len(), polled, "no poll begins after the end");
}
