use nebula_sdk::{ActionOutput, testing::call};
use serde_json::json;

use super::*;

#[test]
fn the_node_completes_so_long_after_its_start() {
    let start = Timestamp::from_micros(1_767_225_600_000_000);
    let output = call::<FlowDelay>(json!({ "for": "1h 30m" })).started_at(start).run().unwrap();
    let until = json!({ "until": "2026-01-01T01:30:00Z" });
    assert_eq!(output, ActionOutput::DoneAt(start.plus(Duration::from_secs(5400)), until));
}

#[test]
fn what_is_no_duration_is_refused_with_its_place() {
    for wrong in [json!("soon"), json!(10), json!("-1s")] {
        let failure = call::<FlowDelay>(json!({ "for": wrong })).failure();
        assert_eq!(failure.pointer.as_deref(), Some("/for"), "{failure}");
    }
}

#[test]
fn a_wait_beyond_the_calendar_is_refused() {
    let failure = call::<FlowDelay>(json!({ "for": "876001h" })).failure();
    assert_eq!(failure.pointer.as_deref(), Some("/for"));
    assert!(call::<FlowDelay>(json!({ "for": "876000h" })).run().is_ok());
}
