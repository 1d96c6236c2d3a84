//! The group committer: commits of all executions of a process meet in one transaction, batch size by arrival.

use std::sync::Arc;

use nebula_ports::{
    error::{Error, ErrorKind},
    execution_repo::{CommitOutcome, ExecutionRepo, StoreError},
    model::Transition,
    spawn::Spawner,
};
use tokio::sync::{mpsc, oneshot};

/// Most transitions in one transaction.
const MAX_BATCH: usize = 256;

type Answer = Result<CommitOutcome, StoreError>;

#[derive(Debug)]
struct Job {
    transition: Transition,
    answer: oneshot::Sender<Answer>,
}

/// The way to the committer's task.
#[derive(Debug, Clone)]
pub(crate) struct GroupCommitter {
    jobs: mpsc::UnboundedSender<Job>,
}

impl GroupCommitter {
    pub(crate) fn launch(executions: Arc<dyn ExecutionRepo>, spawner: &dyn Spawner) -> Self {
        let (jobs, queue) = mpsc::unbounded_channel();
        spawner.spawn("group-committer", Box::pin(run(executions, queue)));
        Self { jobs }
    }

    /// Commits; returns when the transaction has ended.
    pub(crate) async fn commit(&self, transition: Transition) -> Answer {
        let gone = || {
            StoreError::NotApplied(Error::new(
                ErrorKind::Unavailable,
                "group_committer.commit",
                "the engine is shutting down",
            ))
        };
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job { transition, answer }).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// While one batch is being written, the next one gathers; an idle committer adds no delay.
async fn run(executions: Arc<dyn ExecutionRepo>, mut queue: mpsc::UnboundedReceiver<Job>) {
    let mut jobs = Vec::with_capacity(MAX_BATCH);
    while queue.recv_many(&mut jobs, MAX_BATCH).await > 0 {
        let (transitions, answers): (Vec<_>, Vec<_>) =
            jobs.drain(..).map(|job: Job| (job.transition, job.answer)).unzip();
        let outcomes = executions.commit(transitions).await;
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            // A driver that has gone does not care any more.
            let _ = answer.send(outcome);
        }
    }
}
