use super::{HttpAuth, base64, percent};
use nebula_ports::host::HttpRequest;

fn applied(auth: &HttpAuth, url: &str) -> HttpRequest {
    let mut request = HttpRequest {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers: vec![("x-key".to_owned(), "old".to_owned())],
        body: bytes::Bytes::new(),
        timeout: None,
        max_response_bytes: 1,
        max_redirects: 0,
    };
    auth.apply(&mut request);
    request
}

#[test]
fn base64_is_that_of_the_rfc() {
    let pairs = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
    for (plain, encoded) in pairs {
        assert_eq!(base64(plain.as_bytes()), encoded);
    }
    assert_eq!(base64(&[0xfb, 0xef, 0xff]), "++//");
}

#[test]
fn what_is_not_unreserved_is_escaped() {
    assert_eq!(percent("a b&c=d~é/"), "a%20b%26c%3Dd~%C3%A9%2F");
}

#[test]
fn a_parameter_is_put_before_the_fragment() {
    let key = HttpAuth::query("a key", "s&t").unwrap();
    for (url, with) in [
        ("https://e.com", "https://e.com?a%20key=s%26t"),
        ("https://e.com/?x=1", "https://e.com/?x=1&a%20key=s%26t"),
        ("https://e.com/#y?z", "https://e.com/?a%20key=s%26t#y?z"),
    ] {
        assert_eq!(applied(&key, url).url, with);
    }
}

#[test]
fn a_header_takes_the_place_of_one_of_its_name() {
    let key = HttpAuth::header("X-Key", "s3cret").unwrap();
    assert_eq!(applied(&key, "https://e.com").headers, [("X-Key".to_owned(), "s3cret".to_owned())]);
    assert_eq!(format!("{key:?}"), "HttpAuth([redacted])");
}

#[test]
fn what_no_request_can_carry_is_refused_without_its_value() {
    let refused = [
        HttpAuth::bearer("s3cret\n"),
        HttpAuth::basic("s3:cret", "p"),
        HttpAuth::header("X-Key", "s3cret\u{e9}"),
        HttpAuth::header("X Key", "s3cret"),
        HttpAuth::query("", "s3cret"),
    ];
    for error in refused.map(Result::unwrap_err) {
        assert_eq!(error.code(), "credential.invalid");
        assert!(!format!("{error} {error:?}").contains("s3"), "{error}");
    }
}
