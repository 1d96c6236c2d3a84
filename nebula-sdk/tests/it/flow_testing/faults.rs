//! What may go wrong with a call, each through the real engine.

use super::*;

/// Both actions are mocked; the run completes with 6.
fn flow() -> TestFlow {
    alert().mock::<FetchWeather>(hot).mock::<Post>(|_| Ok(Sent { id: 6 }))
}

#[test]
fn what_hangs_is_given_up_when_its_time_is_up() {
    let run = flow().fault::<FetchWeather>(1, Fault::Hang).run_blocking(oslo());
    assert_eq!((run.calls_of("fetch").len(), run.output::<u32>()), (2, 6));
    assert!(run.calls_of("fetch")[0].outcome.is_none());
    assert_eq!(run.elapsed(), Duration::from_hours(3) + Duration::from_secs(10));
}

#[test]
fn what_hangs_outlives_a_cancellation_by_its_grace() {
    let flow = flow().may_be_unused().cancel_after(Duration::from_secs(3));
    let elapsed = |fault| {
        let run = flow.clone().fault::<FetchWeather>(1, fault).run_blocking(oslo());
        assert_eq!(run.status(), ExecutionStatus::Cancelled);
        assert_eq!(run.failure().message, "the test has cancelled the run");
        run.elapsed()
    };
    assert_eq!(elapsed(Fault::Timeout), Duration::from_secs(3));
    // Its time of ten seconds is up before the grace of ten more.
    assert_eq!(elapsed(Fault::Hang), Duration::from_secs(10));
}

#[test]
fn a_run_that_waits_for_hours_can_be_cancelled() {
    let run = flow().may_be_unused().cancel_after(Duration::from_hours(1)).run_blocking(oslo());
    assert_eq!((run.status(), run.elapsed()), (ExecutionStatus::Cancelled, Duration::from_hours(1)));
    let run = flow().cancel_after(Duration::from_hours(9)).run_blocking(oslo());
    assert_eq!(run.status(), ExecutionStatus::Completed);
}

#[test]
fn what_is_slow_answers_if_it_is_left_the_time() {
    let run = flow().fault::<FetchWeather>(1, Fault::Slow(Duration::from_secs(9))).run_blocking(oslo());
    assert_eq!((run.calls::<FetchWeather>().len(), run.elapsed().as_secs()), (1, 2 * 3600 + 9));
    let run = flow().fault::<FetchWeather>(1, Fault::Slow(Duration::from_secs(11))).run_blocking(oslo());
    assert_eq!((run.calls::<FetchWeather>().len(), run.elapsed().as_secs()), (2, 3 * 3600 + 10));
}

#[test]
fn an_error_is_tried_again_as_its_kind_says() {
    let run = flow().fault::<FetchWeather>(1, ActionError::transient("weather.busy", "busy")).run_blocking(oslo());
    assert_eq!((run.calls::<FetchWeather>().len(), run.output::<u32>()), (2, 6));
    let run = flow()
        .may_be_unused()
        .fault::<FetchWeather>(1, ActionError::permanent("weather.gone", "gone"))
        .run_blocking(oslo());
    assert_eq!((run.calls::<FetchWeather>().len(), run.failure().code.as_str()), (1, "weather.gone"));
}

#[test]
fn what_a_schema_refuses_goes_on_to_who_reads_it() {
    let run = flow().may_be_unused().fault::<FetchWeather>(1, Fault::InvalidOutput).run_blocking(oslo());
    assert_eq!(run.calls_of("fetch")[0].outcome, Some(Ok(Value::Null)));
    assert_eq!(run.status(), ExecutionStatus::Failed);
    assert!(run.failure().message.contains("the condition of the connection from `wait` cannot be computed"), "{run}");
}

#[test]
fn what_is_delivered_twice_has_its_effect_twice_under_one_key() {
    let run = flow().fault::<FetchWeather>(1, Fault::Duplicate).run_blocking(oslo());
    let calls = run.calls_of("fetch");
    assert_eq!(calls.len(), 2);
    assert_eq!((calls[0].attempt, calls[0].key), (calls[1].attempt, calls[1].key));
    assert_eq!(run.journal().outline().iter().filter(|line| *line == "attempt_started fetch").count(), 1);
    assert_eq!(run.output::<u32>(), 6);
}

#[test]
fn a_worker_that_is_cut_off_is_replaced_and_its_result_refused() {
    let run = flow().fault::<FetchWeather>(1, Fault::LeaseLost).run_blocking(oslo());
    let calls = run.calls_of("fetch");
    // Both have answered; the journal has the second one's answer only.
    assert!(calls.iter().all(|call| call.outcome.is_some()));
    assert_eq!((calls.len(), calls[0].key == calls[1].key, run.crashes()), (2, true, 0));
    let outline = run.journal().outline();
    assert_eq!(outline.iter().filter(|line| *line == "attempt_started fetch").count(), 2);
    assert_eq!(outline.iter().filter(|line| *line == "attempt_finished fetch").count(), 1);
    assert!(run.journal().records().last().unwrap().fence > run.journal().records()[0].fence);
    assert_eq!(run.output::<u32>(), 6);
}

#[test]
fn what_may_be_done_once_is_in_doubt_when_its_worker_is_cut_off() {
    let run = flow().fault::<Post>(1, Fault::LeaseLost).run_blocking(oslo());
    assert_eq!((run.status(), run.calls::<Post>().len()), (ExecutionStatus::Waiting, 1));
    assert!(run.journal().outline().contains(&"node_in_doubt post".to_owned()));
}
