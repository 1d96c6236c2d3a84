use nebula_sdk::prelude::*;

/// How much.
#[derive(Parameters)]
#[serde(tag = "unit")]
enum Amount {
    /// Metres.
    Metres(f64),
    /// Words for it.
    Words(Words),
}

/// Words.
#[derive(Parameters)]
#[serde(rename_all = "snake_case")]
enum Words {
    /// Little.
    Little,
    /// Much.
    Much,
}

fn main() {}
