//! What each function does, a file for each topic.

mod conversion;
mod each;
mod encoding;
mod lists;
mod numbers;
mod objects;
mod presence;
mod strings;
mod time;

use super::Function;

pub(super) static FAMILIES: &[&[Function]] = &[
    &presence::FUNCTIONS,
    &strings::FUNCTIONS,
    &lists::FUNCTIONS,
    &each::FUNCTIONS,
    &objects::FUNCTIONS,
    &numbers::FUNCTIONS,
    &time::FUNCTIONS,
    &conversion::FUNCTIONS,
    &encoding::FUNCTIONS,
];
