mod failing;
mod firing;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use nebula_ports::{
    action::{ActionOutput, ArcAction},
    memory::MemoryTriggers,
    model::{
        EffectClass, ExecutionRecord, ExecutionStatus, Failure, FailureKind, JournalEntry, PollOutput, PolledEvent,
        Trigger, TriggerRecord,
    },
    time::Timestamp,
};
use serde_json::{Value, json};

use super::*;
use crate::{
    definition,
    engine::{EngineConfig, Ports},
    fixture::{TestAction, world::World},
};

/// The answers of polls, one after the other; afterwards there is nothing new. Keeps the cursors it was called with.
#[derive(Clone, Default)]
struct Feed {
    answers: Arc<Mutex<VecDeque<Result<PollOutput, Failure>>>>,
    cursors: Arc<Mutex<Vec<Option<Value>>>>,
}

/// A world with a feed, in which `nebula.flow` is published.
struct Set {
    world: World,
    feed: Feed,
    repo: Arc<dyn TriggerRepo>,
}

const MINUTE: Duration = Duration::from_mins(1);
const YAML: &str = "
nebula: 1
id: news
input: { type: object, required: [title], properties: { title: { type: string }, by: { type: string, default: nobody } }, additionalProperties: false }
triggers:
  - { id: new, action: test.feed@1, input: { title: !expr $trigger.event.title } }
nodes:
  - { id: echo, action: test.echo@1, parameters: { title: !expr $input.title } }
";

// === impl Feed ===

impl Feed {
    fn answer(&self, answer: Result<PollOutput, Failure>) -> &Self {
        self.answers.lock().unwrap().push_back(answer);
        self
    }

    fn cursors(&self) -> Vec<Option<Value>> {
        self.cursors.lock().unwrap().clone()
    }

    fn action(&self) -> ArcAction {
        let feed = self.clone();
        let action = TestAction::new("test.feed", EffectClass::Idempotent, move |_, context| {
            feed.cursors.lock().unwrap().push(context.step.state.as_deref().cloned());
            let answer = feed.answers.lock().unwrap().pop_front();
            answer.unwrap_or_else(|| Ok(PollOutput::default())).map(ActionOutput::Polled)
        });
        let event = json!({ "type": "object", "properties": { "title": { "type": ["string", "integer"] } }, "required": ["title"] });
        action.polled(MINUTE).schemas(json!({ "type": "object" }), json!(event)).arc()
    }
}

// === impl Set ===

impl Set {
    fn new() -> Self {
        let feed = Feed::default();
        let world = World::new([feed.action(), TestAction::echo(EffectClass::Pure).arc()]);
        let repo = Arc::new(MemoryTriggers::new(Arc::clone(&world.ports.clock)));
        Self { world, feed, repo }
    }

    /// A process: an engine and its triggers.
    async fn process(&self) -> (Engine, Triggers) {
        self.process_with(YAML).await
    }

    async fn process_with(&self, yaml: &str) -> (Engine, Triggers) {
        let engine = self.world.engine();
        let triggers = Triggers::launch(engine.clone(), Arc::clone(&self.repo), TriggerConfig::default());
        triggers.publish(&self.world.scope, &workflow(yaml), &Grants::default()).await.unwrap();
        (engine, triggers)
    }

    /// Lets time pass, step by step.
    async fn pass(&self, time: Duration) {
        let until = self.world.clock_now().plus(time);
        self.world.settle().await;
        while self.world.clock_now() < until {
            self.world.clock.advance(Duration::from_secs(1));
            self.world.settle().await;
        }
    }

    async fn record(&self) -> TriggerRecord {
        self.repo.list(&self.world.scope, None).await.unwrap().remove(0)
    }

    async fn executions(&self) -> Vec<ExecutionRecord> {
        let mut all = self.world.ports.executions.list(&self.world.scope, &Default::default()).await.unwrap();
        all.reverse();
        all
    }

    /// What the executions were started with and by, in order.
    async fn inputs(&self) -> Vec<(Value, String)> {
        let mut inputs = Vec::new();
        for record in self.executions().await {
            let JournalEntry::ExecutionStarted { input, trigger, .. } = self.world.journal(record.id).await.remove(0)
            else {
                panic!("the first entry is the start")
            };
            inputs.push((serde_json::to_value(input).unwrap(), trigger.unwrap().key.to_string()));
        }
        inputs
    }
}

impl World {
    fn clock_now(&self) -> Timestamp {
        self.ports.clock.now()
    }
}

fn workflow(yaml: &str) -> Arc<Workflow> {
    let parsed = definition::parse(yaml);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    Arc::new(parsed.workflow.unwrap())
}

fn event(key: &str, title: impl Into<Value>) -> PolledEvent {
    PolledEvent { key: key.into(), event: json!({ "title": title.into() }) }
}

fn found(events: impl IntoIterator<Item = PolledEvent>, cursor: Value) -> Result<PollOutput, Failure> {
    Ok(PollOutput { events: events.into_iter().collect(), cursor: Some(cursor), wait: None })
}
