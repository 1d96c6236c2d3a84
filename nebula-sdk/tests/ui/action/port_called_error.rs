use nebula_sdk::prelude::*;

/// Look at a claim.
#[derive(Action)]
#[action(id = "shop.review", version = "1.0", pure, ports("approved", "error"))]
struct Review;

impl ProcessAction for Review {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<ActionResult<(), ReviewPort>> {
        Ok(ActionResult::Route(ReviewPort::Approved, ()))
    }
}

fn main() {}
