use nebula_sdk::prelude::*;

/// New lines.
#[derive(Action)]
#[action(id = "demo.lines", version = "1.0", ports("new", "old"))]
struct Lines;

impl TriggerAction for Lines {
    type Config = ();
    type Event = String;
    type Cursor = u64;

    async fn poll(&self, (): (), _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<String, u64>> {
        Ok(Polled::unmoved())
    }
}

fn main() {}
