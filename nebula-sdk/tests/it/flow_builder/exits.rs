//! Ports and failures: each way in which a step ends has a branch, and the definition is that of the same YAML.

use nebula_runtime::definition;
use nebula_sdk::{
    flow::{FailureKind, Text},
    prelude::*,
    testing::TestFlow,
};

use super::{Noop, accepted, connections};

/// What is to be looked at.
#[derive(Debug, Parameters, PartialEq)]
pub(crate) struct Claim {
    /// Its number.
    pub(crate) number: u32,
    /// How much.
    pub(crate) cents: i64,
}

/// What was paid.
#[derive(Debug, Parameters, PartialEq)]
pub(crate) struct Paid {
    /// The receipt.
    pub(crate) receipt: String,
}

/// Something to say.
#[derive(Parameters)]
pub(crate) struct Note {
    /// The words.
    pub(crate) text: String,
}

/// Look at a claim.
#[derive(Action)]
#[action(id = "shop.review", version = "1.0", pure, ports("approved", "on-hold", "rejected"))]
pub(crate) struct Review;

impl ProcessAction for Review {
    type Input = Claim;
    type Output = Claim;

    async fn execute(&self, claim: Claim, _: &ActionContext<Self>) -> Result<ActionResult<Claim, ReviewPort>> {
        let port = match claim.cents {
            ..100 => ReviewPort::Approved,
            100..1000 => ReviewPort::OnHold,
            _ => ReviewPort::Rejected,
        };
        Ok(ActionResult::Route(port, claim))
    }
}

/// Pay a claim.
#[derive(Action)]
#[action(id = "shop.pay", version = "1.0", idempotent)]
pub(crate) struct Pay;

impl SimpleAction for Pay {
    type Input = Claim;
    type Output = Paid;

    async fn execute(&self, claim: Claim, _: &ActionContext<Self>) -> Result<Paid> {
        if claim.cents == 13 {
            return Err(ActionError::permanent("shop.closed", "the account is closed"));
        }
        Ok(Paid { receipt: format!("{}-{}", claim.number, claim.cents) })
    }
}

/// Say something.
#[derive(Action)]
#[action(id = "shop.say", version = "1.0", at_most_once)]
pub(crate) struct Say;

impl SimpleAction for Say {
    type Input = Note;
    type Output = Note;

    async fn execute(&self, note: Note, _: &ActionContext<Self>) -> Result<Note> {
        Ok(note)
    }
}

/// Of the ports each has a branch, and the value is certain.
pub(crate) fn reviewed() -> Workflow<Claim, String> {
    Workflow::new("reviewed", |f, claim: Expr<Claim>| {
        let review = f.add("review", Review::call().number(&claim.number).cents(&claim.cents));
        let text = f
            .switch(&review.port())
            .on_approved(|f| {
                let pay = f.add("pay", Pay::call().number(&review.number).cents(&review.cents));
                pay.receipt.clone()
            })
            .on_on_hold(|f| f.add("wait", Say::call().text("later")).text.clone())
            .on_rejected(|_| "no")
            .end();
        f.add("tell", Say::call().text(&text)).text.clone()
    })
}

pub(crate) const REVIEWED: &str = r#"
nodes:
  - id: review
    action: shop.review@1.0
    parameters: { number: !expr $input.number, cents: !expr $input.cents }
  - id: pay
    action: shop.pay@1.0
    parameters: { number: !expr $nodes.review.result.number, cents: !expr $nodes.review.result.cents }
  - { id: wait, action: shop.say@1.0, parameters: { text: later } }
  - id: tell
    action: shop.say@1.0
    parameters:
      text: !expr >-
        $nodes.review.port == "approved" ? $nodes.pay.result.receipt : $nodes.review.port == "on-hold" ? $nodes.wait.result.text : "no"
connections:
  - { from: review.approved, to: pay }
  - { from: review.on-hold, to: wait }
  - { from: review, to: tell }
  - { from: pay, to: tell }
  - { from: wait, to: tell }
output: !expr $nodes.tell.result.text
"#;

/// A failure goes another way, and the value is certain.
pub(crate) fn paid() -> Workflow<Claim, String> {
    Workflow::new("paid", |f, claim: Expr<Claim>| {
        let pay = f.add("pay", Pay::call().number(&claim.number).cents(&claim.cents));
        f.when_ok_else(
            pay,
            |f, pay| f.add("thanks", Say::call().text(&pay.receipt)).text.clone(),
            |f, failure| {
                let text = Text::new().value(&failure.code).text(": ").value(&failure.message);
                f.add("sorry", Say::call().text(text)).text.clone()
            },
        )
    })
}

pub(crate) const PAID: &str = r#"
nodes:
  - id: pay
    action: shop.pay@1.0
    parameters: { number: !expr $input.number, cents: !expr $input.cents }
    on_error: route
  - { id: thanks, action: shop.say@1.0, parameters: { text: !expr $nodes.pay.result.receipt } }
  - id: sorry
    action: shop.say@1.0
    parameters: { text: !template "{{ $nodes.pay.error.code }}: {{ $nodes.pay.error.message }}" }
connections:
  - { from: pay, to: thanks }
  - { from: pay.error, to: sorry }
output: !expr "$nodes.pay.success ? $nodes.thanks.result.text : $nodes.sorry.result.text"
"#;

/// What YAML gives, with the head of a workflow before it.
pub(crate) fn in_yaml(id: &str, rest: &str) -> String {
    let input = Claim::input_schema();
    let parsed = definition::parse(&format!("nebula: 1\nid: {id}\ninput: {input}\n{rest}"));
    parsed.workflow.unwrap_or_else(|| panic!("{:?}", parsed.diagnostics)).canonical_json()
}

fn run<T: serde::de::DeserializeOwned>(workflow: &Workflow<Claim, T>, cents: i64) -> T {
    let flow = TestFlow::new(1).flow(workflow).action::<Review>().action::<Pay>().action::<Say>().action::<Noop>();
    flow.run_blocking(Claim { number: 7, cents }).output()
}

#[test]
fn each_port_has_a_branch_and_the_value_is_certain() {
    let workflow = reviewed();
    assert_eq!(accepted(&workflow).canonical_json(), in_yaml("reviewed", REVIEWED));
    assert_eq!([1, 500, 5000].map(|cents| run(&workflow, cents)), ["7-1", "later", "no"]);
}

#[test]
fn a_failure_goes_another_way_and_the_value_is_certain() {
    let workflow = paid();
    assert_eq!(accepted(&workflow).canonical_json(), in_yaml("paid", PAID));
    assert_eq!([1, 13].map(|cents| run(&workflow, cents)), ["7-1", "shop.closed: the account is closed"]);
}

#[test]
fn a_branch_for_a_failure_alone_leaves_the_step_optional() {
    let workflow: Workflow<Claim, String> = Workflow::new("sorry", |f, claim: Expr<Claim>| {
        let pay = f.add("pay", Pay::call().number(&claim.number).cents(&claim.cents));
        let (pay, sorry) = f.on_error(pay, |f, failure| f.add("sorry", Say::call().text(&failure.message)));
        let text = pay.receipt.or_default("none");
        f.add("log", Say::call().text(Text::new().value(&text).text(", ").value(&sorry.text.or_default("well"))))
            .text
            .clone()
    });
    let definition = accepted(&workflow);
    // However it ends, what comes after runs.
    assert_eq!(connections(&definition), ["pay.error → sorry", "pay → log", "pay.error → log", "sorry → log"]);
    assert_eq!([1, 13].map(|cents| run(&workflow, cents)), ["7-1, well", "none, the account is closed"]);
}

#[test]
fn the_run_goes_on_after_a_failure_that_leads_nowhere() {
    let workflow: Workflow<Claim, String> = Workflow::new("on", |f, claim: Expr<Claim>| {
        let pay = f.add("pay", Pay::call().number(&claim.number).cents(&claim.cents)).on_error_continue();
        f.add("say", Say::call().text(pay.error().message.or_default("fine"))).text.clone()
    });
    assert_eq!(json!(accepted(&workflow).nodes[0])["on_error"], "continue");
    assert_eq!([1, 13].map(|cents| run(&workflow, cents)), ["fine", "the account is closed"]);

    // So does one whose branches have no steps for it.
    let workflow: Workflow<Claim, bool> = Workflow::new("kind", |f, claim: Expr<Claim>| {
        let pay = f.add("pay", Pay::call().number(&claim.number).cents(&claim.cents));
        f.when_ok_else(
            pay,
            |f, pay| {
                f.add("say", Say::call().text(&pay.receipt));
                false
            },
            |_, failure| failure.kind.equals(FailureKind::Permanent),
        )
    });
    let definition = accepted(&workflow);
    assert_eq!(json!(definition.nodes[0])["on_error"], "continue");
    assert_eq!(connections(&definition), ["pay → say if $nodes.pay.success"]);
    assert_eq!([1, 13].map(|cents| run(&workflow, cents)), [false, true]);
}

#[test]
fn ports_and_failures_of_one_step_have_branches_in_each_other() {
    let workflow: Workflow<Claim, String> = Workflow::new("both", |f, claim: Expr<Claim>| {
        let review = f.add("review", Review::call().number(&claim.number).cents(&claim.cents));
        f.when_ok_else(
            review,
            |f, review| {
                f.switch(&review.port())
                    .on_approved(|f| f.add("yes", Say::call().text("yes")).text.clone())
                    .otherwise(|f| f.add("no", Say::call().text("no")).text.clone())
            },
            |f, failure| f.add("sorry", Say::call().text(&failure.message)).text.clone(),
        )
    });
    let definition = accepted(&workflow);
    assert_eq!(
        connections(&definition),
        ["review.approved → yes", "review → no if $nodes.review.port != \"approved\"", "review.error → sorry"]
    );
    assert_eq!([1, 500].map(|cents| run(&workflow, cents)), ["yes", "no"]);
}

#[test]
fn what_settles_beside_a_step_carries_the_port_as_a_condition() {
    let workflow: Workflow<Claim, String> = Workflow::new("beside", |f, claim: Expr<Claim>| {
        let review = f.add("review", Review::call().number(&claim.number).cents(&claim.cents));
        let first = f.add("first", Say::call().text("first")).after(&review);
        f.switch(&review.port())
            .on_approved(|f| f.add("yes", Say::call().text(&first.text)).text.clone())
            .on_on_hold(|_| "later")
            .on_rejected(|_| "no")
            .end()
    });
    let definition = accepted(&workflow);
    assert_eq!(connections(&definition), ["review → first", "first → yes if $nodes.review.port == \"approved\""]);
    assert_eq!([1, 500].map(|cents| run(&workflow, cents)), ["first", "later"]);
}

#[test]
fn what_a_step_that_may_fail_gives_is_not_certain_before_it_is_seen_to() {
    let workflow: Workflow<Claim, String> = Workflow::new("early", |f, claim: Expr<Claim>| {
        let pay = f.add("pay", Pay::call().number(&claim.number).cents(&claim.cents));
        let say = f.add("say", Say::call().text(&pay.receipt));
        let (_, ()) = f.on_error(pay, |f, _| _ = f.add("noop", Noop::call()));
        say.text.clone()
    });
    insta::assert_snapshot!(workflow.definition().unwrap_err(), @"step `say`, parameter `text`: `pay` may have failed, as the run goes on then (use what `on_error` or `on_error_continue` gives back, or the step of `when_ok_else`)");
}
