//! Texts of the language in their one spelling, with the steps that they read.

use nebula_expression::{ExprError, Expression, NodeField, PathRef, Root, Template};
use nebula_ports::model::ParameterValue;

use super::{
    Problem,
    item::{self, ItemRead, LoopMark},
};

/// A read of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Read {
    /// The id.
    pub(super) node: String,
    /// Whether it is said what happens when the step has not run.
    pub(super) is_guarded: bool,
    /// Whether something else in the text decides if it is read.
    pub(super) is_conditional: bool,
}

/// The value with every expression in its one spelling, inside of these loops.
pub(super) fn value(
    value: ParameterValue,
    loops: &[LoopMark],
    reads: &mut Vec<Read>,
) -> Result<ParameterValue, Problem> {
    Ok(match value {
        ParameterValue::Expression(text) => ParameterValue::Expression(expression(&text, loops, reads)?),
        ParameterValue::Template(text) => {
            let parsed = Template::parse(&text).map_err(|errors| unreadable("template", &text, &errors))?;
            let items = note(parsed.paths(), &text, reads);
            ParameterValue::Template(if items.is_empty() { text } else { item::resolve(&text, items, loops)? })
        }
        ParameterValue::Array(items) => {
            let items = items.into_iter().map(|item| self::value(item, loops, reads));
            ParameterValue::Array(items.collect::<Result<_, _>>()?)
        }
        ParameterValue::Object(members) => {
            let members = members.into_iter().map(|(name, member)| Ok((name, self::value(member, loops, reads)?)));
            ParameterValue::Object(members.collect::<Result<_, _>>()?)
        }
        data @ ParameterValue::Literal(_) => data,
    })
}

/// The one spelling of an expression, inside of these loops.
pub(super) fn expression(text: &str, loops: &[LoopMark], reads: &mut Vec<Read>) -> Result<String, Problem> {
    let parsed = Expression::parse(text).map_err(|errors| unreadable("expression", text, &errors))?;
    let written = parsed.to_canonical();
    if note(parsed.paths(), text, reads).is_empty() {
        return Ok(written);
    }
    let again = Expression::parse(&written).map_err(|errors| unreadable("expression", &written, &errors))?;
    item::resolve(&written, note(again.paths(), &written, &mut Vec::new()), loops)
}

/// Notes the steps that are read; gives the reads of items.
fn note(paths: &[PathRef], text: &str, reads: &mut Vec<Read>) -> Vec<ItemRead> {
    let mut items = Vec::new();
    for path in paths {
        if let Some(read) = ItemRead::of(path, text) {
            items.push(read);
        } else if path.root == Root::Nodes
            && let Some(node) = &path.node
        {
            // Its status, errors and the like are there when it has not run; only its result is not.
            let of_result = path.node_field == Some(NodeField::Result);
            let is_guarded = !of_result || path.guarded_from == Some(0);
            reads.push(Read { node: node.to_string(), is_guarded, is_conditional: path.conditional });
        }
    }
    items
}

fn unreadable(what: &str, text: &str, errors: &[ExprError]) -> Problem {
    let first = errors.first();
    let message = first.map_or("it is no text of the language", |error| error.message.as_str());
    let mut problem = Problem::new(format!("the {what} `{}` cannot be read: {message}", item::shown(text)));
    problem.help = first.and_then(|error| error.help.clone());
    problem
}
