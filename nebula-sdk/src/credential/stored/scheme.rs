//! Secrets that are stored with their scheme: `{"basic": {"username": "ada", "password": ".."}}`.

use nebula_ports::model::CredentialScheme;
use secrecy::{ExposeSecret, SecretString};

use super::json::{Object, Value};

/// What such an object has as its one member.
const SCHEMES: [&str; 4] = ["bearer", "basic", "header", "query"];

/// What is stored for a credential of a scheme, without the scheme: a text, or an object where several texts are wanted. The
/// error is why not, without any of it.
pub(super) fn unwrapped(scheme: &CredentialScheme, secret: SecretString) -> Result<Value, &'static str> {
    // The action decides what its text means, whatever it looks like.
    if scheme.is_custom() {
        return Ok(Value::Text(secret));
    }
    let Some((stored, value)) = labelled(&secret) else { return Ok(Value::Text(secret)) };
    match (scheme, stored, value) {
        (CredentialScheme::Bearer, "bearer", value @ Value::Text(_)) => Ok(value),
        (CredentialScheme::Basic, "basic", value @ Value::Object(_)) => Ok(value),
        (CredentialScheme::Header(name), "header", Value::Object(object)) => {
            of_name(object, |stored| stored.eq_ignore_ascii_case(name)).ok_or("it was stored for another header")
        }
        (CredentialScheme::Query(name), "query", Value::Object(object)) => {
            of_name(object, |stored| stored == name).ok_or("it was stored for another parameter of the query")
        }
        _ => Err(wanted(scheme)),
    }
}

/// The scheme that a secret is stored with. The text of a token is no object with such a member.
fn labelled(secret: &SecretString) -> Option<(&'static str, Value)> {
    let text = secret.expose_secret();
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let Object(members) = serde_json::from_str(text).ok()?;
    let [(key, value)]: [_; 1] = members.try_into().ok()?;
    let scheme = SCHEMES.into_iter().find(|scheme| *scheme == key.expose_secret())?;
    Some((scheme, value))
}

/// `{"name": "X-Api-Key", "value": ".."}`, for the right name.
fn of_name(Object(members): Object, is_right: impl Fn(&str) -> bool) -> Option<Value> {
    let (mut name, mut value) = (None, None);
    for (key, member) in members {
        let place = match key.expose_secret() {
            "name" => &mut name,
            "value" => &mut value,
            _ => return None,
        };
        let Value::Text(text) = member else { return None };
        if place.replace(text).is_some() {
            return None;
        }
    }
    name.filter(|name| is_right(name.expose_secret())).and(value).map(Value::Text)
}

const fn wanted(scheme: &CredentialScheme) -> &'static str {
    match scheme {
        CredentialScheme::Bearer => "it was stored with another scheme, and a bearer token is wanted",
        CredentialScheme::Basic => "it was stored with another scheme, and a user name and a password are wanted",
        CredentialScheme::Header(_) => "it was stored with another scheme, and the value of a header is wanted",
        CredentialScheme::Query(_) => "it was stored with another scheme, and a parameter of the query is wanted",
        CredentialScheme::Stored | CredentialScheme::Custom => "it was stored with a scheme that is not known here",
    }
}
