//! Questions about types, asked at the user's tokens.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    path::PathBuf,
};

use serde_json::{Map, Value};
use smol_str::SmolStr;

use crate::{Blob, DurationText, ItemExpr, ItemTemplate};

pub fn a_number<T: Number>() {}
pub fn a_text<T: Text + ?Sized>() {}
pub fn a_list<T: List>() {}
pub fn a_choice_of_texts<T: TextChoice>() {}
pub fn a_choice_of_numbers<T: NumberChoice>() {}
pub fn shown_as_text<T: TextWidget>() {}
pub fn shown_as_number<T: NumberWidget>() {}
pub fn shown_as_flag<T: FlagWidget>() {}
pub fn shown_as_choice<T: Choice>() {}
pub fn compared_with_number<T: ComparedWithNumber>() {}
pub fn compared_with_flag<T: ComparedWithFlag>() {}

/// The texts that a value can be, when they are known.
pub const fn compared_with_text<T: ComparedWithText>() -> Option<&'static [&'static str]> {
    T::NAMES
}

/// Whether a value can be this text.
pub const fn may_be(names: Option<&[&str]>, text: &str) -> bool {
    let Some(names) = names else { return true };
    let mut at = 0;
    while at < names.len() {
        if same(names[at].as_bytes(), text.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

/// `==`, which is not const.
const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

#[diagnostic::on_unimplemented(
    message = "`min`, `max` and `step` need a number, and `{Self}` is none",
    label = "not a number",
    note = "a text has `min_len` and `max_len`, a list has `min_items` and `max_items`"
)]
pub trait Number {}

#[diagnostic::on_unimplemented(
    message = "`min_len`, `max_len`, `pattern`, `format` and `sink` need a text, and `{Self}` is none",
    label = "not a text",
    note = "a number has `min` and `max`, a list has `min_items` and `max_items`"
)]
pub trait Text {}

#[diagnostic::on_unimplemented(
    message = "`min_items`, `max_items` and `unique` need a list, and `{Self}` is none",
    label = "not a list",
    note = "a number has `min` and `max`, a text has `min_len` and `max_len`"
)]
pub trait List {}

#[diagnostic::on_unimplemented(
    message = "these choices are texts, and `{Self}` is none",
    label = "not a text",
    note = "an enum has its choices already: its variants"
)]
pub trait TextChoice {}

#[diagnostic::on_unimplemented(
    message = "these choices are numbers, and `{Self}` is none",
    label = "not a number",
    note = "an enum has its choices already: its variants"
)]
pub trait NumberChoice {}

#[diagnostic::on_unimplemented(
    message = "this widget shows a text, and `{Self}` is none",
    label = "not shown as a text",
    note = "`number` and `slider` show numbers, `checkbox` true and false, `select` and `radio` choices, `json` anything"
)]
pub trait TextWidget {}

#[diagnostic::on_unimplemented(
    message = "this widget shows a number, and `{Self}` is none",
    label = "not shown as a number",
    note = "`text` and `textarea` show texts, `checkbox` true and false, `select` and `radio` choices, `json` anything"
)]
pub trait NumberWidget {}

#[diagnostic::on_unimplemented(
    message = "this widget shows true or false, and `{Self}` is neither",
    label = "not true or false",
    note = "`text` shows texts, `number` numbers, `select` and `radio` choices, `json` anything"
)]
pub trait FlagWidget {}

#[diagnostic::on_unimplemented(
    message = "this widget shows choices, and `{Self}` has none",
    label = "nothing to choose from",
    note = "name the values with `one_of(..)` or `options(..)`, or use an enum with `#[derive(Parameters)]`"
)]
pub trait Choice {}

#[diagnostic::on_unimplemented(
    message = "the condition compares `{Self}` with a text",
    label = "never a text",
    note = "a text and an enum of names can be compared with a text"
)]
pub trait ComparedWithText {
    const NAMES: Option<&'static [&'static str]> = None;
}

#[diagnostic::on_unimplemented(
    message = "the condition compares `{Self}` with a number",
    label = "never a number",
    note = "a text is put in quotes, as in `mode == '1'`"
)]
pub trait ComparedWithNumber {}

#[diagnostic::on_unimplemented(
    message = "the condition wants true or false from `{Self}`",
    label = "neither true nor false",
    note = "compare it: `name == 'text'`, `name > 0`, `name != null`"
)]
pub trait ComparedWithFlag {}

#[diagnostic::on_unimplemented(
    message = "`{Self}` has no room for the tag of the enum",
    label = "no object, or one that says itself which variant it is",
    note = "a struct with `#[derive(Parameters)]` has; put anything else beside the tag: `#[serde(tag = \"..\", content = \"value\")]`"
)]
pub trait Tagged {
    /// The names of its members, in lists.
    const NAMES: &'static [Option<&'static [&'static str]>] = &[];
}

macro_rules! these {
    ($question:ident: $($name:ty),*) => { $(impl $question for $name {})* };
}

macro_rules! numbers {
    ($($question:ident)*) => {
        $(these!($question: u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64);)*
    };
}

macro_rules! texts {
    ($($question:ident)*) => {
        $(these!($question: String, Box<str>, Cow<'static, str>, SmolStr, PathBuf);)*
    };
}

numbers!(Number NumberChoice NumberWidget ComparedWithNumber);
texts!(Text TextChoice TextWidget ComparedWithText);
these!(TextWidget: DurationText, ItemExpr, ItemTemplate);

impl Tagged for Value {}
impl<V> Tagged for Map<String, V> {}
impl<V> Tagged for BTreeMap<String, V> {}
impl<V, S> Tagged for HashMap<String, V, S> {}
impl<T: Tagged> Tagged for Box<T> {
    const NAMES: &'static [Option<&'static [&'static str]>] = T::NAMES;
}
impl Tagged for Blob {
    const NAMES: &'static [Option<&'static [&'static str]>] = &[Some(&["digest", "size", "media_type"])];
}

impl FlagWidget for bool {}
impl ComparedWithFlag for bool {}

impl<T> List for Vec<T> {}
impl<T> List for VecDeque<T> {}
impl<T, S> List for HashSet<T, S> {}
impl<T> List for BTreeSet<T> {}
impl<T> List for Box<[T]> {}
