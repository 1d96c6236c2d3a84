use nebula_sdk::prelude::*;

/// What is to be looked at.
#[derive(Parameters)]
struct Claim {
    /// How much.
    cents: i64,
}

/// Look at a claim.
#[derive(Action)]
#[action(id = "shop.review", version = "1.0", pure, ports("approved", "on-hold", "rejected"))]
struct Review;

impl ProcessAction for Review {
    type Input = Claim;
    type Output = Claim;

    async fn execute(&self, claim: Claim, _: &ActionContext<Self>) -> Result<ActionResult<Claim, ReviewPort>> {
        Ok(ActionResult::Route(ReviewPort::Approved, claim))
    }
}

/// Pay a claim.
#[nebula_sdk::action(id = "shop.pay", version = "1.0", pure)]
async fn pay(#[input] claim: Claim) -> Result<Claim> {
    Ok(claim)
}

/// Claims.
#[derive(Parameters)]
struct Claims {
    /// All of them.
    all: Vec<Claim>,
}

fn main() {
    let _: Workflow<Claims, ()> = workflow! { "a" (claims: Claims) {
        paid = for Claim { cents } in claims.all {
            pay = Pay { cents: 1_i64 };
        };
    } };
}
