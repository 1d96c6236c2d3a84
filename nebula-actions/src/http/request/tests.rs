mod answers;
mod effects;
mod failures;
mod mistakes;
mod sending;

use nebula_sdk::{
    HttpRequest as Sent, HttpResponse,
    testing::{Call, FakeHost, call},
};
use serde_json::{Value, json};

use super::*;

const URL: &str = "https://api.example.com/orders";

/// A call to [`URL`] with these parameters besides.
#[expect(clippy::needless_pass_by_value, reason = "the calls stay short")]
fn request(more: Value) -> Call {
    let mut input = json!({ "url": URL });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    call::<HttpRequest>(input)
}

/// What is sent for these parameters.
fn sent(more: Value) -> Sent {
    let host = FakeHost::new().answer(200, "");
    let _ = request(more).host(&host).output();
    host.requests().remove(0)
}

fn header<'a>(request: &'a Sent, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// An answer with headers.
fn response(status: u16, headers: &[(&str, &str)], body: &[u8]) -> HttpResponse {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    HttpResponse { status, headers, body: body.to_vec().into(), url: String::new() }
}

/// The outcome for this answer.
fn answered(response: HttpResponse) -> Call {
    request(json!({})).host(&FakeHost::new().answer_with(response))
}
