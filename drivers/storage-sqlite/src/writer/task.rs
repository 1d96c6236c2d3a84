//! The writer's task and the handle that callers have of it.

use std::{path::PathBuf, sync::Arc};

use nebula_ports::{Error, ErrorKind, clock::Clock, model::Generation};
use sqlx::{Executor as _, Row as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::{
    batch::Batch,
    job::{Answer, Job, Landed},
    load::load,
    state::State,
    statement::Texts,
    write::write,
};
use crate::{
    connect,
    error::{blames_a_statement, from_sqlx, repeat},
    lock::DataLock,
    readers::closed,
};

const OPERATION: &str = "sqlite.write";

/// Sends calls to the writer. The task ends with the last of the clones.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
}

/// Why a call has no answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// It was never taken up.
    Closed(Error),
    /// The writer ended while it had the call.
    Lost(Error),
}

/// The only one who writes. It holds the lock of the database while it lives.
pub(crate) struct WriterTask {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    connection: SqliteConnection,
    jobs: mpsc::Receiver<Job>,
    batch: usize,
    state: State,
    texts: Texts,
    // Dropped after the connection.
    _lock: DataLock,
}

/// What went wrong with a batch.
#[derive(Debug)]
pub(super) enum Failure {
    Sql(sqlx::Error, Landed),
    Row(Error),
}

// === impl Writer ===

impl Writer {
    /// Sends a call and waits for its answer.
    pub(crate) async fn call<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, Unanswered> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(job(reply)).await.map_err(|_| Unanswered::Closed(closed(OPERATION)))?;
        answer.await.map_err(|_| {
            Unanswered::Lost(Error::new(ErrorKind::Unavailable, OPERATION, "the writer ended before it answered"))
        })
    }
}

impl From<Unanswered> for Error {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Closed(error) | Unanswered::Lost(error) => error,
        }
    }
}

// === impl WriterTask ===

impl WriterTask {
    /// A writer over `connection`, with room for `batch` waiting calls and as many in a transaction.
    pub(crate) async fn new(
        path: PathBuf,
        clock: Arc<dyn Clock>,
        mut connection: SqliteConnection,
        lock: DataLock,
        batch: usize,
    ) -> Result<(Writer, Self), Error> {
        let failed = |error| from_sqlx(OPERATION, &path, error);
        let known = connection.fetch_one("SELECT (SELECT coalesce(max(n), 0) FROM execution), generation FROM store");
        let known = known.await.map_err(failed)?;
        let generation = Generation(known.try_get(1).map_err(failed)?);
        let last_number = known.try_get(0).map_err(failed)?;
        let batch = batch.max(1);
        let (jobs, receiver) = mpsc::channel(batch);
        let task = Self {
            path,
            clock,
            connection,
            jobs: receiver,
            batch,
            state: State::new(generation, last_number),
            texts: Texts::default(),
            _lock: lock,
        };
        Ok((Writer { jobs }, task))
    }

    /// Takes what waits and writes it, until it is closed or nobody is left to ask.
    pub(crate) async fn run(mut self) {
        let mut jobs = Vec::with_capacity(self.batch);
        loop {
            if self.jobs.recv_many(&mut jobs, self.batch).await == 0 {
                break;
            }
            let close = jobs.iter().position(|job| matches!(job, Job::Close(_)));
            let after = close.map_or_else(Vec::new, |at| jobs.split_off(at));
            if !jobs.is_empty() {
                self.process(std::mem::take(&mut jobs)).await;
                jobs.reserve(self.batch);
            }
            let mut after = after.into_iter();
            if let Some(Job::Close(reply)) = after.next() {
                self.jobs.close();
                for job in after {
                    job.fail(Landed::No, || closed(OPERATION));
                }
                while let Some(job) = self.jobs.recv().await {
                    job.fail(Landed::No, || closed(OPERATION));
                }
                let Self { path, connection, _lock, .. } = self;
                let ended = connect::close(&path, connection).await;
                drop(_lock);
                drop(reply.send(ended));
                return;
            }
        }
        // Nobody is left to be told.
        let _ = connect::close(&self.path, self.connection).await;
    }

    async fn process(&mut self, jobs: Vec<Job>) {
        let failure = match self.attempt(&jobs).await {
            Ok(answers) => {
                for (job, answer) in jobs.into_iter().zip(answers) {
                    job.answer(answer);
                }
                return;
            }
            Err(failure) => failure,
        };
        if failure.blames_a_member() && jobs.iter().map(Job::members).sum::<usize>() > 1 {
            // One of them cannot be read or written. Alone, it fails alone.
            for job in jobs {
                self.process_alone(job).await;
            }
            return;
        }
        let landed = failure.landed();
        let error = failure.into_error(&self.path);
        for job in jobs {
            job.fail(landed, || repeat(&error));
        }
    }

    async fn process_alone(&mut self, job: Job) {
        match job {
            Job::Commit(commits, reply) if commits.len() > 1 => {
                let mut answers = Vec::with_capacity(commits.len());
                for commit in commits {
                    let (reply, answer) = oneshot::channel();
                    Box::pin(self.process(vec![Job::Commit(vec![commit], reply)])).await;
                    // Every job is answered by the time it has been processed.
                    answers.extend(answer.await.unwrap_or_default());
                }
                drop(reply.send(answers));
            }
            job => Box::pin(self.process(vec![job])).await,
        }
    }

    async fn attempt(&mut self, jobs: &[Job]) -> Result<Vec<Answer>, Failure> {
        let result = self.write_batch(jobs).await;
        if result.is_ok() {
            self.state.settle();
        } else {
            self.state.forget();
        }
        result
    }

    async fn write_batch(&mut self, jobs: &[Job]) -> Result<Vec<Answer>, Failure> {
        let now = self.clock.now();
        load(&mut self.connection, &mut self.texts, &mut self.state, jobs, now).await?;
        let (answers, additions) = Batch::new(&mut self.state, now).decide(jobs);
        let triggers = self.state.triggers.changed().len();
        if !(additions.rows.is_empty() && additions.workflows.is_empty() && triggers == 0) {
            let written = write(&mut self.connection, &mut self.texts, &self.state, &additions, now).await;
            written.map_err(|(error, landed)| Failure::Sql(error, landed))?;
        }
        Ok(answers)
    }
}

// === impl Failure ===

impl Failure {
    fn blames_a_member(&self) -> bool {
        match self {
            Self::Sql(error, landed) => *landed == Landed::No && blames_a_statement(error),
            Self::Row(_) => true,
        }
    }

    const fn landed(&self) -> Landed {
        match self {
            Self::Sql(_, landed) => *landed,
            Self::Row(_) => Landed::No,
        }
    }

    fn into_error(self, path: &std::path::Path) -> Error {
        match self {
            Self::Sql(error, _) => from_sqlx(OPERATION, path, error),
            Self::Row(error) => error.with_context("file", path.display()),
        }
    }
}

impl From<sqlx::Error> for Failure {
    /// Of a statement that reads.
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error, Landed::No)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Row(error)
    }
}
