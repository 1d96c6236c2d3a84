//! Validated identifiers: once one exists, it is well formed.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use smol_str::SmolStr;
use uuid::Uuid;

/// A text is no identifier of the wanted sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    what: &'static str,
    text: String,
    rule: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no {}: {}", self.text, self.what, self.rule)
    }
}

impl std::error::Error for InvalidId {}

/// Longest text of any identifier, in bytes.
const MAX_LEN: usize = 128;

fn is_word(text: &str, first: fn(char) -> bool, rest: fn(char) -> bool) -> bool {
    let mut chars = text.chars();
    text.len() <= MAX_LEN && chars.next().is_some_and(first) && chars.all(rest)
}

fn is_name(text: &str) -> bool {
    is_word(text, |c| c.is_ascii_alphabetic() || c == '_', |c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

fn is_slug(text: &str) -> bool {
    is_word(text, |c| c.is_ascii_alphanumeric(), |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn is_namespaced(text: &str) -> bool {
    text.len() <= MAX_LEN && text.contains('.') && text.split('.').all(is_name)
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:path, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(SmolStr);

        impl $name {
            /// Checks the text.
            ///
            /// # Errors
            /// [`InvalidId`] with the rule that it breaks.
            pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidId> {
                let text = text.as_ref();
                if $check(text) {
                    Ok(Self(SmolStr::new(text)))
                } else {
                    Err(InvalidId { what: $what, text: text.to_owned(), rule: $rule })
                }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = SmolStr::deserialize(deserializer)?;
                Self::new(text).map_err(D::Error::custom)
            }
        }
    };
}

text_id! {
    /// A workflow's slug: letters, digits, `-`, `_`, `.`.
    WorkflowId, "workflow id", is_slug, "use letters, digits, `-`, `_` and `.`, starting with a letter or digit, at most 128"
}
text_id! {
    /// A node's name inside its workflow: what expressions call it, `$nodes.<id>`.
    NodeId, "node id", is_name, "use letters, digits, `_` and `-`, starting with a letter or `_`, at most 128"
}
text_id! {
    /// A trigger's name inside its workflow.
    TriggerId, "trigger id", is_name, "use letters, digits, `_` and `-`, starting with a letter or `_`, at most 128"
}
text_id! {
    /// An action's id with its namespace, as in `http.request`.
    ActionId, "action id", is_namespaced, "an action id has a namespace, as in `http.request`"
}
text_id! {
    /// A named output of a node, as in `review.approved`.
    PortName, "port name", is_name, "use letters, digits, `_` and `-`, starting with a letter or `_`, at most 128"
}
text_id! {
    /// The name of a signal that a running execution can be sent.
    SignalName, "signal name", is_slug, "use letters, digits, `-`, `_` and `.`, starting with a letter or digit, at most 128"
}
text_id! {
    /// A tenant.
    TenantId, "tenant id", is_slug, "use letters, digits, `-`, `_` and `.`, starting with a letter or digit, at most 128"
}
text_id! {
    /// The id of a type of resource with its namespace, as in `http.client`.
    ResourceId, "resource id", is_namespaced, "a resource id has a namespace, as in `http.client`"
}
text_id! {
    /// The name under which nodes use a resource.
    ResourceName, "resource name", is_slug, "use letters, digits, `-`, `_` and `.`, starting with a letter or digit, at most 128"
}
text_id! {
    /// The name under which a credential is kept.
    CredentialName, "credential name", is_slug, "use letters, digits, `-`, `_` and `.`, starting with a letter or digit, at most 128"
}

/// One run of a workflow: a UUID of version 7, so ids sort by start time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExecutionId(Uuid);

impl ExecutionId {
    /// Wraps a UUID that an `IdSource` made or a store kept.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ExecutionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExecutionId({})", self.0)
    }
}

impl FromStr for ExecutionId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidId {
            what: "execution id",
            text: text.to_owned(),
            rule: "it is the UUID that `nebula run` and `nebula execution list` print",
        })
    }
}

#[cfg(test)]
mod tests;
