//! What each function does, a file for each topic.

mod conversion;
mod each;
mod encoding;
mod lists;
mod numbers;
mod objects;
mod order;
mod presence;
mod seen;
mod strings;
mod time;

use super::Function;
use crate::val::{Text, Val};

pub(super) static FAMILIES: &[&[Function]] = &[
    &presence::FUNCTIONS,
    &strings::FUNCTIONS,
    &strings::parts::FUNCTIONS,
    &strings::patterns::FUNCTIONS,
    &lists::FUNCTIONS,
    &lists::parts::FUNCTIONS,
    &lists::ordered::FUNCTIONS,
    &lists::sets::FUNCTIONS,
    &each::FUNCTIONS,
    &each::keys::FUNCTIONS,
    &objects::FUNCTIONS,
    &objects::members::FUNCTIONS,
    &objects::each::FUNCTIONS,
    &numbers::FUNCTIONS,
    &numbers::decimal::FUNCTIONS,
    &time::FUNCTIONS,
    &time::parts::FUNCTIONS,
    &conversion::FUNCTIONS,
    &conversion::json::FUNCTIONS,
    &encoding::FUNCTIONS,
];

/// The string a value is; a timestamp or a duration is not taken for one.
fn text_of<'a>(value: &Val<'a>) -> Option<Text<'a>> {
    match value {
        Val::Ref(serde_json::Value::String(text)) => Some(Text::Borrowed(text)),
        Val::Str(text) => Some(text.clone()),
        _ => None,
    }
}
