//! The suites of queue, blobs and secrets notice what is wrong: each of these ports is wrong in one way, and named cases
//! say so.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{
    StreamExt as _, TryStreamExt as _,
    future::{BoxFuture, FutureExt as _, ready},
    stream,
};
use nebula_ports::{
    ErrorKind, Result, Scope,
    blob_store::{BlobStore, BlobStream},
    conformance::{Case, Harness, Unavailable, Verdict, blob_store, secrets, task_queue},
    memory::{ManualClock, MemoryBlobs, MemoryQueue, MemorySecrets, SeededIds},
    model::{BlobRef, CredentialName, Digest, ExecutionId, TenantId},
    secrets::{SecretInfo, SecretsStore},
    task_queue::{Delivery, Receipt, Task, TaskQueue},
};
use secrecy::{ExposeSecret as _, SecretString};

/// What the port does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Nothing,
    // --- queue ---
    NeverTimesOut,
    IgnoresDelays,
    ForgivesLateWorkers,
    MergesWithWhatIsWorkedOn,
    NeverBuries,
    DoesNotWait,
    CountsVisibleOnly,
    LosesWhatIsGivenBack,
    DeliversTwice,
    // --- blobs ---
    SharesTenants,
    KeepsHalves,
    NeverDeletes,
    DropsTheLastChunk,
    InventsAbsentBlobs,
    // --- secrets ---
    KeepsTheFirstMaterial,
    TrimsMaterial,
    FoldsCase,
    AlwaysSaysRemoved,
    ForgetsTimes,
}

#[derive(Debug)]
struct Wrong<P> {
    fault: Fault,
    inner: P,
    /// Deliveries that are out.
    out: Mutex<HashMap<Receipt, ExecutionId>>,
}

impl<P> Wrong<P> {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    #[expect(clippy::disallowed_methods, reason = "the faults are the root of their own little world")]
    fn scope(&self, scope: &Scope) -> Scope {
        if self.is(Fault::SharesTenants) { Scope::of(TenantId::new("all").expect("a slug")) } else { scope.clone() }
    }
}

#[async_trait]
impl TaskQueue for Wrong<MemoryQueue> {
    async fn enqueue(&self, task: Task, delay: Duration) -> Result<()> {
        let is_out = self.out.lock().unwrap().values().any(|execution| *execution == task.execution);
        if is_out && self.is(Fault::MergesWithWhatIsWorkedOn) {
            return Ok(());
        }
        self.inner.enqueue(task, if self.is(Fault::IgnoresDelays) { Duration::ZERO } else { delay }).await
    }

    async fn dequeue(&self, wait: Duration, visibility: Duration) -> Result<Option<Delivery>> {
        let wait = if self.is(Fault::DoesNotWait) { Duration::ZERO } else { wait };
        let visibility = match self.fault {
            Fault::NeverTimesOut => Duration::from_secs(1_000_000_000),
            Fault::DeliversTwice => Duration::ZERO,
            _ => visibility,
        };
        let delivery = self.inner.dequeue(wait, visibility).await?;
        if let Some(delivery) = &delivery {
            self.out.lock().unwrap().insert(delivery.receipt, delivery.task.execution);
        }
        Ok(delivery)
    }

    async fn extend(&self, receipt: Receipt, visibility: Duration) -> Result<()> {
        forgive(self, self.inner.extend(receipt, visibility).await)
    }

    async fn ack(&self, receipt: Receipt) -> Result<()> {
        self.out.lock().unwrap().remove(&receipt);
        forgive(self, self.inner.ack(receipt).await)
    }

    async fn nack(&self, receipt: Receipt, delay: Duration) -> Result<()> {
        self.out.lock().unwrap().remove(&receipt);
        if self.is(Fault::LosesWhatIsGivenBack) {
            return self.inner.ack(receipt).await;
        }
        let delay = if self.is(Fault::IgnoresDelays) { Duration::ZERO } else { delay };
        forgive(self, self.inner.nack(receipt, delay).await)
    }

    async fn dead_letters(&self) -> Result<Vec<Task>> {
        if self.is(Fault::NeverBuries) { Ok(Vec::new()) } else { self.inner.dead_letters().await }
    }

    async fn len(&self) -> Result<usize> {
        let out = if self.is(Fault::CountsVisibleOnly) { self.out.lock().unwrap().len() } else { 0 };
        Ok(self.inner.len().await?.saturating_sub(out))
    }
}

fn forgive<P>(port: &Wrong<P>, result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::LeaseLost && port.is(Fault::ForgivesLateWorkers) => Ok(()),
        other => other,
    }
}

#[async_trait]
impl BlobStore for Wrong<MemoryBlobs> {
    async fn put(&self, scope: &Scope, mime: &str, content: BlobStream) -> Result<BlobRef> {
        let scope = self.scope(scope);
        if !self.is(Fault::KeepsHalves) {
            return self.inner.put(&scope, mime, content).await;
        }
        let mut error = None;
        let pieces: Vec<_> = content.collect().await;
        let whole = pieces.into_iter().filter_map(|piece| piece.map_err(|failed| error = Some(failed)).ok());
        let whole: Vec<Result<Bytes>> = whole.map(Ok).collect();
        let blob = self.inner.put(&scope, mime, stream::iter(whole).boxed()).await?;
        error.map_or(Ok(blob), Err)
    }

    async fn get(&self, scope: &Scope, digest: Digest) -> Result<BlobStream> {
        let scope = self.scope(scope);
        if self.is(Fault::InventsAbsentBlobs) && self.inner.head(&scope, digest).await?.is_none() {
            return Ok(stream::empty().boxed());
        }
        let content = self.inner.get(&scope, digest).await?;
        if !self.is(Fault::DropsTheLastChunk) {
            return Ok(content);
        }
        let mut chunks: Vec<Bytes> = content.try_collect().await?;
        chunks.pop();
        Ok(stream::iter(chunks.into_iter().map(Ok)).boxed())
    }

    async fn head(&self, scope: &Scope, digest: Digest) -> Result<Option<u64>> {
        self.inner.head(&self.scope(scope), digest).await
    }

    async fn delete(&self, scope: &Scope, digest: Digest) -> Result<()> {
        if self.is(Fault::NeverDeletes) { Ok(()) } else { self.inner.delete(&self.scope(scope), digest).await }
    }
}

impl Wrong<MemorySecrets> {
    fn name(&self, name: &CredentialName) -> CredentialName {
        if self.is(Fault::FoldsCase) {
            CredentialName::new(name.as_str().to_lowercase()).expect("still a slug")
        } else {
            name.clone()
        }
    }
}

#[async_trait]
impl SecretsStore for Wrong<MemorySecrets> {
    async fn get(&self, scope: &Scope, name: &CredentialName) -> Result<Option<SecretString>> {
        let secret = self.inner.get(&self.scope(scope), &self.name(name)).await?;
        Ok(secret.map(|secret| match self.fault {
            Fault::TrimsMaterial => SecretString::from(secret.expose_secret().trim()),
            _ => secret,
        }))
    }

    async fn put(&self, scope: &Scope, name: &CredentialName, material: SecretString) -> Result<()> {
        let (scope, name) = (self.scope(scope), self.name(name));
        if self.is(Fault::KeepsTheFirstMaterial) && self.inner.get(&scope, &name).await?.is_some() {
            return Ok(());
        }
        self.inner.put(&scope, &name, material).await
    }

    async fn delete(&self, scope: &Scope, name: &CredentialName) -> Result<bool> {
        let removed = self.inner.delete(&self.scope(scope), &self.name(name)).await?;
        Ok(removed || self.is(Fault::AlwaysSaysRemoved))
    }

    async fn list(&self, scope: &Scope) -> Result<Vec<SecretInfo>> {
        let mut list = self.inner.list(&self.scope(scope)).await?;
        if self.is(Fault::ForgetsTimes) {
            list.iter_mut().for_each(|info| info.updated_at = nebula_ports::time::Timestamp::default());
        }
        Ok(list)
    }
}

struct Start<P: ?Sized> {
    port: Arc<P>,
    clock: ManualClock,
}

impl<P: ?Sized + Send + Sync + 'static> Harness for Start<P> {
    type Port = P;

    fn port(&self) -> Arc<P> {
        self.port.clone()
    }

    fn elapse(&self, by: Duration) -> BoxFuture<'_, ()> {
        self.clock.advance(by);
        ready(()).boxed()
    }
}

fn run<P: ?Sized + Send + Sync + 'static>(
    case: &Case<P>,
    fault: Fault,
    make: impl Fn(Fault, &ManualClock) -> Arc<P>,
) -> Verdict {
    case.run_on(|| {
        let clock = ManualClock::default();
        ready(Ok::<_, Unavailable>(Start { port: make(fault, &clock), clock }))
    })
}

#[track_caller]
fn catches(fault: Fault, cases: &[&str]) {
    let wrong = |fault, clock: &ManualClock| (fault, Arc::new(clock.clone()), Mutex::default());
    for name in cases {
        let verdict = |fault| {
            if let Some(case) = task_queue::SUITE.case(name) {
                run(case, fault, |fault, clock| {
                    let (fault, clock, out) = wrong(fault, clock);
                    Arc::new(Wrong { fault, inner: MemoryQueue::new(clock, Arc::new(SeededIds::new(3))), out })
                })
            } else if let Some(case) = blob_store::SUITE.case(name) {
                run(case, fault, |fault, clock| {
                    let (fault, _, out) = wrong(fault, clock);
                    Arc::new(Wrong { fault, inner: MemoryBlobs::new(), out })
                })
            } else {
                let case = secrets::SUITE.case(name).expect("the case is in a suite");
                run(case, fault, |fault, clock| {
                    let (fault, clock, out) = wrong(fault, clock);
                    Arc::new(Wrong { fault, inner: MemorySecrets::new(clock), out })
                })
            }
        };
        assert_eq!(verdict(Fault::Nothing), Verdict::Passed, "{name} passes on a port without faults");
        assert!(matches!(verdict(fault), Verdict::Failed(_)), "{name} does not notice a port that {fault:?}");
    }
}

#[test]
fn a_queue_that_never_times_out() {
    catches(
        Fault::NeverTimesOut,
        &["a_delivery_that_times_out_comes_again_with_another_receipt", "a_delivery_that_timed_out_cannot_be_settled"],
    );
}

#[test]
fn a_queue_that_ignores_delays() {
    catches(
        Fault::IgnoresDelays,
        &["a_delayed_task_is_not_visible_before_its_time", "a_task_given_back_comes_again_after_its_delay"],
    );
}

#[test]
fn a_queue_that_forgives_late_workers() {
    catches(
        Fault::ForgivesLateWorkers,
        &[
            "a_delivery_that_timed_out_cannot_be_settled",
            "a_settled_delivery_cannot_be_settled_again",
            "an_old_receipt_does_not_touch_a_later_delivery",
            "an_unknown_receipt_is_lost",
        ],
    );
}

#[test]
fn a_queue_that_merges_with_what_is_worked_on() {
    catches(Fault::MergesWithWhatIsWorkedOn, &["a_task_enqueued_while_it_is_worked_on_is_delivered_again"]);
}

#[test]
fn a_queue_that_never_buries() {
    catches(
        Fault::NeverBuries,
        &["a_task_given_back_too_often_is_a_dead_letter", "a_task_that_times_out_too_often_is_a_dead_letter"],
    );
}

#[test]
fn a_queue_that_does_not_wait() {
    catches(
        Fault::DoesNotWait,
        &["a_waiting_worker_gets_what_is_enqueued_meanwhile", "a_waiting_worker_gets_a_task_when_its_delay_ends"],
    );
}

#[test]
fn a_queue_that_counts_visible_tasks_only() {
    catches(Fault::CountsVisibleOnly, &["the_length_counts_tasks_until_they_are_settled"]);
}

#[test]
fn a_queue_that_loses_what_is_given_back() {
    catches(
        Fault::LosesWhatIsGivenBack,
        &["a_task_given_back_comes_again_after_its_delay", "a_task_given_back_too_often_is_a_dead_letter"],
    );
}

#[test]
fn a_queue_that_delivers_twice() {
    catches(
        Fault::DeliversTwice,
        &["a_delivered_task_is_invisible_to_others", "a_task_is_delivered_and_gone_after_its_ack"],
    );
}

#[test]
fn a_store_that_shares_tenants() {
    catches(
        Fault::SharesTenants,
        &["a_tenant_does_not_see_the_blobs_of_another", "a_tenant_does_not_see_the_secrets_of_another"],
    );
}

#[test]
fn a_store_of_blobs_that_keeps_halves() {
    catches(Fault::KeepsHalves, &["a_failing_stream_stores_nothing"]);
}

#[test]
fn a_store_of_blobs_that_never_deletes() {
    catches(Fault::NeverDeletes, &["a_deleted_blob_is_gone_and_may_come_back"]);
}

#[test]
fn a_store_of_blobs_that_drops_the_last_chunk() {
    catches(Fault::DropsTheLastChunk, &["a_blob_comes_back_as_it_was", "a_large_blob_streams_in_and_out"]);
}

#[test]
fn a_store_of_blobs_that_invents_absent_ones() {
    catches(Fault::InventsAbsentBlobs, &["an_unknown_blob_is_not_found"]);
}

#[test]
fn a_store_of_secrets_that_keeps_the_first_material() {
    catches(Fault::KeepsTheFirstMaterial, &["setting_it_again_replaces_the_material"]);
}

#[test]
fn a_store_of_secrets_that_trims_material() {
    catches(Fault::TrimsMaterial, &["any_text_can_be_a_secret"]);
}

#[test]
fn a_store_of_secrets_that_folds_case() {
    catches(Fault::FoldsCase, &["names_that_look_alike_are_different_secrets"]);
}

#[test]
fn a_store_of_secrets_that_always_says_removed() {
    catches(Fault::AlwaysSaysRemoved, &["removing_tells_whether_there_was_one"]);
}

#[test]
fn a_store_of_secrets_that_forgets_times() {
    catches(Fault::ForgetsTimes, &["the_list_tells_when_the_material_was_set"]);
}
