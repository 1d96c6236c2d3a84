//! Derived credentials, from what is stored to what is sent.

use nebula_sdk::{
    Failure, FailureKind, HttpAuth, HttpCredential,
    prelude::*,
    testing::{FakeHost, call},
};

/// A token.
#[derive(Credential)]
#[credential(id = "test.token", scheme = bearer)]
struct Token {
    token: SecretString,
}

/// A login.
#[derive(Credential)]
#[credential(id = "test.login", scheme = basic)]
struct Login {
    username: String,
    password: SecretString,
}

/// A key in a header.
#[derive(Credential)]
#[credential(id = "test.header_key", scheme = header("X-Api-Key"))]
struct HeaderKey {
    key: SecretString,
}

/// A key in the query.
#[derive(Credential)]
#[credential(id = "test.query_key", scheme = query("key"))]
struct QueryKey {
    key: SecretString,
}

/// Several texts, one of which may be absent.
#[derive(Credential)]
#[credential(id = "test.database", scheme = custom)]
struct Database {
    user: String,
    r#type: Option<String>,
    password: SecretString,
    key: Option<SecretString>,
}

fn read<T: Credential>(stored: &str) -> Result<T> {
    T::from_secret(stored.into())
}

/// Send one request with every credential that is bound.
#[nebula_sdk::action(id = "test.send", version = "1.0", capabilities(net("example.com:443")))]
async fn send_all(
    token: Option<Cred<Token>>,
    login: Option<Cred<Login>>,
    header: Option<Cred<HeaderKey>>,
    query: Option<Cred<QueryKey>>,
    ctx: &Ctx,
) -> Result<String> {
    let mut call = ctx.http().get("https://example.com/?a=1");
    if let Some(token) = &token {
        call = call.auth(token);
    }
    if let Some(login) = &login {
        call = call.auth(login);
    }
    if let Some(header) = &header {
        call = call.auth(header);
    }
    if let Some(query) = &query {
        call = call.auth(query);
    }
    let shown = format!("{call:?}");
    let answer = call.send().await?.error_for_status()?;
    Ok(format!("{shown} {}", answer.url))
}

fn headers(slot: &str, stored: &str) -> Vec<(String, String)> {
    let host = FakeHost::new().answer(200, "");
    let _ = call::<SendAll>(json!({})).credential(slot, stored).host(&host).output();
    host.requests()[0].headers.clone()
}

#[test]
fn each_scheme_sends_what_its_name_says() {
    let header = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    assert_eq!(headers("token", "s3cret"), header("Authorization", "Bearer s3cret"));
    let stored = r#"{"username": "ada", "password": "p\u00e4ss"}"#;
    assert_eq!(headers("login", stored), header("Authorization", "Basic YWRhOnDDpHNz"));
    assert_eq!(headers("header", "s3cret"), header("X-Api-Key", "s3cret"));
    assert_eq!(headers("query", "s3cret"), []);
}

#[test]
fn a_key_in_the_query_is_in_no_message() {
    let host = FakeHost::new().answer(200, "").answer(500, "").fail(Failure::new(
        FailureKind::Permanent,
        "http.lost",
        "https://example.com/?a=1&key=s3%26ret is lost",
    ));
    let call = || call::<SendAll>(json!({})).credential("query", "s3&ret").host(&host);
    let url = "https://example.com/?a=1&key=[redacted]";
    assert_eq!(call().output(), json!(format!("HttpCall(GET {url}) {url}")));
    assert_eq!(call().failure().message, format!("{url} answered 500"));
    assert_eq!(call().failure().message, format!("{url} is lost"));
    assert_eq!(host.requests()[0].url, "https://example.com/?a=1&key=s3%26ret");
}

#[test]
fn one_field_is_stored_as_the_text_itself() {
    assert_eq!(read::<Token>(" {}").unwrap().token.expose_secret(), " {}");
}

#[test]
fn several_fields_are_stored_as_a_json_object() {
    let database: Database = read(r#"{"password": "p", "user": "u", "type": "pg", "key": null}"#).unwrap();
    assert_eq!((database.user.as_str(), database.r#type.as_deref()), ("u", Some("pg")));
    assert_eq!(database.password.expose_secret(), "p");
    assert!(database.key.is_none());
}

#[test]
fn what_cannot_be_read_names_the_field_and_no_value() {
    for (stored, why) in [
        ("s3cret", "it is no JSON object"),
        ("[\"s3cret\"]", "it is no JSON object"),
        (r#"{"user": "s3cret"}"#, "`password` is missing"),
        (r#"{"user": "s3cret", "password": ["s3cret"]}"#, "`password` is no text"),
        (r#"{"user": "s3cret", "password": {"s3cret": 1}}"#, "`password` is no text"),
        (r#"{"user": 3, "password": "s3cret"}"#, "`user` is no text"),
        (r#"{"user": "", "password": "s3cret"}"#, "`user` is empty"),
        (r#"{"user": "s3cret", "password": "p", "user": "s3cret"}"#, "`user` is given twice"),
        (r#"{"user": "u", "password": "p", "s3cret": "s3cret"}"#, "it has a field that is not known"),
        (&"[".repeat(100_000), "it is no JSON object"),
    ] {
        let error = read::<Database>(stored).unwrap_err();
        let failure = error.failure();
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Auth, "credential.invalid"));
        assert_eq!(failure.message, format!("the credential for `test.database` cannot be used: {why}"));
        assert!(failure.before_effect && !format!("{failure:?}").contains("s3cret"));
    }
    let error = read::<Database>("").unwrap_err();
    let help = error.failure().help.clone().unwrap();
    assert!(help.ends_with(r#"{"user": "..", "type": "..", "password": "..", "key": ".."}"#), "{help}");
    let error = read::<Token>("").unwrap_err();
    assert_eq!(error.failure().message, "the credential for `test.token` cannot be used: `token` is empty");
}

#[test]
fn what_is_stored_with_its_scheme_is_read_without_it() {
    let header = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    assert_eq!(headers("token", r#"{"bearer": "s3cret"}"#), header("Authorization", "Bearer s3cret"));
    let stored = r#" {"basic": {"username": "ada", "password": "p\u00e4ss"}}"#;
    assert_eq!(headers("login", stored), header("Authorization", "Basic YWRhOnDDpHNz"));
    let stored = r#"{"header": {"name": "x-api-key", "value": "s3cret"}}"#;
    assert_eq!(headers("header", stored), header("X-Api-Key", "s3cret"));
    assert_eq!(
        read::<QueryKey>(r#"{"query": {"value": "s3cret", "name": "key"}}"#).unwrap().key.expose_secret(),
        "s3cret"
    );
    // Of a scheme of the action's own, the text is the action's.
    let text = r#"{"bearer": "s3cret"}"#;
    assert_eq!(read::<Signed>(text).unwrap().key.expose_secret(), text);
    // A token that happens to be JSON is a token.
    for text in [r#"{"token": "a"}"#, r#"{"bearer": "a", "more": "b"}"#, "{bearer}", "[1]"] {
        assert_eq!(read::<Token>(text).unwrap().token.expose_secret(), text);
    }
}

#[test]
fn what_is_stored_with_another_scheme_is_told_without_a_value() {
    let why = |error: ActionError| {
        let failure = error.failure().clone();
        assert!(failure.code == "credential.invalid" && failure.before_effect, "{failure:?}");
        assert!(!format!("{failure:?}").contains("s3cret"), "{failure:?}");
        failure.message.split_once("cannot be used: ").unwrap().1.to_owned()
    };
    let basic = r#"{"basic": {"username": "s3cret", "password": "s3cret"}}"#;
    let other = "it was stored with another scheme, and";
    assert_eq!(why(read::<Token>(basic).unwrap_err()), format!("{other} a bearer token is wanted"));
    assert_eq!(why(read::<HeaderKey>(basic).unwrap_err()), format!("{other} the value of a header is wanted"));
    assert_eq!(why(read::<QueryKey>(basic).unwrap_err()), format!("{other} a parameter of the query is wanted"));
    let bearer = r#"{"bearer": "s3cret"}"#;
    assert_eq!(why(read::<Login>(bearer).unwrap_err()), format!("{other} a user name and a password are wanted"));
    assert_eq!(
        why(read::<Token>(r#"{"bearer": ["s3cret"]}"#).unwrap_err()),
        format!("{other} a bearer token is wanted")
    );
    let named = |scheme: &str| format!(r#"{{"{scheme}": {{"name": "s3cret", "value": "s3cret"}}}}"#);
    assert_eq!(why(read::<HeaderKey>(&named("header")).unwrap_err()), "it was stored for another header");
    assert_eq!(why(read::<QueryKey>(&named("query")).unwrap_err()), "it was stored for another parameter of the query");
    let missing = r#"{"basic": {"username": "s3cret"}}"#;
    assert_eq!(why(read::<Login>(missing).unwrap_err()), "`password` is missing");
    assert_eq!(why(read::<Token>(r#"{"bearer": ""}"#).unwrap_err()), "`token` is empty");
}

#[test]
fn what_no_request_can_carry_is_told_before_the_action_runs() {
    let host = FakeHost::new();
    let failure = call::<SendAll>(json!({})).credential("token", "s3cret\n").host(&host).failure();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Auth, "credential.invalid"));
    let why = "no request can carry `token`: it holds a line break or another character that no header may hold";
    assert_eq!(failure.message, format!("the credential for `test.token` cannot be used: {why}"));
    assert_eq!(failure.help.as_deref(), Some("store the `token` itself, as plain text"));
    assert!(host.requests().is_empty());
}

#[test]
fn a_credential_shows_nothing() {
    let login = Cred::<Login>::fake();
    assert_eq!(format!("{login:?} {:?}", *login), "Cred(test.login, [redacted]) Login([redacted])");
}

#[test]
fn a_fake_has_the_form_of_its_kind() {
    assert_eq!(Cred::<Token>::fake().token.expose_secret(), "fake-token");
    assert_eq!(Cred::<HeaderKey>::fake().key.expose_secret(), "fake-key");
    assert_eq!(Cred::<QueryKey>::fake().key.expose_secret(), "fake-key");
    let login = Cred::<Login>::fake();
    assert_eq!((login.username.as_str(), login.password.expose_secret()), ("fake-username", "fake-password"));
    assert_eq!(Cred::<Database>::fake().r#type.as_deref(), Some("fake-type"));
}

/// A scheme of one's own.
#[derive(Credential)]
#[credential(id = "test.signed", scheme = custom)]
struct Signed {
    key: SecretString,
}

impl HttpCredential for Signed {
    fn http_auth(&self) -> Result<HttpAuth> {
        HttpAuth::header("X-Signature", &format!("{}-signed", self.key.expose_secret()))
    }
}

/// Send one request.
#[nebula_sdk::action(id = "test.signed", version = "1.0", capabilities(net("example.com:443")))]
async fn send_signed(key: Cred<Signed>, ctx: &Ctx) -> Result<u16> {
    Ok(ctx.http().get("https://example.com/").auth(&key).send().await?.status)
}

#[test]
fn a_custom_credential_may_say_how_it_is_carried() {
    let host = FakeHost::new().answer(204, "");
    assert_eq!(call::<SendSigned>(json!({})).credential("key", "k").host(&host).output(), json!(204));
    assert_eq!(host.requests()[0].headers, [("X-Signature".to_owned(), "k-signed".to_owned())]);
}
