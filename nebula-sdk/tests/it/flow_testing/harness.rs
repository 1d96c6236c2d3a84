//! One action in the real engine.

use nebula_sdk::testing::ActionTestHarness;

use super::*;

fn oslo_city() -> City {
    City { name: "Oslo".to_owned() }
}

#[nebula_sdk::test(seed = 7)]
async fn an_action_is_tried_again_as_it_says(t: ActionTestHarness<FetchWeather>) {
    let host = FakeHost::new().answer(503, "busy").answer(200, r#"{"temp": 3.5}"#);
    let run = t.host(&host).credential("key", "a-key-of-some-length").run(oslo_city()).await;
    assert_eq!(run.output::<Weather>().temp, 3.5);
    let calls = run.all_calls();
    assert_eq!((calls.len(), calls[0].effect, calls[0].key), (2, EffectClass::Idempotent, calls[1].key));
    assert_eq!(host.requests()[0].headers, [("x-api-key".to_owned(), "a-key-of-some-length".to_owned())]);
}

#[test]
fn what_the_schema_refuses_is_refused_in_the_run() {
    let t = ActionTestHarness::<FetchWeather>::new(7);
    for input in [json!({ "name": "" }), json!({}), json!({ "name": "Oslo", "nmae": 1 }), json!({ "name": 3 })] {
        let run = t.run_blocking(&input);
        assert_eq!((run.failure().code.as_str(), run.all_calls().len()), ("input.invalid", 0), "{input}");
    }
}

#[test]
fn each_slot_that_has_to_be_filled_is() {
    let host = FakeHost::new().answer(200, r#"{"temp": 3.5}"#);
    let run = ActionTestHarness::<FetchWeather>::new(7).host(&host).run_blocking(oslo_city());
    assert_eq!(run.output::<Weather>().temp, 3.5);
    assert!(host.requests()[0].headers[0].1.starts_with("canary-key-"));
}

#[test]
#[should_panic(expected = "`weather.fetch` has no credential slot `kye`")]
fn a_slot_that_is_not_there_is_told() {
    let _ = ActionTestHarness::<FetchWeather>::new(7).credential("kye", "a-key-of-some-length");
}

#[test]
fn what_is_granted_is_what_the_test_says() {
    let host = FakeHost::new().answer(200, "fine");
    let t = ActionTestHarness::<Look>::new(7).host(&host);
    let input = json!({ "url": "https://one.example/" });
    assert_eq!(t.run_blocking(&input).output::<String>(), "fine");
    t.clone().grant("net:two.example:443").run_blocking(&input).assert_denied("net:one.example:443");
    let fetch = ActionTestHarness::<FetchWeather>::new(7).grant("net:two.example:443");
    fetch.try_run(oslo_city()).unwrap_err().assert_denied("net:api.example.com:443");
}

#[test]
fn time_limits_hold_and_take_no_time() {
    let t = ActionTestHarness::<FetchWeather>::new(7);
    let run = t.clone().fault(1, Fault::Hang).fault(2, Fault::Timeout).fault(3, Fault::Hang).run_blocking(oslo_city());
    assert_eq!(run.failure().code, "attempt.timeout");
    assert_eq!(run.all_calls().len(), 3);
    assert!(run.elapsed() >= Duration::from_secs(30));

    let run = t.fault(1, Fault::Timeout).cancel_after(Duration::from_secs(3)).run_blocking(oslo_city());
    assert_eq!((run.status(), run.elapsed()), (ExecutionStatus::Cancelled, Duration::from_secs(3)));
}

#[test]
fn a_node_may_wait_and_another_process_may_take_over() {
    let run = ActionTestHarness::<Wait>::new(7).run_blocking(json!({ "hours": 5 }));
    assert_eq!((run.output::<String>().as_str(), run.elapsed()), ("rested", Duration::from_hours(5)));
    let run = ActionTestHarness::<Post>::new(7).fault(1, Fault::CrashBefore).run_blocking(json!({ "text": "a" }));
    assert_eq!((run.status(), run.crashes()), (ExecutionStatus::Waiting, 1));
}

#[test]
fn a_name_of_a_parameter_may_be_any_text() {
    let run = ActionTestHarness::<FetchWeather>::new(7).run_blocking(json!({ "name": "Oslo", "a \"b\" $c": 1 }));
    assert_eq!(run.failure().code, "input.invalid");
}
