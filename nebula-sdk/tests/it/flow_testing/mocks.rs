//! Mocks that nothing has called.

use super::*;

#[test]
#[should_panic(expected = "the mock of `chat.post` was not used: `post` was skipped")]
fn a_mock_of_a_node_that_is_skipped_fails_the_test() {
    let cold = |_| Ok(Weather { temp: 3.0 });
    let _ = alert().mock::<FetchWeather>(cold).mock::<Post>(|_| Ok(Sent { id: 1 })).run_blocking(oslo());
}

#[test]
#[should_panic(expected = "the mock of `chat.shout` was not used: no node calls it")]
fn a_mock_of_what_no_node_calls_fails_the_test() {
    let flow = alert().mock::<FetchWeather>(hot).action::<Post>();
    let _ = flow.mock_id("chat.shout", |_| Ok(json!(null))).run_blocking(oslo());
}

#[test]
#[should_panic(expected = "2 of 3 answers of the mock of `weather.fetch` were not used")]
fn answers_that_are_left_over_fail_the_test() {
    let again = || hot(City { name: String::new() });
    let _ = alert().mock_seq::<FetchWeather>([again(), again(), again()]).action::<Post>().run_blocking(oslo());
}

#[test]
fn what_may_be_unused_may_be() {
    let flow = alert().mock::<FetchWeather>(hot).action::<Post>();
    let run = flow.mock_id("chat.shout", |_| Ok(json!(null))).may_be_unused().run_blocking(oslo());
    assert_eq!(run.status(), ExecutionStatus::Completed);
}

#[test]
#[should_panic(expected = "there is no mock yet")]
fn nothing_may_be_unused_before_the_first_mock() {
    let _ = alert().may_be_unused();
}
