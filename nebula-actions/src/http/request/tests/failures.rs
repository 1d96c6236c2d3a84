use nebula_sdk::FailureKind;

use super::*;

fn refused(status: u16, headers: &[(&str, &str)]) -> Failure {
    answered(response(status, headers, b"")).failure()
}

#[test]
fn the_status_says_whether_to_try_again() {
    use FailureKind::{Auth, Permanent, RateLimited, Transient};
    for (status, kind) in [
        (400, Permanent),
        (401, Auth),
        (403, Auth),
        (404, Permanent),
        (408, Transient),
        (409, Permanent),
        (425, Transient),
        (429, RateLimited),
        (500, Transient),
        (503, Transient),
        (599, Transient),
    ] {
        let failure = refused(status, &[]);
        assert_eq!(failure.kind, kind, "{status}");
        assert_eq!(failure.code, format!("http.status_{status}"));
        assert_eq!(failure.retry_after_us, None);
        assert!(!failure.before_effect);
    }
}

#[test]
fn retry_after_is_seconds() {
    for status in [429, 503] {
        assert_eq!(refused(status, &[("retry-after", "120")]).retry_after_us, Some(120_000_000), "{status}");
    }
    assert_eq!(refused(404, &[("retry-after", "120")]).retry_after_us, None);
}

#[test]
fn retry_after_is_a_date_by_the_remotes_clock_or_ours() {
    // The call begins at 2026-01-01T00:00:00Z.
    let until = ("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT");
    assert_eq!(refused(429, &[until]).retry_after_us, Some(30_000_000));
    let date = ("date", "Thu, 01 Jan 2026 00:00:20 GMT");
    assert_eq!(refused(429, &[until, date]).retry_after_us, Some(10_000_000));
    assert_eq!(refused(429, &[("retry-after", "Wed, 31 Dec 2025 23:00:00 GMT")]).retry_after_us, Some(0));
    assert_eq!(refused(429, &[("retry-after", "later")]).retry_after_us, None);
}

#[test]
fn the_message_quotes_the_beginning_of_a_text_only() {
    let message = |content_type, body: &[u8]| {
        let host = FakeHost::new().answer_with(response(400, &[("content-type", content_type)], body));
        request(json!({ "query": { "token": "canary" }, "headers": { "X-Own": "canary" } }))
            .host(&host)
            .failure()
            .message
    };
    let place = "GET https://api.example.com/orders answered 400";
    assert_eq!(message("application/json", b"{\n  \"error\": 1\n}"), format!("{place}: {{ \"error\": 1 }}"));
    assert_eq!(message("text/plain", "é".repeat(300).as_bytes()), format!("{place}: {}…", "é".repeat(200)));
    assert_eq!(message("image/png", b"png"), place);
}

#[test]
fn an_echoed_credential_is_blotted_out() {
    let host = FakeHost::new().answer(401, "no such token: canary");
    let failure = request(json!({})).credential("auth", "canary").host(&host).failure();
    assert!(failure.message.ends_with("no such token: [redacted]"), "{failure}");
    assert!(failure.help.is_some());
}

#[test]
fn failures_of_the_host_keep_their_meaning() {
    let down = Failure::new(FailureKind::Transient, "http.connect", "no connection").before_effect();
    let failure = request(json!({})).credential("auth", "t0k").host(&FakeHost::new().fail(down.clone())).failure();
    assert_eq!(failure, down);
}
