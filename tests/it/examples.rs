//! The examples do what they say.

use std::{collections::BTreeMap, fs, iter};

use nebula_orders::{Effect, OrderService};
use serde_json::{Value, json};

use crate::support::{Output, Place, repository};

#[test]
fn every_workflow_is_planned_without_a_finding() {
    let place = Place::new();
    for name in ["hello/hello.yaml", "orders/orders.yaml", "sales/sales.yaml"] {
        let file = repository("examples").join(name).display().to_string();
        let grants =
            ["--grant", "net:127.0.0.1:4100", "--grant", "fs_read:target/sales", "--grant", "fs_write:target/sales"];
        let output = place.nebula([&["plan", &file][..], &grants[..]].concat()).exits(0);
        assert_eq!(output.stderr, "", "{name}");
    }
    assert!(!place.data_dir().exists(), "planning leaves nothing behind");
}

// --- hello ---

fn hello(input: &str) -> Value {
    let file = repository("examples/hello/hello.yaml").display().to_string();
    Place::new().nebula(["run", &file, "--input", input, "--json"]).exits(0).json()["output"].clone()
}

#[test]
fn hello_prints_what_its_file_says() {
    let text = fs::read_to_string(repository("examples/hello/hello.yaml")).unwrap();
    let said = text.split_once("prints\n").unwrap().1.lines().map_while(|line| line.strip_prefix('#'));
    let said: Value = serde_json::from_str(&said.collect::<String>()).unwrap();
    assert_eq!(hello("{}"), said);
    let quiet = json!({ "alarm": false, "open": 3, "total": 470, "text": "3 open orders, 470 in all\nNothing to do." });
    assert_eq!(hello(r#"{"limit": 1000}"#), quiet);
}

// --- orders ---

/// Runs an order of a service that refuses so many reservations.
fn order(place: &Place, service: &OrderService, id: &str) -> Output {
    let file = repository("examples/orders/orders.yaml").display().to_string();
    let input = json!({ "order_id": id, "service": service.url() }).to_string();
    place.nebula(["run", &file, "--input", &input, "--grant", &format!("net:{}", service.address()), "--json"])
}

/// Calls and effects by endpoint; each has one key.
fn table(effects: &[Effect]) -> BTreeMap<&str, (u32, u32)> {
    let table: BTreeMap<_, _> =
        effects.iter().map(|effect| (effect.endpoint.as_str(), (effect.calls, effect.effects))).collect();
    assert_eq!(table.len(), effects.len(), "{effects:?}");
    table
}

#[test]
fn a_large_order_is_reserved_in_three_attempts_and_charged_once_with_a_discount() {
    let (service, place) = (OrderService::start(0, 2).unwrap(), Place::new());
    let output = order(&place, &service, "A-1001").exits(0).json()["output"].clone();
    assert_eq!(output["amount"].as_f64(), Some(225.0));
    assert_eq!(output["discounted"], true);
    assert_eq!(output["reservation"], "R-A-1001");
    assert_eq!(output["told"], true);
    let effects = service.effects();
    assert_eq!(table(&effects), [("/charge", (1, 1)), ("/notify", (1, 1)), ("/reserve", (3, 1))].into());
    let keys: Vec<_> = effects.iter().map(|effect| effect.key.len()).collect();
    assert_eq!(keys, [64, 0, 64], "the key is visible");
}

#[test]
fn a_small_order_is_charged_in_full() {
    let (service, place) = (OrderService::start(0, 0).unwrap(), Place::new());
    let output = order(&place, &service, "A-1002").exits(0).json()["output"].clone();
    assert_eq!((&output["amount"], &output["discounted"]), (&json!(40), &json!(false)));
}

#[test]
fn an_order_that_does_not_exist_has_no_effect() {
    let (service, place) = (OrderService::start(0, 0).unwrap(), Place::new());
    order(&place, &service, "X-1").exits(1).says(&["404"]);
    order(&place, &service, "../effects").exits(2).says(&["order_id"]);
    assert_eq!(service.effects(), []);
}

// --- sales ---

#[test]
fn the_sales_are_summed_as_anybody_else_would() {
    let place = Place::new();
    nebula_sales::write_unless_there(&place.file("target/sales/sales.csv")).unwrap();
    let file = repository("examples/sales/sales.yaml").display().to_string();
    let grants = ["--grant", "fs_read:target/sales", "--grant", "fs_write:target/sales"];
    let output = place.nebula([&["run", &file, "--json"][..], &grants[..]].concat()).exits(0).json()["output"].clone();

    let mut regions = BTreeMap::<_, (u64, u64, u64, u64)>::new();
    for sale in nebula_sales::sales().filter(|sale| sale.status == "paid") {
        let (sales, units, cents, largest) = regions.entry(sale.region).or_default();
        *sales += 1;
        *units += u64::from(sale.units);
        *cents += u64::from(sale.amount);
        *largest = u64::from(sale.amount).max(*largest);
    }
    let mut regions: Vec<_> = regions.into_iter().collect();
    regions.sort_by_key(|(_, (_, _, cents, _))| std::cmp::Reverse(*cents));

    assert_eq!(output["rows"], nebula_sales::ROWS);
    assert_eq!(output["paid"], regions.iter().map(|(_, (sales, ..))| sales).sum::<u64>());
    let lines = regions
        .iter()
        .map(|(region, (sales, units, cents, largest))| format!("{region},{sales},{units},{cents},{largest}\n"));
    let csv: String = iter::once("region,sales,units,cents,largest\n".to_owned()).chain(lines).collect();
    assert_eq!(fs::read_to_string(place.file("target/sales/by-region.csv")).unwrap(), csv);
}
