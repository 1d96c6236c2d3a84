//! Values while evaluating: borrowed from the data wherever possible.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::number::Num;

pub(crate) static NULL: Value = Value::Null;

/// The result of one node of the tree.
#[derive(Debug, Clone)]
pub(crate) enum Val<'a> {
    Ref(&'a Value),
    Bool(bool),
    Num(Num),
    Str(Cow<'a, str>),
    Owned(Value),
}

/// A look at a value, whatever holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum View<'v> {
    Null,
    Bool(bool),
    Num(Num),
    Str(&'v str),
    List(&'v [Value]),
    Object(&'v Map<String, Value>),
}

impl<'a> Val<'a> {
    #[inline]
    pub(crate) fn view(&self) -> View<'_> {
        match self {
            Self::Ref(value) => View::of(value),
            Self::Bool(flag) => View::Bool(*flag),
            Self::Num(num) => View::Num(*num),
            Self::Str(text) => View::Str(text),
            Self::Owned(value) => View::of(value),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.view(), View::Null)
    }

    pub(crate) fn into_cow(self) -> Cow<'a, Value> {
        match self {
            Self::Ref(value) => Cow::Borrowed(value),
            Self::Bool(flag) => Cow::Owned(Value::Bool(flag)),
            Self::Num(num) => Cow::Owned(Value::Number(num.to_number())),
            Self::Str(text) => Cow::Owned(Value::String(text.into_owned())),
            Self::Owned(value) => Cow::Owned(value),
        }
    }
}

impl<'v> View<'v> {
    #[inline]
    pub(crate) fn of(value: &'v Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Num(Num::of(number)),
            Value::String(text) => Self::Str(text),
            Value::Array(items) => Self::List(items),
            Value::Object(members) => Self::Object(members),
        }
    }

    /// The type with its article, for messages.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Num(_) => "a number",
            Self::Str(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// As text, for the types that have one obvious spelling.
    pub(crate) fn text(self) -> Option<Cow<'v, str>> {
        match self {
            Self::Str(text) => Some(Cow::Borrowed(text)),
            Self::Num(num) => Some(Cow::Owned(num.text())),
            Self::Bool(true) => Some(Cow::Borrowed("true")),
            Self::Bool(false) => Some(Cow::Borrowed("false")),
            Self::Null | Self::List(_) | Self::Object(_) => None,
        }
    }
}
