//! Texts of the language in their one spelling, with the steps that they read.

use nebula_expression::{Expression, Root};
use nebula_ports::model::ParameterValue;

use super::Problem;

/// A read of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Read {
    /// The id.
    pub(super) node: String,
    /// Whether it is said what happens when the step has not run.
    pub(super) is_guarded: bool,
}

/// The value with every expression in its one spelling.
pub(super) fn value(value: ParameterValue, reads: &mut Vec<Read>) -> Result<ParameterValue, Problem> {
    Ok(match value {
        ParameterValue::Expression(text) => ParameterValue::Expression(expression(&text, reads)?),
        data => data,
    })
}

/// The one spelling of an expression.
pub(super) fn expression(text: &str, reads: &mut Vec<Read>) -> Result<String, Problem> {
    let parsed = Expression::parse(text).map_err(|errors| {
        let first = errors.first();
        let message = first.map_or_else(|| "it cannot be read".to_owned(), |error| error.message.clone());
        let mut problem = Problem::new(format!("the expression `{text}` cannot be read: {message}"));
        problem.help = first.and_then(|error| error.help.as_ref().map(ToString::to_string));
        problem
    })?;
    for path in parsed.paths() {
        if path.root == Root::Nodes
            && let Some(node) = &path.node
        {
            // Its status, errors and the like are there when it has not run; only its result is not.
            let of_result = path.node_field == Some(nebula_expression::NodeField::Result);
            let is_guarded = !of_result || path.guarded_from == Some(0);
            reads.push(Read { node: node.to_string(), is_guarded });
        }
    }
    Ok(parsed.to_canonical())
}
