use std::{sync::Mutex as StdMutex, time::Duration};

use async_trait::async_trait;
use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, join_all},
    stream::BoxStream,
};
use nebula_ports::{
    Scope,
    error::Result,
    execution_repo::{ClaimRequest, ExecutionFilter, Renewal, RequestOutcome, StartOutcome},
    model::{
        Claimed, CommitId, ExecutionId, ExecutionRecord, ExecutionStatus, Fence, HolderId, JournalRecord, Lease,
        NewExecution, NextState, Request, RequestId, Seq,
    },
    time::Timestamp,
};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::*;

/// Writes when it is let to, and remembers the size of each batch.
#[derive(Debug)]
struct Gated {
    gate: Semaphore,
    batches: StdMutex<Vec<usize>>,
}

#[async_trait]
impl ExecutionRepo for Gated {
    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Answer> {
        // A store answers after a while, never at once.
        tokio::task::yield_now().await;
        self.gate.acquire().await.unwrap().forget();
        self.batches.lock().unwrap().push(transitions.len());
        transitions.into_iter().map(|one| Ok(CommitOutcome::Applied(one.expected.plus(1)))).collect()
    }

    async fn start(&self, _: &Scope, _: NewExecution) -> Result<StartOutcome, StoreError> {
        unreachable!("only commits here")
    }

    async fn claim(&self, _: ClaimRequest) -> Result<Vec<Claimed>> {
        unreachable!("only commits here")
    }

    async fn renew(&self, _: &[Lease], _: Duration) -> Result<Vec<Renewal>> {
        unreachable!("only commits here")
    }

    async fn request(&self, _: &Scope, _: ExecutionId, _: RequestId, _: Request) -> Result<RequestOutcome> {
        unreachable!("only commits here")
    }

    async fn get(&self, _: &Scope, _: ExecutionId) -> Result<Option<ExecutionRecord>> {
        unreachable!("only commits here")
    }

    async fn list(&self, _: &Scope, _: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
        unreachable!("only commits here")
    }

    fn journal(&self, _: &Scope, _: ExecutionId, _: Seq) -> BoxStream<'static, Result<JournalRecord>> {
        futures_util::stream::empty().boxed()
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        Ok(None)
    }
}

fn committer(open: usize) -> (GroupCommitter, Arc<Gated>) {
    let repo = Arc::new(Gated { gate: Semaphore::new(open), batches: StdMutex::default() });
    (GroupCommitter::new(Arc::clone(&repo) as Arc<dyn ExecutionRepo>), repo)
}

fn transition(n: u64) -> Transition {
    Transition {
        lease: Lease {
            execution: ExecutionId::from_uuid(Uuid::from_u128(u128::from(n))),
            holder: HolderId("one".into()),
            fence: Fence(1),
            until: Timestamp::default(),
        },
        expected: Seq(n),
        commit: CommitId(Uuid::from_u128(u128::from(n))),
        entries: Vec::new(),
        consumed: Vec::new(),
        next: NextState::Running { status: ExecutionStatus::Running },
    }
}

/// One that leads and two that wait behind it.
fn three(committer: &GroupCommitter) -> [BoxFuture<'_, Answer>; 3] {
    [1, 2, 3].map(|n| {
        let mut commit = committer.commit(transition(n)).boxed();
        assert!((&mut commit).now_or_never().is_none(), "the store has not answered");
        commit
    })
}

#[tokio::test]
async fn what_comes_while_one_is_written_is_written_together_and_everyone_gets_its_own_answer() {
    let (committer, repo) = committer(10);
    let answers = join_all((0..600).map(|n| committer.commit(transition(n)))).await;
    for (n, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.unwrap(), CommitOutcome::Applied(Seq(n as u64 + 1)));
    }
    let batches = repo.batches.lock().unwrap().clone();
    assert_eq!(batches.iter().sum::<usize>(), 600);
    assert!(batches.len() <= 4 && batches.iter().all(|size| *size <= MAX_BATCH), "{batches:?}");
}

#[tokio::test]
async fn a_leader_that_goes_away_leaves_the_lead_to_another() {
    let (committer, repo) = committer(0);
    let mut leader = Box::pin(committer.commit(transition(1)));
    assert!((&mut leader).now_or_never().is_none(), "it waits for the store");
    let mut second = Box::pin(committer.commit(transition(2)));
    assert!((&mut second).now_or_never().is_none());
    drop(leader);
    repo.gate.add_permits(2);
    assert_eq!(second.await.unwrap(), CommitOutcome::Applied(Seq(3)));
    assert_eq!(committer.commit(transition(3)).await.unwrap(), CommitOutcome::Applied(Seq(4)), "and nobody leads now");
}

#[tokio::test]
async fn those_in_the_batch_of_a_leader_that_went_away_are_told_that_nothing_is_known() {
    let (committer, repo) = committer(0);
    let [first, mut second, third] = three(&committer);
    repo.gate.add_permits(1);
    assert!(first.await.is_ok());
    // Now the second leads, with the third in its batch; it goes away while the store is at work.
    assert!((&mut second).now_or_never().is_none());
    drop(second);
    assert!(matches!(third.await, Err(StoreError::OutcomeUnknown(_))));
}

#[tokio::test]
async fn one_who_went_away_while_waiting_does_not_get_the_lead() {
    let (committer, repo) = committer(0);
    let [first, second, third] = three(&committer);
    drop(second);
    repo.gate.add_permits(2);
    assert!(first.await.is_ok());
    assert_eq!(third.await.unwrap(), CommitOutcome::Applied(Seq(4)));
}

#[tokio::test]
async fn one_who_goes_away_with_the_lead_unread_passes_it_on() {
    let (committer, repo) = committer(0);
    let [first, second, third] = three(&committer);
    repo.gate.add_permits(2);
    assert!(first.await.is_ok(), "and the second has been told to lead");
    drop(second);
    assert_eq!(third.await.unwrap(), CommitOutcome::Applied(Seq(4)));
}
