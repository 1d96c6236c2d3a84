//! The credential `http.auth`: how a request says who it is from.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nebula_sdk::{CredentialScheme, prelude::*};
use serde::Deserialize;

/// A credential of kind `http.auth`. Stored as JSON in one of four forms; any text that does not begin with `{` is a
/// bearer token.
///
/// ```json
/// {"bearer": "token"}
/// {"basic": {"username": "ada", "password": "secret"}}
/// {"header": {"name": "X-Api-Key", "value": "key"}}
/// {"query": {"name": "key", "value": "key"}}
/// ```
pub struct HttpAuth {
    place: Place,
    /// Every text that must not appear in a message.
    secrets: Vec<SecretString>,
}

/// Where a credential goes.
pub(super) enum Place {
    /// Header name and value.
    Header(String, SecretString),
    /// Query name and value.
    Query(String, SecretString),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Stored {
    Bearer(String),
    Basic(Basic),
    Header(Named),
    Query(Named),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Basic {
    username: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    value: String,
}

// === impl HttpAuth ===

impl HttpAuth {
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The text with every part of the credential blotted out: remotes echo what they were sent.
    pub(super) fn redact(&self, mut text: String) -> String {
        for secret in &self.secrets {
            let secret = secret.expose_secret();
            if text.contains(secret) {
                text = text.replace(secret, "[redacted]");
            }
        }
        text
    }

    fn header(name: &str, value: String, secrets: Vec<String>) -> Result<Self> {
        if !is_header_name(name) {
            return Err(invalid("its header name holds a character that no header name may hold"));
        }
        if !is_header_value(&value) {
            return Err(invalid("it holds a line break or another character that no header may hold"));
        }
        let place = Place::Header(name.to_owned(), value.into());
        Ok(Self { place, secrets: secrets.into_iter().map(SecretString::from).collect() })
    }
}

impl Credential for HttpAuth {
    const ID: &'static str = "http.auth";

    fn scheme() -> CredentialScheme {
        CredentialScheme::Stored
    }

    fn from_secret(secret: SecretString) -> Result<Self> {
        let text = secret.expose_secret().trim();
        let stored = if text.starts_with('{') {
            // serde's own words could quote the secret.
            serde_json::from_str(text).map_err(|_| invalid("its JSON has none of the four forms"))?
        } else {
            Stored::Bearer(text.to_owned())
        };
        let is_empty = match &stored {
            Stored::Bearer(token) => token.is_empty(),
            Stored::Basic(basic) => basic.username.is_empty() && basic.password.is_empty(),
            Stored::Header(named) | Stored::Query(named) => named.name.is_empty() || named.value.is_empty(),
        };
        if is_empty {
            return Err(invalid("it is empty"));
        }
        match stored {
            Stored::Bearer(token) => Self::header("Authorization", format!("Bearer {token}"), vec![token]),
            Stored::Basic(Basic { username, .. }) if username.contains(':') => {
                Err(invalid("its user name holds a colon, which basic authentication cannot send"))
            }
            Stored::Basic(Basic { username, password }) => {
                let encoded = STANDARD.encode(format!("{username}:{password}"));
                let secrets = [encoded.clone(), password].into_iter().filter(|text| !text.is_empty()).collect();
                Self::header("Authorization", format!("Basic {encoded}"), secrets)
            }
            Stored::Header(Named { name, value }) => Self::header(&name, value.clone(), vec![value]),
            Stored::Query(Named { name, value }) => {
                let encoded = url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
                let secrets = vec![value.clone().into(), encoded.into()];
                Ok(Self { place: Place::Query(name, value.into()), secrets })
            }
        }
    }
}

impl fmt::Debug for HttpAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpAuth([redacted])")
    }
}

fn invalid(why: &str) -> ActionError {
    ActionError::auth(format!("the credential for `http.auth` cannot be used: {why}"))
        .with_code("credential.invalid")
        .with_help(
            "store a bearer token as plain text, or JSON: {\"bearer\": \"..\"}, {\"basic\": {\"username\": \"..\", \
             \"password\": \"..\"}}, {\"header\": {\"name\": \"..\", \"value\": \"..\"}} or {\"query\": {\"name\": \
             \"..\", \"value\": \"..\"}}",
        )
        .before_effect()
}

/// A token of RFC 9110.
pub(super) fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Visible ASCII, spaces and tabs.
pub(super) fn is_header_value(value: &str) -> bool {
    value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'))
}

#[cfg(test)]
mod tests;
