use nebula_sdk::prelude::*;

/// New lines.
#[derive(Action)]
#[action(id = "demo.lines", version = "1.0", idempotent, poll = "1m", retry(max = 3), ports("a"), deadline = "1h", heartbeat = "1s", concurrency = 2, rate_limit = "1/s", max_input = "1KiB")]
struct Lines;

impl TriggerAction for Lines {
    type Config = ();
    type Event = String;
    type Cursor = u64;

    async fn poll(&self, (): (), _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<String, u64>> {
        Ok(Polled::unmoved())
    }
}

fn main() {
    let _ = Registry::new().with::<Lines>();
}
