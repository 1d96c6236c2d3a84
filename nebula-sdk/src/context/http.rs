//! HTTP: a request put together step by step, and the answer read.

use std::{fmt, time::Duration};

use bytes::Bytes;
use nebula_ports::host::{Host, HttpRequest, HttpResponse};
use serde::{Serialize, de::DeserializeOwned};

use crate::{ActionError, HttpAuth, HttpCredential, Result};

/// HTTP, within what is declared and granted.
#[derive(Debug, Clone, Copy)]
pub struct Http<'a> {
    host: &'a dyn Host,
}

/// A request to be sent. Unless said otherwise it follows 10 redirects, accepts 10 MiB and has no limit of time besides
/// the attempt's own.
#[must_use = "nothing is sent before `send()`"]
pub struct HttpCall<'a> {
    host: &'a dyn Host,
    request: Result<HttpRequest>,
    auth: Vec<HttpAuth>,
}

/// Reading an answer.
pub trait HttpResponseExt: Sized {
    /// Whether the status is 2xx.
    fn is_success(&self) -> bool;

    /// The first header of this name.
    fn header(&self, name: &str) -> Option<&str>;

    /// Turns a status of 400 and above into an error: 429 and 503 with `Retry-After` in seconds are rate limits, 408,
    /// 425, 429 and 5xx are transient, 401 and 403 are `Auth`, others permanent. The code is `http.status_<status>`.
    ///
    /// # Errors
    /// As said.
    fn error_for_status(self) -> Result<Self>;

    /// The body as JSON.
    ///
    /// # Errors
    /// `Permanent` with the code `http.not_json`.
    fn json<T: DeserializeOwned>(&self) -> Result<T>;

    /// The body as text.
    ///
    /// # Errors
    /// `Permanent` with the code `http.not_utf8`.
    fn text(&self) -> Result<&str>;
}

// === impl Http ===

impl<'a> Http<'a> {
    pub(crate) fn new(host: &'a dyn Host) -> Self {
        Self { host }
    }

    /// Sends a request. An answer of any status is a success here; see [`HttpResponseExt::error_for_status`].
    ///
    /// # Errors
    /// `Denied` without a grant for the host, `Transient`, `Timeout`, `Permanent` when a limit is passed.
    pub async fn request(&self, request: HttpRequest) -> Result<HttpResponse> {
        Ok(self.host.http(request).await?)
    }

    /// A request of any method.
    pub fn method(&self, method: impl Into<String>, url: impl Into<String>) -> HttpCall<'a> {
        let request = HttpRequest {
            method: method.into(),
            url: url.into(),
            headers: Vec::new(),
            body: Bytes::new(),
            timeout: None,
            max_response_bytes: 10 * 1024 * 1024,
            max_redirects: 10,
        };
        HttpCall { host: self.host, request: Ok(request), auth: Vec::new() }
    }

    /// A `GET`.
    pub fn get(&self, url: impl Into<String>) -> HttpCall<'a> {
        self.method("GET", url)
    }

    /// A `POST`.
    pub fn post(&self, url: impl Into<String>) -> HttpCall<'a> {
        self.method("POST", url)
    }

    /// A `PUT`.
    pub fn put(&self, url: impl Into<String>) -> HttpCall<'a> {
        self.method("PUT", url)
    }

    /// A `PATCH`.
    pub fn patch(&self, url: impl Into<String>) -> HttpCall<'a> {
        self.method("PATCH", url)
    }

    /// A `DELETE`.
    pub fn delete(&self, url: impl Into<String>) -> HttpCall<'a> {
        self.method("DELETE", url)
    }
}

// === impl HttpCall ===

impl<'a> HttpCall<'a> {
    /// One that fails when it is sent.
    pub(crate) fn refused(error: ActionError, http: Http<'a>) -> Self {
        Self { host: http.host, request: Err(error), auth: Vec::new() }
    }
}

impl HttpCall<'_> {
    fn with(mut self, change: impl FnOnce(&mut HttpRequest)) -> Self {
        if let Ok(request) = &mut self.request {
            change(request);
        }
        self
    }

    /// Adds a header.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(|request| request.headers.push((name.into(), value.into())))
    }

    /// Lets it carry a credential, as its scheme says. No message about the request holds any of it.
    pub fn auth(mut self, credential: &(impl HttpCredential + ?Sized)) -> Self {
        match credential.http_auth() {
            Ok(auth) => {
                if let Ok(request) = &mut self.request {
                    auth.apply(request);
                }
                self.auth.push(auth);
            }
            Err(error) if self.request.is_ok() => self.request = Err(error),
            Err(_) => {}
        }
        self
    }

    /// Sets the body.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.with(|request| request.body = body.into())
    }

    /// Sets a JSON body, with its content type.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body(bytes).header("content-type", "application/json"),
            Err(error) => {
                let message = format!("the body cannot be written as JSON: {error}");
                self.request = Err(ActionError::permanent("http.body", message).before_effect());
                self
            }
        }
    }

    /// Limits the whole exchange.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|request| request.timeout = Some(timeout))
    }

    /// Largest body accepted, in bytes, after decompression (10 MiB).
    pub fn max_response_bytes(self, max: u64) -> Self {
        self.with(|request| request.max_response_bytes = max)
    }

    /// Most redirects followed (10).
    pub fn max_redirects(self, max: u32) -> Self {
        self.with(|request| request.max_redirects = max)
    }

    /// Sends it.
    ///
    /// # Errors
    /// As [`Http::request`].
    pub async fn send(self) -> Result<HttpResponse> {
        let blot = |text: &mut String| self.auth.iter().for_each(|auth| auth.redact(text));
        match self.host.http(self.request?).await {
            Ok(mut answer) => {
                blot(&mut answer.url);
                Ok(answer)
            }
            Err(mut failure) => {
                blot(&mut failure.message);
                if let Some(help) = &mut failure.help {
                    blot(help);
                }
                Err(failure.into())
            }
        }
    }
}

impl fmt::Debug for HttpCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request {
            // Headers may carry secrets, and so may the query.
            Ok(request) => {
                let mut url = request.url.clone();
                self.auth.iter().for_each(|auth| auth.redact(&mut url));
                write!(f, "HttpCall({} {url})", request.method)
            }
            Err(error) => write!(f, "HttpCall({error})"),
        }
    }
}

// === impl HttpResponseExt ===

impl HttpResponseExt for HttpResponse {
    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn error_for_status(self) -> Result<Self> {
        if self.status < 400 {
            return Ok(self);
        }
        let code = format!("http.status_{}", self.status);
        let message = format!("{} answered {}", self.url, self.status);
        let wait = self.header("retry-after").and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        Err(match (self.status, wait) {
            (429 | 503, Some(wait)) => ActionError::rate_limited(wait).with_code(code),
            (408 | 425 | 429 | 500.., _) => ActionError::transient(code, message),
            (401 | 403, _) => ActionError::auth(message).with_code(code),
            _ => ActionError::permanent(code, message),
        })
    }

    fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| {
            ActionError::permanent(
                "http.not_json",
                format!("{} did not answer with the JSON wanted: {error}", self.url),
            )
        })
    }

    fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.body).map_err(|error| {
            ActionError::permanent("http.not_utf8", format!("{} did not answer with UTF-8 text: {error}", self.url))
        })
    }
}
