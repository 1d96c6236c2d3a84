//! The stored form of a derived credential: a text, or a JSON object of texts. No message holds any of it.

use std::{collections::BTreeMap, fmt};

use secrecy::{ExposeSecret, SecretString};
use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess},
};

use super::http::{HttpCredential, UNUSABLE};
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
    /// Reads the secret: the text itself is the one field, several are a JSON object.
    pub fn read(kind: &'static str, names: &'static [&'static str], secret: SecretString) -> Result<Self, ActionError> {
        let invalid = |why: String| Err(invalid(kind, names, &why));
        let fields = if let [name] = names {
            BTreeMap::from([(*name, secret)])
        } else {
            // serde's own words could quote the secret.
            let Ok(Object(found)) = serde_json::from_str(secret.expose_secret()) else {
                return invalid("it is no JSON object".to_owned());
            };
            let mut fields = BTreeMap::new();
            for (key, value) in found {
                // A name that is not known is not shown: it may be the secret, in the wrong place.
                let Some(name) = names.iter().find(|name| **name == key.expose_secret()) else {
                    return invalid("it has a field that is not known".to_owned());
                };
                let text = match value {
                    Value::Text(text) => text,
                    Value::Null => continue,
                    Value::Other => return invalid(format!("`{name}` is no text")),
                };
                if fields.insert(*name, text).is_some() {
                    return invalid(format!("`{name}` is given twice"));
                }
            }
            fields
        };
        match fields.iter().find(|(_, text)| text.expose_secret().is_empty()) {
            Some((name, _)) => invalid(format!("`{name}` is empty")),
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

/// Names and values, in order.
struct Object(Vec<(SecretString, Value)>);

enum Value {
    Text(SecretString),
    Null,
    Other,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut fields = Vec::new();
                while let Some(key) = map.next_key::<Value>()? {
                    if let Value::Text(key) = key {
                        fields.push((key, map.next_value()?));
                    }
                }
                Ok(Object(fields))
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.into()))
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
                Ok(Value::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
                Ok(Value::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
                Ok(Value::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
                Ok(Value::Other)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Value::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Value::Other)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}
