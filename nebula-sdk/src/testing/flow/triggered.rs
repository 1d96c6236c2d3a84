//! A workflow whose triggers are polled: the real polling and the real engine, for so much of the test's time.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::TryStreamExt;
use nebula_ports::{
    clock::Clock,
    execution_repo::{ExecutionFilter, ExecutionRepo},
    ids::IdSource,
    memory::{
        ManualClock, MemoryBlobs, MemoryExecutions, MemoryQueue, MemorySecrets, MemoryTriggers, MemoryWorkflows,
        SeededIds,
    },
    model::{ExecutionRecord, ExecutionStatus, Failure, JournalEntry, JournalRecord, RefusedEvent, Seq, TriggerRecord},
    secrets::SecretsStore,
    trigger_repo::TriggerRepo,
};
use nebula_runtime::{
    engine::{Engine, EngineConfig, Ports},
    triggers::{TriggerConfig, Triggers},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    TestFlow, TestFlowError,
    crash::{CrashPoint, Crashing},
    log,
    sandbox::TestSandbox,
    secrets,
    settling::{Dying, SettlementPoint},
    tasks::{Killed, Tasks},
    world::{Prepared, at_once},
};
use crate::testing::host::tenant;

/// What the triggers of a workflow have done in a test.
///
/// Displayed, it is a line for each execution, with the event that it was started by.
#[must_use = "what was started is to be looked at"]
pub struct TestFirings {
    seed: u64,
    executions: Vec<FiredRun>,
    triggers: Vec<TriggerRecord>,
    polls: BTreeMap<String, usize>,
    crashes: usize,
}

/// An execution that an event has started.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FiredRun {
    /// The trigger.
    pub trigger: String,
    /// The event's key.
    pub key: String,
    /// What it was started with.
    pub input: Value,
    /// How it stands.
    pub status: ExecutionStatus,
    /// Its result, when it has completed.
    pub output: Option<Value>,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

/// Where the process dies.
#[derive(Debug, Clone, Copy)]
enum Death {
    Entry(CrashPoint),
    Settlement(SettlementPoint),
}

/// What has happened, and how much of it there was to die at.
struct Simulated {
    firings: TestFirings,
    settlements: usize,
    longest: u64,
    leak: Option<String>,
}

// === impl TestFlow ===

impl TestFlow {
    /// Polls the workflow's triggers for so much of the test's time, and lets what they have started come to its end.
    ///
    /// A trigger is polled as in production: at once, and then after its interval, with the cursor of the poll before. It is
    /// registered with [`action`](Self::action), or mocked with [`mock_polls`](Self::mock_polls).
    ///
    /// # Panics
    /// When the workflow cannot be planned, has no triggers, or when a secret leaks.
    #[track_caller]
    pub fn run_triggers(&self, time: Duration) -> TestFirings {
        let prepared = self.expect_ok(self.prepare_triggers());
        self.sound(self.expect_ok(prepared.poll(time, None))).firings
    }

    /// As [`run_triggers`](Self::run_triggers), and gives back why it could not begin.
    ///
    /// # Errors
    /// When a node or a trigger needs what this test does not know, when the workflow cannot be planned, or when it has no
    /// triggers.
    ///
    /// # Panics
    /// When a secret leaks.
    #[track_caller]
    pub fn try_run_triggers(&self, time: Duration) -> Result<TestFirings, TestFlowError> {
        let simulated = self.prepare_triggers()?.poll(time, None)?;
        Ok(self.sound(simulated).firings)
    }

    /// As [`run_triggers`](Self::run_triggers), and then once for every place at which the process can die on the way from
    /// a poll to its executions: before and after each settlement, and before and after the entries of the journals. Each
    /// time another process goes on, the same events must have started the same executions, each one once, with the same
    /// ends. Returns the firings of the run without a death.
    ///
    /// # Panics
    /// When they have not, and as there.
    #[track_caller]
    pub fn crash_every_poll(&self, time: Duration) -> TestFirings {
        let prepared = self.expect_ok(self.prepare_triggers());
        let whole = self.sound(self.expect_ok(prepared.poll(time, None)));
        let settlements = (1..=whole.settlements)
            .flat_map(|nth| [false, true].map(|is_durable| Death::Settlement(SettlementPoint { nth, is_durable })));
        let entries = (1..=whole.longest)
            .flat_map(|seq| [false, true].map(|is_durable| Death::Entry(CrashPoint { seq, is_durable })));
        // Whoever takes over may have to wait for a lease of the dead to run out.
        let longer = time + Duration::from_secs(120);
        for death in settlements.chain(entries) {
            let firings = self.sound(self.expect_ok(prepared.poll(longer, Some(death)))).firings;
            assert!(firings.crashes > 0, "the process did not die at {death:?} (seed {})", self.seed);
            if let Err(what) = compare(&whole.firings, &firings) {
                panic!(
                    "a death at {death:?}: {what}\n\n{firings}\n\nwithout it:\n{} (seed {})",
                    whole.firings, self.seed
                );
            }
        }
        whole.firings
    }

    #[track_caller]
    fn sound(&self, simulated: Simulated) -> Simulated {
        if let Some(leak) = &simulated.leak {
            panic!("{leak} (seed {})", self.seed);
        }
        simulated
    }
}

/// Whether each event of the one has started one execution in the other, with the same end.
fn compare(whole: &TestFirings, crashed: &TestFirings) -> Result<(), String> {
    for run in &crashed.executions {
        let same = crashed.executions.iter().filter(|other| (&other.trigger, &other.key) == (&run.trigger, &run.key));
        if same.count() > 1 {
            return Err(format!("the event `{}` of `{}` has started more than one execution", run.key, run.trigger));
        }
    }
    for run in &whole.executions {
        let Some(other) = crashed.find(&run.trigger, &run.key) else {
            return Err(format!("the event `{}` of `{}` has started nothing", run.key, run.trigger));
        };
        if (run.status, &run.output) != (other.status, &other.output) {
            return Err(format!("the end of the execution of `{}` is another", run.key));
        }
    }
    Ok(())
}

// === impl Prepared ===

impl Prepared {
    fn poll(&self, time: Duration, death: Option<Death>) -> Result<Simulated, TestFlowError> {
        let (simulated, heard) = log::listen(&self.canaries, || self.polled(time, death));
        simulated.map(|simulated| Simulated { leak: simulated.leak.clone().or(heard), ..simulated })
    }

    fn polled(&self, time: Duration, death: Option<Death>) -> Result<Simulated, TestFlowError> {
        let clock = ManualClock::default();
        let begun = clock.now();
        let tasks = Tasks::default();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let ids: Arc<dyn IdSource> = Arc::new(SeededIds::new(self.seed));
        let store: Arc<dyn ExecutionRepo> = Arc::new(MemoryExecutions::new(Arc::clone(&shared)));
        let executions = match death {
            Some(Death::Entry(point)) => Arc::new(Crashing::new(Arc::clone(&store), tasks.clone(), point)) as _,
            _ => Arc::clone(&store),
        };
        let rows: Arc<dyn TriggerRepo> = Arc::new(MemoryTriggers::new(Arc::clone(&shared)));
        let point = match death {
            Some(Death::Settlement(point)) => Some(point),
            _ => None,
        };
        let repo = Arc::new(Dying::new(Arc::clone(&rows), tasks.clone(), point));
        let sandbox = Arc::new(TestSandbox {
            seed: self.seed,
            mocks: self.mocks.clone(),
            faults: self.faults.clone(),
            host: self.host.clone(),
            tasks: tasks.clone(),
            clock: clock.clone(),
            begun,
            network: None,
            playback: None,
            seen: Mutex::default(),
            denied: Arc::default(),
        });
        let scope = tenant();
        let secrets = Arc::new(MemorySecrets::new(Arc::clone(&shared)));
        for (name, secret) in &self.secrets {
            at_once(secrets.put(&scope, name, secret.clone()))
                .map_err(|error| TestFlowError::new(error.to_string()))?;
        }
        let ports = Ports {
            executions,
            workflows: Arc::new(MemoryWorkflows::new(Arc::clone(&shared))),
            queue: Arc::new(MemoryQueue::new(Arc::clone(&shared), Arc::clone(&ids))),
            blobs: Arc::new(MemoryBlobs::new()),
            secrets,
            sandbox: Arc::clone(&sandbox) as Arc<dyn nebula_ports::sandbox::SandboxRunner>,
            clock: Arc::clone(&shared),
            ids,
            spawner: Arc::new(tasks.clone()),
        };
        let end = begun.plus(time);
        let mut crashes = 0;
        loop {
            let engine = Engine::launch(ports.clone(), Arc::clone(&self.catalogue), EngineConfig::default());
            let repo = Arc::clone(&repo) as Arc<dyn TriggerRepo>;
            let triggers = Triggers::launch(engine.clone(), repo, TriggerConfig::default());
            let ended = tasks.drive(&clock, async {
                triggers.publish(&scope, &self.definition, &self.grants).await.map_err(|error| error.to_string())?;
                clock.sleep_until(end).await;
                triggers.shutdown().await;
                for record in all(store.as_ref(), &scope).await? {
                    engine.wait(&scope, record.id).await.map_err(|error| error.to_string())?;
                }
                Ok::<_, String>(())
            });
            // Also at the end: what waits would keep itself alive.
            tasks.clear();
            match ended {
                Ok(ended) => break ended.map_err(TestFlowError::new)?,
                Err(Killed) => crashes += 1,
            }
        }
        let (seen, denied) = sandbox.take();
        let mut polls: BTreeMap<String, usize> = BTreeMap::new();
        for trigger in &self.definition.triggers {
            let of = seen.calls.iter().filter(|call| call.node.id().as_str() == trigger.id.as_str()).count();
            polls.insert(trigger.id.to_string(), of);
        }
        let records = at_once(all(store.as_ref(), &scope)).map_err(TestFlowError::new)?;
        let (mut executions, mut leak, mut longest) = (Vec::new(), None, 0);
        for record in records {
            let journal: Vec<JournalRecord> = at_once(store.journal(&scope, record.id, Seq(0)).try_collect())
                .map_err(|error| TestFlowError::new(error.to_string()))?;
            longest = longest.max(journal.len() as u64);
            let run = FiredRun::read(&record, &journal);
            let seen = secrets::Seen {
                records: &journal,
                calls: &seen.calls,
                denied: &denied,
                output: run.output.as_ref(),
                error: run.failure.as_ref(),
            };
            leak = leak.or_else(|| secrets::leak(&self.canaries, &seen));
            executions.push(run);
        }
        let triggers = at_once(rows.list(&scope, None)).map_err(|error| TestFlowError::new(error.to_string()))?;
        for row in &triggers {
            let text = serde_json::to_string(row).unwrap_or_default();
            leak = leak.or_else(|| {
                let name = self.canaries.find(&text)?;
                Some(format!("the row of the trigger `{}` shows the secret of the credential `{name}`", row.id))
            });
        }
        let firings = TestFirings { seed: self.seed, executions, triggers, polls, crashes };
        Ok(Simulated { firings, settlements: repo.settlements(), longest, leak })
    }
}

/// Every execution, the oldest first.
async fn all(store: &dyn ExecutionRepo, scope: &nebula_ports::Scope) -> Result<Vec<ExecutionRecord>, String> {
    let filter = ExecutionFilter { limit: usize::MAX, ..ExecutionFilter::default() };
    let mut records = store.list(scope, &filter).await.map_err(|error| error.to_string())?;
    records.reverse();
    Ok(records)
}

// === impl FiredRun ===

impl FiredRun {
    fn read(record: &ExecutionRecord, journal: &[JournalRecord]) -> Self {
        let mut run = Self {
            trigger: String::new(),
            key: String::new(),
            input: Value::Null,
            status: record.status,
            output: None,
            failure: None,
        };
        for JournalRecord { entry, .. } in journal {
            match entry {
                JournalEntry::ExecutionStarted { input, trigger, .. } => {
                    run.input = inline(input);
                    if let Some(firing) = trigger {
                        (run.trigger, run.key) = (firing.trigger.to_string(), firing.key.to_string());
                    }
                }
                JournalEntry::ExecutionFinished { output, error, .. } => {
                    run.output = output.as_ref().map(inline);
                    run.failure.clone_from(error);
                }
                _ => {}
            }
        }
        run
    }
}

/// What stands in the journal; of what is large, where it is.
fn inline(payload: &nebula_ports::model::Payload) -> Value {
    match payload {
        nebula_ports::model::Payload::Inline(value) => Value::clone(value),
        large => serde_json::to_value(large).unwrap_or_default(),
    }
}

// === impl TestFirings ===

impl TestFirings {
    /// The executions that were started, in the order of their starts.
    #[must_use]
    pub fn executions(&self) -> &[FiredRun] {
        &self.executions
    }

    /// The keys of the events that have started one, in the order of their starts.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        self.executions.iter().map(|run| run.key.as_str()).collect()
    }

    /// The results of the executions, in the order of their starts.
    ///
    /// # Panics
    /// When one has not completed, or its result is no `T`.
    #[must_use]
    #[track_caller]
    pub fn outputs<T: DeserializeOwned>(&self) -> Vec<T> {
        let read = |run: &FiredRun| {
            let Some(output) = run.output.as_ref().filter(|_| run.status == ExecutionStatus::Completed) else {
                panic!("the execution of `{}` has no result: it is {}\n\n{self}", run.key, run.status);
            };
            match serde_json::from_value(output.clone()) {
                Ok(value) => value,
                Err(error) => panic!("{error}: {output}\n\n{self}"),
            }
        };
        self.executions.iter().map(read).collect()
    }

    /// How often a trigger was polled.
    ///
    /// # Panics
    /// When the workflow has no such trigger.
    #[must_use]
    #[track_caller]
    pub fn polls(&self, trigger: &str) -> usize {
        match self.polls.get(trigger) {
            Some(polls) => *polls,
            None => panic!("there is no trigger `{trigger}`\n\n{self}"),
        }
    }

    /// The last events that could start no execution, with the reasons.
    ///
    /// # Panics
    /// When the workflow has no such trigger.
    #[must_use]
    #[track_caller]
    pub fn refused(&self, trigger: &str) -> &[RefusedEvent] {
        &self.row(trigger).last_refused
    }

    /// Why the last poll of a trigger has failed, if it has.
    ///
    /// # Panics
    /// When the workflow has no such trigger.
    #[must_use]
    #[track_caller]
    pub fn failure(&self, trigger: &str) -> Option<&Failure> {
        self.row(trigger).last_error.as_ref()
    }

    /// How often the process has died.
    #[must_use]
    pub const fn crashes(&self) -> usize {
        self.crashes
    }

    fn find(&self, trigger: &str, key: &str) -> Option<&FiredRun> {
        self.executions.iter().find(|run| run.trigger == trigger && run.key == key)
    }

    #[track_caller]
    fn row(&self, trigger: &str) -> &TriggerRecord {
        match self.triggers.iter().find(|row| row.id.as_str() == trigger) {
            Some(row) => row,
            None => panic!("there is no trigger `{trigger}`\n\n{self}"),
        }
    }
}

impl fmt::Display for TestFirings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for run in &self.executions {
            writeln!(f, "{} {}  {}  {}", run.trigger, run.key, run.status, run.input)?;
        }
        for row in &self.triggers {
            writeln!(f, "trigger {}: started {}, refused {}", row.id, row.started, row.refused)?;
            if let Some(error) = &row.last_error {
                writeln!(f, "  failed {} times: {error}", row.failures)?;
            }
            for refused in &row.last_refused {
                writeln!(f, "  refused {}: {}", refused.key, refused.error)?;
            }
        }
        write!(f, "(seed {})", self.seed)
    }
}

impl fmt::Debug for TestFirings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
