//! From parameters to a request.

use nebula_sdk::{ActionError, ExposeSecret, HttpRequest, Result};
use url::{Url, form_urlencoded};

use super::input::RequestFields;
use crate::http::{
    HttpAuth,
    auth::{Place, is_header_name, is_header_value},
};

/// Headers that frame the message or choose another host behind the same address: the host sets them.
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

const KEY: &str = "Idempotency-Key";

/// The request, and what it is called in messages: method and address without query, which may hold secrets.
pub(super) fn request(input: RequestFields, auth: Option<&HttpAuth>, key: &str) -> Result<(HttpRequest, String)> {
    let mut url = address(&input.url)?;
    let place = format!("{} {}{}", input.method.as_str(), url.origin().ascii_serialization(), url.path());
    if input.timeout.is_some_and(|timeout| timeout.is_zero()) {
        return Err(ActionError::invalid("/timeout", "no exchange ends in no time"));
    }
    let mut headers = Vec::with_capacity(input.headers.len() + 3);
    for (name, value) in &input.headers {
        header(name, value)?;
        if let Some((other, _)) = headers.iter().find(|(other, _): &&(String, _)| other.eq_ignore_ascii_case(name)) {
            return Err(ActionError::invalid(pointer(name), format!("the header `{other}` is the same one")));
        }
        headers.push((name.clone(), value.clone()));
    }
    if input.idempotent {
        if let Some(own) = find(&headers, KEY) {
            return Err(ActionError::invalid(pointer(own), "`idempotent: true` sends this header already")
                .with_help("leave out the header to send the node's own key, or `idempotent` to send yours"));
        }
        headers.push((KEY.to_owned(), key.to_owned()));
    }
    for (name, value) in input.query.iter() {
        url.query_pairs_mut().append_pair(name, &value);
    }
    match auth.map(HttpAuth::place) {
        Some(Place::Header(name, value)) => {
            if let Some(own) = find(&headers, name) {
                return Err(ActionError::invalid(pointer(own), "the credential in the slot `auth` sets this header")
                    .with_help("leave out the header or the credential"));
            }
            headers.push((name.clone(), value.expose_secret().to_owned()));
        }
        Some(Place::Query(name, value)) => {
            if input.query.contains(name) {
                let message = "the credential in the slot `auth` sets this query parameter";
                return Err(ActionError::invalid(format!("/query/{}", escape(name)), message)
                    .with_help("leave out the parameter or the credential"));
            }
            url.query_pairs_mut().append_pair(name, value.expose_secret());
        }
        None => {}
    }
    let (content_type, body) = body(input.json.as_ref(), input.form.as_ref(), input.text)?;
    if let Some(content_type) = content_type
        && find(&headers, "content-type").is_none()
    {
        headers.push(("Content-Type".to_owned(), content_type.to_owned()));
    }
    let request = HttpRequest {
        method: input.method.as_str().to_owned(),
        url: url.into(),
        headers,
        body: body.into(),
        timeout: input.timeout.map(Into::into),
        max_response_bytes: input.max_response_bytes,
        max_redirects: if input.follow_redirects { 10 } else { 0 },
    };
    Ok((request, place))
}

fn address(text: &str) -> Result<Url> {
    let invalid = |message: String| ActionError::invalid("/url", message);
    // The address itself stays out of the message: it may hold a secret.
    let url = Url::parse(text).map_err(|error| {
        invalid(format!("the address cannot be read: {error}"))
            .with_help("write an absolute one, as in `https://api.example.com/orders`")
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid(format!("the scheme `{}` is not http or https", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("the address holds a user or a password, which the journal would keep".to_owned())
            .with_help("fill the credential slot `auth` instead"));
    }
    Ok(url)
}

fn header(name: &str, value: &str) -> Result<()> {
    let invalid = |message: String| ActionError::invalid(pointer(name), message);
    if !is_header_name(name) {
        return Err(invalid(format!("`{}` is no header name", name.escape_debug())));
    }
    if OWNED.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Err(invalid(format!("the header `{name}` is set by the host")).with_help("leave it out"));
    }
    if !is_header_value(value) {
        let message = format!("the value of the header `{name}` holds a character that no header may hold");
        return Err(
            invalid(message).with_help("remove line breaks and other control characters, and write the rest in ASCII")
        );
    }
    Ok(())
}

/// Content type and bytes.
fn body(
    json: Option<&serde_json::Value>,
    form: Option<&crate::http::Pairs>,
    text: Option<String>,
) -> Result<(Option<&'static str>, Vec<u8>)> {
    Ok(match (json, form, text) {
        (Some(json), ..) => (Some("application/json"), serde_json::to_vec(json)?),
        (_, Some(form), _) => {
            let mut encoded = form_urlencoded::Serializer::new(String::new());
            for (name, value) in form.iter() {
                encoded.append_pair(name, &value);
            }
            (Some("application/x-www-form-urlencoded"), encoded.finish().into_bytes())
        }
        (.., Some(text)) => (Some("text/plain; charset=utf-8"), text.into_bytes()),
        (None, None, None) => (None, Vec::new()),
    })
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().map(|(own, _)| own.as_str()).find(|own| own.eq_ignore_ascii_case(name))
}

fn pointer(name: &str) -> String {
    format!("/headers/{}", escape(name))
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
