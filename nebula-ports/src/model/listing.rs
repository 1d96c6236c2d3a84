//! How an action is found and shown: what people see beyond its name. It decides nothing in a plan or a run.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where an action stands in catalogues, and how it is shown there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Listing {
    /// The heading it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Words to find it by, in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The name of a picture in the icon set of whoever shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// The address of a page about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// Inputs that show what it is for. Each can be read as the action's input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<ActionExample>,
}

/// An input that shows what an action is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActionExample {
    /// What it shows.
    pub title: String,
    /// The input.
    pub input: Value,
}

impl Listing {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
