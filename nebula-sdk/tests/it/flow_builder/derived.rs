//! `#[derive(Workflow)]`: the same definitions again.

use nebula_sdk::{flow::Collected, prelude::*};

use super::{
    City, FetchWeather, Noop, Post, Sent, accepted, connections,
    exits::{Claim, Note, Pay, Review, ReviewPort, Say},
    loops::{Charge, ChargeOrder, LookUpFee, Orders, Receipt, one},
    nested::Week,
    weather_alert_in_yaml,
};

#[derive(Workflow)]
#[workflow(id = "weather-alert", input = City, output = fetch)]
struct WeatherAlert {
    #[node(with(name = input.name, days = 3))]
    fetch: FetchWeather,
    #[node(when = fetch.temp > 30, with(channel = "#ops", text = fetch.city, weight = fetch.temp))]
    post: Post,
    #[node(when = fetch.temp > 30, with(channel = "#dev", text = "posted", weight = post.id))]
    tell: Post,
}

#[test]
fn the_definition_is_that_of_the_same_workflow_in_yaml() {
    assert_eq!(accepted(&WeatherAlert::workflow()).canonical_json(), weather_alert_in_yaml());
    assert_eq!(WeatherAlert::definition().unwrap().canonical_json(), weather_alert_in_yaml());
}

/// Everything at once.
#[derive(Workflow)]
#[workflow(id = "all", name = "All", timeout = "1m", max_parallel = 2, input = City, output = post.id.or_default(0_u32) as u32)]
struct All {
    noop: Noop,
    #[node(id = "no-op", name = "Nothing", after = noop, retry(max = 2), timeout = "1s", deadline = "1m")]
    #[node(credentials(key = "weather_api"))]
    other: Noop,
    #[node(after(noop, other), with(name = input.name))]
    fetch: FetchWeather,
    #[node(when = fetch.temp > 30, with(channel = "a", text = text!("{} is {}", fetch.city, fetch.temp)))]
    post: Post,
}

#[test]
fn options_are_those_of_the_definition() {
    let workflow: Workflow<City, u32> = All::workflow();
    let definition = workflow.definition().unwrap();
    assert_eq!(definition.description.as_deref(), Some("Everything at once."));
    assert_eq!(json!(definition.settings), json!({ "timeout": "1m", "max_parallel": 2 }));
    assert_eq!(
        connections(&definition),
        ["noop → no-op", "no-op → fetch", "fetch → post if $nodes.fetch.result.temp > 30"]
    );
    assert_eq!(definition.output.unwrap().to_json(), json!({ "$expr": "$nodes.post.result?.id ?? 0" }));
}

#[derive(Workflow)]
#[workflow(id = "optional", input = City, output = post)]
struct OptionalOutput {
    #[node(with(name = input.name))]
    fetch: FetchWeather,
    #[node(when = fetch.temp > 30, with(channel = "a", text = "b"))]
    post: Post,
}

#[derive(Workflow)]
#[workflow(id = "nothing")]
struct Nothing {
    _alone: Noop,
}

#[test]
fn the_output_has_the_type_of_the_step() {
    let optional: Workflow<City, Option<Sent>> = OptionalOutput::workflow();
    accepted(&optional);
    let nothing: Workflow<(), ()> = Nothing::workflow();
    accepted(&nothing);
}

#[derive(Workflow)]
#[workflow(id = "all", input = Orders, output = each)]
struct Each {
    #[node(with(of = input.fee))]
    fee: LookUpFee,
    #[node(each(order = input.orders, gives = pay), concurrency = 2, on_item_error = skip)]
    each: Vec<Receipt>,
    #[node(inside = each, calls = one(), with(order = order.id, cents = order.cents + fee.of))]
    pay: Workflow<Charge, Receipt>,
    #[node(inside = each, when = pay.taken > 1000, with(of = order.cents))]
    note: LookUpFee,
}

#[test]
fn a_loop_is_a_field_of_the_type_of_its_list() {
    let workflow: Workflow<Orders, Vec<Receipt>> = Each::workflow();
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
    assert_eq!(accepted(&workflow).canonical_json(), accepted(&written).canonical_json());
}

#[derive(Workflow)]
#[workflow(id = "week", input = Week, output = days)]
struct InLoops {
    #[node(with(of = input.base))]
    base: LookUpFee,
    #[node(each(day = input.days, index = place, gives = orders), concurrency = 2)]
    days: Vec<Vec<Receipt>>,
    #[node(inside = days, with(of = day.fee + base.of))]
    fee: LookUpFee,
    #[node(inside = days, each(order = day.orders, gives = pay), on_item_error = skip, after = fee)]
    orders: Vec<Receipt>,
    #[node(inside = orders, calls = one(), with(order = order.id, cents = order.cents + fee.of))]
    pay: Workflow<Charge, Receipt>,
    #[node(inside = days, with(of = place))]
    last: LookUpFee,
    #[node(when = input.base > 3, each(_ = input.days), on_item_error = collect)]
    again: Collected<()>,
    #[node(inside = again, with(of = base.of))]
    more: LookUpFee,
    #[node(otherwise, with(of = 1))]
    less: LookUpFee,
}

#[test]
fn loops_stand_in_loops_and_branches() {
    let written = workflow! { "week" (input: Week) -> Vec<Vec<Receipt>> {
        base = LookUpFee { of: input.base };
        days = for (place, day) in input.days {
            fee = LookUpFee { of: day.fee + base.of };
            orders = for order in day.orders {
                pay = one() { order: order.id, cents: order.cents + fee.of };
                pay
            } with (on_item_error = skip, after = fee);
            last = LookUpFee { of: place };
            orders
        } with (concurrency = 2);
        if input.base > 3 {
            again = for _ in input.days {
                more = LookUpFee { of: base.of };
            } with (on_item_error = collect);
        } else {
            less = LookUpFee { of: 1 };
        }
        days
    } };
    assert_eq!(accepted(&InLoops::workflow()).canonical_json(), accepted(&written).canonical_json());
}

#[derive(Workflow)]
#[workflow(id = "ends", input = Claim, output = tell)]
struct Ends {
    #[node(with(number = input.number, cents = input.cents))]
    review: Review,
    #[node(when = let ReviewPort::Approved = review.port(), with(number = review.number, cents = review.cents))]
    pay: Pay,
    #[node(when = let ReviewPort::OnHold = review.port(), with(text = "later"))]
    wait: Say,
    #[node(when = let ReviewPort::OnHold = review.port(), with(text = wait.text))]
    again: Say,
    #[node(with(number = input.number, cents = input.cents))]
    second: Pay,
    #[node(when = let Ok(paid) = second, with(text = paid.receipt))]
    thanks: Say,
    #[node(when = let Err(failure) = second, with(text = text!("{}: {}", failure.code, failure.message)))]
    sorry: Say,
    #[node(with(number = 1_u32, cents = 2_i64))]
    third: Pay,
    #[node(when = let Err(_) = third, with(text = "third"))]
    other: Say,
    #[node(after(thanks, sorry, other, again), on_error = continue, with(text = pay.receipt.or_default("none")))]
    tell: Say,
}

#[test]
fn ports_and_failures_have_branches() {
    let written = workflow! { "ends" (input: Claim) -> Option<Note> {
        review = Review { number: input.number, cents: input.cents };
        match review.port() {
            ReviewPort::Approved => {
                pay = Pay { number: review.number, cents: review.cents };
            }
            ReviewPort::OnHold => {
                wait = Say { text: "later" };
                again = Say { text: wait.text };
            }
            _ => {}
        }
        second = Pay { number: input.number, cents: input.cents };
        match second {
            Ok(paid) => {
                thanks = Say { text: paid.receipt };
            }
            Err(failure) => {
                sorry = Say { text: text!("{}: {}", failure.code, failure.message) };
            }
        }
        third = Pay { number: 1_u32, cents: 2_i64 };
        if let Err(_) = third {
            other = Say { text: "third" };
        }
        tell = Say { text: pay.receipt.or_default("none") } with (after(thanks, sorry, other, again), on_error = continue);
        tell
    } };
    let derived = accepted(&Ends::workflow());
    assert_eq!(derived.canonical_json(), accepted(&written).canonical_json());
    let ports: Vec<_> = derived.connections.iter().filter(|edge| edge.from.port.is_some()).collect();
    assert_eq!(ports.len(), 4, "{ports:?}");
}

#[derive(Workflow)]
#[workflow(id = "calls", input = Charge, output = last)]
struct CallsOthers {
    #[node(calls = one(), with(order = input.order, cents = input.cents))]
    first: Workflow<Charge, Receipt>,
    #[node(calls = Called::workflow(), with(order = first.order, cents = first.taken), on_error = continue)]
    last: Workflow<Charge, Receipt>,
}

#[derive(Workflow)]
#[workflow(id = "called", input = Charge, output = take)]
struct Called {
    #[node(with(order = input.order, cents = input.cents))]
    take: ChargeOrder,
}

#[test]
fn workflows_are_called_also_derived_ones() {
    let workflow: Workflow<Charge, Option<Receipt>> = CallsOthers::workflow();
    let definition = accepted(&workflow);
    let flows: Vec<_> = definition.flows.keys().map(|id| id.as_str()).collect();
    assert_eq!(flows, ["called", "one"]);
    assert_eq!(connections(&definition), ["first → last"]);
}
