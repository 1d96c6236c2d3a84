//! The reference page of the functions.

use std::fmt::Write as _;

use nebula_expression::Function;

use super::functions::by_topic;

/// The page, as it stands in `docs/functions.md` when all functions are on it.
pub(super) fn page(functions: &[&Function]) -> String {
    let topics = by_topic(functions);
    let mut page = String::from(
        "# Functions\n\n\
         Printed by `nebula expr functions --markdown`. Every function can be called as `f(x)` and as `x.f()`, has no effect\n\
         and always gives the same answer. [The language](expressions.md) says what the types mean.\n",
    );
    // Writing to a string does not fail.
    for (title, members) in &topics {
        let names: Vec<String> =
            members.iter().map(|function| format!("[`{0}`](#{1})", function.name, anchor(function.name))).collect();
        let _ = write!(page, "\n- **{title}**: {}", names.join(", "));
    }
    page.push('\n');
    for (title, members) in &topics {
        let _ = write!(page, "\n## {title}\n");
        for function in members {
            let Function { name, signature, doc, example, value, .. } = function;
            let _ = write!(page, "\n### {name}\n\n```text\n{signature}\n```\n\n{doc}\n");
            let _ = write!(page, "\n```text\n{example}\n→ {value}\n```\n");
        }
    }
    page
}

fn anchor(name: &str) -> String {
    name.to_lowercase()
}
