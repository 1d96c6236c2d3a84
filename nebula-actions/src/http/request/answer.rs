//! From an answer to output.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nebula_sdk::prelude::*;
use serde_json::{Value, json};

/// An answer with a status below 400.
#[derive(Debug, Parameters)]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, and values; values of a repeated header are joined with `, `.
    pub headers: BTreeMap<String, String>,
    /// JSON for a JSON content type, text for text, null when empty, `{"base64": ".."}` for anything else.
    pub body: Value,
}

/// What a body is, by its content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// JSON.
    Json,
    /// Text in UTF-8.
    Utf8,
    /// Text whose bytes are the code points.
    Latin1,
    /// Nobody said.
    Unknown,
    /// Anything else.
    Binary,
}

/// Reads the answer to the request called `place`.
pub(super) fn read(response: HttpResponse, place: &str) -> Result<HttpAnswer> {
    let body = body(&response, place)?;
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in response.headers {
        headers
            .entry(name)
            .and_modify(|all| {
                all.push_str(", ");
                all.push_str(&value);
            })
            .or_insert(value);
    }
    Ok(HttpAnswer { status: response.status, headers, body })
}

fn body(response: &HttpResponse, place: &str) -> Result<Value> {
    if response.body.is_empty() {
        return Ok(Value::Null);
    }
    if Kind::of(response) == Kind::Json {
        return serde_json::from_slice(&response.body).map_err(|error| {
            let message = format!("{place} answered {} with what is not the JSON it says: {error}", response.status);
            ActionError::permanent("http.not_json", message)
        });
    }
    Ok(match text(response) {
        Some(text) => text.into(),
        None => json!({ "base64": STANDARD.encode(&response.body) }),
    })
}

/// The body, if it is text.
pub(super) fn text(response: &HttpResponse) -> Option<String> {
    match Kind::of(response) {
        Kind::Json | Kind::Utf8 | Kind::Unknown => str::from_utf8(&response.body).ok().map(str::to_owned),
        Kind::Latin1 => Some(response.body.iter().map(|byte| char::from(*byte)).collect()),
        Kind::Binary => None,
    }
}

// === impl Kind ===

impl Kind {
    /// What the answer says of itself.
    pub(super) fn of(response: &HttpResponse) -> Self {
        let Some(header) = response.header("content-type") else { return Self::Unknown };
        let mut parts = header.split(';').map(|part| part.trim().to_ascii_lowercase());
        let essence = parts.next().unwrap_or_default();
        let subtype = essence.split_once('/').map_or("", |(_, subtype)| subtype);
        if subtype == "json" || subtype.ends_with("+json") {
            return Self::Json;
        }
        let is_text = essence.starts_with("text/")
            || subtype.ends_with("+xml")
            || matches!(subtype, "xml" | "javascript" | "yaml" | "x-www-form-urlencoded" | "x-ndjson" | "graphql");
        if !is_text {
            return Self::Binary;
        }
        let charset =
            parts.find_map(|part| part.strip_prefix("charset=").map(|name| name.trim_matches('"').to_owned()));
        match charset.as_deref() {
            None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => Self::Utf8,
            Some("iso-8859-1" | "latin1") => Self::Latin1,
            Some(_) => Self::Binary,
        }
    }
}
