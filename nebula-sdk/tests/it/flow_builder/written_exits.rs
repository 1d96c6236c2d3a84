//! `workflow!`: ports, failures, loops and called workflows, the same as built and as the YAML.

use nebula_sdk::prelude::*;

use super::{
    accepted, connections,
    exits::{Claim, PAID, Paid, Pay, REVIEWED, Review, ReviewPort, Say, in_yaml, paid, reviewed},
    loops::{ChargeOrder, LookUpFee, Orders, Receipt, one},
};

#[test]
fn each_port_has_a_case() {
    let written = workflow! { "reviewed" (claim: Claim) -> String {
        review = Review { number: claim.number, cents: claim.cents };
        let text = match review.port() {
            ReviewPort::Approved => {
                pay = Pay { number: review.number, cents: review.cents };
                pay.receipt
            }
            ReviewPort::OnHold => {
                wait = Say { text: "later" };
                wait.text
            }
            ReviewPort::Rejected => "no",
        };
        tell = Say { text };
        tell.text
    } };
    assert_eq!(accepted(&written).canonical_json(), accepted(&reviewed()).canonical_json());
    assert_eq!(accepted(&written).canonical_json(), in_yaml("reviewed", REVIEWED));
}

#[test]
fn both_ways_in_which_a_step_ends_have_a_branch() {
    let written = workflow! { "paid" (claim: Claim) -> String {
        pay = Pay { number: claim.number, cents: claim.cents };
        match pay {
            Ok(pay) => {
                thanks = Say { text: pay.receipt };
                thanks.text
            }
            Err(failure) => {
                sorry = Say { text: text!("{}: {}", failure.code, failure.message) };
                sorry.text
            }
        }
    } };
    assert_eq!(accepted(&written).canonical_json(), accepted(&paid()).canonical_json());
    assert_eq!(accepted(&written).canonical_json(), in_yaml("paid", PAID));
}

#[test]
fn what_may_have_failed_is_optional_behind_its_branches() {
    let built: Workflow<Claim, String> = Workflow::new("sorry", |f, claim: Expr<Claim>| {
        let pay = f.add("pay", Pay::call().number(&claim.number).cents(&claim.cents));
        let (pay, sorry) = f.on_error(pay, |f, failure| f.add("sorry", Say::call().text(&failure.message)));
        let next = f.add("next", Pay::call().number(1_u32).cents(2_i64)).after(&sorry).on_error_continue();
        f.add("log", Say::call().text(pay.receipt.or_default("none"))).after(&next);
        sorry.text.or_default("well")
    });
    let written = workflow! { "sorry" (claim: Claim) -> String {
        pay = Pay { number: claim.number, cents: claim.cents };
        if let Err(failure) = pay {
            sorry = Say { text: failure.message };
        }
        next = Pay { number: 1_u32, cents: 2_i64 } with (after = sorry, on_error = continue);
        log = Say { text: pay.receipt.or_default("none") } with (after = next);
        sorry.text.or_default("well")
    } };
    assert_eq!(accepted(&built).canonical_json(), accepted(&written).canonical_json());

    let written: Workflow<Claim, Option<Paid>> = workflow! { "behind" (claim: Claim) -> Option<Paid> {
        pay = Pay { number: claim.number, cents: claim.cents };
        match pay {
            Ok(paid) => {
                thanks = Say { text: paid.receipt };
            }
            Err(_) => {
                sorry = Say { text: "sorry" };
            }
        }
        log = Say { text: text!("{}{}", thanks.text.or_default(""), sorry.text.or_default("")) };
        pay
    } };
    assert_eq!(connections(&accepted(&written)), ["pay → thanks", "pay.error → sorry", "thanks → log", "sorry → log"]);
}

#[test]
fn a_loop_is_a_step_with_the_list_of_what_its_items_give() {
    let built: Workflow<Orders, Vec<Receipt>> = Workflow::new("all", |f, input: Expr<Orders>| {
        let fee = f.add("fee", LookUpFee::call().of(&input.fee));
        f.for_each("each", &input.orders, |f, order| {
            let pay = f.add("pay", one().call().order(&order.id).cents(&order.cents + &fee.of));
            f.when(pay.taken.gt(1000), |f| f.add("note", LookUpFee::call().of(&order.cents)));
            pay
        })
        .concurrency(2)
        .skip_failed()
        .step()
    });
    let written = workflow! { "all" (input: Orders) -> Vec<Receipt> {
        fee = LookUpFee { of: input.fee };
        each = for order in input.orders {
            pay = one() { order: order.id, cents: order.cents + fee.of };
            if pay.taken > 1000 {
                note = LookUpFee { of: order.cents };
            }
            pay
        } with (concurrency = 2, on_item_error = skip);
        each
    } };
    let definition = accepted(&written);
    assert_eq!(definition.canonical_json(), accepted(&built).canonical_json());
    assert!(definition.flows.keys().any(|id| id.as_str() == "one"));
}

#[test]
fn a_loop_that_fails_goes_on_and_gives_its_failures() {
    let written = workflow! { "collect" (input: Orders) -> i64 {
        each = for order in input.orders {
            pay = ChargeOrder { order: order.id, cents: order.cents };
        } with (on_item_error = collect, name = "All of them");
        last = for _ in input.orders {
            fee = LookUpFee { of: 1 };
            fee.of
        } with (after = each);
        if let Err(failure) = last {
            sorry = Say { text: failure.message };
        }
        each.errors.len()
    } };
    let definition = accepted(&written);
    assert_eq!(connections(&definition), ["each → last", "last.error → sorry"]);
    assert_eq!(
        (json!(definition.nodes[0].parameters["on_item_error"]), definition.nodes[0].name.as_deref()),
        (json!("collect"), Some("All of them"))
    );
}
