use nebula_sdk::prelude::*;

/// Where to look.
#[derive(Parameters)]
struct Place {
    /// The path.
    path: String,
}

/// New lines.
#[derive(Action)]
#[action(id = "demo.lines", version = "1.0", pure, poll = "1m")]
struct Lines;

impl TriggerAction for Lines {
    type Config = Place;
    type Event = String;
    type Cursor = u64;

    async fn poll(&self, _: Place, _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<String, u64>> {
        Ok(Polled::unmoved())
    }
}

fn main() {
    let _ = Lines::call().path("app.log");
}
