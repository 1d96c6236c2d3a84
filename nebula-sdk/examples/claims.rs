//! Claims: those that come in are reviewed one by one, and paid when they are approved. The workflow is a struct whose fields are
//! its steps, with a trigger, a loop, a branch for a port and one for a failure.

use nebula_sdk::{
    prelude::*,
    reexports::serde_json,
    testing::{FakeHost, poll},
};

/// Claims of a day.
#[derive(Debug, Parameters)]
struct Batch {
    /// The day, as in `2026-03-01`.
    day: String,
    /// Its claims.
    claims: Vec<Claim>,
}

/// A batch that is complete.
#[derive(Debug, Parameters)]
struct Arrived {
    /// The day, as in `2026-03-01`.
    on: String,
    /// Its claims.
    list: Vec<Claim>,
}

/// A claim.
#[derive(Debug, Clone, Parameters)]
struct Claim {
    /// Its number.
    number: u32,
    /// How much is claimed.
    cents: i64,
}

/// Batches of claims that are complete.
#[derive(Action)]
#[action(id = "claims.batches", version = "1.0", pure, poll = "1h", capabilities(net("claims.example.com:443")))]
struct NewBatches;

impl TriggerAction for NewBatches {
    type Config = ();
    type Event = Arrived;
    type Cursor = String;

    async fn poll(&self, (): (), seen: Option<String>, ctx: &ActionContext<Self>) -> Result<Polled<Arrived, String>> {
        let url = format!("https://claims.example.com/batches?after={}", seen.as_deref().unwrap_or(""));
        let batches: Vec<Arrived> = ctx.http().get(url).send().await?.error_for_status()?.json()?;
        let last = batches.last().map(|batch| batch.on.clone()).or(seen).unwrap_or_default();
        Ok(Polled::up_to(last).events(batches.into_iter().map(|batch| (batch.on.clone(), batch))))
    }
}

/// What a review has found.
#[derive(Debug, Parameters)]
struct Reviewed {
    /// What is to be paid.
    payable: i64,
    /// Why.
    reason: String,
}

/// Review a claim.
#[derive(Action)]
#[action(id = "claims.review", version = "1.0", pure, ports("approved", "rejected"))]
struct Review;

impl ProcessAction for Review {
    type Input = Claim;
    type Output = Reviewed;

    async fn execute(&self, claim: Claim, _: &ActionContext<Self>) -> Result<ActionResult<Reviewed, ReviewPort>> {
        let port = if claim.cents < 100_000 { ReviewPort::Approved } else { ReviewPort::Rejected };
        let found = json!({ "payable": claim.cents, "reason": "by its amount" });
        Ok(ActionResult::Route(port, serde_json::from_value(found)?))
    }
}

/// Pay a claim.
#[nebula_sdk::action(id = "claims.pay", version = "1.0", idempotent)]
async fn pay(
    /// The claim.
    number: u32,
    /// How much.
    cents: i64,
) -> Result<String> {
    Ok(format!("{number}: {cents}"))
}

/// Write a note.
#[nebula_sdk::action(id = "claims.note", version = "1.0", idempotent)]
async fn note(
    /// The words.
    text: String,
) -> Result<String> {
    Ok(text)
}

/// Settles claims, whether they come by themselves or not.
#[derive(Workflow)]
#[workflow(id = "settle", input = Batch, output = settled)]
#[workflow(trigger(
    batches = NewBatches,
    every = "10m",
    input = Batch { day: fired.event.on, claims: fired.event.list },
))]
struct Settle {
    #[node(each(claim = input.claims, gives = text), concurrency = 8, on_item_error = skip)]
    settled: Vec<String>,
    #[node(inside = settled, with(number = claim.number, cents = claim.cents))]
    review: Review,
    #[node(inside = settled, when = let ReviewPort::Approved = review.port(), with(number = claim.number, cents = review.payable))]
    pay: Pay,
    #[node(inside = settled, when = let ReviewPort::Rejected = review.port(), with(text = review.reason))]
    refused: Note,
    #[node(inside = settled, after(pay, refused), with(text = text!("{}: {}", claim.number, review.reason)))]
    text: Note,
    #[node(when = let Err(failure) = settled, with(text = failure.message))]
    sorry: Note,
}

fn main() {
    let host = FakeHost::new().answer(200, r#"[{"on": "2026-03-01", "list": [{"number": 1, "cents": 500}]}]"#);
    assert_eq!(poll::<NewBatches>(json!({})).host(&host).found().keys(), ["2026-03-01"]);
    assert_eq!(Settle::definition().map(|definition| definition.triggers.len()), Ok(1));
}

#[cfg(test)]
mod tests {
    use nebula_sdk::testing::TestFlow;

    use super::*;

    #[nebula_sdk::test(seed = 7)]
    async fn claims_are_settled_one_by_one(t: TestFlow) {
        let claims = vec![Claim { number: 1, cents: 500 }, Claim { number: 2, cents: 500_000 }];
        let run = t
            .flow(Settle::workflow())
            .action::<Review>()
            .mock::<Pay>(|_| Ok("paid".to_owned()))
            .action::<Note>()
            .run(Batch { day: "2026-03-01".to_owned(), claims })
            .await;
        assert_eq!((run.calls_of("pay").len(), run.calls_of("refused").len()), (1, 1));
        assert_eq!(run.output::<Option<Vec<String>>>().map(|settled| settled.len()), Some(2));
    }
}
