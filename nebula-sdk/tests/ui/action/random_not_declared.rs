use nebula_sdk::prelude::*;

/// Draw a number.
#[derive(Action)]
#[action(id = "demo.draw", version = "1.0", capabilities(wall_clock))]
struct Draw;

impl SimpleAction for Draw {
    type Input = ();
    type Output = u64;

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<u64> {
        ctx.random().u64()
    }
}

fn main() {
    let _ = Registry::new().with::<Draw>();
}
