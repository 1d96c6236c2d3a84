//! Computing a plan's values, and expression errors as failures.

use nebula_expression::{ExprError, Limits, Scope};
use nebula_ports::model::{Failure, FailureKind};
use serde_json::Value;

use crate::plan::Compiled;

/// Computes a value. The failure's pointer names the part that cannot be computed.
///
/// # Errors
/// A [`Failure`] of kind `Invalid` with the expression error's message and help.
pub(crate) fn compute(value: &Compiled, scope: &dyn Scope) -> Result<Value, Failure> {
    let limits = Limits::default();
    let mut pointer = String::new();
    compute_at(value, scope, &limits, &mut pointer).map_err(|failure| failure.at(pointer))
}

/// On error `pointer` stays at the place of the error.
fn compute_at(value: &Compiled, scope: &dyn Scope, limits: &Limits, pointer: &mut String) -> Result<Value, Failure> {
    let length = pointer.len();
    match value {
        Compiled::Literal(value) => Ok(value.clone()),
        Compiled::Expression(expression) => expression
            .evaluate(scope, limits)
            .map(std::borrow::Cow::into_owned)
            .map_err(|error| failure(&error, expression.source())),
        Compiled::Template(template) => {
            template.evaluate(scope, limits).map_err(|error| failure(&error, template.source()))
        }
        Compiled::Object(fields) => {
            let mut object = serde_json::Map::new();
            for (key, value) in fields {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                object.insert(key.clone(), compute_at(value, scope, limits, pointer)?);
                pointer.truncate(length);
            }
            Ok(Value::Object(object))
        }
        Compiled::Array(items) => {
            let mut array = Vec::with_capacity(items.len());
            for (index, value) in items.iter().enumerate() {
                pointer.push('/');
                pointer.push_str(&index.to_string());
                array.push(compute_at(value, scope, limits, pointer)?);
                pointer.truncate(length);
            }
            Ok(Value::Array(array))
        }
    }
}

/// An expression error of a run: the text around the span stands in the message, since no file is at hand any more.
pub(crate) fn failure(error: &ExprError, source: &str) -> Failure {
    let text = source.get(error.span.start as usize..error.span.end as usize).unwrap_or(source);
    let shown: String = text.chars().take(80).collect();
    let mut failure = Failure::new(
        FailureKind::Invalid,
        format!("expression.{}", error.code),
        format!("{} in `{shown}`", error.message),
    );
    failure.help.clone_from(&error.help);
    failure
}
