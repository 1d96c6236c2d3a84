//! How a request carries a credential.

use std::fmt::{self, Write as _};

use nebula_ports::host::HttpRequest;
use secrecy::{ExposeSecret, SecretString};

use super::Cred;
use crate::{ActionError, Result};

/// A credential that says how a request carries it, for [`HttpCall::auth`](crate::HttpCall::auth). Derived for every
/// scheme but `custom`; a credential of that scheme may implement it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how a request carries it",
    label = "not a credential of HTTP",
    note = "give it a scheme, `#[credential(scheme = bearer)]`, or implement `HttpCredential` for it"
)]
pub trait HttpCredential {
    /// Where it goes, and as what.
    ///
    /// # Errors
    /// When no request can carry it.
    fn http_auth(&self) -> Result<HttpAuth>;
}

/// A credential on its way into a request.
pub struct HttpAuth {
    place: Place,
    /// Every text that must not appear in a message.
    secrets: Vec<SecretString>,
}

enum Place {
    Header(String, SecretString),
    Query(String, SecretString),
}

// === impl HttpCredential ===

#[diagnostic::do_not_recommend]
impl<T: HttpCredential> HttpCredential for Cred<T> {
    fn http_auth(&self) -> Result<HttpAuth> {
        T::http_auth(self)
    }
}

// === impl HttpAuth ===

impl HttpAuth {
    /// `Authorization: Bearer <token>`.
    ///
    /// # Errors
    /// When no header can hold the token.
    pub fn bearer(token: &str) -> Result<Self> {
        Self::in_header("Authorization", format!("Bearer {token}"), [token])
    }

    /// `Authorization: Basic ..`.
    ///
    /// # Errors
    /// When the user name holds a colon.
    pub fn basic(username: &str, password: &str) -> Result<Self> {
        if username.contains(':') {
            return Err(unusable("the user name holds a colon, which basic authentication cannot send"));
        }
        let encoded = base64(format!("{username}:{password}").as_bytes());
        Self::in_header("Authorization", format!("Basic {encoded}"), [password, encoded.as_str()])
    }

    /// A header.
    ///
    /// # Errors
    /// When it is no header's name, or no header can hold the value.
    pub fn header(name: &str, value: &str) -> Result<Self> {
        Self::in_header(name, value.to_owned(), [value])
    }

    /// A parameter of the query, after those that the address has.
    ///
    /// # Errors
    /// When the name is empty.
    pub fn query(name: &str, value: &str) -> Result<Self> {
        if name.is_empty() {
            return Err(unusable("a parameter of the query has a name"));
        }
        let encoded = percent(value);
        let secrets = [value, encoded.as_str()].map(SecretString::from).into();
        Ok(Self { place: Place::Query(percent(name), encoded.into()), secrets })
    }

    fn in_header<const N: usize>(name: &str, value: String, secrets: [&str; N]) -> Result<Self> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err(unusable("the name of its header holds a character that no such name may hold"));
        }
        // Visible ASCII, spaces and tabs.
        if !value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
            return Err(unusable("it holds a line break or another character that no header may hold"));
        }
        let secrets = secrets.into_iter().filter(|secret| !secret.is_empty()).map(SecretString::from).collect();
        Ok(Self { place: Place::Header(name.to_owned(), value.into()), secrets })
    }

    /// Puts it into a request.
    pub(crate) fn apply(&self, request: &mut HttpRequest) {
        match &self.place {
            Place::Header(name, value) => {
                request.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                request.headers.push((name.clone(), value.expose_secret().to_owned()));
            }
            Place::Query(name, value) => {
                let at = request.url.find('#').unwrap_or(request.url.len());
                let sign = if request.url[..at].contains('?') { '&' } else { '?' };
                request.url.insert_str(at, &format!("{sign}{name}={}", value.expose_secret()));
            }
        }
    }

    /// The text with every part of the credential blotted out.
    pub(crate) fn redact(&self, text: &mut String) {
        for secret in &self.secrets {
            let secret = secret.expose_secret();
            if text.contains(secret) {
                *text = text.replace(secret, "[redacted]");
            }
        }
    }
}

impl fmt::Debug for HttpAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpAuth([redacted])")
    }
}

/// How a message begins that says why not.
pub(super) const UNUSABLE: &str = "no request can carry the credential: ";

fn unusable(why: &str) -> ActionError {
    ActionError::auth(format!("{UNUSABLE}{why}")).with_code("credential.invalid").before_effect()
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place) & 63) as usize;
            text.push(if place <= chunk.len() { char::from(ALPHABET[index]) } else { '=' });
        }
    }
    text
}

/// Everything but what RFC 3986 calls unreserved is escaped.
fn percent(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
