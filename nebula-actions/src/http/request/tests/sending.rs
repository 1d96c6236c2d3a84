use super::*;

#[test]
fn a_plain_address_is_fetched_with_the_documented_limits() {
    let sent = sent(json!({}));
    assert_eq!((sent.method.as_str(), sent.url.as_str()), ("GET", URL));
    assert_eq!((sent.headers, sent.body.len(), sent.timeout), (vec![], 0, None));
    assert_eq!((sent.max_response_bytes, sent.max_redirects), (10 * 1024 * 1024, 10));
}

#[test]
fn limits_are_passed_on() {
    let sent = sent(json!({ "timeout": "5s", "max_response_bytes": 7, "follow_redirects": false }));
    assert_eq!(sent.timeout, Some(std::time::Duration::from_secs(5)));
    assert_eq!((sent.max_response_bytes, sent.max_redirects), (7, 0));
}

#[test]
fn query_values_are_encoded_and_lists_repeat_their_name() {
    let sent =
        sent(json!({ "url": "https://a.example/x?q=1", "query": { "a": "ü &", "n": 1.5, "b": true, "l": [1, "x"] } }));
    assert_eq!(sent.url, "https://a.example/x?q=1&a=%C3%BC+%26&b=true&l=1&l=x&n=1.5");
}

#[test]
fn each_body_has_its_content_type() {
    let json = sent(json!({ "method": "POST", "json": { "a": [1] } }));
    assert_eq!((header(&json, "content-type"), &json.body[..]), (Some("application/json"), &br#"{"a":[1]}"#[..]));
    assert_eq!(sent(json!({ "method": "POST", "json": null })).body, "null");
    let form = sent(json!({ "method": "POST", "form": { "a": "x y", "b": [1, 2] } }));
    assert_eq!(header(&form, "content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(form.body, "a=x+y&b=1&b=2");
    let text = sent(json!({ "method": "POST", "text": "hé" }));
    assert_eq!((header(&text, "content-type"), &text.body[..]), (Some("text/plain; charset=utf-8"), "hé".as_bytes()));
}

#[test]
fn a_content_type_of_ones_own_wins() {
    let sent = sent(json!({ "method": "POST", "json": 1, "headers": { "content-type": "application/vnd.api+json" } }));
    assert_eq!(sent.headers, [("content-type".to_owned(), "application/vnd.api+json".to_owned())]);
}

#[test]
fn the_credential_goes_where_it_says() {
    let with = |secret: &str| {
        let host = FakeHost::new().answer(200, "");
        let _ = request(json!({ "query": { "a": 1 } })).credential("auth", secret).host(&host).output();
        host.requests().remove(0)
    };
    assert_eq!(header(&with("tok"), "authorization"), Some("Bearer tok"));
    assert_eq!(header(&with(r#"{"header": {"name": "X-Key", "value": "k"}}"#), "x-key"), Some("k"));
    assert_eq!(with(r#"{"query": {"name": "key", "value": "k&"}}"#).url, format!("{URL}?a=1&key=k%26"));
}

#[test]
fn every_attempt_sends_the_same_idempotency_key() {
    let host = FakeHost::new().answer(503, "").answer(200, "");
    for attempt in [1, 2] {
        let _ = request(json!({ "method": "POST", "idempotent": true })).attempt(attempt).host(&host).run();
    }
    let keys: Vec<_> = host.requests().iter().map(|sent| header(sent, "idempotency-key").unwrap().to_owned()).collect();
    assert_eq!(keys[0], keys[1]);
    assert_eq!(keys[0].len(), 64);
}

#[test]
fn without_idempotent_no_key_is_sent() {
    assert_eq!(header(&sent(json!({ "method": "POST" })), "idempotency-key"), None);
    let own = sent(json!({ "method": "POST", "headers": { "Idempotency-Key": "mine" } }));
    assert_eq!(header(&own, "idempotency-key"), Some("mine"));
}
