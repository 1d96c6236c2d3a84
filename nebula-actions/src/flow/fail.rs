//! `flow.fail@1`

use nebula_sdk::prelude::*;

/// Fails on purpose: for good, so that it is not tried again.
///
/// ```yaml
/// - id: no-stock
///   action: flow.fail@1
///   parameters:
///     message: !template "{{ $input.sku }} is not in stock"
///     code: shop.no_stock
/// ```
#[derive(Debug, Action)]
#[action(
    id = "flow.fail",
    version = "1.0",
    name = "Fail",
    category = "Flow",
    tags("error", "stop"),
    icon = "circle-x",
    pure
)]
pub struct FlowFail;

/// Why.
#[derive(Debug, Parameters)]
pub struct Fail {
    /// One sentence for people.
    #[param(min_len = 1, example = "the order has no items")]
    pub message: String,
    /// A stable code for conditions and alerts: lower-case words of letters, digits and `_`, with dots between.
    #[param(default = "flow.failed", min_len = 1, max_len = 128)]
    pub code: String,
}

impl SimpleAction for FlowFail {
    type Input = Fail;
    type Output = ();

    async fn execute(&self, input: Fail, _: &ActionContext<Self>) -> Result<()> {
        if !is_code(&input.code) {
            return Err(ActionError::invalid("/code", format!("`{}` is no code", input.code))
                .with_help("write lower-case words of letters, digits and `_`, with dots between: `shop.no_stock`"));
        }
        Err(ActionError::permanent(input.code, input.message))
    }
}

fn is_code(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    text.len() <= 128 && text.split('.').all(is_word)
}

#[cfg(test)]
mod tests;
