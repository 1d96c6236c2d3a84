use nebula_sdk::FailureKind;

use super::*;

fn read(text: &str) -> Result<HttpAuth> {
    HttpAuth::from_secret(text.into())
}

fn header(text: &str) -> (String, String) {
    match read(text).unwrap().place {
        Place::Header(name, value) => (name, value.expose_secret().to_owned()),
        Place::Query(..) => panic!("a header is wanted"),
    }
}

#[test]
fn each_form_says_where_the_credential_goes() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(header("tok\n"), pair("Authorization", "Bearer tok"));
    assert_eq!(header(r#"{"bearer": "tok"}"#), pair("Authorization", "Bearer tok"));
    assert_eq!(
        header(r#"{"basic": {"username": "Aladdin", "password": "open sesame"}}"#),
        pair("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    );
    assert_eq!(header(r#"{"header": {"name": "X-Key", "value": "k"}}"#), pair("X-Key", "k"));
    let query = read(r#"{"query": {"name": "key", "value": "k"}}"#).unwrap().place;
    assert!(matches!(query, Place::Query(name, value) if name == "key" && value.expose_secret() == "k"));
}

#[test]
fn what_cannot_be_used_is_refused_without_being_quoted() {
    for wrong in [
        "",
        "  ",
        "canary\r\nX-Other: 1",
        "canäry",
        r#"{"token": "canary"}"#,
        r#"{"bearer": "canary", "basic": 1}"#,
        r#"{"bearer": ""}"#,
        r#"{"basic": {"username": "canary"}}"#,
        r#"{"basic": {"username": "a:b", "password": "canary"}}"#,
        r#"{"header": {"name": "X Key", "value": "canary"}}"#,
        r#"{"header": {"name": "X-Key", "value": "canary\n"}}"#,
        r#"{"query": {"name": "", "value": "canary"}}"#,
        r#"{"bearer": "canary""#,
    ] {
        let error = read(wrong).unwrap_err();
        assert_eq!((error.kind(), error.code()), (FailureKind::Auth, "credential.invalid"), "{wrong}");
        assert!(error.failure().help.is_some());
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

#[test]
fn nothing_of_it_is_shown() {
    let auth = read(r#"{"query": {"name": "key", "value": "a b"}}"#).unwrap();
    assert_eq!(format!("{auth:?}"), "HttpAuth([redacted])");
    assert_eq!(auth.redact("?key=a+b or `a b`".to_owned()), "?key=[redacted] or `[redacted]`");
}
