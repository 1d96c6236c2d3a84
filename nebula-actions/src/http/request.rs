//! `http.request@1`

mod answer;
mod input;
mod outgoing;
mod refused;

use nebula_sdk::Failure;
use nebula_sdk::prelude::*;

pub use self::{
    answer::HttpAnswer,
    input::{HttpRequestInput, Method, RequestFields},
};
use super::HttpAuth;

/// Sends an HTTP request.
///
/// ```yaml
/// - id: charge
///   action: http.request@1
///   parameters:
///     method: POST
///     url: https://api.example.com/charges
///     json: { amount: !expr $input.amount }
///     idempotent: true
///   credentials: { auth: payment_api }
///   retry: { max_attempts: 5, backoff: { exponential: 200ms } }
/// ```
///
/// **Repeating.** `GET`, `HEAD`, `OPTIONS`, `PUT` and `DELETE` are idempotent. `POST` and `PATCH` are at most once, unless
/// `idempotent: true`: then each attempt sends the same `Idempotency-Key`, and the remote has to know it.
///
/// **Answers.** `body` is JSON for a JSON content type, text for text, null when empty, and `{"base64": ".."}` for
/// anything else.
///
/// **Failures**, with the code `http.status_<status>`: 408, 425 and 5xx are transient, 429 is a rate limit, both not
/// before `Retry-After`; 401 and 403 are a matter of the credential; other statuses from 400 on are permanent. The
/// message quotes the first 200 characters of a text body.
#[derive(Debug, Action)]
#[action(
    id = "http.request",
    version = "1.0",
    name = "HTTP request",
    category = "Web",
    tags("http", "rest", "api", "webhook"),
    icon = "globe",
    at_most_once,
    capabilities(net(param = "url"))
)]
pub struct HttpRequest {
    /// Who the request is from: a bearer token, a user with a password, a header or a query parameter.
    auth: Option<Cred<HttpAuth>>,
}

impl SimpleAction for HttpRequest {
    type Input = HttpRequestInput;
    type Output = HttpAnswer;

    async fn execute(&self, input: HttpRequestInput, ctx: &ActionContext<Self>) -> Result<HttpAnswer> {
        let auth = self.auth.as_deref();
        let (request, place) = outgoing::request(input.0, auth, &ctx.idempotency_key().to_string())?;
        let exchange = async {
            let response = ctx.http().request(request).await?;
            if response.status >= 400 {
                return Err(refused::failure(&response, &place, ctx.started_at(), auth.is_some()));
            }
            answer::read(response, &place)
        };
        exchange.await.map_err(|error| match auth {
            Some(auth) => {
                let mut failure = Failure::from(error);
                failure.message = auth.redact(failure.message);
                failure.into()
            }
            None => error,
        })
    }

    fn effect(input: &HttpRequestInput) -> EffectClass {
        if input.0.idempotent || input.0.method.is_idempotent() {
            EffectClass::Idempotent
        } else {
            EffectClass::AtMostOnce
        }
    }
}

#[cfg(test)]
mod tests;
