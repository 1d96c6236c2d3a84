//! From a status of 400 and above to a failure.

use std::time::Duration;

use nebula_sdk::{ActionError, Failure, FailureKind, HttpResponse, HttpResponseExt, Timestamp};

use super::answer;

/// Characters of a body that a message quotes.
const QUOTED: usize = 200;

/// What the status means.
pub(super) fn failure(response: &HttpResponse, place: &str, now: Timestamp, with_auth: bool) -> ActionError {
    let kind = match response.status {
        429 => FailureKind::RateLimited,
        408 | 425 | 500.. => FailureKind::Transient,
        401 | 403 => FailureKind::Auth,
        _ => FailureKind::Permanent,
    };
    let mut failure = Failure::new(kind, format!("http.status_{}", response.status), message(response, place));
    if kind.is_retryable()
        && let Some(wait) = wait(response, now)
    {
        failure = failure.retry_after(wait);
    }
    if kind == FailureKind::Auth {
        failure = failure.with_help(if with_auth {
            "check what the credential in the slot `auth` is allowed to do, and whether it has expired"
        } else {
            "bind a credential of kind `http.auth` in the node's `credentials`: `auth: ..`"
        });
    }
    failure.into()
}

fn message(response: &HttpResponse, place: &str) -> String {
    let mut message = format!("{place} answered {}", response.status);
    if let Some(text) = answer::text(response) {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut chars = words.chars();
        let quoted: String = chars.by_ref().take(QUOTED).collect();
        if !quoted.is_empty() {
            message.push_str(": ");
            message.push_str(&quoted);
            if chars.next().is_some() {
                message.push('…');
            }
        }
    }
    message
}

/// `Retry-After`: seconds, or a date, which is compared with the remote's own clock when it tells it.
fn wait(response: &HttpResponse, now: Timestamp) -> Option<Duration> {
    let text = response.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = date(text)?;
    let now = response.header("date").and_then(date).unwrap_or(now);
    Some(until.since(now))
}

fn date(text: &str) -> Option<Timestamp> {
    let zoned = jiff::fmt::rfc2822::parse(text.trim()).ok()?;
    Some(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
}
