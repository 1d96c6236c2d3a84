//! Actions written as one function.

use nebula_sdk::{
    ActionOutput, FailureKind,
    prelude::*,
    testing::{FakeHost, call, descriptor},
};

struct Key(SecretString);

impl Credential for Key {
    const ID: &'static str = "test.key";

    fn from_secret(secret: SecretString) -> Result<Self> {
        Ok(Self(secret))
    }
}

/// Fetch the forecast.
#[nebula_sdk::action(
    id = "test.forecast",
    version = "1.3",
    idempotent,
    timeout = "5s",
    retry(max = 2),
    capabilities(net(param = "url"))
)]
pub(crate) async fn fetch_forecast(
    /// Where to ask.
    #[param(format = "uri")]
    url: String,
    /// Days to look ahead.
    #[param(default = 1, max = 14)]
    #[serde(rename = "for")]
    mut days: u8,
    /// The key of the service.
    key: Cred<Key>,
    backup: Option<Cred<Key>>,
    ctx: &Ctx,
) -> Result<Value> {
    days += 1;
    let key = key.0.expose_secret();
    let url = format!("{url}?days={days}");
    let answer = ctx.http().get(url).header("x-key", key).send().await?.error_for_status()?;
    Ok(json!({ "body": answer.text()?, "backup": backup.is_some() }))
}

/// The same, by hand.
mod by_hand {
    use super::{Key, Result, Value};
    use nebula_sdk::prelude::*;

    /// Fetch the forecast.
    #[derive(Action)]
    #[action(
        id = "test.forecast",
        version = "1.3",
        idempotent,
        timeout = "5s",
        retry(max = 2),
        capabilities(net(param = "url"))
    )]
    #[expect(dead_code, reason = "only its descriptor is looked at")]
    pub(super) struct FetchForecast {
        /// The key of the service.
        key: Cred<Key>,
        backup: Option<Cred<Key>>,
    }

    /// Input of the action `test.forecast`.
    #[derive(Parameters)]
    pub(super) struct FetchForecastInput {
        /// Where to ask.
        #[param(format = "uri")]
        url: String,
        /// Days to look ahead.
        #[param(default = 1, max = 14)]
        #[serde(rename = "for")]
        days: u8,
    }

    impl SimpleAction for FetchForecast {
        type Input = FetchForecastInput;
        type Output = Value;

        async fn execute(&self, input: FetchForecastInput, _: &ActionContext<Self>) -> Result<Value> {
            Ok(json!([input.url, input.days]))
        }
    }
}

#[test]
fn a_function_has_the_descriptor_of_what_one_would_write_by_hand() {
    assert_eq!(descriptor::<FetchForecast>(), descriptor::<by_hand::FetchForecast>());
}

#[test]
fn the_body_sees_parameters_slots_and_context() {
    let host = FakeHost::new().answer(200, "fine");
    let input = FetchForecastInput { url: "https://example.com/".to_owned(), days: 2 };
    let output = call::<FetchForecast>(input).credential("key", "s3cret").host(&host).output();
    assert_eq!(output, json!({ "body": "fine", "backup": false }));
    let sent = &host.requests()[0];
    assert_eq!(sent.url, "https://example.com/?days=3");
    assert_eq!(sent.headers, [("x-key".to_owned(), "s3cret".to_owned())]);
}

#[test]
fn an_empty_slot_is_an_error_before_the_body() {
    let failure = call::<FetchForecast>(json!({ "url": "https://example.com/" })).failure();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Auth, "credential.missing"));
}

/// How long.
#[derive(Parameters)]
struct HowLong {
    /// The time.
    time: DurationText,
}

/// Wait.
#[nebula_sdk::action(id = "test.hold_on", version = "1.0", pure)]
async fn hold_on(#[input] HowLong { time }: HowLong, ctx: &ActionContext) -> Result<ActionResult<u8>> {
    Ok(if time.is_zero() { ActionResult::Done(1) } else { ActionResult::DoneAt(ctx.started_at().plus(time.get()), 2) })
}

#[test]
fn a_function_may_take_a_struct_and_let_its_node_wait() {
    let start = Timestamp::from_micros(0);
    let output = call::<HoldOn>(json!({ "time": "2s" })).started_at(start).run().unwrap();
    assert_eq!(output, ActionOutput::DoneAt(Timestamp::from_micros(2_000_000), json!(2)));
    assert_eq!(call::<HoldOn>(json!({ "time": "0s" })).output(), json!(1));
}

/// Do nothing.
#[nebula_sdk::action(id = "test.nothing", version = "1.0", pure)]
async fn nothing() -> Result<()> {
    Ok(())
}

#[test]
fn a_function_without_arguments_has_no_parameters() {
    assert_eq!(call::<Nothing>(json!({})).output(), json!(null));
    assert_eq!(descriptor::<Nothing>().input_schema["properties"], json!({}));
    assert_eq!(call::<Nothing>(json!({ "a": 1 })).failure().kind, FailureKind::Invalid);
}

/// Say what came in: names that the expansion uses too, and a word that Rust keeps for itself.
#[nebula_sdk::action(id = "test.names", version = "1.0", pure)]
async fn names(
    /// A text.
    input: String,
    /// A word.
    r#type: String,
    /// Another.
    execute: Option<String>,
    _: &Ctx,
) -> Result<Vec<String>> {
    Ok([Some(input), Some(r#type), execute].into_iter().flatten().collect())
}

#[test]
fn arguments_have_any_name() {
    let output = call::<Names>(json!({ "input": "a", "type": "b", "execute": "c" })).output();
    assert_eq!(output, json!(["a", "b", "c"]));
}

/// The attribute by its bare name, beside a derive that has an attribute of this name.
mod imported {
    use nebula_sdk::{action, prelude::*};

    /// Do nothing.
    #[action(id = "test.imported", version = "1.0", pure)]
    pub(super) async fn imported() -> Result<()> {
        Ok(())
    }
}

#[test]
fn the_attribute_may_be_imported() {
    assert_eq!(call::<imported::Imported>(json!({})).output(), json!(null));
}
