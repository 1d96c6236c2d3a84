use nebula_sdk::prelude::*;

/// Look at a claim.
#[derive(Action)]
#[action(id = "shop.review", version = "1.0", pure, ports = "approved")]
struct Review;

impl ProcessAction for Review {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<ActionResult<()>> {
        Ok(ActionResult::Done(()))
    }
}

fn main() {}
