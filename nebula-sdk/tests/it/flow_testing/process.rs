//! Ports, routed failures, steps and signals, and all of it with a crash after every entry.

use std::time::Duration;

use nebula_sdk::{
    prelude::*,
    testing::{ExecutionStatus, TestFlow},
};

/// Ask somebody about an order.
#[derive(Action)]
#[action(id = "shop.review", version = "1.0", pure, ports("approved", "on-hold"))]
struct Review;

/// An answer.
#[derive(Parameters)]
struct Answer {
    /// Who gave it.
    by: String,
    /// Whether it is a yes.
    yes: bool,
}

impl ProcessAction for Review {
    type Input = ();
    type Output = String;

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<ActionResult<String, ReviewPort>> {
        Ok(match (ctx.resumed(), ctx.signal::<Answer>()?) {
            (Resumed::First, _) => {
                let deadline = ctx.started_at().plus(Duration::from_secs(7200));
                ActionResult::wait_for("answer").until(deadline).keeping(&"asked")
            }
            (_, Some(answer)) if answer.yes => {
                assert_eq!(ctx.state::<String>()?.as_deref(), Some("asked"));
                ActionResult::Route(ReviewPort::Approved, answer.by)
            }
            _ => ActionResult::Route(ReviewPort::OnHold, "nobody".to_owned()),
        })
    }
}

/// Read pages.
#[derive(Action)]
#[action(id = "shop.pages", version = "1.0", idempotent)]
struct Pages;

impl ProcessAction for Pages {
    type Input = ();
    type Output = Vec<u32>;

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<ActionResult<Vec<u32>>> {
        let mut pages: Vec<u32> = ctx.state()?.unwrap_or_default();
        pages.push(ctx.step());
        Ok(if pages.len() == 3 { ActionResult::Done(pages) } else { ActionResult::carry_on(&pages) })
    }
}

/// Fail.
#[derive(Action)]
#[action(id = "shop.fail", version = "1.0", pure)]
struct Fails;

impl SimpleAction for Fails {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> {
        Err(ActionError::permanent("shop.closed", "the shop is closed"))
    }
}

const FLOW: &str = "
nebula: 1
id: order
nodes:
  - { id: pages, action: shop.pages@1 }
  - { id: notify, action: shop.fail@1, on_error: route }
  - { id: review, action: shop.review@1 }
  - { id: ship, action: shop.ship@1, parameters: { by: !expr $nodes.review.result, why: !expr $nodes.notify.error.code } }
  - { id: hold, action: shop.hold@1 }
connections:
  - { from: pages, to: notify }
  - { from: notify.error, to: review }
  - { from: review.approved, to: ship }
  - { from: review.on-hold, to: hold }
output: !expr '{ pages: $nodes.pages.result, ship: $nodes.ship?.result ?? null, hold: $nodes.hold?.result ?? null }'
";

fn flow() -> TestFlow {
    TestFlow::new(7)
        .flow(FLOW)
        .action::<Pages>()
        .action::<Fails>()
        .action::<Review>()
        .mock_id("shop.ship", |input| Ok(input.clone()))
        .may_be_unused()
        .mock_id("shop.hold", |_| Ok(json!("held")))
        .may_be_unused()
}

#[test]
fn a_crash_at_any_entry_of_ports_pauses_and_signals_changes_nothing() {
    let crashed = flow().signal_when_waiting("answer", json!({ "by": "Ann", "yes": true })).crash_everywhere(json!({}));
    let output: Value = crashed.run.output();
    let ship = json!({ "by": "Ann", "why": "shop.closed" });
    assert_eq!(output, json!({ "pages": [0, 1, 2], "ship": ship, "hold": null }));
    assert!(crashed.points > 30, "{}", crashed.points);
    assert!(crashed.in_doubt.is_empty());
}

#[test]
fn without_a_signal_the_deadline_decides() {
    let run = flow().run_blocking(json!({}));
    assert_eq!(run.status(), ExecutionStatus::Completed);
    assert_eq!(run.output::<Value>()["hold"], "held");
    assert!(run.elapsed() >= Duration::from_secs(7200));
}

#[test]
fn a_port_s_name_is_the_one_that_connections_write() {
    use nebula_sdk::Ports;
    assert_eq!(ReviewPort::NAMES, ["approved", "on-hold"]);
    assert_eq!(ReviewPort::OnHold.name(), "on-hold");
    let ports = nebula_sdk::testing::descriptor::<Review>().ports;
    assert_eq!(ports.iter().map(ToString::to_string).collect::<Vec<_>>(), ReviewPort::NAMES);
}
