//! Workflows in `TestFlow`: the real engine, mocks, faults and crashes.

mod attribute;
mod blobs;
mod chance;
mod denials;
mod faults;
mod harness;
mod mocks;
mod process;
mod programs;
mod replay;
mod secrets;
mod snapshots;

use std::time::Duration;

use nebula_sdk::{
    flow::{Expr, Workflow},
    prelude::*,
    testing::{ExecutionStatus, FakeHost, Fault, JournalEntry, TestFlow},
};

/// A place.
#[derive(Parameters)]
struct City {
    /// Its name.
    #[param(min_len = 1)]
    name: String,
}

/// Weather of a day.
#[derive(Parameters)]
struct Weather {
    /// Degrees Celsius.
    temp: f64,
}

/// Key of the weather service.
struct WeatherKey(SecretString);

impl Credential for WeatherKey {
    const ID: &'static str = "weather.api";

    fn from_secret(secret: SecretString) -> Result<Self> {
        Ok(Self(secret))
    }
}

/// Fetch the current weather.
#[derive(Action)]
#[action(id = "weather.fetch", version = "1.0", idempotent, timeout = "10s",
         capabilities(net("api.example.com:443")), retry(max = 3, backoff = fixed("1h")))]
struct FetchWeather {
    /// Key of the service.
    key: Cred<WeatherKey>,
}

impl SimpleAction for FetchWeather {
    type Input = City;
    type Output = Weather;

    async fn execute(&self, input: City, ctx: &ActionContext<Self>) -> Result<Weather> {
        let url = format!("https://api.example.com/{}", input.name);
        let key = self.key.0.expose_secret();
        ctx.http().get(url).header("x-api-key", key).send().await?.error_for_status()?.json()
    }
}

/// What to say.
#[derive(Parameters)]
struct Message {
    /// The text.
    text: String,
}

/// What was said.
#[derive(Parameters)]
struct Sent {
    /// Its number.
    id: u32,
}

/// Say something, once.
#[derive(Action)]
#[action(id = "chat.post", version = "1.2")]
struct Post;

impl SimpleAction for Post {
    type Input = Message;
    type Output = Sent;

    async fn execute(&self, _: Message, _: &ActionContext<Self>) -> Result<Sent> {
        Ok(Sent { id: 1 })
    }
}

/// How long.
#[derive(Parameters)]
struct Pause {
    /// The hours.
    hours: u64,
}

/// Wait.
#[derive(Action)]
#[action(id = "time.pause", version = "1.0", pure)]
struct Wait;

impl ProcessAction for Wait {
    type Input = Pause;
    type Output = Value;

    async fn execute(&self, input: Pause, ctx: &ActionContext<Self>) -> Result<ActionResult<Value>> {
        Ok(ActionResult::DoneAt(ctx.started_at().plus(Duration::from_hours(input.hours)), json!("rested")))
    }
}

const ALERT: &str = r#"
nebula: 1
id: alert
nodes:
  - id: fetch
    action: weather.fetch@1
    parameters: { name: !expr $input.city }
    credentials: { key: weather }
    retry: { max_attempts: 3, backoff: { fixed: 1h }, jitter: none }
  - { id: wait, action: time.pause@1, parameters: { hours: 2 } }
  - { id: post, action: chat.post@1, parameters: { text: !template "{{ $nodes.fetch.result.temp }} degrees" } }
connections:
  - { from: fetch, to: wait }
  - { from: wait, to: post, when: $nodes.fetch.result.temp > 30 }
output: !expr $nodes.post?.result?.id
"#;

fn alert() -> TestFlow {
    TestFlow::new(7).flow(ALERT).action::<Wait>()
}

fn hot(_: City) -> Result<Weather> {
    Ok(Weather { temp: 35.0 })
}

#[test]
fn mocks_answer_and_hours_pass_in_no_time() {
    let run = alert().mock::<FetchWeather>(hot).mock::<Post>(|_| Ok(Sent { id: 9 })).run_blocking(oslo());
    assert_eq!(run.output::<u32>(), 9);
    assert_eq!(run.status(), ExecutionStatus::Completed);
    assert_eq!(run.calls::<FetchWeather>()[0].name, "Oslo");
    assert_eq!(run.calls::<Post>()[0].text, "35 degrees");
    assert_eq!(run.calls_of_process::<Wait>()[0].hours, 2);
    assert_eq!(run.elapsed(), Duration::from_hours(2));
    assert_eq!(
        run.journal().to_string(),
        r#"   +0s  execution_started alert {"city":"Oslo"}
   +0s  attempt_started fetch #1 idempotent
   +0s  attempt_finished fetch #1 completed {"temp":35.0}
   +0s  attempt_started wait #1 pure
   +0s  attempt_finished wait #1 completes at +2h "rested"
   +2h  timer_fired wait
   +2h  attempt_started post #1 at_most_once
   +2h  attempt_finished post #1 completed {"id":9}
   +2h  execution_finished completed 9"#
    );
}

fn oslo() -> Value {
    json!({ "city": "Oslo" })
}

#[test]
fn a_real_action_reaches_the_host_of_the_test_with_its_secret() {
    let host = FakeHost::new().answer(503, "").answer(200, r#"{"temp": 31.5}"#);
    let run = alert()
        .action::<FetchWeather>()
        .mock::<Post>(|_| Ok(Sent { id: 1 }))
        .grant("net:api.example.com:443")
        .credential("weather", "canary-4711")
        .host(&host)
        .run_blocking(oslo());
    assert_eq!(run.elapsed(), Duration::from_hours(3), "an hour before the second attempt, then the pause");
    assert_eq!(run.calls_of("fetch").len(), 2);
    assert!(host.requests()[0].headers.iter().any(|(_, value)| value == "canary-4711"));
    run.assert_no_secret();
}

#[test]
#[should_panic(expected = "attempt_finished of `fetch`) shows the secret of the credential `weather`")]
fn a_secret_in_an_output_fails_the_test() {
    let _ = TestFlow::new(7)
        .flow(ALERT)
        .mock::<FetchWeather>(|_| Err(ActionError::permanent("weather.key", "the key canary-4711 is refused")))
        .action::<Wait>()
        .action::<Post>()
        .credential("weather", "canary-4711")
        .run_blocking(oslo());
}

#[test]
fn what_is_not_granted_is_refused_before_the_run() {
    let error = alert().action::<FetchWeather>().action::<Post>().try_run(oslo()).unwrap_err().to_string();
    assert!(error.contains("net:api.example.com:443"), "{error}");
}

#[test]
fn sequences_are_answered_one_by_one_and_end() {
    let run = alert()
        .mock_seq::<FetchWeather>([
            Err(ActionError::transient("weather.busy", "busy")),
            hot(City { name: String::new() }),
        ])
        .mock::<Post>(|_| Ok(Sent { id: 2 }))
        .run_blocking(oslo());
    assert_eq!(run.calls::<FetchWeather>().len(), 2);

    let run = alert()
        .mock_seq::<FetchWeather>([Err(ActionError::transient("weather.busy", "busy"))])
        .action::<Post>()
        .run_blocking(oslo());
    assert_eq!(run.failure().code, "testing.no_answer");
    assert!(run.failure().message.contains("has 1 answers, and this is call 2"), "{}", run.failure());
}

#[test]
fn a_mock_of_a_node_goes_first() {
    let run = alert()
        .mock::<FetchWeather>(hot)
        .may_be_unused()
        .mock_node::<FetchWeather>("fetch", |_| Ok(Weather { temp: 1.0 }))
        .action::<Post>()
        .run_blocking(oslo());
    assert_eq!(run.output::<Option<u32>>(), None);
    let tree = run.to_string();
    assert!(tree.contains("└─ post (chat.post@1.0): skipped"), "{tree}");
    assert!(tree.contains("$nodes.fetch.result.temp = 1.0"), "{tree}");
    assert!(tree.contains("seed 7"), "{tree}");
    assert!(tree.contains("input {\"name\":\"Oslo\"}\n│      $input.city = \"Oslo\""), "{tree}");
    let run = alert().mock::<FetchWeather>(hot).action::<Post>().run_blocking(oslo());
    assert!(run.to_string().contains("\n       $nodes.fetch.result.temp = 35.0"), "{run}");
}

#[test]
fn what_is_not_mocked_is_named_with_the_line_to_paste() {
    let error = alert().mock::<FetchWeather>(hot).try_run(oslo()).unwrap_err().to_string();
    assert!(error.contains("the node `post` calls `chat.post@1.0`"), "{error}");
    assert!(error.contains(r#".mock_id("chat.post", |_input| Ok(json!({})))"#), "{error}");

    let two =
        ALERT.replace("chat.post@1,", "weather.fetch@1, credentials: { key: weather },").replace("text:", "name:");
    let error = alert().flow(two).mock_node::<FetchWeather>("fetch", hot).try_run(oslo()).unwrap_err().to_string();
    assert!(error.contains(r#".mock_node::<FetchWeather>("post", |_input| Ok(..))"#), "{error}");

    let error = alert().mock_node::<Post>("psot", |_| Ok(Sent { id: 1 })).try_run(oslo()).unwrap_err().to_string();
    assert_eq!(error, "the workflow `alert` has no node `psot`; did you mean `post`?");
    let error = alert().mock_node::<Post>("fetch", |_| Ok(Sent { id: 1 })).try_run(oslo()).unwrap_err().to_string();
    assert_eq!(error, "the mock of the node `fetch` is for `chat.post`, and the node calls `weather.fetch@1.0`");
}

#[test]
fn mistakes_of_the_definition_are_drawn() {
    let flow = alert().mock::<FetchWeather>(hot).mock::<Post>(|_| Ok(Sent { id: 1 }));
    let error = flow.clone().flow(ALERT.replace("result.temp >", "result.tmp >")).try_run(oslo()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("did you mean `temp`?") && text.contains("14 |   - { from: wait"), "{text}");
    assert!(!error.diagnostics().is_empty());
    let error = flow.flow("nebula: 1\nid: [").try_run(oslo()).unwrap_err().to_string();
    assert!(error.starts_with("the definition cannot be read"), "{error}");
}

#[test]
fn inputs_are_checked_by_the_real_schema() {
    let run = alert()
        .action::<FetchWeather>()
        .grant("net:api.example.com:443")
        .action::<Post>()
        .run_blocking(json!({ "city": "" }));
    assert_eq!((run.status(), run.failure().code.as_str()), (ExecutionStatus::Failed, "input.invalid"));
    assert!(run.calls_of("fetch").is_empty());
}

#[test]
fn a_call_that_is_not_answered_ends_when_its_time_is_up() {
    let run = alert()
        .mock::<FetchWeather>(hot)
        .mock::<Post>(|_| Ok(Sent { id: 3 }))
        .fault::<FetchWeather>(1, Fault::Timeout)
        .run_blocking(oslo());
    assert_eq!(run.calls::<FetchWeather>().len(), 2);
    assert_eq!(run.elapsed(), Duration::from_hours(3) + Duration::from_secs(10));
    assert_eq!(run.output::<u32>(), 3);
}

#[test]
fn a_panic_fails_the_run() {
    let run =
        alert().mock::<FetchWeather>(hot).action::<Post>().fault_node("post", 1, Fault::Panic).run_blocking(oslo());
    assert_eq!(run.failure().code, "action.panicked");
    let run = alert().mock::<FetchWeather>(|_| panic!("oh")).action::<Post>().run_blocking(oslo());
    assert!(run.failure().message.ends_with("the action panicked: oh"), "{}", run.failure());
}

#[test]
fn a_crash_repeats_what_may_be_repeated_and_leaves_the_rest_in_doubt() {
    for fault in [Fault::CrashBefore, Fault::CrashAfterEffect] {
        let flow = alert().mock::<FetchWeather>(hot).mock::<Post>(|_| Ok(Sent { id: 4 }));
        let run = flow.clone().fault::<FetchWeather>(1, fault.clone()).run_blocking(oslo());
        let calls = run.calls_of("fetch");
        assert_eq!((run.crashes(), calls.len(), run.output::<u32>()), (1, 2, 4));
        assert_eq!(calls[0].key, calls[1].key);
        assert_eq!(calls[0].outcome.is_some(), fault == Fault::CrashAfterEffect);

        let run = flow.fault::<Post>(1, fault.clone()).run_blocking(oslo());
        assert_eq!((run.status(), run.calls::<Post>().len()), (ExecutionStatus::Waiting, 1));
        assert!(run.journal().entries().any(|entry| matches!(entry, JournalEntry::NodeInDoubt { .. })));
        assert!(run.to_string().contains("waits for a decision about `post`"), "{run}");
    }
}

#[test]
#[should_panic(expected = "1 of 1 planned faults did not strike")]
fn a_fault_that_never_strikes_fails_the_test() {
    let flow = alert().mock::<FetchWeather>(hot).action::<Post>();
    let _ = flow.fault::<Post>(2, Fault::Panic).run_blocking(oslo());
}

#[test]
fn the_end_is_the_same_wherever_the_process_dies() {
    let flow = alert().mock::<FetchWeather>(hot).mock::<Post>(|_| Ok(Sent { id: 5 }));
    let crashed = flow.crash_everywhere(oslo());
    assert_eq!(crashed.points, 2 * crashed.run.journal().entries().len());
    assert_eq!(crashed.in_doubt.iter().map(|node| node.id().as_str()).collect::<Vec<_>>(), ["post"]);
}

#[test]
#[should_panic(expected = "the end is another")]
fn an_action_that_gives_something_else_when_repeated_is_found() {
    let calls = std::sync::atomic::AtomicU32::new(0);
    let first = move |_: City| {
        let temp = f64::from(calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
        Ok(Weather { temp })
    };
    let output = ALERT.replace("$nodes.post?.result?.id", "$nodes.fetch.result.temp");
    let _ = alert().flow(output).mock::<FetchWeather>(first).action::<Post>().crash_everywhere(oslo());
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let journal = |seed| {
        let flow = TestFlow::new(seed).flow(ALERT).action::<Wait>();
        let run = flow.mock::<FetchWeather>(hot).action::<Post>().run_blocking(oslo());
        format!("{:?}", run.journal().records())
    };
    assert_eq!(journal(1), journal(1));
    assert_ne!(journal(1), journal(2), "ids come from the seed");
}

#[test]
fn a_run_is_a_future_of_any_runtime() {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };
    let flow = alert().mock::<FetchWeather>(hot).action::<Post>();
    let run = pin!(flow.run(oslo())).poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(run, Poll::Ready(run) if run.status() == ExecutionStatus::Completed));
}

/// Where to look.
#[derive(Parameters)]
struct Place {
    /// The address.
    #[param(format = "uri")]
    url: String,
}

/// Look at a page.
#[derive(Action)]
#[action(id = "web.look", version = "1.0", pure, capabilities(net(param = "url")))]
struct Look;

impl SimpleAction for Look {
    type Input = Place;
    type Output = String;

    async fn execute(&self, input: Place, ctx: &ActionContext<Self>) -> Result<String> {
        Ok(ctx.http().get(input.url).send().await?.text()?.to_owned())
    }
}

const LOOK: &str = "
nebula: 1
id: look
nodes:
  - { id: look, action: web.look@1, parameters: { url: !expr $input.url } }
output: !expr $nodes.look.result
";

#[test]
fn what_a_parameter_decides_is_held_to_the_grants() {
    let host = FakeHost::new().answer(200, "fine");
    let flow = TestFlow::new(7).flow(LOOK).action::<Look>().grant("net:one.example:443").host(&host);
    let run = flow.run_blocking(json!({ "url": "https://two.example/" }));
    let failure = run.failure();
    assert_eq!((failure.kind, failure.code.as_str()), (nebula_sdk::FailureKind::Denied, "capability.denied"));
    assert!(failure.message.contains("not granted: net of `two.example:443`"), "{failure}");
    assert!(host.requests().is_empty());
    assert_eq!(flow.run_blocking(json!({ "url": "https://one.example/" })).output::<String>(), "fine");
}

#[test]
fn large_results_are_given_whole_and_shown_in_part() {
    let page = "x".repeat(100_000);
    let whole = page.clone();
    let run = TestFlow::new(7)
        .flow(LOOK)
        .mock::<Look>(move |_| Ok(page.clone()))
        .run_blocking(json!({ "url": "https://one.example/" }));
    assert_eq!(run.output::<String>(), whole);
    assert!(run.to_string().len() < 2_000);
    assert!(run.journal().to_string().contains("completed <100002 bytes>"), "{}", run.journal());
}

#[test]
#[should_panic(expected = "shows the secret of the credential `weather`")]
fn a_secret_in_a_large_result_is_found_too() {
    let page = format!("{}canary-4711", "x".repeat(100_000));
    let flow = TestFlow::new(7).flow(LOOK).mock::<Look>(move |_| Ok(page.clone())).credential("weather", "canary-4711");
    let _ = flow.run_blocking(json!({ "url": "https://one.example/" }));
}

#[test]
#[should_panic(expected = "the run has no result: it is failed")]
fn an_expectation_that_fails_shows_the_tree() {
    let flow = TestFlow::new(7).flow(LOOK).mock::<Look>(|_| Err(ActionError::permanent("web.gone", "gone")));
    let _ = flow.run_blocking(json!({ "url": "https://one.example/" })).output::<String>();
}

#[test]
fn a_failing_run_fails_the_same_way_wherever_the_process_dies() {
    let flow = TestFlow::new(7).flow(LOOK).mock::<Look>(|_| Err(ActionError::permanent("web.gone", "gone")));
    let crashed = flow.crash_everywhere(json!({ "url": "https://one.example/" }));
    assert_eq!((crashed.run.failure().code.as_str(), crashed.in_doubt.len()), ("web.gone", 0));
}

#[test]
fn a_month_passes() {
    let month = ALERT.replace("hours: 2", "hours: 720");
    let run = alert().flow(month).mock::<FetchWeather>(hot).action::<Post>().run_blocking(oslo());
    assert_eq!(run.elapsed(), Duration::from_hours(720));
}

#[test]
#[ignore = "fails on purpose: the next test looks at what it prints"]
fn fails_with_a_run_at_hand() {
    let run = alert().mock::<FetchWeather>(hot).action::<Post>().run_blocking(oslo());
    assert_eq!(run.calls::<Post>().len(), 5);
}

#[test]
fn an_assertion_that_fails_shows_the_tree_and_the_seed() {
    let this = std::env::current_exe().unwrap();
    let arguments = ["--ignored", "fails_with_a_run_at_hand"];
    let output = std::process::Command::new(this).args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{text}");
    assert_eq!(text.matches("`alert` is completed after 2h, seed 7").count(), 1, "{text}");
    assert!(text.contains(r#"input {"name":"Oslo"}"#), "{text}");
}

#[test]
fn a_workflow_built_in_rust_is_run_as_it_is() {
    let announced: Workflow<City, Weather> = Workflow::new("announced", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name)).credential("key", "weather");
        f.when(fetch.temp.gt(30), |f| {
            f.add("post", Post::call().text("hot"));
        });
        fetch
    });
    let flow = TestFlow::new(7).mock::<FetchWeather>(hot).action::<Post>();
    let run = flow.clone().flow(&announced).run_blocking(City { name: "Oslo".to_owned() });
    assert_eq!(run.output::<Weather>().temp, 35.0);
    assert_eq!(run.calls::<Post>()[0].text, "hot");

    let twice: Workflow<City, Weather> = Workflow::new("twice", |f, city: Expr<City>| {
        f.add("fetch", FetchWeather::call().name(&city.name));
        f.add("fetch", FetchWeather::call().name(&city.name))
    });
    let error = flow.flow(twice).try_run(City { name: "Oslo".to_owned() }).unwrap_err().to_string();
    assert!(error.starts_with("the workflow was built with mistakes") && error.contains("`fetch`"), "{error}");
}
