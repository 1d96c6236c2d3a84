use nebula_sdk::prelude::*;

/// New lines.
#[derive(Action)]
#[action(id = "demo.lines", version = "1.0", pure, poll = "1m")]
struct Lines;

fn main() {
    let _ = Registry::new().with::<Lines>();
}
