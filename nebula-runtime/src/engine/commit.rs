//! The group committer: commits of all executions of a process meet in one transaction, batch size by arrival.
//!
//! There is no task of its own that every commit would have to wake. Whoever comes while nothing is being written leads:
//! it writes what has gathered, answers, and hands the lead to one of those who came meanwhile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nebula_ports::{
    error::{Error, ErrorKind},
    execution_repo::{CommitOutcome, ExecutionRepo, StoreError},
    model::Transition,
};
use tokio::sync::oneshot;

/// Most transitions in one transaction.
const MAX_BATCH: usize = 256;

type Answer = Result<CommitOutcome, StoreError>;

/// What one who waits is told.
#[derive(Debug)]
enum Told {
    Answer(Answer),
    /// Nothing is being written: lead, beginning with your own.
    Lead(Box<Transition>, Lead),
}

/// What one who comes does.
#[derive(Debug)]
enum Joined {
    Waits(oneshot::Receiver<Told>),
    Leads(Box<Transition>, Lead),
}

#[derive(Debug)]
struct Waiting {
    transition: Transition,
    tell: oneshot::Sender<Told>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Whether somebody leads.
    led: bool,
}

#[derive(Debug)]
pub(crate) struct GroupCommitter {
    executions: Arc<dyn ExecutionRepo>,
    queue: Arc<Mutex<Queue>>,
}

/// The lead. However it ends — also when the future that has it, or the message that brings it, is dropped — somebody
/// else gets it, or nobody has it.
/// Empty once it was passed on.
#[derive(Debug)]
struct Lead(Option<Arc<Mutex<Queue>>>);

// === impl GroupCommitter ===

impl GroupCommitter {
    pub(crate) fn new(executions: Arc<dyn ExecutionRepo>) -> Self {
        Self { executions, queue: Arc::default() }
    }

    /// Commits; returns when the transaction has ended. A leader that goes away takes the answers of its batch along:
    /// those who waited are told that nothing is known, and send the same commit again.
    pub(crate) async fn commit(&self, transition: Transition) -> Answer {
        let told = match self.join(transition) {
            Joined::Waits(told) => told,
            Joined::Leads(transition, lead) => return self.lead(*transition, lead).await,
        };
        match told.await {
            Ok(Told::Answer(answer)) => answer,
            Ok(Told::Lead(transition, lead)) => self.lead(*transition, lead).await,
            Err(_) => Err(StoreError::OutcomeUnknown(Error::new(
                ErrorKind::Unavailable,
                "group_committer.commit",
                "the commit's leader went away",
            ))),
        }
    }

    /// Waits for whoever leads, or leads.
    fn join(&self, transition: Transition) -> Joined {
        let mut queue = lock(&self.queue);
        if !queue.led {
            queue.led = true;
            return Joined::Leads(Box::new(transition), Lead(Some(Arc::clone(&self.queue))));
        }
        let (tell, told) = oneshot::channel();
        queue.waiting.push(Waiting { transition, tell });
        Joined::Waits(told)
    }

    /// Writes one's own transition with what has gathered.
    async fn lead(&self, own: Transition, lead: Lead) -> Answer {
        let (mut transitions, mut tells) = (vec![own], Vec::new());
        {
            let mut queue = lock(&self.queue);
            let taken = queue.waiting.len().min(MAX_BATCH - 1);
            for waiting in queue.waiting.drain(..taken) {
                transitions.push(waiting.transition);
                tells.push(waiting.tell);
            }
        }
        let mut answers = self.executions.commit(transitions).await.into_iter();
        drop(lead);
        let own = answers.next();
        for (tell, answer) in tells.into_iter().zip(answers) {
            // One who has gone does not care any more.
            let _ = tell.send(Told::Answer(answer));
        }
        own.unwrap_or_else(|| {
            Err(StoreError::OutcomeUnknown(Error::new(
                ErrorKind::Internal,
                "group_committer.commit",
                "the store gave fewer answers than there were commits",
            )))
        })
    }
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    // Nothing panics while the lock is held.
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Lead {
    fn drop(&mut self) {
        while let Some(queue) = self.0.take() {
            let next = {
                let mut queue = lock(&queue);
                if queue.waiting.is_empty() {
                    queue.led = false;
                    return;
                }
                queue.waiting.remove(0)
            };
            let message = Told::Lead(Box::new(next.transition), Self(Some(queue)));
            // One who has gone cannot lead; its commit was never begun. The lead comes back.
            if let Err(Told::Lead(_, mut returned)) = next.tell.send(message) {
                self.0 = returned.0.take();
            }
        }
    }
}

#[cfg(test)]
mod tests;
