//! Loops over lists, and workflows that are called.

use nebula_sdk::{
    flow::{ItemError, expr_as},
    prelude::*,
    testing::TestFlow,
};
use serde_json::json;

use super::connections;

/// An order.
#[derive(Debug, Parameters, PartialEq)]
pub(crate) struct Order {
    /// Its number.
    pub(crate) id: u32,
    /// What it costs.
    pub(crate) cents: i64,
}

/// Orders.
#[derive(Parameters)]
pub(crate) struct Orders {
    /// All of them.
    pub(crate) orders: Vec<Order>,
    /// Added to each.
    pub(crate) fee: i64,
}

/// What is charged.
#[derive(Parameters)]
pub(crate) struct Charge {
    /// The order.
    pub(crate) order: u32,
    /// How much.
    pub(crate) cents: i64,
}

/// A payment.
#[derive(Debug, Parameters, PartialEq)]
pub(crate) struct Receipt {
    /// The order.
    pub(crate) order: u32,
    /// How much was taken.
    pub(crate) taken: i64,
}

/// Charge an order.
#[derive(Action)]
#[action(id = "shop.charge", version = "1.0", idempotent)]
pub(crate) struct ChargeOrder;

impl SimpleAction for ChargeOrder {
    type Input = Charge;
    type Output = Receipt;

    async fn execute(&self, input: Charge, _: &ActionContext<Self>) -> Result<Receipt> {
        if input.cents == 0 {
            return Err(ActionError::permanent("shop.nothing", "nothing to charge"));
        }
        Ok(Receipt { order: input.order, taken: input.cents })
    }
}

/// A number of things.
#[derive(Parameters)]
pub(crate) struct Amount {
    /// How many.
    pub(crate) of: i64,
}

/// Look up the fee.
#[derive(Action)]
#[action(id = "shop.fee", version = "1.0", pure)]
pub(crate) struct LookUpFee;

impl SimpleAction for LookUpFee {
    type Input = Amount;
    type Output = Amount;

    async fn execute(&self, input: Amount, _: &ActionContext<Self>) -> Result<Amount> {
        Ok(Amount { of: input.of + 1 })
    }
}

/// Charges one order with its fee.
pub(crate) fn one() -> Workflow<Charge, Receipt> {
    Workflow::new("one", |f, charge: Expr<Charge>| {
        f.add("take", ChargeOrder::call().order(&charge.order).cents(&charge.cents))
    })
}

fn all() -> Workflow<Orders, Vec<Receipt>> {
    Workflow::new("all", |f, input: Expr<Orders>| {
        let fee = f.add("fee", LookUpFee::call().of(&input.fee));
        f.for_each("each", &input.orders, |f, order| {
            let pay = f.add("pay", one().call().order(&order.id).cents(&order.cents + &fee.of));
            f.when(pay.taken.gt(1000), |f| f.add("note", LookUpFee::call().of(&order.cents)));
            pay
        })
        .concurrency(2)
    })
}

fn orders(cents: &[i64]) -> Orders {
    let orders = (1_u32..).zip(cents).map(|(id, cents)| Order { id, cents: *cents }).collect();
    Orders { orders, fee: 9 }
}

fn flow() -> TestFlow {
    TestFlow::new(7).flow(all()).action::<ChargeOrder>().action::<LookUpFee>()
}

#[test]
fn a_loop_gives_the_list_of_what_its_items_give() {
    let run = flow().run_blocking(orders(&[100, 2000, 300]));
    let taken = |order, taken| Receipt { order, taken };
    assert_eq!(run.output::<Vec<Receipt>>(), [taken(1, 110), taken(2, 2010), taken(3, 310)]);
    assert_eq!(run.calls_of("take").len(), 3);
    assert_eq!(run.calls_of("note").len(), 1);
}

#[test]
fn a_loop_survives_a_crash_at_every_entry() {
    let crashed = flow().crash_everywhere(orders(&[100, 2000, 300]));
    assert!(crashed.points > 30, "{}", crashed.points);
}

#[test]
fn what_is_around_a_loop_leads_into_it() {
    let definition = all().definition().unwrap();
    assert_eq!(connections(&definition), ["fee → each"]);
    let body = definition.nodes[1].body.as_ref().unwrap();
    let [into_note] = body.connections.as_slice() else { panic!("{:?}", body.connections) };
    assert_eq!((into_note.from.node.as_str(), into_note.to.as_str()), ("pay", "note"));
    let called: Vec<_> = definition.flows.keys().map(|id| id.as_str()).collect();
    assert_eq!(called, ["one"]);
}

#[test]
fn failures_of_items_are_left_out_or_collected() {
    let skip: Workflow<Orders, Vec<Receipt>> = Workflow::new("skip", |f, input: Expr<Orders>| {
        f.for_each("each", &input.orders, |f, order| {
            f.add("pay", ChargeOrder::call().order(&order.id).cents(&order.cents))
        })
        .skip_failed()
    });
    let run = TestFlow::new(7).flow(skip).action::<ChargeOrder>().run_blocking(orders(&[5, 0, 7]));
    assert_eq!(run.output::<Vec<Receipt>>().len(), 2);

    let collect: Workflow<Orders, u64> = Workflow::new("collect", |f, input: Expr<Orders>| {
        let each = f
            .for_each("each", &input.orders, |f, order| {
                f.add("pay", ChargeOrder::call().order(&order.id).cents(&order.cents))
            })
            .collect_failed();
        let errors: Expr<Vec<ItemError>> = each.errors.clone();
        let _ = errors;
        expr_as::<u64>("$nodes.each.result.errors[0].index")
    });
    let run = TestFlow::new(7).flow(collect).action::<ChargeOrder>().run_blocking(orders(&[5, 0, 7]));
    assert_eq!(run.output::<u64>(), 1);
}

#[test]
fn two_called_workflows_of_one_id_are_told_apart() {
    let other: Workflow<Charge, Receipt> = Workflow::new("one", |f, charge: Expr<Charge>| {
        f.add("other", ChargeOrder::call().order(&charge.order).cents(1))
    });
    let both: Workflow<Charge, Receipt> = Workflow::new("both", |f, charge: Expr<Charge>| {
        f.add("first", one().call().order(&charge.order).cents(&charge.cents));
        f.add("second", other.call().order(&charge.order).cents(&charge.cents))
    });
    let error = both.definition().unwrap_err().to_string();
    assert!(error.contains("two workflows that are called have the id `one`"), "{error}");
}

#[test]
fn the_input_of_a_loop_need_not_come_from_a_run() {
    let fixed: Workflow<Charge, Vec<i64>> =
        Workflow::new("fixed", |f, _: Expr<Charge>| f.for_each("each", vec![1_i64, 2, 3], |_, number| number * 2));
    // A loop without steps has nothing to do.
    let definition = fixed.definition().unwrap();
    assert_eq!(definition.nodes[0].parameters["items"].to_json(), json!([1, 2, 3]));
}

/// Items that begin with branches.
fn branched() -> Workflow<Orders, Vec<String>> {
    Workflow::new("branched", |f, input: Expr<Orders>| {
        f.for_each("each", &input.orders, |f, order| {
            let dear = f.when(order.cents.gt(1000), |f| f.add("fee", LookUpFee::call().of(&order.cents)));
            let last = f.add("last", LookUpFee::call().of(dear.of.or_default(0)));
            f.when_else(
                last.of.gt(1),
                |_| "dear",
                |f| {
                    f.add("pay", ChargeOrder::call().order(&order.id).cents(&last.of));
                    "cheap"
                },
            )
        })
        .step()
    })
}

#[test]
fn an_item_may_begin_with_a_branch() {
    let definition = branched().definition().unwrap();
    let body = definition.nodes[0].body.as_ref().unwrap();
    let connections: Vec<_> =
        body.connections.iter().map(|edge| format!("{} → {} if {:?}", edge.from, edge.to, edge.when)).collect();
    assert_eq!(
        connections,
        [
            "each → fee if Some(\"$item.cents > 1000\")",
            "each → last if None",
            "fee → last if None",
            "last → pay if Some(\"$nodes.last.result.of <= 1\")",
        ]
    );
    let flow = || TestFlow::new(7).flow(branched()).action::<ChargeOrder>().action::<LookUpFee>();
    let run = flow().run_blocking(orders(&[100, 2000, 300]));
    assert_eq!(run.output::<Vec<String>>(), ["cheap", "dear", "cheap"]);
    assert_eq!((run.calls_of("fee").len(), run.calls_of("last").len()), (1, 3));
    assert_eq!(flow().run_blocking(orders(&[])).output::<Vec<String>>(), Vec::<String>::new());
    let crashed = flow().crash_everywhere(orders(&[100, 2000]));
    assert!(crashed.points > 15, "{}", crashed.points);
}

#[test]
fn of_two_branches_with_which_an_item_begins_one_is_taken() {
    let workflow: Workflow<Orders, Vec<i64>> = Workflow::new("either", |f, input: Expr<Orders>| {
        f.for_each("each", &input.orders, |f, order| {
            let taken = f.when_else(
                order.cents.gt(1000),
                |f| f.add("fee", LookUpFee::call().of(&order.cents)).of.clone(),
                |f| f.add("pay", ChargeOrder::call().order(&order.id).cents(&order.cents)).taken.clone(),
            );
            f.add("last", LookUpFee::call().of(&taken)).of.clone()
        })
        .step()
    });
    let run = TestFlow::new(7)
        .flow(&workflow)
        .action::<ChargeOrder>()
        .action::<LookUpFee>()
        .run_blocking(orders(&[100, 2000]));
    assert_eq!(run.output::<Vec<i64>>(), [101, 2002]);
}
