use nebula_sdk::prelude::*;

/// New lines.
#[derive(Action)]
#[action(id = "demo.lines", version = "1.0", pure, poll = "1m")]
struct Lines;

struct Line;

impl TriggerAction for Lines {
    type Config = ();
    type Event = Line;
    type Cursor = u64;

    async fn poll(&self, (): (), _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<Line, u64>> {
        Ok(Polled::unmoved())
    }
}

fn main() {
    let _ = Registry::new().with::<Lines>();
}
