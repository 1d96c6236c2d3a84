//! The queue keeps the contract under this driver's settings, and with the least capacity that the cases need.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use nebula_ports::{
    conformance::{Harness, Run, Unavailable, task_queue},
    memory::{ManualClock, SeededIds},
    task_queue::TaskQueue,
};
use nebula_queue_memory::Config;

struct Memory {
    queue: Arc<dyn TaskQueue>,
    clock: ManualClock,
}

impl Memory {
    fn start(config: &Config) -> Self {
        let clock = ManualClock::default();
        let queue = config.build(Arc::new(clock.clone()), Arc::new(SeededIds::new(7)));
        Self { queue: Arc::new(queue), clock }
    }
}

impl Harness for Memory {
    type Port = dyn TaskQueue;

    fn port(&self) -> Arc<dyn TaskQueue> {
        self.queue.clone()
    }

    fn elapse(&self, by: Duration) -> BoxFuture<'_, ()> {
        self.clock.advance(by);
        futures_util::future::ready(()).boxed()
    }
}

async fn default() -> Result<Memory, Unavailable> {
    Ok(Memory::start(&Config::default()))
}

async fn small() -> Result<Memory, Unavailable> {
    let config = Config {
        capacity: NonZeroUsize::new(200).expect("more than zero"),
        max_deliveries: NonZeroU32::new(3).expect("more than zero"),
    };
    Ok(Memory::start(&config))
}

fn main() -> ExitCode {
    Run::default().suite(&task_queue::SUITE, default).variant("small", &task_queue::SUITE, small).main()
}
