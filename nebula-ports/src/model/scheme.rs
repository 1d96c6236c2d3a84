//! How a credential is sent, and so what is stored for it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a request carries a credential.
///
/// What is stored is the text itself where one is enough (`bearer`, `header`, `query`), or an object of texts (`basic`).
/// `nebula secret set --basic ada` and its like store the scheme with it, which every credential of that scheme reads too.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialScheme {
    /// `Authorization: Bearer ..`
    Bearer,
    /// `Authorization: Basic ..`, of `username` and `password`.
    Basic,
    /// This header.
    Header(String),
    /// This parameter of the query.
    Query(String),
    /// Any of the above: what is stored says which.
    Stored,
    /// The action decides.
    #[default]
    Custom,
}

// === impl CredentialScheme ===

impl CredentialScheme {
    /// Whether only the action knows.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        *self == Self::Custom
    }
}

impl fmt::Display for CredentialScheme {
    /// As the attribute has it: `bearer`, `header("X-Api-Key")`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bearer => f.write_str("bearer"),
            Self::Basic => f.write_str("basic"),
            Self::Header(name) => write!(f, "header({name:?})"),
            Self::Query(name) => write!(f, "query({name:?})"),
            Self::Stored => f.write_str("as it is stored"),
            Self::Custom => f.write_str("custom"),
        }
    }
}
