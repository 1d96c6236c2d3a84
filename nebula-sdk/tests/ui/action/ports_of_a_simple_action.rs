use nebula_sdk::prelude::*;

/// Look at a claim.
#[derive(Action)]
#[action(id = "shop.review", version = "1.0", pure, ports("approved", "rejected"))]
struct Review;

impl SimpleAction for Review {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

fn main() {}
