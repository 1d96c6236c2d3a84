use nebula_sdk::{ActionOutput, testing::call};
use serde_json::json;

use super::*;

fn paused(input: Value) -> Value {
    match call::<FlowWait>(input).run() {
        Ok(ActionOutput::Paused { wake, .. }) => serde_json::to_value(wake).unwrap(),
        other => panic!("it does not wait: {other:?}"),
    }
}

#[test]
fn it_waits_for_a_time_or_a_signal_or_for_whichever_comes_first() {
    let hour = json!("2026-01-01T01:00:00Z");
    assert_eq!(paused(json!({ "for": "1h" }))["on"], "time");
    assert_eq!(paused(json!({ "for": "1h" })), paused(json!({ "until": hour })));
    assert_eq!(paused(json!({ "signal": "go" })), json!({ "on": "signal", "name": "go" }));
    let both = paused(json!({ "signal": "go", "for": "1h" }));
    assert_eq!((&both["on"], both["deadline"].is_null()), (&json!("signal"), false));
}

#[test]
fn what_cannot_be_waited_for_is_refused_with_its_place() {
    for (input, place) in [
        (json!({}), ""),
        (json!({ "for": "1h", "until": "2026-01-01T01:00:00Z" }), "/until"),
        (json!({ "until": "tomorrow" }), "/until"),
        (json!({ "for": "876001h" }), "/for"),
    ] {
        let failure = call::<FlowWait>(input).failure();
        assert_eq!(failure.pointer.as_deref(), Some(place), "{failure}");
    }
}
