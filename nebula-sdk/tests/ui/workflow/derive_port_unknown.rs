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

#[derive(Workflow)]
#[workflow(id = "a", input = Claim)]
struct A {
    #[node(with(cents = input.cents))]
    review: Review,
    #[node(when = let ReviewPort::Aproved = review.port(), with(cents = 1))]
    first: Review,
}

#[derive(Workflow)]
#[workflow(id = "b", input = Claim)]
struct B {
    #[node(with(cents = input.cents))]
    review: Review,
    #[node(when = let ReviewPort::Approved = review.port(), with(cents = 1))]
    first: Review,
    #[node(when = let ReviewPort::OnHold = review.port(), with(cents = 1))]
    second: Review,
    #[node(when = let ReviewPort::Approved = review.port(), with(cents = 1))]
    third: Review,
    #[node(when = let Approved = review.port(), with(cents = 1))]
    fourth: Review,
}

fn main() {
    let _ = (A::definition(), B::definition());
}
