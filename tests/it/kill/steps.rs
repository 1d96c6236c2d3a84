//! Ten steps of every sort.

use serde_json::{Value, json};

use super::{Scenario, Shop, When, kill_everywhere};

const STEPS: Scenario = Scenario { file: "crashable.yaml", least_entries: 20, signal: None, check };

#[test]
fn killed_before_any_entry_is_durable_a_run_ends_as_if_it_had_not_been() {
    kill_everywhere(STEPS, When::Before);
}

#[test]
fn killed_after_any_entry_is_durable_a_run_ends_as_if_it_had_not_been() {
    kill_everywhere(STEPS, When::After);
}

fn check(shop: &Shop, report: &Value) {
    assert_eq!(report["status"], "completed");
    assert_eq!(
        report["output"],
        json!({
            "stock": "stock-1",
            "reserve": "reserve-1",
            "announce": "announce-1",
            "charge": "charge-1",
            "thank": "thank-1",
            "large": [{ "sku": "pen", "count": 30 }],
            "express": "skipped",
        })
    );
    shop.did_once_with_one_key(&["reserve", "charge", "label"]);
    shop.was_asked_once(&["announce", "thank"]);
    assert_eq!(shop.tally("express").calls, 0, "a branch that is not taken");
}
