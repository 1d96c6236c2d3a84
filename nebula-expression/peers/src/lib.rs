//! The data every engine gets: one document as JSON text and as parsed JSON, and what the work on it must yield.
#![forbid(unsafe_code)]

use serde_json::{Value, json};

/// Objects in the list that is filtered.
pub const ITEMS: usize = 1_000;
/// Only dearer items pass the filter: every second one.
pub const DEARER_THAN: f64 = 50.0;

/// What is computed on the document.
#[derive(Debug, Clone)]
pub struct Document {
    /// As JSON text.
    pub text: String,
    /// As parsed JSON.
    pub json: Value,
}

// === impl Document ===

impl Document {
    /// The result of a node and an input: what a path and a predicate read.
    #[must_use]
    pub fn small() -> Self {
        Self::of(json!({
            "a": {"b": {"c": 42}, "e": [1, 2, 3]},
            "d": "x",
            "name": "Ada",
            "nodes": {"a": {"result": {"b": {"c": 42, "d": true}, "items": [1, 2, 3]}, "status": "completed"}},
        }))
    }

    /// A list of [`ITEMS`] objects with five members, 67 KB as text.
    #[must_use]
    pub fn items() -> Self {
        let item = |id: usize| {
            let price = (id * 37 % 100) as f64 + 0.5;
            json!({"id": id, "name": format!("item {id}"), "price": price, "qty": id % 7, "tags": ["a", "b"]})
        };
        Self::of(json!({ "items": (0..ITEMS).map(item).collect::<Vec<_>>() }))
    }

    /// The names of the dear items.
    #[must_use]
    pub fn names(&self) -> Value {
        let items = self.json["items"].as_array().into_iter().flatten();
        let dear = items.filter(|item| item["price"].as_f64().is_some_and(|price| price > DEARER_THAN));
        dear.map(|item| item["name"].clone()).collect()
    }

    fn of(json: Value) -> Self {
        Self { text: json.to_string(), json }
    }
}
