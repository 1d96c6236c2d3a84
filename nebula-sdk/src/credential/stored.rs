//! The stored form of a derived credential: a text, or a JSON object of texts. No message holds any of it.

mod json;
mod scheme;

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use self::json::{Object, Value};
use super::{
    Credential,
    http::{HttpCredential, UNUSABLE},
};
use crate::ActionError;

/// What may be a field of a derived credential.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a credential",
    label = "not a secret text",
    note = "a credential is made of `SecretString`, or of `String` for a part that may be seen; `Option` for one that may \
            be absent"
)]
pub trait SecretField: Sized {
    /// The value, `None` when the stored secret has none; the error is why not, without the value.
    fn of(text: Option<SecretString>) -> Result<Self, &'static str>;
}

/// A field that a request can carry.
#[diagnostic::on_unimplemented(
    message = "a request cannot carry `{Self}`",
    label = "neither `SecretString` nor `String`",
    note = "what a scheme sends is always there and a text; with `scheme = custom` the action decides"
)]
pub trait SecretText {
    /// The text.
    fn text(&self) -> &str;
}

/// The fields as stored.
#[derive(Debug)]
pub struct Stored {
    kind: &'static str,
    fields: BTreeMap<&'static str, SecretString>,
}

// === impl SecretField, SecretText ===

impl SecretField for SecretString {
    fn of(text: Option<SecretString>) -> Result<Self, &'static str> {
        text.ok_or("is missing")
    }
}

impl SecretField for String {
    fn of(text: Option<SecretString>) -> Result<Self, &'static str> {
        text.map(|text| text.expose_secret().to_owned()).ok_or("is missing")
    }
}

impl SecretField for Option<SecretString> {
    fn of(text: Option<SecretString>) -> Result<Self, &'static str> {
        Ok(text)
    }
}

impl SecretField for Option<String> {
    fn of(text: Option<SecretString>) -> Result<Self, &'static str> {
        Ok(text.map(|text| text.expose_secret().to_owned()))
    }
}

impl SecretText for SecretString {
    fn text(&self) -> &str {
        self.expose_secret()
    }
}

impl SecretText for String {
    fn text(&self) -> &str {
        self
    }
}

// === impl Stored ===

impl Stored {
    /// Reads the secret: the text itself is the one field, several are a JSON object. Either may stand under the name of
    /// the credential's scheme, as `nebula secret set --basic` and its like store it.
    pub fn read<T: Credential>(names: &'static [&'static str], secret: SecretString) -> Result<Self, ActionError> {
        let kind = T::ID;
        let refuse = |why: String| invalid(kind, names, &why);
        let fields = match scheme::unwrapped(&T::scheme(), secret).map_err(|why| refuse(why.to_owned()))? {
            Value::Text(text) => match names {
                [name] => BTreeMap::from([(*name, text)]),
                _ => {
                    // serde's own words could quote the secret.
                    let read: Result<Object, _> = serde_json::from_str(text.expose_secret());
                    named(names, read.map_err(|_| refuse("it is no JSON object".to_owned()))?).map_err(refuse)?
                }
            },
            Value::Object(object) => named(names, object).map_err(refuse)?,
            Value::Null | Value::Other => return Err(refuse("it holds no text".to_owned())),
        };
        match fields.iter().find(|(_, text)| text.expose_secret().is_empty()) {
            Some((name, _)) => Err(refuse(format!("`{name}` is empty"))),
            None => Ok(Self { kind, fields }),
        }
    }

    /// Moves a field out.
    pub fn take<T: SecretField>(
        &mut self,
        name: &'static str,
        names: &'static [&'static str],
    ) -> Result<T, ActionError> {
        T::of(self.fields.remove(name)).map_err(|why| invalid(self.kind, names, &format!("`{name}` {why}")))
    }
}

/// The members of an object that are the fields of a credential, and no others.
fn named(
    names: &'static [&'static str],
    Object(found): Object,
) -> Result<BTreeMap<&'static str, SecretString>, String> {
    let mut fields = BTreeMap::new();
    for (key, value) in found {
        // A name that is not known is not shown: it may be the secret, in the wrong place.
        let Some(name) = names.iter().find(|name| **name == key.expose_secret()) else {
            return Err("it has a field that is not known".to_owned());
        };
        let text = match value {
            Value::Text(text) => text,
            Value::Null => continue,
            Value::Object(_) | Value::Other => return Err(format!("`{name}` is no text")),
        };
        if fields.insert(*name, text).is_some() {
            return Err(format!("`{name}` is given twice"));
        }
    }
    Ok(fields)
}

/// Whether a request can carry it: told when it is read, before anything else happens.
pub fn check<T: HttpCredential>(
    kind: &'static str,
    names: &'static [&'static str],
    credential: &T,
) -> Result<(), ActionError> {
    credential.http_auth().map(drop).map_err(|error| {
        let message = &error.failure().message;
        let why = message.strip_prefix(UNUSABLE).unwrap_or(message);
        invalid(kind, names, &format!("no request can carry `{}`: {why}", names.join("` and `")))
    })
}

/// A secret of the right form, for tests.
pub fn fake(names: &'static [&'static str]) -> SecretString {
    if let [name] = names {
        return format!("fake-{name}").into();
    }
    let fields: serde_json::Map<_, _> =
        names.iter().map(|name| ((*name).to_owned(), format!("fake-{name}").into())).collect();
    serde_json::Value::Object(fields).to_string().into()
}

fn invalid(kind: &str, names: &[&str], why: &str) -> ActionError {
    let form = match names {
        [name] => format!("store the `{name}` itself, as plain text"),
        names => {
            let fields: Vec<_> = names.iter().map(|name| format!("\"{name}\": \"..\"")).collect();
            format!("store a JSON object: {{{}}}", fields.join(", "))
        }
    };
    ActionError::auth(format!("the credential for `{kind}` cannot be used: {why}"))
        .with_code("credential.invalid")
        .with_help(form)
        .before_effect()
}
