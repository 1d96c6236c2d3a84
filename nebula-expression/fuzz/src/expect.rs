//! What must hold of every answer.

use nebula_expression::{ExprError, Expression, explain};
use serde_json::Value;

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
