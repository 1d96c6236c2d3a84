//! Loops in loops.

use nebula_sdk::{prelude::*, testing::TestFlow};

use super::{
    accepted,
    loops::{ChargeOrder, LookUpFee, Order, Receipt, one},
    parsed,
};

/// A day.
#[derive(Parameters)]
pub(crate) struct Day {
    /// What it is called.
    pub(crate) name: String,
    /// What is added to each order of it.
    pub(crate) fee: i64,
    /// Its orders.
    pub(crate) orders: Vec<Order>,
}

/// A week.
#[derive(Parameters)]
pub(crate) struct Week {
    /// Its days.
    pub(crate) days: Vec<Day>,
    /// What is added to each order.
    pub(crate) base: i64,
}

pub(crate) fn in_yaml() -> String {
    let (week, one) = (Week::input_schema(), one().definition().unwrap());
    let called = json!({
        "input": one.input, "nodes": one.nodes, "connections": one.connections, "output": one.output
    });
    let yaml = format!(
        r#"
nebula: 1
id: week
input: {week}
nodes:
  - {{ id: base, action: shop.fee@1.0, parameters: {{ of: !expr $input.base }} }}
  - id: days
    action: flow.for_each@1.0
    parameters: {{ items: !expr $input.days, concurrency: 2 }}
    body:
      nodes:
        - {{ id: fee, action: shop.fee@1.0, parameters: {{ of: !expr $item.fee + $nodes.base.result.of }} }}
        - id: orders
          action: flow.for_each@1.0
          parameters: {{ items: !expr $item.orders, on_item_error: skip }}
          body:
            nodes:
              - id: pay
                action: flow.call@1.0
                flow: one
                parameters: {{ order: !expr $item.id, cents: !expr $item.cents + $nodes.fee.result.of }}
              - {{ id: note, action: shop.fee@1.0, parameters: {{ of: !expr $nodes.base.result.of }} }}
            connections:
              - {{ from: pay, to: note, when: $nodes.pay.result.taken > 1000 }}
            output: !expr $nodes.pay.result
      connections:
        - {{ from: fee, to: orders, when: $item.fee > 1 }}
      output: !expr "$nodes.fee.result.of > 3 ? $nodes.orders.result ?? [] : []"
connections:
  - {{ from: base, to: days }}
output: !expr $nodes.days.result
flows:
  one: {called}
"#
    );
    parsed(&yaml).canonical_json()
}

fn week() -> Workflow<Week, Vec<Vec<Receipt>>> {
    Workflow::new("week", |f, week: Expr<Week>| {
        let base = f.add("base", LookUpFee::call().of(&week.base));
        f.for_each("days", &week.days, |f, day| {
            let fee = f.add("fee", LookUpFee::call().of(&day.fee + &base.of));
            let orders = f.when(day.fee.gt(1), |f| {
                f.for_each("orders", &day.orders, |f, order| {
                    let pay = f.add("pay", one().call().order(&order.id).cents(&order.cents + &fee.of));
                    f.when(pay.taken.gt(1000), |f| f.add("note", LookUpFee::call().of(&base.of)));
                    pay
                })
                .skip_failed()
                .step()
                .after(&fee)
            });
            f.when_else(fee.of.gt(3), |_| orders.or_default(Vec::<Receipt>::new()), |_| Vec::<Receipt>::new())
        })
        .concurrency(2)
    })
}

fn input() -> Week {
    let day = |name: &str, fee, cents: &[i64]| {
        let orders = (1_u32..).zip(cents).map(|(id, cents)| Order { id, cents: *cents }).collect();
        Day { name: name.to_owned(), fee, orders }
    };
    Week { days: vec![day("Monday", 4, &[100, 2000]), day("Tuesday", 1, &[7]), day("Friday", 9, &[])], base: 1 }
}

fn flow() -> TestFlow {
    TestFlow::new(7).flow(week()).action::<ChargeOrder>().action::<LookUpFee>()
}

fn written() -> Workflow<Week, Vec<Vec<Receipt>>> {
    workflow! { "week" (week: Week) -> Vec<Vec<Receipt>> {
        base = LookUpFee { of: week.base };
        days = for day in week.days {
            fee = LookUpFee { of: day.fee + base.of };
            if day.fee > 1 {
                orders = for order in day.orders {
                    pay = one() { order: order.id, cents: order.cents + fee.of };
                    if pay.taken > 1000 {
                        note = LookUpFee { of: base.of };
                    }
                    pay
                } with (on_item_error = skip, after = fee);
            }
            if fee.of > 3 { orders.or_default(Vec::<Receipt>::new()) } else { Vec::<Receipt>::new() }
        } with (concurrency = 2);
        days
    } }
}

#[test]
fn loops_stand_in_loops_as_in_yaml() {
    assert_eq!(accepted(&week()).canonical_json(), in_yaml());
    assert_eq!(accepted(&written()).canonical_json(), in_yaml());
}

#[test]
fn each_item_of_each_item_runs() {
    let run = flow().run_blocking(input());
    let taken = |order, taken| Receipt { order, taken };
    assert_eq!(run.output::<Vec<Vec<Receipt>>>(), [vec![taken(1, 107), taken(2, 2007)], vec![], vec![]]);
    assert_eq!((run.calls_of("take").len(), run.calls_of("note").len(), run.calls_of("fee").len()), (2, 1, 3));
}

#[test]
fn loops_in_loops_survive_a_crash_at_every_entry() {
    let crashed = flow().crash_everywhere(input());
    assert!(crashed.points > 30, "{}", crashed.points);
}

#[test]
fn places_are_those_of_their_own_loop() {
    let places: Workflow<Week, Vec<Vec<u32>>> = Workflow::new("places", |f, week: Expr<Week>| {
        f.for_each("days", &week.days, |f, day| {
            f.add("a", LookUpFee::call().of(f.index()));
            f.for_each("orders", &day.orders, |f, order| {
                f.add("b", LookUpFee::call().of(&order.cents));
                f.index()
            })
            .step()
        })
    });
    let definition = places.definition().unwrap();
    let written = workflow! { "places" (week: Week) -> Vec<Vec<u32>> {
        days = for (place, day) in week.days {
            a = LookUpFee { of: place };
            orders = for (place, order) in day.orders {
                b = LookUpFee { of: order.cents };
                place
            };
            orders
        };
        days
    } };
    assert_eq!(accepted(&written).canonical_json(), accepted(&places).canonical_json());
    let text = definition.canonical_json();
    assert!(text.contains(r#""of":{"$expr":"$index"}"#) && text.contains(r#""output":{"$expr":"$index"}"#), "{text}");
    let run = TestFlow::new(7).flow(places).action::<LookUpFee>().run_blocking(input());
    assert_eq!(run.output::<Vec<Vec<u32>>>(), [vec![0, 1], vec![0], vec![]]);
}

/// What is wrong, a line each.
fn told<R: nebula_sdk::flow::Feeds<()>>(build: impl FnOnce(&mut Flow, Expr<Week>) -> R) -> String {
    let workflow: Workflow<Week, ()> = Workflow::new("mistakes", build);
    workflow.definition().unwrap_err().to_string()
}

#[test]
fn an_item_is_read_in_its_own_loop() {
    let all = told(|f, week| {
        let mut outside = None;
        f.for_each("days", &week.days, |f, day| {
            let place = f.index();
            f.for_each("orders", &day.orders, |f, order| {
                f.add("fine", LookUpFee::call().of(&order.cents));
                f.add("of-day", LookUpFee::call().of(&order.cents + &day.fee));
                f.add("place", LookUpFee::call().of(&place));
                f.when(order.cents.gt(&day.fee), |f| f.add("branch", LookUpFee::call().of(1)));
                text!("{}", day.name)
            });
            outside = Some(day);
        });
        let day = outside.unwrap();
        assert_eq!(day.fee.to_string(), "$item.fee");
        f.add("outside", LookUpFee::call().of(&day.fee));
        let _ = f.index();
    });
    insta::assert_snapshot!(all);
}
