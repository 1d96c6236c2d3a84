//! A workflow of five nodes with a pause of two hours, a thousand times, each with another seed.

use std::time::Duration;

use nebula_sdk::{prelude::*, testing::TestFlow};

/// An amount.
#[derive(Parameters)]
struct Amount {
    /// In cents.
    #[param(min = 0)]
    cents: i64,
}

/// Take money.
#[derive(Action)]
#[action(id = "shop.charge", version = "1.0", idempotent, retry(max = 3, backoff = exp("1s"), jitter))]
struct Charge;

impl SimpleAction for Charge {
    type Input = Amount;
    type Output = Amount;

    async fn execute(&self, input: Amount, _: &ActionContext<Self>) -> Result<Amount> {
        Ok(input)
    }
}

/// Wait for the parcel service.
#[derive(Action)]
#[action(id = "shop.pause", version = "1.0", pure)]
struct Pause;

impl ProcessAction for Pause {
    type Input = ();
    type Output = Value;

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<ActionResult<Value>> {
        Ok(ActionResult::DoneAt(ctx.started_at().plus(Duration::from_hours(2)), Value::Null))
    }
}

const ORDER: &str = r"
nebula: 1
id: order
nodes:
  - { id: check, action: shop.check@1, parameters: { total: !expr $input.total } }
  - { id: charge, action: shop.charge@1, parameters: { cents: !expr $input.total } }
  - { id: pause, action: shop.pause@1 }
  - { id: ship, action: shop.ship@1, parameters: { paid: !expr $nodes.charge.result.cents } }
  - { id: tell, action: chat.post@1, parameters: { text: !template 'order of {{ $input.total }} is on its way' } }
connections:
  - { from: check, to: charge, when: $nodes.check.result.ok }
  - { from: charge, to: pause }
  - { from: pause, to: ship }
  - { from: ship, to: tell }
output: !expr $nodes.tell?.result
";

fn main() {
    for seed in 0..1000 {
        let run = TestFlow::new(seed)
            .flow(ORDER)
            .action::<Pause>()
            .mock_id("shop.check", |_| Ok(json!({ "ok": true })))
            .mock_seq::<Charge>([Err(ActionError::transient("shop.busy", "busy")), Ok(Amount { cents: 4200 })])
            .mock_id("shop.ship", |_| Ok(json!({})))
            .mock_id("chat.post", |input| Ok(input["text"].clone()))
            .run_blocking(json!({ "total": 4200 }));
        assert_eq!(run.output::<String>(), "order of 4200 is on its way");
        assert_eq!(run.calls::<Charge>().len(), 2);
        assert!(run.elapsed() >= Duration::from_hours(2));
    }
}
