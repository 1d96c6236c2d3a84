//! What to say of a value whose type does not fit its place.

use nebula_expression::{
    Type,
    ty::{Fit, Mismatch, Why},
};
use nebula_ports::diagnostic::Diagnostic;

use crate::plan::code;

/// The error of a value of type `found` for a place of type `wanted`, which is called `name`.
pub(super) fn misfit(name: &str, found: &Type, wanted: &Type, pointer: &str) -> Option<Diagnostic> {
    let Fit::No(mismatch) = found.fits(wanted) else { return None };
    let (message, help) = sentence(name, &mismatch);
    let diagnostic = Diagnostic::error(code::PARAMETER_TYPE, pointer, message).with_label(found.to_string());
    Some(match help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    })
}

fn sentence(name: &str, mismatch: &Mismatch) -> (String, Option<String>) {
    let Mismatch { path, found, wanted, why } = mismatch;
    // The value itself, or a part of it.
    let place = if path.is_empty() { String::new() } else { format!(" at `{path}`") };
    let takes = format!("`{name}` takes {wanted}{place}");
    let meant = |near: &str| format!("did you mean `{near}`?");
    match why {
        Why::Kind => (format!("{takes}, and this is {found}"), conversion(found, wanted).map(str::to_owned)),
        Why::Null => {
            let help = format!("say what to use instead of null{place}: `… ?? {}`", fallback(wanted));
            (format!("{takes}, and this may be null"), Some(help))
        }
        Why::MissingMember(member) => (format!("{takes}, and this has no `{member}`"), None),
        Why::MayBeMissing(member) => {
            let help = format!("give it a value in any case: `{member}: … ?? …`");
            (format!("{takes}, and this may have no `{member}`"), Some(help))
        }
        Why::UnknownMember { name: member, near } => {
            (format!("`{name}` takes no `{member}`{place}, and this has one"), near.as_deref().map(meant))
        }
        Why::Value { value, near } => (format!("{takes}, and this is `{value}`"), near.as_deref().map(meant)),
    }
}

/// How to come from one type to another.
fn conversion(found: &Type, wanted: &Type) -> Option<&'static str> {
    match (found.without_null(), wanted.without_null()) {
        (Type::Bool | Type::Integer | Type::Number, Type::Text(_)) => Some("make a text of it: `string(…)`"),
        (Type::Text(_), Type::Integer | Type::Number) => Some("read the number in it: `number(…)`"),
        (Type::List(_), Type::List(_)) => None,
        (Type::List(_), _) => Some("take one element, as in `…[0]`"),
        (_, Type::List(_)) => Some("make a list of it: `[…]`"),
        _ => None,
    }
}

/// A value that shows how a fallback is written.
fn fallback(wanted: &Type) -> &'static str {
    match wanted {
        Type::Text(_) => "\"\"",
        Type::Number | Type::Integer => "0",
        Type::Bool => "false",
        Type::List(_) => "[]",
        Type::Object(_) => "{}",
        _ => "…",
    }
}
