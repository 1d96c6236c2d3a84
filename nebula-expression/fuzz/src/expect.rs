//! What must hold of every answer.

use nebula_expression::{ExprError, Expression, Type, explain, ty::Rest};
use serde_json::Value;

use crate::Types;

/// How an evaluation ended: the bytes of the value, or the error.
pub type Ending = Result<String, ExprError>;

/// The ending of an evaluation, with the error checked.
///
/// # Panics
/// If the error is not well-formed.
pub fn ending<V: std::borrow::Borrow<Value>>(source: &str, outcome: Result<V, ExprError>) -> Ending {
    if let Err(error) = &outcome {
        well_formed(source, error);
    }
    outcome.map(|value| value.borrow().to_string())
}

/// The errors of a parser: at least one, each well-formed.
///
/// # Panics
/// If that is not so.
pub fn errors(source: &str, errors: &[ExprError]) {
    assert!(!errors.is_empty(), "a refusal without an error");
    errors.iter().for_each(|error| well_formed(source, error));
}

/// A known code, a message, a place within the text that does not cut a character, and a rendering.
///
/// # Panics
/// If that is not so.
pub fn well_formed(source: &str, error: &ExprError) {
    assert!(explain(error.code).is_some(), "{} is not in the table of codes", error.code);
    assert!(!error.message.is_empty(), "{} without a message", error.code);
    let (start, end) = (error.span.start as usize, error.span.end as usize);
    assert!(start <= end && source.get(start..end).is_some(), "{error:?} is not in the text");
    assert!(error.render(source).contains(error.code), "rendering loses the code");
    assert!(!error.to_string().is_empty(), "{} prints as nothing", error.code);
}

/// Whether an evaluation ended at one of its limits.
#[must_use]
pub fn is_limit(ending: &Ending) -> bool {
    ending.as_ref().is_err_and(|error| error.code.starts_with("E07"))
}

/// The code of an error, or the value: what two spellings of one expression have in common.
pub fn gist(ending: &Ending) -> Result<&str, &'static str> {
    ending.as_deref().map_err(|error| error.code)
}

/// The canonical text is read as the same expression and is its own canonical text.
///
/// # Panics
/// If that is not so.
#[must_use]
pub fn canonical(expression: &Expression) -> Option<Expression> {
    let text = expression.to_canonical();
    let again = match Expression::parse(&text) {
        Ok(again) => again,
        // Spaces are added, so the longest texts have no canonical one that fits.
        Err(errors) if text.len() > nebula_expression::MAX_TEXT && errors[0].code == "E0701" => return None,
        Err(errors) => panic!("the canonical text {text:?} is refused: {errors:?}"),
    };
    assert_eq!(&again, expression, "the canonical text {text:?} is another expression");
    assert_eq!(again.to_canonical(), text, "the canonical text has another canonical text");
    Some(again)
}

/// An error that the types could not foresee.
///
/// # Panics
/// If they should have: something absent was read, or a value was null or of the wrong kind where the types
/// leave no doubt about it.
pub fn allowed(source: &str, types: &Types, error: &ExprError) {
    let absent = ["E0201", "E0202", "E0204", "E0205", "E0207", "E0208", "E0209", "E0210", "E0302", "E0303"];
    assert!(!absent.contains(&error.code), "the types of {source:?} promise what is not there: {error}");
    if !["E0301", "E0501", "E0502", "E0506"].contains(&error.code) {
        return;
    }
    // The error stands on the value it complains of. What is known of that part alone is less than what is known
    // in its place, and nothing is if it has a name of a lambda in it; so this misses some and accuses none.
    // A step of a path is no part: `[1]` alone is a list.
    let part = error.span.slice(source);
    if part.starts_with(['.', '?', '[']) {
        return;
    }
    let Ok(part) = Expression::parse(part) else { return };
    let part = part.check(types);
    assert!(!part.errors.is_empty() || !is_plain(&part.ty), "{source:?} passed, its part is {}: {error}", part.ty);
}

/// How deep a type is nested.
#[must_use]
pub fn depth(ty: &Type) -> usize {
    match ty {
        Type::List(element) => 1 + depth(element),
        Type::Object(object) => {
            let rest = if let Rest::Of(rest) = &object.rest { depth(rest) } else { 0 };
            1 + object.members.values().map(|member| depth(&member.ty)).fold(rest, usize::max)
        }
        Type::Union(types) => 1 + types.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Whether a type is of one kind, all through.
fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Any | Type::Never | Type::Null | Type::Union(_) => false,
        Type::List(element) => is_plain(element),
        Type::Object(object) => {
            object.rest == Rest::Closed && object.members.values().all(|member| is_plain(&member.ty))
        }
        _ => true,
    }
}
