use nebula_sdk::prelude::*;

/// A way.
#[derive(Parameters)]
enum Way {
    /// Towards the end.
    #[serde(alias = "on")]
    Forward,
    /// Towards the begin.
    Back,
}

fn main() {}
