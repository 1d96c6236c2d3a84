//! What goes wrong is seen, keeps nothing else from going on, and loses nothing.

use async_trait::async_trait;
use nebula_ports::{
    action::{CallContext, DynAction},
    model::{ActionDescriptor, ActionLimits, ByteSize},
};

use super::*;

fn transient() -> Failure {
    Failure::new(FailureKind::Transient, "feed.busy", "busy")
}

#[tokio::test]
async fn a_failed_poll_is_tried_again_sooner_and_then_more_seldom() {
    let set = Set::new();
    set.feed.answer(Err(transient())).answer(Err(transient())).answer(found([event("a", "one")], json!(1)));
    let _process = set.process().await;
    set.world.settle().await;
    let record = set.record().await;
    assert_eq!((record.failures, record.last_error.map(|error| error.code)), (1, Some("feed.busy".into())));
    set.pass(Duration::from_secs(4)).await;
    let record = set.record().await;
    assert_eq!((record.failures, record.last_error, record.cursor), (0, None, Some(json!(1))));
    assert_eq!(set.executions().await.len(), 1);
}

#[tokio::test]
async fn what_will_not_pass_by_itself_keeps_being_polled_and_stays_visible() {
    let set = Set::new();
    for _ in 0..10 {
        set.feed.answer(Err(Failure::new(FailureKind::Auth, "feed.refused", "who are you")));
    }
    let _process = set.process().await;
    set.pass(MINUTE * 4).await;
    let record = set.record().await;
    assert!(record.failures >= 2 && record.failures <= 4, "{record:?}");
    assert_eq!(record.last_error.map(|error| error.message), Some("who are you".to_owned()));
    assert!(record.next_due > set.world.clock_now());
}

#[tokio::test]
async fn a_bad_event_is_kept_with_the_reason_and_the_others_go_on() {
    let set = Set::new();
    set.feed.answer(found([event("a", "one"), event("b", 7), event("c", "three")], json!(3)));
    let yaml = YAML.replace("title: { type: string }", "title: { type: [string, integer], maximum: 6 }");
    let _process = set.process_with(&yaml).await;
    set.pass(Duration::from_secs(1)).await;
    let keys: Vec<String> = set.inputs().await.into_iter().map(|(_, key)| key).collect();
    assert_eq!(keys, ["a", "c"]);
    let record = set.record().await;
    assert_eq!((record.refused, record.failures, record.cursor), (1, 0, Some(json!(3))));
    assert_eq!(record.last_refused[0].key, "b");
    assert_eq!(record.last_refused[0].error.pointer.as_deref(), Some("/title"));
}

#[tokio::test]
async fn an_input_that_cannot_be_computed_refuses_the_event() {
    let set = Set::new();
    set.feed.answer(found([event("a", "1"), event("b", "x")], json!(2)));
    let yaml = YAML
        .replace("title: { type: string }", "title: { type: number }")
        .replace("$trigger.event.title", "number(string($trigger.event.title))");
    let _process = set.process_with(&yaml).await;
    set.pass(Duration::from_secs(1)).await;
    let record = set.record().await;
    assert_eq!((record.started, record.refused), (1, 1), "{record:?}");
    assert!(record.last_refused[0].error.code.starts_with("expression."), "{record:?}");
}

#[tokio::test]
async fn one_that_fails_keeps_no_other_from_being_polled() {
    let (good, bad) = (Feed::default(), Feed::default());
    for _ in 0..50 {
        bad.answer(Err(transient()));
    }
    let failing = {
        let feed = bad.clone();
        let action = TestAction::new("test.bad", EffectClass::Pure, move |_, _| {
            let answer = feed.answers.lock().unwrap().pop_front();
            answer.unwrap_or_else(|| Ok(PollOutput::default())).map(ActionOutput::Polled)
        });
        action.polled(MINUTE).arc()
    };
    let world = World::new([good.action(), failing, TestAction::echo(EffectClass::Pure).arc()]);
    let repo = Arc::new(MemoryTriggers::new(Arc::clone(&world.ports.clock)));
    let set = Set { world, feed: good, repo };
    let yaml = YAML.replace("triggers:\n", "triggers:\n  - { id: bad, action: test.bad@1, input: { title: x } }\n");
    let _process = set.process_with(&yaml).await;
    set.pass(MINUTE * 3 + Duration::from_secs(1)).await;
    assert_eq!(set.feed.cursors().len(), 4);
}

#[tokio::test]
async fn what_a_poll_may_not_give_is_a_bug_that_names_the_bound() {
    let long = "k".repeat(Trigger::MAX_KEY + 1);
    for (answer, code) in [
        (found((0..=Trigger::MAX_EVENTS).map(|n| event(&n.to_string(), "x")), json!(1)), "trigger.too_many_events"),
        (found([event("", "x")], json!(1)), "trigger.key"),
        (found([event(&long, "x")], json!(1)), "trigger.key"),
        (found([], json!("c".repeat(Trigger::MAX_CURSOR))), "trigger.cursor"),
    ] {
        let set = Set::new();
        set.feed.answer(answer);
        let _process = set.process().await;
        set.pass(Duration::from_secs(1)).await;
        let record = set.record().await;
        assert_eq!(record.last_error.map(|error| error.code), Some(code.into()));
        assert_eq!((set.executions().await.len(), record.cursor), (0, None));
    }
}

#[tokio::test]
async fn a_trigger_that_answers_as_an_action_does_is_a_bug() {
    let echo = TestAction::new("test.feed", EffectClass::Pure, |_, _| Ok(ActionOutput::Done(json!(1)))).polled(MINUTE);
    let too_much = TestAction::new("test.feed", EffectClass::Pure, |_, _| {
        Ok(ActionOutput::Polled(PollOutput { events: vec![event("a", "x".repeat(100))], ..PollOutput::default() }))
    });
    let too_much =
        too_much.polled(MINUTE).limits(ActionLimits { max_output: Some(ByteSize(64)), ..Default::default() });
    for (action, code) in [(echo, "trigger.not_polled"), (too_much, "output.too_large")] {
        let world = World::new([action.arc(), TestAction::echo(EffectClass::Pure).arc()]);
        let repo = Arc::new(MemoryTriggers::new(Arc::clone(&world.ports.clock)));
        let set = Set { world, feed: Feed::default(), repo };
        let _process = set.process_with(&YAML.replace("!expr $trigger.event.title", "x")).await;
        set.pass(Duration::from_secs(1)).await;
        assert_eq!(set.record().await.last_error.map(|error| error.code), Some(code.into()));
    }
}

/// Never answers, unless it is asked to end.
struct Silent(ActionDescriptor);

#[async_trait]
impl DynAction for Silent {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.0
    }
    async fn run(&self, _: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        context.cancel.cancelled().await;
        std::future::pending().await
    }
}

fn silent() -> Set {
    let mut descriptor = crate::fixture::descriptor("test.feed", EffectClass::Pure);
    descriptor.trigger = Some(nebula_ports::model::TriggerFacts { every: MINUTE.into() });
    let world = World::new([Arc::new(Silent(descriptor)) as ArcAction, TestAction::echo(EffectClass::Pure).arc()]);
    let repo = Arc::new(MemoryTriggers::new(Arc::clone(&world.ports.clock)));
    Set { world, feed: Feed::default(), repo }
}

#[tokio::test]
async fn a_poll_that_takes_too_long_ends_and_its_lease_lives_until_then() {
    let set = silent();
    let yaml = YAML.replace("!expr $trigger.event.title", "x").replace("test.feed@1,", "test.feed@1, timeout: 2m,");
    let _process = set.process_with(&yaml).await;
    set.pass(Duration::from_secs(118)).await;
    let record = set.record().await;
    assert_eq!((record.fence.0, record.failures), (1, 0), "one poll, whose lease was renewed");
    set.pass(Duration::from_secs(3)).await;
    assert_eq!(set.record().await.last_error.map(|error| error.code), Some("trigger.timeout".into()));
}

#[tokio::test]
async fn an_end_gives_up_what_does_not_end_and_leaves_it_due() {
    let set = silent();
    let (_engine, triggers) = set.process_with(&YAML.replace("!expr $trigger.event.title", "x")).await;
    set.pass(Duration::from_secs(1)).await;
    let before = set.world.clock_now();
    set.world.advancing(triggers.shutdown()).await;
    let record = set.record().await;
    assert_eq!((record.holder.clone(), record.failures), (None, 0));
    assert!(record.next_due <= set.world.clock_now());
    assert!(set.world.clock_now().since(before) <= Duration::from_secs(41));
}

#[tokio::test]
async fn a_program_without_the_action_says_so_and_the_runs_of_before_go_on() {
    let set = Set::new();
    set.feed.answer(found([event("a", "one")], json!(1)));
    let (engine, triggers) = set.process().await;
    set.pass(Duration::from_secs(1)).await;
    set.world.advancing(triggers.shutdown()).await;
    set.world.advancing(engine.shutdown()).await;
    let catalogue = crate::catalogue::Catalogue::new([TestAction::echo(EffectClass::Pure).arc()]).unwrap();
    let other = Engine::launch(Ports::clone(&set.world.ports), Arc::new(catalogue), EngineConfig::default());
    let _triggers = Triggers::launch(other.clone(), Arc::clone(&set.repo), TriggerConfig::default());
    set.pass(MINUTE * 2).await;
    let error = set.record().await.last_error.unwrap();
    assert_eq!(error.code, "trigger.plan");
    assert!(error.message.contains("test.feed"), "{error:?}");
}
