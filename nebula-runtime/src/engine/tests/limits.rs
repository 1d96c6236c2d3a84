//! The bounds that actions set themselves.

use nebula_ports::{
    clock::Clock,
    memory::ManualClock,
    model::{ActionLimits, AttemptOutcome, ByteSize, IdempotencyKey, JournalEntry, NodeId, RateLimit},
    progress::Progress,
    time::Timestamp,
};

use super::*;

const ONE: &str = r#"
nebula: 1
id: one
nodes:
  - { id: a, action: test.own@1, parameters: { value: !expr $input.n } }
output: !expr $nodes.a.result
"#;

fn own(
    limits: ActionLimits,
    body: impl Fn(&Value) -> Result<ActionOutput, Failure> + Send + Sync + 'static,
) -> (ArcAction, Arc<AtomicU32>) {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let action = TestAction::new("test.own", EffectClass::Idempotent, move |input, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        body(input)
    });
    (action.limits(limits).arc(), calls)
}

#[tokio::test]
async fn an_input_that_is_too_large_is_refused_before_an_attempt() {
    let limits = ActionLimits { max_input: Some(ByteSize(20)), ..ActionLimits::default() };
    let (action, calls) = own(limits, |input| Ok(ActionOutput::Done(input.clone())));
    let world = World::new([action]);
    let engine = world.engine();
    let end = world.run(&engine, ONE, json!({ "n": "12345678" })).await;
    assert_eq!(end.status, ExecutionStatus::Completed, "exactly 20 bytes");
    let end = world.run(&engine, ONE, json!({ "n": "123456789" })).await;
    let error = end.error.unwrap();
    assert_eq!((error.kind, error.code.as_str()), (FailureKind::Invalid, "input.too_large"));
    assert_eq!(error.message, "node `a` failed: the input has 21 bytes, and 20 bytes is the most");
    assert!(error.help.is_some());
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let journal = outline(&world.journal(end.execution).await);
    assert_eq!(journal, ["execution_started", "node_failed a", "execution_finished"]);
}

#[tokio::test]
async fn an_output_that_is_too_large_is_not_stored_and_not_tried_again() {
    let limits = ActionLimits { max_output: Some(ByteSize(100 << 10)), ..ActionLimits::default() };
    let (action, calls) = own(limits, |input| {
        let length = usize::try_from(input["value"].as_u64().unwrap()).unwrap();
        Ok(ActionOutput::Done("x".repeat(length).into()))
    });
    let world = World::new([action]);
    let engine = world.engine();
    let end = world.run(&engine, ONE, json!({ "n": 90 << 10 })).await;
    assert_eq!(end.status, ExecutionStatus::Completed, "larger than what a journal entry holds, and allowed");
    let yaml = ONE.replace("action:", "retry: { max_attempts: 3 }, action:");
    let end = world.run(&engine, &yaml, json!({ "n": 200 << 10 })).await;
    let error = end.error.unwrap();
    assert_eq!((error.kind, error.code.as_str()), (FailureKind::Permanent, "output.too_large"));
    assert_eq!(error.message, "node `a` failed: the output has 200 KiB, and 100 KiB is the most");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn without_a_limit_of_the_action_the_engines_holds() {
    let (action, _) = own(ActionLimits::default(), |input| Ok(ActionOutput::Done(input.clone())));
    let mut world = World::new([action]);
    world.config.max_input = ByteSize(30);
    world.config.max_output = ByteSize(20);
    let engine = world.engine();
    let end = world.run(&engine, ONE, json!({ "n": "x".repeat(40) })).await;
    assert_eq!(end.error.unwrap().code, "input.too_large");
    let end = world.run(&engine, ONE, json!({ "n": "x".repeat(15) })).await;
    assert_eq!(end.error.unwrap().code, "output.too_large");
}

#[tokio::test]
async fn the_deadline_of_the_action_covers_all_attempts_and_the_nodes_comes_first() {
    let limits = ActionLimits { deadline: Some(Duration::from_secs(5).into()), ..ActionLimits::default() };
    let (action, calls) = own(limits, |_| Err(Failure::new(FailureKind::Transient, "test.flaky", "not yet")));
    let world = World::new([action]);
    let engine = world.engine();
    let retried = "retry: { max_attempts: 50, backoff: { fixed: 2s }, jitter: none }, action:";
    let begun = world.ports.clock.now();
    let end = world.run(&engine, &ONE.replace("action:", retried), json!({ "n": 1 })).await;
    assert_eq!(end.status, ExecutionStatus::Failed);
    // At 0, 2 and 4 seconds; one at 6 would come too late.
    assert_eq!(calls.swap(0, Ordering::SeqCst), 3);
    assert!(world.ports.clock.now().since(begun) <= Duration::from_secs(5));
    let retried = format!("deadline: 9s, {retried}");
    world.run(&engine, &ONE.replace("action:", &retried), json!({ "n": 1 })).await;
    assert_eq!(calls.load(Ordering::SeqCst), 5, "at 0, 2, 4, 6 and 8 seconds");
}

const FAN: &str = r#"
nebula: 1
id: fan
nodes:
  - { id: a, action: test.wait@1 }
  - { id: b, action: test.wait@1 }
  - { id: c, action: test.wait@1 }
  - { id: d, action: test.wait@1 }
"#;

/// Takes a second; notes when each attempt began and how many there are.
struct Waits {
    descriptor: ActionDescriptor,
    clock: ManualClock,
    begun: Arc<Mutex<Vec<Timestamp>>>,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

#[async_trait]
impl DynAction for Waits {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.descriptor
    }

    async fn run(&self, _: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        assert_eq!(context.started_at, self.clock.now(), "waiting is not charged to the attempt");
        self.begun.lock().unwrap().push(self.clock.now());
        self.most.fetch_max(self.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        self.clock.sleep_until(self.clock.now().plus(Duration::from_secs(1))).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        Ok(ActionOutput::Done(Value::Null))
    }
}

/// A world whose `test.wait` has these bounds, with its notes.
fn waiting(limits: ActionLimits) -> (World, Arc<Mutex<Vec<Timestamp>>>, Arc<AtomicUsize>) {
    let (begun, most) = (Arc::<Mutex<Vec<_>>>::default(), Arc::<AtomicUsize>::default());
    let clock = ManualClock::default();
    let descriptor = ActionDescriptor {
        limits,
        timeout: Some(Duration::from_millis(1_500).into()),
        ..descriptor("test.wait", EffectClass::Idempotent)
    };
    let action = Waits {
        descriptor,
        clock: clock.clone(),
        begun: Arc::clone(&begun),
        now: Arc::default(),
        most: Arc::clone(&most),
    };
    (World::on(clock, [Arc::new(action) as ArcAction, echo()]), begun, most)
}

#[tokio::test]
async fn no_more_attempts_of_an_action_run_at_one_time_than_it_allows() {
    let limits = ActionLimits { concurrency: Some(2), ..ActionLimits::default() };
    let (world, begun, most) = waiting(limits);
    let engine = world.engine();
    let one = world.request(&engine, FAN, json!({}));
    let two = world.request(&engine, FAN, json!({}));
    let at = world.ports.clock.now();
    let (one, two) =
        world.advancing(async { tokio::join!(engine.run(&world.scope, one), engine.run(&world.scope, two)) }).await;
    assert_eq!((one.unwrap().status, two.unwrap().status), (ExecutionStatus::Completed, ExecutionStatus::Completed));
    assert_eq!((begun.lock().unwrap().len(), most.load(Ordering::SeqCst)), (8, 2), "of all runs together");
    assert_eq!(world.ports.clock.now().since(at), Duration::from_secs(4));
}

#[tokio::test]
async fn attempts_begin_no_more_often_than_the_action_allows() {
    let rate = RateLimit { count: 100, per: Duration::from_mins(1).into(), burst: 2 };
    let (world, begun, _) = waiting(ActionLimits { rate: Some(rate), ..ActionLimits::default() });
    let at = world.ports.clock.now();
    let end = world.run(&world.engine(), FAN, json!({})).await;
    assert_eq!(end.status, ExecutionStatus::Completed, "{:?}", end.error);
    let begun: Vec<_> = begun.lock().unwrap().iter().map(|when| when.since(at).as_millis()).collect();
    assert_eq!(begun, [0, 0, 600, 1_200]);
}

#[tokio::test]
async fn waiting_for_the_rate_ends_with_the_deadline_and_with_a_cancellation() {
    let limits = ActionLimits {
        rate: Some(RateLimit { count: 1, per: Duration::from_mins(1).into(), burst: 1 }),
        deadline: Some(Duration::from_secs(30).into()),
        ..ActionLimits::default()
    };
    let (world, begun, _) = waiting(limits);
    let engine = world.engine();
    let end = world.run(&engine, FAN, json!({})).await;
    assert_eq!(end.error.unwrap().code, "node.deadline");
    assert_eq!(begun.lock().unwrap().len(), 1);

    let request = world.request(&engine, FAN, json!({}));
    let started = engine.start(&world.scope, request).await.unwrap();
    world.settle().await;
    let cancel = Request::Cancel { reason: "enough".to_owned() };
    engine.request(&world.scope, started.id, cancel).await.unwrap();
    let end = world.advancing(engine.wait(&world.scope, started.id)).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::Cancelled);
    assert_eq!(begun.lock().unwrap().len(), 1, "none of them began");
}

#[tokio::test]
async fn what_waits_for_its_action_keeps_no_other_from_running() {
    let (mut world, ..) = waiting(ActionLimits { concurrency: Some(1), ..ActionLimits::default() });
    world.config.max_attempts_at_once = 2;
    let mixed = format!("{FAN}  - {{ id: z, action: test.echo@1 }}\n");
    let engine = world.engine();
    let mut events = engine.subscribe();
    let end = world.run(&engine, &mixed, json!({})).await;
    assert_eq!(end.status, ExecutionStatus::Completed);
    let mut order = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let EngineEventKind::Entry(entry) = event.kind
            && entry.kind() == "attempt_finished"
        {
            order.extend(entry.node().map(ToString::to_string));
        }
    }
    assert_eq!(order.first().map(String::as_str), Some("z"), "{order:?}");
}

/// Gives its input and counts, with a cache of ten minutes.
fn cached(effect: EffectClass) -> (ArcAction, Arc<AtomicU32>) {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let action = TestAction::new("test.own", effect, move |input, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(ActionOutput::Done(input.clone()))
    });
    let limits = ActionLimits { cache: Some(Duration::from_mins(10).into()), ..ActionLimits::default() };
    (action.limits(limits).arc(), calls)
}

#[tokio::test]
async fn the_result_for_the_same_input_is_kept_and_the_journal_says_so() {
    let (action, calls) = cached(EffectClass::Pure);
    let world = World::new([action]);
    let engine = world.engine();
    let first = world.run(&engine, ONE, json!({ "n": 1 })).await;
    let second = world.run(&engine, ONE, json!({ "n": 1 })).await;
    assert_eq!((first.output, calls.load(Ordering::SeqCst)), (second.output.clone(), 1));
    let journal = world.journal(second.execution).await;
    let marked = |entry: &JournalEntry| {
        matches!(entry, JournalEntry::AttemptFinished { outcome: AttemptOutcome::Completed { cached: true, .. }, .. })
    };
    assert_eq!(journal.iter().filter(|entry| marked(entry)).count(), 1);
    assert_eq!(outline(&journal), outline(&world.journal(first.execution).await));
    assert!(!world.journal(first.execution).await.iter().any(marked));

    world.run(&engine, ONE, json!({ "n": 2 })).await;
    assert_eq!(calls.load(Ordering::SeqCst), 2, "another input");
    world.clock.advance(Duration::from_mins(10));
    world.run(&engine, ONE, json!({ "n": 1 })).await;
    assert_eq!(calls.load(Ordering::SeqCst), 3, "its time is up");
}

#[tokio::test]
async fn large_results_are_kept_too_and_stored_again() {
    let (action, calls) = cached(EffectClass::Pure);
    let world = World::new([action]);
    let engine = world.engine();
    let large = json!({ "n": "x".repeat(100 << 10) });
    world.run(&engine, ONE, large.clone()).await;
    let end = world.run(&engine, ONE, large.clone()).await;
    assert_eq!((end.output.unwrap()["value"].clone(), calls.load(Ordering::SeqCst)), (large["n"].clone(), 1));
}

#[tokio::test]
async fn what_turns_out_not_to_be_pure_is_called_every_time() {
    let (action, calls) = cached(EffectClass::Idempotent);
    let world = World::new([action]);
    let engine = world.engine();
    world.run(&engine, ONE, json!({ "n": 1 })).await;
    world.run(&engine, ONE, json!({ "n": 1 })).await;
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

/// Beats so many times, each three seconds after the last; then it hangs.
struct Beating {
    descriptor: ActionDescriptor,
    clock: ManualClock,
    beats: u64,
    hangs: bool,
}

#[async_trait]
impl DynAction for Beating {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.descriptor
    }

    async fn run(&self, _: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        for beat in 1..=self.beats {
            self.clock.sleep_until(self.clock.now().plus(Duration::from_secs(3))).await;
            context.pulse.beat(Progress::of(beat, self.beats));
            context.pulse.beat(Progress::of(beat, self.beats).with_message("too soon to be told"));
        }
        if self.hangs {
            std::future::pending::<()>().await;
        }
        Ok(ActionOutput::Done(Value::Null))
    }
}

fn beating(beats: u64, hangs: bool) -> World {
    let clock = ManualClock::default();
    let limits = ActionLimits { heartbeat: Some(Duration::from_secs(5).into()), ..ActionLimits::default() };
    let descriptor = ActionDescriptor { limits, ..descriptor("test.own", EffectClass::Idempotent) };
    World::on(clock.clone(), [Arc::new(Beating { descriptor, clock, beats, hangs }) as ArcAction])
}

#[tokio::test]
async fn an_attempt_that_gives_signs_of_life_may_take_long_and_its_progress_is_told() {
    let world = beating(4, false);
    let engine = world.engine();
    let mut events = engine.subscribe();
    let begun = world.ports.clock.now();
    let end = world.run(&engine, ONE, json!({ "n": 1 })).await;
    assert_eq!(end.status, ExecutionStatus::Completed, "{:?}", end.error);
    assert_eq!(world.ports.clock.now().since(begun), Duration::from_secs(12));
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let EngineEventKind::Progress { node, attempt: 1, progress } = event.kind {
            told.push(format!("{node} {progress}"));
        }
    }
    assert_eq!(told, ["a 25 % (1 of 4)", "a 50 % (2 of 4)", "a 75 % (3 of 4)", "a 100 % (4 of 4)"]);
}

#[tokio::test]
async fn an_attempt_that_falls_silent_is_ended_and_tried_again() {
    let world = beating(2, true);
    let engine = world.engine();
    let begun = world.ports.clock.now();
    let retried = "retry: { max_attempts: 2, backoff: { fixed: 1s }, jitter: none }, action:";
    let end = world.run(&engine, &ONE.replace("action:", retried), json!({ "n": 1 })).await;
    let error = end.error.unwrap();
    assert_eq!((error.kind, error.code.as_str()), (FailureKind::Timeout, "attempt.heartbeat"));
    assert_eq!(error.message, "node `a` failed: the attempt has given no sign of life for 5s");
    // Two beats and the silence, twice, with the wait between.
    assert_eq!(world.ports.clock.now().since(begun), Duration::from_secs(11 + 1 + 11));
}

#[tokio::test]
async fn the_declared_values_are_part_of_the_key_which_is_the_same_for_every_attempt() {
    let keys = Arc::<Mutex<Vec<String>>>::default();
    let noted = Arc::clone(&keys);
    let action = TestAction::new("test.own", EffectClass::Idempotent, move |_, context| {
        noted.lock().unwrap().push(context.idempotency_key.to_string());
        Err(Failure::new(FailureKind::Transient, "test.flaky", "not yet"))
    });
    let world = World::new([action.key(&["value"]).arc()]);
    let engine = world.engine();
    let retried = ONE.replace("action:", "retry: { max_attempts: 3 }, action:");
    let end = world.run(&engine, &retried, json!({ "n": 1 })).await;
    let keys: Vec<String> = std::mem::take(&mut keys.lock().unwrap());
    assert_eq!((keys.len(), &keys[0], &keys[1]), (3, &keys[1], &keys[2]));
    let node = NodeId::new("a").unwrap().into();
    let key =
        |value: Value| IdempotencyKey::with_values(end.execution, &node, &["value".into()], &json!({ "value": value }));
    assert_eq!(keys[0], key(json!(1)).to_string());
    assert_ne!(keys[0], key(json!(2)).to_string());
    let journaled = world.journal(end.execution).await.into_iter().find_map(|entry| match entry {
        JournalEntry::AttemptStarted { key, .. } => key,
        _ => None,
    });
    assert_eq!(journaled, Some(key(json!(1))));
}
