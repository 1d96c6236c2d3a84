//! How many commits a second reach the disk of a server of its own: of one client after the other; of 64 clients at once, each
//! commit a transaction; and of 64 clients as an engine makes them, many in one transaction.

use std::{sync::Arc, time::Duration};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::future::join_all;
use nebula_ports::{
    Scope,
    execution_repo::{CommitOutcome, ExecutionRepo, StartOutcome},
    ids::IdSource,
    memory::{ManualClock, SeededIds},
    model::{
        AttemptOutcome, Digest, EffectClass, ExecutionStatus, Grants, HolderId, JournalEntry, Lease, NewExecution,
        NextState, NodeId, Payload, Seq, TenantId, Transition, WorkflowId,
    },
    time::Timestamp,
};
use nebula_postgres_server::{Durability, Server};
use nebula_storage_postgres::{PostgresOptions, PostgresStorage};

const CLIENTS: usize = 64;
/// Executions that a client runs one after the other.
const EXECUTIONS: usize = 2;
const NODES: u32 = 10;
/// The first and the last one, and two for each node.
const ENTRIES: u64 = 2 + 2 * NODES as u64;
/// The start, each node, the end.
const COMMITS: u64 = 2 + NODES as u64;

#[derive(Clone)]
struct Client {
    repo: Arc<dyn ExecutionRepo>,
    ids: Arc<SeededIds>,
    scope: Scope,
}

const RUNNING: NextState = NextState::Running { status: ExecutionStatus::Running };
const AT: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

impl Client {
    /// Starts an execution with one entry.
    async fn start(&self) -> Lease {
        let digest = Digest::of(b"bench");
        let workflow = WorkflowId::new("bench").expect("a slug");
        let new = NewExecution {
            id: self.ids.execution_id(),
            workflow: workflow.clone(),
            definition: digest,
            plan: digest,
            key: None,
            input: digest,
            entries: vec![JournalEntry::ExecutionStarted {
                at: AT,
                workflow,
                definition: digest,
                plan: digest,
                input: Payload::Inline(Arc::new(serde_json::json!({ "order": 17, "customer": "c-1234" }))),
                grants: Grants::default(),
                trigger: None,
            }],
            next: RUNNING,
            claim: Some((HolderId("bench".into()), Duration::from_secs(30))),
        };
        match self.repo.start(&self.scope, new).await {
            Ok(StartOutcome::Started { lease: Some(lease), .. }) => lease,
            other => panic!("no lease: {other:?}"),
        }
    }

    fn transition(&self, lease: &Lease, seq: u64, entries: Vec<JournalEntry>, next: NextState) -> Transition {
        let commit = self.ids.commit_id();
        Transition { lease: lease.clone(), expected: Seq(seq), commit, entries, consumed: Vec::new(), next }
    }

    async fn commit(&self, lease: &Lease, seq: u64, entries: Vec<JournalEntry>, next: NextState) -> u64 {
        match self.repo.commit(vec![self.transition(lease, seq, entries, next)]).await.remove(0) {
            Ok(CommitOutcome::Applied(seq)) => seq.0,
            other => panic!("it did not land: {other:?}"),
        }
    }

    /// One commit of each, in one call.
    async fn commit_all(&self, leases: &[Lease], seq: u64, n: u32) {
        let transitions = leases.iter().map(|lease| self.transition(lease, seq, step(n), RUNNING)).collect();
        for outcome in self.repo.commit(transitions).await {
            assert!(matches!(outcome, Ok(CommitOutcome::Applied(_))), "it did not land: {outcome:?}");
        }
    }

    /// A whole execution: each commit ends a node and begins the next one.
    async fn run(&self) {
        let lease = self.start().await;
        let mut seq = 1;
        for n in 0..NODES {
            seq = self.commit(&lease, seq, step(n), RUNNING).await;
        }
        let end =
            JournalEntry::ExecutionFinished { status: ExecutionStatus::Completed, at: AT, output: None, error: None };
        let finish = NextState::Finish { status: ExecutionStatus::Completed };
        assert_eq!(self.commit(&lease, seq, vec![end], finish).await, ENTRIES);
    }
}

fn step(n: u32) -> Vec<JournalEntry> {
    let node = nebula_ports::model::NodeAddress::from(NodeId::new(format!("transform_{n}")).expect("a name"));
    let output = serde_json::json!({ "id": n, "name": "an order of some length", "total": 12.5, "ok": true });
    let outcome = AttemptOutcome::Completed { output: Payload::Inline(Arc::new(output)), cached: false };
    vec![
        JournalEntry::AttemptFinished { node: node.clone(), attempt: 1, at: AT, outcome },
        JournalEntry::AttemptStarted { node, attempt: 1, at: AT, effect: EffectClass::Idempotent, key: None },
    ]
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is the root of its own little world, and joins its tasks")]
fn commit(criterion: &mut Criterion) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let server = match Server::start(Durability::Full) {
        Ok(server) => server,
        Err(absent) => panic!("{absent}"),
    };
    let client = runtime.block_on(async {
        let options = PostgresOptions {
            connections: 16,
            ..PostgresOptions::new(server.url().into(), Arc::new(ManualClock::default()))
        };
        let storage = PostgresStorage::open(options).await.expect("it opens");
        let scope = Scope::of(TenantId::new("bench").expect("a slug"));
        Client { repo: storage.executions(), ids: Arc::new(SeededIds::new(1)), scope }
    });

    let mut group = criterion.benchmark_group("commit");
    group.sample_size(10);
    group.throughput(Throughput::Elements(COMMITS));
    group.bench_function("1 client, commits", |bencher| {
        bencher.iter(|| runtime.block_on(client.run()));
    });
    group.throughput(Throughput::Elements((CLIENTS * EXECUTIONS) as u64 * COMMITS));
    group.bench_function("64 clients, commits", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let running = (0..CLIENTS).map(|_| {
                    let client = client.clone();
                    tokio::spawn(async move {
                        for _ in 0..EXECUTIONS {
                            client.run().await;
                        }
                    })
                });
                for ran in join_all(running).await {
                    ran.expect("an execution ends");
                }
            });
        });
    });
    group.throughput(Throughput::Elements(CLIENTS as u64 * u64::from(NODES)));
    group.bench_function("64 clients in batches, commits", |bencher| {
        bencher.iter_batched(
            || {
                runtime.block_on(async {
                    let mut leases = Vec::new();
                    for _ in 0..CLIENTS {
                        leases.push(client.start().await);
                    }
                    leases
                })
            },
            |leases| {
                runtime.block_on(async {
                    for n in 0..NODES {
                        client.commit_all(&leases, 1 + 2 * u64::from(n), n).await;
                    }
                });
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, commit);
criterion_main!(benches);
