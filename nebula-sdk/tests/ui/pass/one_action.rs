#![deny(warnings, missing_docs)]
//! One action, as an author writes it.

use nebula_sdk::prelude::*;

/// What to greet.
#[derive(Parameters, Debug, Clone, PartialEq)]
pub struct Whom {
    /// The name.
    #[param(min_len = 1, default = "world")]
    pub name: String,
}

/// Greet somebody.
#[derive(Action, Debug)]
#[action(id = "demo.greet", version = "1.0", pure)]
pub struct Greet;

impl SimpleAction for Greet {
    type Input = Whom;
    type Output = String;

    async fn execute(&self, input: Whom, _: &ActionContext<Self>) -> Result<String> {
        Ok(format!("Hello, {}!", input.name))
    }
}

fn main() {
    let _ = Registry::new().with::<Greet>();
}
