//! What is sent where.

use std::collections::BTreeMap;

use nebula_sdk::{
    flow::{Accepts, Draft},
    prelude::*,
};
use serde_json::Value;

use crate::{exclusive, http::Pairs};

/// The parameters that are a body.
const BODIES: [&str; 3] = ["json", "form", "text"];

/// The parameters of `http.request`, with at most one body.
#[derive(Debug)]
pub struct HttpRequestInput(pub RequestFields);

/// What is sent where.
#[derive(Debug, Parameters)]
pub struct RequestFields {
    /// The method.
    #[param(default = Method::Get)]
    pub method: Method,
    /// The address: absolute, `http` or `https`, without user and password.
    #[param(format = "uri", example = "https://api.example.com/orders")]
    pub url: String,
    /// Header names and values. What the transport sets (`Host`, `Content-Length`, ..) cannot be set.
    #[param(default)]
    pub headers: BTreeMap<String, String>,
    /// Query parameters, added to those of the address; a list repeats its name.
    #[param(default)]
    pub query: Pairs,
    /// A JSON body.
    pub json: Option<Value>,
    /// A body of form fields, URL-encoded; a list repeats its name.
    pub form: Option<Pairs>,
    /// A text body, `text/plain` unless a header `Content-Type` says otherwise.
    pub text: Option<String>,
    /// The remote knows `Idempotency-Key`: each attempt sends the same key, and a `POST` or `PATCH` may be repeated.
    #[param(default = false)]
    pub idempotent: bool,
    /// Limit of the whole exchange with its redirects, as in `10s`; without it, the node's `timeout` counts alone.
    #[param(example = "10s")]
    pub timeout: Option<DurationText>,
    /// Largest body accepted, in bytes, after decompression; 10 MiB unless set.
    #[param(default = 10 * 1024 * 1024, min = 1)]
    pub max_response_bytes: u64,
    /// Follow redirects, at most 10. Otherwise a redirect is the answer.
    #[param(default = true)]
    pub follow_redirects: bool,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameters)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Read.
    Get,
    /// Read the headers only.
    Head,
    /// Have something done or made.
    Post,
    /// Put something in a place.
    Put,
    /// Change a part of something.
    Patch,
    /// Remove.
    Delete,
    /// Ask what is possible.
    Options,
}

// === impl HttpRequestInput ===

/// In a workflow, its parameters are those of the fields.
impl Accepts for HttpRequestInput {
    type Call<O> = <RequestFields as Accepts>::Call<O>;

    fn call<O>(draft: Draft<O>) -> Self::Call<O> {
        RequestFields::call(draft)
    }
}

impl Parameters for HttpRequestInput {
    fn input_schema() -> Value {
        let mut schema = RequestFields::input_schema();
        exclusive::at_most_one(&mut schema, &BODIES);
        schema
    }

    fn decode(value: &Value) -> Result<Self> {
        let mut fields = RequestFields::decode(value)?;
        exclusive::check(value, &BODIES)?;
        // Null is a value that can be sent.
        fields.json = value.get("json").cloned();
        Ok(Self(fields))
    }
}

// === impl Method ===

impl Method {
    /// As it is sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }

    /// Whether repeating it has the effect of doing it once (RFC 9110, section 9.2.2).
    #[must_use]
    pub const fn is_idempotent(self) -> bool {
        !matches!(self, Self::Post | Self::Patch)
    }
}
