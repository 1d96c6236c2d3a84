//! Where expressions are evaluated, and with what.

use futures_util::future::BoxFuture;
use nebula_ports::spawn::Spawner;

use super::*;

/// Counts what leaves the threads of tasks.
#[derive(Debug)]
struct Counting {
    inner: Arc<dyn Spawner>,
    blocking: Arc<AtomicU32>,
}

impl Spawner for Counting {
    fn spawn(&self, name: &'static str, task: BoxFuture<'static, ()>) {
        self.inner.spawn(name, task);
    }

    fn blocking(&self, name: &'static str, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        self.blocking.fetch_add(1, Ordering::SeqCst);
        // Here, so that the test's clock knows when nothing goes on.
        let _ = name;
        Box::pin(async move { work() })
    }
}

const SUMS: &str = r#"
nebula: 1
id: sums
input: { type: object, required: [rows], properties: { rows: { type: array, items: { type: integer } }, least: { type: integer, default: 3 } } }
nodes:
  - { id: a, action: test.echo@1, parameters: { sum: !expr "$input.rows.map(n => n + 1).sum()" } }
  - { id: b, action: test.echo@1, parameters: { least: !expr $input.least } }
connections:
  - { from: a, to: b, when: "$input.rows.all(n => n > 0)" }
output: { sum: !expr "$nodes.a.result.sum", least: !expr "$nodes.b.result?.least", big: !expr "$input.rows.filter(n => n > 1).size()" }
"#;

async fn sums(count: usize) -> (Value, u32) {
    let mut world = World::new([echo()]);
    let blocking = Arc::new(AtomicU32::new(0));
    world.ports.spawner =
        Arc::new(Counting { inner: Arc::clone(&world.ports.spawner), blocking: Arc::clone(&blocking) });
    let engine = world.engine();
    let end = world.run(&engine, SUMS, json!({ "rows": vec![1; count] })).await;
    assert_eq!(end.status, ExecutionStatus::Completed, "{end:?}");
    (end.output.as_deref().cloned().unwrap(), blocking.load(Ordering::SeqCst))
}

#[tokio::test]
async fn what_takes_long_leaves_the_threads_of_tasks_and_gives_the_same() {
    assert_eq!(sums(10).await, (json!({ "sum": 20, "least": 3, "big": 0 }), 0));
    // Parameters, the condition, the output.
    assert_eq!(sums(20_000).await, (json!({ "sum": 40_000, "least": 3, "big": 0 }), 3));
}

#[tokio::test]
async fn defaults_of_the_input_are_read_and_recorded() {
    let world = World::new([echo()]);
    let engine = world.engine();
    let request = world.request(&engine, SUMS, json!({ "rows": [] }));
    let started = engine.start(&world.scope, request).await.unwrap();
    let journal = world.journal(started.id).await;
    let nebula_ports::model::JournalEntry::ExecutionStarted { input, .. } = &journal[0] else { panic!("{journal:?}") };
    assert_eq!(
        serde_json::to_value(input).unwrap().pointer("/inline").cloned(),
        Some(json!({ "rows": [], "least": 3 })),
        "{input:?}"
    );
}
