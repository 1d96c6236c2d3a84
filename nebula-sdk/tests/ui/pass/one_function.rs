#![deny(warnings, missing_docs, clippy::all)]
//! One action, as one function.

use nebula_sdk::prelude::*;

/// Greet somebody.
#[nebula_sdk::action(id = "demo.greet", version = "1.0", pure)]
pub async fn greet(
    /** The name. */
    #[param(min_len = 1, default = "world")]
    name: String,
) -> Result<String> {
    Ok(format!("Hello, {name}!"))
}

fn main() {
    let _ = Registry::new().with::<Greet>();
    let _ = GreetInput { name: String::new() };

    /// Do nothing, inside of a function.
    #[nebula_sdk::action(id = "demo.nothing", version = "1.0", pure)]
    #[allow(clippy::unused_async)]
    async fn nothing(_: &Ctx) -> Result<()> {
        Ok(())
    }

    let _ = Registry::new().with::<Nothing>();
}
