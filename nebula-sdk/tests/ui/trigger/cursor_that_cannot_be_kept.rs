use nebula_sdk::prelude::*;

/// New lines.
#[derive(Action)]
#[action(id = "demo.lines", version = "1.0", pure, poll = "1m")]
struct Lines;

struct Place;

impl TriggerAction for Lines {
    type Config = ();
    type Event = String;
    type Cursor = Place;

    async fn poll(&self, (): (), _: Option<Place>, _: &ActionContext<Self>) -> Result<Polled<String, Place>> {
        Ok(Polled::unmoved())
    }
}

fn main() {
    let _ = Registry::new().with::<Lines>();
}
