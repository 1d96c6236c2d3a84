use nebula_sdk::prelude::*;

/// Who it is.
#[derive(Parameters)]
struct Login {
    /// The password.
    #[param(widget = password, default = "hunter2")]
    password: String,
    /// The one before.
    #[param(widget = password, example = "hunter1")]
    before: Option<String>,
}

fn main() {}
