//! Computing a plan's values, and expression errors as failures.
//!
//! What an expression will take is known before it begins, from the sizes of what it reads: what keeps a thread busy
//! leaves the threads of tasks ([`off_thread`]). What is too much the evaluation itself refuses, and the failure says what
//! is large.

use std::sync::{Arc, Mutex, PoisonError};

use nebula_expression::{Cost, ExprError, Expression, Limits, Scope};
use nebula_ports::{
    model::{Failure, FailureKind},
    spawn::Spawner,
};
use serde_json::Value;

use crate::plan::Compiled;

/// Units of work above which an evaluation hinders the tasks of its thread: about a millisecond.
pub(crate) const HEAVY: u64 = 50_000;

/// What is refused, and what is ended, because it takes too many steps.
const TOO_MUCH: &str = "expression.E0703";

/// Computes a value. The failure's pointer names the part that cannot be computed.
///
/// # Errors
/// A [`Failure`] of kind `Invalid` with the expression error's message and help.
pub(crate) fn compute(value: &Compiled, scope: &dyn Scope) -> Result<Value, Failure> {
    let limits = Limits::default();
    let mut pointer = String::new();
    compute_at(value, scope, &limits, &mut pointer).map_err(|failure| failure.at(pointer))
}

/// Whether a condition holds.
///
/// # Errors
/// As [`compute`].
pub(crate) fn holds(when: &Expression, scope: &dyn Scope) -> Result<bool, Failure> {
    holds_within(when, scope, &Limits::default())
}

fn holds_within(when: &Expression, scope: &dyn Scope, limits: &Limits) -> Result<bool, Failure> {
    when.evaluate_bool(scope, limits).map_err(|error| failed(&error, when.source(), when.cost(), scope))
}

/// What computing a value will take, in units.
pub(crate) fn weight(value: &Compiled, scope: &dyn Scope) -> u64 {
    match value {
        Compiled::Literal(_) => 0,
        Compiled::Expression(expression) => expression.estimate(scope).units,
        Compiled::Template(template) => template.estimate(scope).units,
        Compiled::Object(fields) => fields.iter().fold(0, |sum, (_, value)| sum.saturating_add(weight(value, scope))),
        Compiled::Array(items) => items.iter().fold(0, |sum, value| sum.saturating_add(weight(value, scope))),
    }
}

/// Runs work on a thread of its own.
///
/// # Errors
/// `Bug` when it panicked.
pub(crate) async fn off_thread<T: Send + 'static>(
    spawner: &dyn Spawner,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let place = Arc::new(Mutex::new(None));
    let result = Arc::clone(&place);
    let work = move || *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(work());
    spawner.blocking("expressions", Box::new(work)).await;
    let value = result.lock().unwrap_or_else(PoisonError::into_inner).take();
    value.ok_or_else(|| Failure::new(FailureKind::Bug, "expression.panicked", "an expression could not be evaluated"))
}

/// Says what it is that is large.
fn with_largest(mut message: String, cost: &Cost, scope: &dyn Scope) -> String {
    if let Some((path, size)) = cost.estimate(scope).largest {
        message.push_str(&format!("; the size of `{path}` is {size}"));
    }
    message
}

/// An expression error, which names what is large when the work was too much.
fn failed(error: &ExprError, source: &str, cost: &Cost, scope: &dyn Scope) -> Failure {
    let mut failure = failure(error, source);
    if failure.code == TOO_MUCH {
        failure.message = with_largest(failure.message, cost, scope);
    }
    failure
}

/// On error `pointer` stays at the place of the error.
fn compute_at(value: &Compiled, scope: &dyn Scope, limits: &Limits, pointer: &mut String) -> Result<Value, Failure> {
    let length = pointer.len();
    match value {
        Compiled::Literal(value) => Ok(value.clone()),
        Compiled::Expression(expression) => {
            let value = expression
                .evaluate(scope, limits)
                .map_err(|error| failed(&error, expression.source(), expression.cost(), scope))?;
            Ok(value.into_owned())
        }
        Compiled::Template(template) => {
            template.evaluate(scope, limits).map_err(|error| failed(&error, template.source(), template.cost(), scope))
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
fn failure(error: &ExprError, source: &str) -> Failure {
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

#[cfg(test)]
mod tests;
