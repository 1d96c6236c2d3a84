//! What comes out of an action.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{ActionError, Result, schema};

/// What an action may return: anything with a schema, as types with `#[derive(Parameters)]`, numbers, texts, lists,
/// maps, [`Value`] (any JSON) and `()` (null) have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the output of an action",
    label = "not an action's output",
    note = "write `#[derive(Parameters)]` above it, or use `serde_json::Value` for JSON of any shape"
)]
pub trait Output: Send + 'static {
    #[doc(hidden)]
    fn output_schema() -> Value;

    #[doc(hidden)]
    fn encode(self) -> Result<Value>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + JsonSchema + Send + 'static> Output for T {
    fn output_schema() -> Value {
        schema::output::<T>()
    }

    fn encode(self) -> Result<Value> {
        serde_json::to_value(self).map_err(|error| {
            ActionError::bug(format!("the output cannot be written as JSON: {error}")).with_code("action.output")
        })
    }
}
