use super::*;

fn body(content_type: &str, body: &[u8]) -> Value {
    answered(response(200, &[("content-type", content_type)], body)).output()["body"].clone()
}

#[test]
fn status_and_headers_come_with_the_body() {
    let headers = [("content-type", "application/json"), ("x-a", "1"), ("x-a", "2")];
    let output = answered(response(201, &headers, br#"{"id": 7}"#)).output();
    let headers = json!({ "content-type": "application/json", "x-a": "1, 2" });
    assert_eq!(output, json!({ "status": 201, "headers": headers, "body": { "id": 7 } }));
}

#[test]
fn the_body_is_read_by_its_content_type() {
    assert_eq!(body("application/json; charset=utf-8", b"[1]"), json!([1]));
    assert_eq!(body("application/problem+json", b"{}"), json!({}));
    assert_eq!(body("text/html", "<p>é".as_bytes()), json!("<p>é"));
    assert_eq!(body("text/plain; charset=ISO-8859-1", b"caf\xe9"), json!("café"));
    assert_eq!(body("image/svg+xml", b"<svg/>"), json!("<svg/>"));
    assert_eq!(body("image/png", b"\x89PNG"), json!({ "base64": "iVBORw==" }));
    assert_eq!(body("text/plain", b"\xff"), json!({ "base64": "/w==" }));
    assert_eq!(body("application/json", b""), json!(null));
}

#[test]
fn without_a_content_type_it_is_text_if_it_can_be() {
    let plain = |body: &[u8]| answered(response(200, &[], body)).output()["body"].clone();
    assert_eq!(plain(b"{}"), json!("{}"));
    assert_eq!(plain(b"\xff"), json!({ "base64": "/w==" }));
}

#[test]
fn json_that_is_none_is_an_error() {
    let failure = answered(response(200, &[("content-type", "application/json")], b"<html>")).failure();
    assert_eq!(failure.code, "http.not_json");
    assert!(failure.message.starts_with("GET https://api.example.com/orders answered 200"), "{failure}");
}

#[test]
fn a_redirect_that_is_not_followed_is_the_answer() {
    let output = answered(response(302, &[("location", "/x")], b"")).output();
    assert_eq!((&output["status"], &output["headers"]["location"]), (&json!(302), &json!("/x")));
}
