//! Actions from their types to their runs.

use std::{io, time::Duration};

use insta::assert_json_snapshot;
use nebula_sdk::{
    ActionOutput, Failure, FailureKind,
    prelude::*,
    testing::{FakeHost, call, descriptor},
};

/// Key of the weather service.
struct WeatherApi(SecretString);

impl Credential for WeatherApi {
    const ID: &'static str = "weather.api";

    fn from_secret(secret: SecretString) -> Result<Self> {
        if secret.expose_secret().is_empty() { Err(ActionError::auth("the key is empty")) } else { Ok(Self(secret)) }
    }
}

/// What to fetch.
#[derive(Parameters)]
struct City {
    /// City to look up.
    name: String,
    /// Where a copy goes.
    copy: Option<String>,
}

/// Fetch the current weather.
///
/// The answer comes from
/// the nearest station.
#[derive(Action)]
#[action(
    id = "weather.fetch",
    version = "1.2",
    idempotent,
    timeout = "10s",
    capabilities(net("api.example.com:443"), fs_write(param = "copy"), fs_read("in"), env("HOME")),
    retry(max = 3, backoff = exp("200ms", max = "10s"), jitter)
)]
struct FetchWeather {
    /// The key of the service.
    key: Cred<WeatherApi>,
    backup_key: Option<Cred<WeatherApi>>,
}

impl SimpleAction for FetchWeather {
    type Input = City;
    type Output = Value;

    async fn execute(&self, input: City, ctx: &ActionContext<Self>) -> Result<Value> {
        if ctx.is_cancelled() {
            return Err(ActionError::cancelled());
        }
        let answer = ctx
            .http()
            .get(format!("https://api.example.com/{}", input.name))
            .header("x-api-key", self.key.0.expose_secret())
            .send()
            .await?
            .error_for_status()?;
        let answer: Value = answer.json()?;
        if let Some(path) = input.copy {
            ctx.files_write().write(&path, answer.to_string()).await?;
        }
        let upper = answer["sky"].as_str().unwrap_or_default().to_owned();
        let upper = ctx.blocking(move || upper.to_uppercase()).await?;
        Ok(json!({ "sky": upper, "attempt": ctx.attempt(), "backup": self.backup_key.is_some() }))
    }

    fn effect(input: &City) -> EffectClass {
        if input.copy.is_none() { EffectClass::Pure } else { EffectClass::Idempotent }
    }
}

/// Wait.
#[derive(Action)]
#[action(id = "test.wait", version = "1.0", name = "Hold on", pure)]
struct Wait;

/// How long.
#[derive(Parameters)]
struct HowLong {
    /// The time.
    #[serde(rename = "for")]
    time: DurationText,
}

impl ProcessAction for Wait {
    type Input = HowLong;
    type Output = u32;

    async fn execute(&self, input: HowLong, ctx: &ActionContext<Self>) -> Result<ActionResult<u32>> {
        let time = input.time.get();
        Ok(if time.is_zero() { ActionResult::Done(1) } else { ActionResult::DoneAt(ctx.started_at().plus(time), 2) })
    }
}

/// Fail in one of many ways.
#[derive(Action)]
#[action(id = "test.fail", version = "1.0", capabilities(net("example.com:443"), fs_read(param = "how")))]
struct Fail;

/// How.
#[derive(Parameters)]
struct How {
    /// The way.
    how: String,
}

#[derive(Debug)]
struct Wrapped(Failure);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("wrapped")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl SimpleAction for Fail {
    type Input = How;
    type Output = ();

    async fn execute(&self, input: How, ctx: &ActionContext<Self>) -> Result<()> {
        let broken = || Err::<(), _>(io::Error::other("broken pipe"));
        match input.how.as_str() {
            "foreign" => Ok("x".parse::<u8>().map(drop)?),
            "transient" => broken().transient(),
            "permanent" => broken().permanent("test.pipe"),
            "invalid" => broken().invalid("/how"),
            "failure" => Err(Failure::new(FailureKind::Timeout, "remote.slow", "slow"))?,
            "wrapped" => Err(Wrapped(Failure::new(FailureKind::RateLimited, "remote.busy", "busy")))?,
            "undeclared" => {
                ctx.http().get("https://other.example.com/").send().await?;
                Ok(())
            }
            "limited" => Err(ActionError::rate_limited(Duration::from_secs(2)).before_effect()),
            "panic" => ctx.blocking(|| panic!("on purpose")).await,
            "forever" => {
                ctx.cancelled().await;
                Ok(())
            }
            path => {
                ctx.files_read().read_to_string(path, 20).await?;
                Ok(())
            }
        }
    }
}

fn fails(how: &str) -> Failure {
    call::<Fail>(json!({ "how": how })).failure()
}

#[test]
fn the_descriptor_holds_what_attribute_types_and_comments_say() {
    assert_json_snapshot!("weather_fetch", descriptor::<FetchWeather>());
    assert_json_snapshot!("test_wait", descriptor::<Wait>());
}

#[test]
fn an_action_that_says_no_effect_class_runs_at_most_once() {
    assert_eq!(descriptor::<Fail>().effect, EffectClass::AtMostOnce);
}

#[test]
fn an_action_runs_on_what_it_declares() {
    let host = FakeHost::new().answer(200, r#"{"sky":"clear"}"#);
    let output = call::<FetchWeather>(json!({ "name": "oslo", "copy": "out.json" }))
        .host(&host)
        .credential("key", "s3cret")
        .attempt(2)
        .output();
    assert_eq!(output, json!({ "sky": "CLEAR", "attempt": 2, "backup": false }));
    assert_eq!(host.requests()[0].headers, [("x-api-key".to_owned(), "s3cret".to_owned())]);
    assert_eq!(host.content("out.json").unwrap(), r#"{"sky":"clear"}"#);
}

#[test]
fn the_effect_may_depend_on_the_input() {
    let actions = Registry::new().with::<FetchWeather>();
    let fetch = actions.get(&"weather.fetch@1.1".parse().unwrap()).unwrap();
    assert_eq!(fetch.effect(&json!({ "name": "oslo" })), EffectClass::Pure);
    assert_eq!(fetch.effect(&json!({ "name": "oslo", "copy": "a" })), EffectClass::Idempotent);
    assert_eq!(fetch.effect(&json!("nonsense")), EffectClass::Idempotent);
}

#[test]
fn an_empty_slot_and_a_bad_secret_are_errors_of_the_credential() {
    let failure = call::<FetchWeather>(json!({ "name": "oslo" })).failure();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Auth, "credential.missing"));
    assert!(failure.help.unwrap().contains("weather.api"));
    let failure = call::<FetchWeather>(json!({ "name": "oslo" })).credential("key", "").failure();
    assert_eq!(failure.kind, FailureKind::Auth);
}

#[test]
fn a_credential_shows_its_kind_only() {
    let cred = Cred::new(WeatherApi("s3cret".into()));
    assert_eq!(format!("{cred:?}"), "Cred(weather.api, [redacted])");
}

#[test]
fn a_process_action_may_let_its_node_wait() {
    let start = Timestamp::from_micros(1_000_000);
    let output = call::<Wait>(json!({ "for": "5s" })).started_at(start).run().unwrap();
    assert_eq!(output, ActionOutput::DoneAt(Timestamp::from_micros(6_000_000), json!(2)));
    assert_eq!(call::<Wait>(json!({ "for": "0s" })).output(), json!(1));
}

#[test]
fn errors_keep_or_get_their_meaning() {
    use FailureKind as K;
    for (how, kind, code, message) in [
        ("foreign", K::Permanent, "action.error", "invalid digit found in string"),
        ("transient", K::Transient, "action.transient", "broken pipe"),
        ("permanent", K::Permanent, "test.pipe", "broken pipe"),
        ("invalid", K::Invalid, "action.invalid_input", "broken pipe"),
        ("failure", K::Timeout, "remote.slow", "slow"),
        ("wrapped", K::RateLimited, "remote.busy", "busy"),
        ("panic", K::Bug, "action.bug", "the work given to `blocking` panicked"),
        ("missing.txt", K::Permanent, "file.not_found", "there is no file `missing.txt`"),
    ] {
        let failure = fails(how);
        assert_eq!((failure.kind, failure.code.as_str(), failure.message.as_str()), (kind, code, message));
    }
    let limited = fails("limited");
    assert_eq!(limited.retry_after_us, Some(2_000_000));
    assert!(limited.before_effect);
}

#[test]
fn what_is_not_declared_is_denied_in_tests_too() {
    let failure = fails("undeclared");
    assert_eq!(failure.kind, FailureKind::Denied);
    assert_eq!(failure.help.unwrap(), "add `net(\"other.example.com:443\")` to its `capabilities(..)`");
}

#[test]
fn reading_a_text_is_bounded_and_checked() {
    let host = FakeHost::new()
        .file("long.txt", "a".repeat(21))
        .file("bad.txt", &b"abc\xff"[..])
        .file("good.txt", "\u{feff}fine");
    let code = |path: &str| call::<Fail>(json!({ "how": path })).host(&host).failure().code;
    assert_eq!(code("long.txt"), "file.too_large");
    assert_eq!(code("bad.txt"), "file.not_utf8");
    assert_eq!(call::<Fail>(json!({ "how": "good.txt" })).host(&host).output(), json!(null));
}

#[test]
fn cancellation_is_seen() {
    let failure = call::<FetchWeather>(json!({ "name": "a" })).credential("key", "k").cancelled().failure();
    assert_eq!(failure.kind, FailureKind::Cancelled);
    assert_eq!(call::<Fail>(json!({ "how": "forever" })).cancelled().output(), json!(null));
}

#[test]
#[should_panic(expected = "waits for something that never comes")]
fn a_test_does_not_hang() {
    let _ = call::<Fail>(json!({ "how": "forever" })).run();
}

#[test]
fn answers_of_a_status_of_an_error_are_classified() {
    use FailureKind as K;
    for (status, kind) in [
        (404, K::Permanent),
        (401, K::Auth),
        (403, K::Auth),
        (408, K::Transient),
        (429, K::Transient),
        (502, K::Transient),
    ] {
        let host = FakeHost::new().answer(status, "");
        let failure = call::<FetchWeather>(json!({ "name": "a" })).credential("key", "k").host(&host).failure();
        assert_eq!((failure.kind, failure.code.as_str()), (kind, format!("http.status_{status}").as_str()));
    }
}

#[test]
#[should_panic(expected = "the action `test.wait@1.0` is registered twice")]
fn an_action_is_registered_once() {
    let _ = Registry::new().with::<Wait>().with::<Wait>();
}

/// Names a parameter that is not there.
#[derive(Action)]
#[action(id = "test.lost", version = "1.0", capabilities(net(param = "uri")))]
struct Lost;

impl SimpleAction for Lost {
    type Input = How;
    type Output = ();

    async fn execute(&self, _: How, _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

#[test]
#[should_panic(expected = "its input has no parameter `uri`")]
fn a_capability_names_a_parameter_of_the_input() {
    let _ = Registry::new().with::<Lost>();
}

/// Gives back what it does not take.
#[derive(Parameters)]
struct Elsewhere(#[param(type_of = "rows")] Vec<Value>);

/// Refers to a parameter that is not there.
#[derive(Action)]
#[action(id = "test.elsewhere", version = "1.0", pure)]
struct FromElsewhere;

impl SimpleAction for FromElsewhere {
    type Input = How;
    type Output = Elsewhere;

    async fn execute(&self, _: How, _: &ActionContext<Self>) -> Result<Elsewhere> {
        Ok(Elsewhere(Vec::new()))
    }
}

#[test]
#[should_panic(expected = "of the action `test.elsewhere`: its input has no parameter `/rows`")]
fn a_type_refers_to_a_parameter_of_the_input() {
    let _ = Registry::new().with::<FromElsewhere>();
}

/// Every form of bounds that the macro lets pass: the model must read them all.
#[derive(Action)]
#[action(
    id = "test.bounds",
    version = "1.0",
    capabilities(
        net("example.com:443", "*.example.com:*", "*:80", "127.0.0.1:1", "[::1]:1", "10.0.0.0/8:*", "[fe80::/10]:2"),
        net("a_b-c.d:65535"),
        fs_read(".", "/", "a b/c"),
        fs_write("out/"),
        env("PATH", "lower_case")
    )
)]
struct Bounds;

impl SimpleAction for Bounds {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

#[test]
fn the_macro_and_the_model_agree_on_bounds() {
    assert_eq!(descriptor::<Bounds>().capabilities.0.len(), 14);
}
