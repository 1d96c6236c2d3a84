//! Redirects (RFC 9110, section 15.4): where to, with which method, body and headers.

use bytes::Bytes;
use nebula_ports::model::{Failure, FailureKind};
use reqwest::{
    Method, StatusCode,
    header::{self, HeaderMap, HeaderName},
};

use super::request::{Outgoing, check_url};

/// What follows on an answer.
#[derive(Debug)]
pub(crate) enum Next {
    /// It is the answer.
    Stay,
    /// It leads on.
    Follow(Box<Outgoing>),
}

/// Headers that go along to another origin: those that cannot carry a credential. A list of what may go, because nobody
/// can list every name under which services take a key.
const HARMLESS: [HeaderName; 10] = [
    header::ACCEPT,
    header::ACCEPT_CHARSET,
    header::ACCEPT_ENCODING,
    header::ACCEPT_LANGUAGE,
    header::CACHE_CONTROL,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_TYPE,
    header::RANGE,
    header::USER_AGENT,
];

/// Headers about a body, which go when the body goes.
const ABOUT_BODY: [HeaderName; 5] = [
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LOCATION,
    header::CONTENT_TYPE,
    header::CONTENT_RANGE,
];

pub(crate) fn next(sent: &Outgoing, status: StatusCode, headers: &HeaderMap) -> Result<Next, Failure> {
    let is_redirect = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let Some(location) = headers.get(header::LOCATION).filter(|_| is_redirect) else { return Ok(Next::Stay) };
    let bad = |message: String| {
        let message =
            format!("the redirect of {} cannot be followed: {message}", sent.url.origin().ascii_serialization());
        Failure::new(FailureKind::Permanent, "http.bad_redirect", message)
    };
    let location = str::from_utf8(location.as_bytes()).map_err(|_| bad("its location is not text".to_owned()))?;
    let url = sent.url.join(location).map_err(|error| bad(error.to_string()))?;
    check_url(&url).map_err(bad)?;

    let mut next = sent.clone();
    let becomes_get = match status.as_u16() {
        301 | 302 => sent.method == Method::POST,
        303 => sent.method != Method::HEAD,
        _ => false,
    };
    if becomes_get {
        next.method = Method::GET;
        next.body = Bytes::new();
        for name in ABOUT_BODY {
            next.headers.remove(name);
        }
    }
    if url.origin() != sent.url.origin() {
        next.headers = std::mem::take(&mut next.headers)
            .iter()
            .filter(|(name, _)| HARMLESS.contains(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
    }
    next.url = url;
    Ok(Next::Follow(Box::new(next)))
}

/// A failure on the way says that a redirect led there; something was sent before.
pub(crate) fn blame(failure: Failure, redirects: u32) -> Failure {
    let ordinal = if redirects == 1 { "a redirect".to_owned() } else { format!("redirect {redirects}") };
    Failure { message: format!("after {ordinal}: {}", failure.message), before_effect: false, ..failure }
}
