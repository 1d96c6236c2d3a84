use nebula_sdk::prelude::*;

/// Words that Rust keeps for itself.
#[derive(Parameters)]
struct Words {
    /// The type.
    r#type: String,
    /// The match.
    #[param(default = 1)]
    r#match: u8,
}

fn main() {
    let words: Words = serde_json::from_str(r#"{"type": "a"}"#).unwrap();
    assert_eq!((words.r#type.as_str(), words.r#match), ("a", 1));
}
