//! A wait for a signal, a loop with a called workflow inside, and a failure that leads on.

use serde_json::{Value, json};

use super::{Scenario, Shop, When, kill_everywhere};

const BLOCKS: Scenario = Scenario { file: "blocks.yaml", least_entries: 30, signal: Some("approved"), check };

#[test]
fn killed_before_any_entry_of_a_loop_is_durable_a_run_ends_as_if_it_had_not_been() {
    kill_everywhere(BLOCKS, When::Before);
}

#[test]
fn killed_after_any_entry_of_a_loop_is_durable_a_run_ends_as_if_it_had_not_been() {
    kill_everywhere(BLOCKS, When::After);
}

fn check(shop: &Shop, report: &Value) {
    assert_eq!(report["status"], "completed", "{report}");
    assert_eq!(
        report["output"],
        json!({
            "approved": "signal",
            "sold": [
                { "cents": 125, "charge": "charge-0-1", "announce": "announce-0-1" },
                { "cents": 250, "charge": "charge-1-1", "announce": "announce-1-1" },
                { "cents": 375, "charge": "charge-2-1", "announce": "announce-2-1" },
            ],
            "refused": "permanent",
            "told": "told-1",
        })
    );
    shop.did_once_with_one_key(&["charge-0", "charge-1", "charge-2"]);
    shop.was_asked_once(&["announce-0", "announce-1", "announce-2", "told"]);
    let refused = shop.tally("refused");
    assert!((1..=2).contains(&refused.calls), "what is refused is final: {refused:?}");
}
