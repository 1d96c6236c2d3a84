//! Recorded runs, once more.

use std::sync::Arc;

use nebula_sdk::testing::{Payload, TestRun};

use super::*;

/// All actions are known, and none is mocked.
fn known() -> TestFlow {
    alert().action::<FetchWeather>().action::<Post>()
}

fn mocked() -> TestFlow {
    alert()
        .mock_seq::<FetchWeather>([
            Err(ActionError::transient("weather.busy", "busy")),
            hot(City { name: String::new() }),
        ])
        .mock::<Post>(|_| Ok(Sent { id: 8 }))
}

fn recorded() -> String {
    mocked().run_blocking(oslo()).journal().to_json()
}

#[test]
fn a_run_is_decided_as_it_was() {
    let replay = known().replay(&recorded());
    replay.assert_same();
    assert_eq!((replay.run.output::<u32>(), replay.run.calls::<FetchWeather>().len()), (8, 2));
    assert!(replay.run.elapsed() > Duration::from_hours(2));
    // The list that some tools make of it is read as well.
    known().replay(&format!("[{}]", recorded().replace('\n', ","))).assert_same();
}

#[test]
fn what_is_not_known_needs_not_be() {
    TestFlow::new(1).flow(ALERT.replace("chat.post@1", "chat.post@1.2")).replay(&recorded()).assert_same();
}

#[test]
fn a_journal_that_is_not_at_its_end_is_replayed_so_far() {
    let hot = || alert().mock::<FetchWeather>(hot).mock::<Post>(|_| Ok(Sent { id: 8 }));
    for fault in [Fault::CrashBefore, Fault::CrashAfterEffect, Fault::LeaseLost, Fault::Duplicate] {
        let whole = hot().fault::<FetchWeather>(1, fault.clone()).run_blocking(oslo()).journal().to_json();
        let lines: Vec<&str> = whole.lines().collect();
        for count in 1..=lines.len() {
            let replay = known().replay(&lines[..count].join("\n"));
            assert_eq!(replay.difference(), None, "{fault}: {count} of {} entries", lines.len());
        }
    }
}

#[test]
fn what_is_in_doubt_is_in_doubt_again_and_decided_as_it_was() {
    let flow = alert().mock::<FetchWeather>(hot).mock::<Post>(|_| Ok(Sent { id: 8 }));
    let run = flow.fault::<Post>(1, Fault::CrashAfterEffect).run_blocking(oslo());
    let doubtful = run.journal().to_json();
    let replay = known().replay(&doubtful);
    replay.assert_same();
    assert_eq!(replay.run.status(), ExecutionStatus::Waiting);

    let mut last: Value = serde_json::from_str(doubtful.lines().last().unwrap()).unwrap();
    let mut decided = doubtful.clone();
    let request = "01976a50-0000-7000-8000-000000000001";
    let at = last["recorded_at"].clone();
    for entry in [
        json!({ "type": "node_resolved", "node": "post", "at": at, "request": request,
                "resolution": { "decision": "completed", "output": { "id": 9 } } }),
        json!({ "type": "execution_finished", "status": "completed", "at": at, "output": { "inline": 9 } }),
    ] {
        last["seq"] = json!(last["seq"].as_u64().unwrap() + 1);
        last["entry"] = entry;
        decided.push_str(&format!("\n{last}"));
    }
    let replay = known().replay(&decided);
    replay.assert_same();
    assert_eq!(replay.run.output::<u32>(), 9);
}

#[test]
fn a_cancelled_run_is_cancelled_again() {
    let flow = alert().mock::<FetchWeather>(hot).action::<Post>();
    let run = flow.cancel_after(Duration::from_mins(3)).run_blocking(oslo());
    let replay = known().replay(&run.journal().to_json());
    replay.assert_same();
    assert_eq!((replay.run.status(), replay.run.elapsed()), (ExecutionStatus::Cancelled, Duration::from_mins(3)));
}

#[test]
fn the_first_other_decision_is_told_in_words() {
    let differs = |definition: String| {
        let replay = known().flow(definition).replay(&recorded());
        replay.difference().map(str::to_owned).unwrap_or_default()
    };
    assert_eq!(
        differs(ALERT.replace("temp > 30", "temp > 40")),
        "entry 9 of the journal: `post` begins attempt 1 (at_most_once); now `post` is skipped"
    );
    assert_eq!(
        differs(ALERT.replace("max_attempts: 3", "max_attempts: 1")),
        "entry 3 of the journal: attempt 1 of `fetch` fails and is to be repeated: busy [weather.busy]; now attempt 1 of \
         `fetch` fails for good: busy [weather.busy]"
    );
    assert_eq!(
        differs(ALERT.replace("?.id", "")),
        "entry 11 of the journal: the run ends completed with 8; now the run ends completed with {\"id\":8}"
    );
    assert_eq!(
        differs(ALERT.replace(
            "  - { id: wait,",
            "  - { id: audit, action: time.pause@1, parameters: { hours: 1 } }\n  - { id: wait,"
        )),
        "the recorded run does not have this: `audit` begins attempt 1 (pure)"
    );
}

#[test]
fn what_cannot_be_replayed_is_told() {
    let says = |flow: TestFlow, journal: &str| flow.try_replay(journal).unwrap_err().to_string();
    let journal = recorded();
    let without_third: Vec<_> = journal.lines().enumerate().filter(|(at, _)| *at != 2).map(|(_, line)| line).collect();
    for (text, expected) in [
        ("", "there is no entry in it"),
        ("{}", "line 1 is no entry"),
        ("[3]", "invalid type"),
        (without_third.join("\n").as_str(), "entry 3 is missing: 4 stands in its place"),
    ] {
        let error = says(known(), text);
        assert!(error.contains(expected) && error.contains("`nebula execution journal ID --json`"), "{text}: {error}");
    }
    let other = says(known().flow(ALERT.replace("id: alert", "id: alarm")), &journal);
    assert_eq!(other, "the journal is one of the workflow `alert`, and this is `alarm`");
    assert!(says(mocked(), &journal).starts_with("a replay has no mocks"));

    let error = says(TestFlow::new(7).flow(LOOK), &large_page().1.journal().to_json());
    assert!(error.contains("entry 3 refers to a value of 100002 bytes, which the journal does not hold"), "{error}");
}

#[test]
fn large_values_are_replayed_from_a_journal_that_holds_them() {
    let (page, run) = large_page();
    let mut records = run.journal().records().to_vec();
    let mut put_in = 0;
    for payload in records.iter_mut().filter_map(|record| record.entry.payload_mut()) {
        if payload.inline().is_none() {
            *payload = Payload::Inline(Arc::new(json!(page)));
            put_in += 1;
        }
    }
    assert!(put_in > 0);
    TestFlow::new(7).flow(LOOK).replay(&serde_json::to_string(&records).unwrap()).assert_same();

    let end = records.last_mut().unwrap().entry.payload_mut().unwrap();
    *end = Payload::Inline(Arc::new(json!("y".repeat(100_000))));
    let other = TestFlow::new(7).flow(LOOK).replay(&serde_json::to_string(&records).unwrap());
    assert!(other.difference().is_some_and(|why| why.contains("the run ends completed")), "{other:?}");
}

fn large_page() -> (String, TestRun) {
    let page = "x".repeat(100_000);
    let answer = page.clone();
    let flow = TestFlow::new(7).flow(LOOK).mock::<Look>(move |_| Ok(answer.clone()));
    (page, flow.run_blocking(json!({ "url": "https://one.example/" })))
}
