//! A request as it will be sent: nothing in it can break out of its place.

use bytes::Bytes;
use nebula_ports::{
    host::HttpRequest,
    model::{Failure, FailureKind},
};
use reqwest::{
    Method, Request, Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};

/// A request that was checked.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) max_response_bytes: u64,
    pub(crate) max_redirects: u32,
}

/// Headers that frame the message, choose another host behind the same address, or speak to the next hop.
const OWNED: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

// === impl Outgoing ===

impl Outgoing {
    pub(crate) fn check(request: HttpRequest) -> Result<Self, Failure> {
        let invalid = |code: &'static str, message: String| Failure::new(FailureKind::Invalid, code, message);
        let method = match Method::from_bytes(request.method.as_bytes()) {
            Ok(method) if method != Method::CONNECT && method != Method::TRACE => method,
            _ => {
                let message = format!("`{}` is no method to send", request.method.escape_debug());
                return Err(invalid("http.invalid_method", message)
                    .with_help("write GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or one of your own in letters"));
            }
        };
        let url = Url::parse(&request.url)
            .map_err(|error| invalid("http.invalid_url", format!("the URL cannot be read: {error}")))?;
        check_url(&url).map_err(|message| invalid("http.invalid_url", message))?;
        let mut headers = HeaderMap::with_capacity(request.headers.len());
        for (name, value) in &request.headers {
            // Values are never shown: they may be secret.
            let parsed = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| invalid("http.invalid_header", format!("`{}` is no header name", name.escape_debug())))?;
            if OWNED.contains(&parsed.as_str()) {
                return Err(invalid("http.invalid_header", format!("the header `{parsed}` is set by the host"))
                    .with_help("leave it out"));
            }
            let value = HeaderValue::from_str(value).map_err(|_| {
                invalid(
                    "http.invalid_header",
                    format!("the value of the header `{parsed}` holds a character that no header may hold"),
                )
                .with_help("remove line breaks and other control characters, and write the rest in ASCII")
            })?;
            headers.append(parsed, value);
        }
        Ok(Self {
            method,
            url,
            headers,
            body: request.body,
            max_response_bytes: request.max_response_bytes,
            max_redirects: request.max_redirects,
        })
    }

    pub(crate) fn to_request(&self) -> Request {
        let mut request = Request::new(self.method.clone(), self.url.clone());
        *request.headers_mut() = self.headers.clone();
        if !self.body.is_empty() {
            *request.body_mut() = Some(self.body.clone().into());
        }
        request
    }
}

/// What holds for every URL that is requested, also by a redirect.
pub(super) fn check_url(url: &Url) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("the scheme `{}` is not http or https", url.scheme()));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("the URL has no host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the URL holds a user or a password, which would end up in logs: use a credential slot".to_owned());
    }
    Ok(())
}
