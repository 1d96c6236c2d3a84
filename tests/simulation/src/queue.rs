//! The queue as one process sees it: hints are lost, doubled and late.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use nebula_ports::{
    error::Result,
    task_queue::{Delivery, Receipt, Task, TaskQueue},
};

use crate::store::{Line, unreachable};

pub(crate) struct RemoteQueue {
    pub(crate) queue: Arc<dyn TaskQueue>,
    pub(crate) line: Line,
}

impl RemoteQueue {
    fn reach(&self) -> Result<()> {
        if self.line.is_cut() { Err(unreachable()) } else { Ok(()) }
    }
}

impl fmt::Debug for RemoteQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RemoteQueue")
    }
}

#[async_trait]
impl TaskQueue for RemoteQueue {
    async fn enqueue(&self, task: Task, delay: Duration) -> Result<()> {
        self.reach()?;
        if !self.line.is_calm() {
            match self.line.chance.below(8) {
                0 | 1 => {
                    self.line.counters.count("hint lost");
                    return Ok(());
                }
                2 => {
                    self.line.counters.count("hint doubled");
                    let late = self.line.chance.between(Duration::ZERO, Duration::from_secs(20));
                    self.queue.enqueue(task.clone(), late).await?;
                }
                _ => {}
            }
        }
        self.queue.enqueue(task, delay).await
    }

    async fn dequeue(&self, wait: Duration, visibility: Duration) -> Result<Option<Delivery>> {
        self.reach()?;
        let delivery = self.queue.dequeue(wait, visibility).await?;
        self.reach()?;
        Ok(delivery)
    }

    async fn extend(&self, receipt: Receipt, visibility: Duration) -> Result<()> {
        self.reach()?;
        self.queue.extend(receipt, visibility).await
    }

    async fn ack(&self, receipt: Receipt) -> Result<()> {
        self.reach()?;
        self.queue.ack(receipt).await
    }

    async fn nack(&self, receipt: Receipt, delay: Duration) -> Result<()> {
        self.reach()?;
        self.queue.nack(receipt, delay).await
    }

    async fn dead_letters(&self) -> Result<Vec<Task>> {
        self.queue.dead_letters().await
    }

    async fn len(&self) -> Result<usize> {
        self.queue.len().await
    }
}
