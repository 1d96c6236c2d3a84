//! Workflows that begin with a condition.

use nebula_sdk::{prelude::*, testing::TestFlow};

use super::{
    accepted, connections,
    loops::{ChargeOrder, LookUpFee, Order},
    parsed,
};

fn in_yaml(id: &str, rest: &str) -> String {
    let input = Order::input_schema();
    parsed(&format!("nebula: 1\nid: {id}\ninput: {input}\n{rest}")).canonical_json()
}

const DEAR: &str = r#"
nodes:
  - { id: start, action: flow.start@1.0 }
  - { id: fee, action: shop.fee@1.0, parameters: { of: !expr $input.cents } }
  - { id: last, action: shop.fee@1.0, parameters: { of: !expr "$nodes.fee.result?.of ?? 0" } }
connections:
  - { from: start, to: fee, when: $input.cents > 1000 }
  - { from: start, to: last }
  - { from: fee, to: last }
output: !expr $nodes.last.result.of
"#;

/// Begins with a branch.
fn dear() -> Workflow<Order, i64> {
    Workflow::new("dear", |f, order: Expr<Order>| {
        let fee = f.when(order.cents.gt(1000), |f| f.add("fee", LookUpFee::call().of(&order.cents)));
        f.add("last", LookUpFee::call().of(fee.of.or_default(0))).of.clone()
    })
}

#[derive(Workflow)]
#[workflow(id = "dear", input = Order, output = last.of as i64)]
struct Dear {
    #[node(when = input.cents > 1000, with(of = input.cents))]
    fee: LookUpFee,
    #[node(with(of = fee.of.or_default(0)))]
    last: LookUpFee,
}

const ONE_OF_TWO: &str = r#"
nodes:
  - { id: start-2, action: flow.start@1.0 }
  - { id: fee, action: shop.fee@1.0, parameters: { of: !expr $input.cents } }
  - { id: pay, action: shop.charge@1.0, parameters: { order: !expr $input.id, cents: !expr $input.cents } }
  - id: start
    action: shop.fee@1.0
    parameters: { of: !expr "$input.cents > 1000 ? $nodes.fee.result.of : $nodes.pay.result.taken" }
connections:
  - { from: start-2, to: fee, when: $input.cents > 1000 }
  - { from: start-2, to: pay, when: $input.cents <= 1000 }
  - { from: fee, to: start }
  - { from: pay, to: start }
output: !expr $nodes.start.result.of
"#;

/// Begins with two branches, and has a step of the name that is wanted.
fn one_of_two() -> Workflow<Order, i64> {
    Workflow::new("one-of-two", |f, order: Expr<Order>| {
        let taken = f.when_else(
            order.cents.gt(1000),
            |f| f.add("fee", LookUpFee::call().of(&order.cents)).of.clone(),
            |f| f.add("pay", ChargeOrder::call().order(&order.id).cents(&order.cents)).taken.clone(),
        );
        f.add("start", LookUpFee::call().of(&taken)).of.clone()
    })
}

fn order(cents: i64) -> Order {
    Order { id: 1, cents }
}

#[test]
fn a_workflow_may_begin_with_a_branch() {
    assert_eq!(accepted(&dear()).canonical_json(), in_yaml("dear", DEAR));
    assert_eq!(accepted(&one_of_two()).canonical_json(), in_yaml("one-of-two", ONE_OF_TWO));
    let dear = workflow! { "dear" (order: Order) -> i64 {
        if order.cents > 1000 {
            fee = LookUpFee { of: order.cents };
        }
        last = LookUpFee { of: fee.of.or_default(0) };
        last.of
    } };
    assert_eq!(accepted(&dear).canonical_json(), in_yaml("dear", DEAR));
    let one_of_two = workflow! { "one-of-two" (order: Order) -> i64 {
        let taken = if order.cents > 1000 {
            fee = LookUpFee { of: order.cents };
            fee.of
        } else {
            pay = ChargeOrder { order: order.id, cents: order.cents };
            pay.taken
        };
        start = LookUpFee { of: taken };
        start.of
    } };
    assert_eq!(accepted(&one_of_two).canonical_json(), in_yaml("one-of-two", ONE_OF_TWO));
    assert_eq!(accepted(&Dear::workflow()).canonical_json(), in_yaml("dear", DEAR));
}

#[test]
fn one_of_the_branches_runs() {
    let flow = |workflow| TestFlow::new(7).flow(workflow).action::<ChargeOrder>().action::<LookUpFee>();
    let given = |workflow, cents| flow(workflow).run_blocking(order(cents)).output::<i64>();
    assert_eq!((given(dear(), 7), given(dear(), 2000)), (1, 2002));
    assert_eq!((given(one_of_two(), 7), given(one_of_two(), 2000)), (8, 2002));
    let crashed = flow(one_of_two()).crash_everywhere(order(2000));
    assert!(crashed.points > 5, "{}", crashed.points);
}

#[test]
fn what_has_no_condition_begins_by_itself() {
    let workflow: Workflow<Order, ()> = Workflow::new("beside", |f, order: Expr<Order>| {
        f.add("first", LookUpFee::call().of(1));
        f.when(order.cents.gt(1), |f| {
            f.when(order.cents.gt(2), |f| f.add("deep", LookUpFee::call().of(2)));
        });
    });
    assert_eq!(connections(&accepted(&workflow)), ["start → deep if $input.cents > 1 && $input.cents > 2"]);
}

#[test]
fn a_called_workflow_may_begin_with_a_branch_too_for_each_item() {
    let all: Workflow<(), Vec<i64>> = Workflow::new("all", |f, _: Expr<()>| {
        f.for_each("each", vec![order(7), order(2000)], |f, order| {
            f.add("one", one_of_two().call().id(&order.id).cents(&order.cents))
        })
        .step()
    });
    let definition = accepted(&all);
    let called = definition.flows.values().next().expect("the called workflow");
    assert_eq!(called.nodes[0].action.to_string(), "flow.start@1.0");
    let run = TestFlow::new(7).flow(all).action::<ChargeOrder>().action::<LookUpFee>().run_blocking(json!({}));
    assert_eq!(run.output::<Vec<i64>>(), [8, 2002]);
}
