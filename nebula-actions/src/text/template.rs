//! `text.template@1`

use nebula_sdk::prelude::*;

use crate::heavy;

/// Renders a template once for each item and joins the texts: a list for people, a message, a report.
///
/// ```yaml
/// - id: lines
///   action: text.template@1
///   parameters:
///     template: "- {{ $item.name }}: {{ $item.total }} EUR"
///     items: !expr $nodes.orders.result.rows
/// ```
///
/// The template is plain text without the tag `!template`, which would be rendered before the action runs, once. For one
/// text of values that nodes can read themselves, that tag is all it takes, and no action.
///
/// Fails with the code of the expression's error, as with `expression.e0505` where null, a list or an object would be put
/// into text.
#[derive(Debug, Action)]
#[action(
    id = "text.template",
    version = "1.0",
    name = "Render text",
    category = "Texts",
    tags("template", "render", "list"),
    icon = "text-cursor",
    pure
)]
pub struct TextTemplate;

/// What is rendered.
#[derive(Debug, Parameters)]
pub struct Template {
    /// The text of one item, with expressions over `$item` and `$index` (from 0) in `{{ }}`.
    #[param(example = "- {{ $item.name }}: {{ $item.total }}")]
    pub template: ItemTemplate,
    /// The list.
    pub items: Vec<Value>,
    /// What is put between two texts; a line break unless set.
    #[param(default = "\n")]
    pub separator: String,
}

/// What was rendered.
#[derive(Debug, Parameters)]
pub struct Rendered {
    /// The text.
    pub text: String,
}

impl SimpleAction for TextTemplate {
    type Input = Template;
    type Output = Rendered;

    async fn execute(&self, input: Template, ctx: &ActionContext<Self>) -> Result<Rendered> {
        heavy::over_items(ctx, input.items.len(), move || render(&input)).await
    }
}

fn render(input: &Template) -> Result<Rendered> {
    let mut text = String::new();
    for (index, item) in input.items.iter().enumerate() {
        if index > 0 {
            text.push_str(&input.separator);
        }
        text.push_str(&input.template.render(item, index as u64).map_err(|error| error.at("/template"))?);
    }
    Ok(Rendered { text })
}

#[cfg(test)]
mod tests;
