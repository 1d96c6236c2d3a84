use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct Order {
    /// Which order.
    order_id: u64,
}

/// Fetch something.
#[derive(Action)]
#[action(id = "demo.fetch", version = "1.0", idempotent(key(oder_id)))]
struct Fetch;

impl SimpleAction for Fetch {
    type Input = Order;
    type Output = u64;

    async fn execute(&self, input: Order, _: &ActionContext<Self>) -> Result<u64> {
        Ok(input.order_id)
    }
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
