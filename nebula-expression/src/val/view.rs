//! A look at a value, whatever holds it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Text, Val};
use crate::number::Num;
use crate::time::{Duration, Time};

#[derive(Debug, Clone, Copy)]
pub(crate) enum View<'v, 'a> {
    Null,
    Bool(bool),
    Num(Num),
    Str(&'v str),
    List(Items<'v, 'a>),
    Object(Members<'v, 'a>),
    Time(&'v Time),
    Duration(&'v Duration),
    Bytes(&'v [u8]),
}

/// The elements of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Items<'v, 'a> {
    Json(&'a [Value]),
    Made(&'v [Val<'a>]),
}

/// The elements one after the other.
#[derive(Debug, Clone)]
pub(crate) enum ItemsIter<'v, 'a> {
    Json(std::slice::Iter<'a, Value>),
    Made(std::slice::Iter<'v, Val<'a>>),
}

impl<'a> Iterator for ItemsIter<'_, 'a> {
    type Item = Val<'a>;

    #[inline]
    fn next(&mut self) -> Option<Val<'a>> {
        match self {
            Self::Json(items) => items.next().map(Val::Ref),
            Self::Made(items) => items.next().cloned(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Json(items) => items.size_hint(),
            Self::Made(items) => items.size_hint(),
        }
    }
}

impl DoubleEndedIterator for ItemsIter<'_, '_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Json(items) => items.next_back().map(Val::Ref),
            Self::Made(items) => items.next_back().cloned(),
        }
    }
}

impl ExactSizeIterator for ItemsIter<'_, '_> {}

/// The members of an object, sorted by name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Members<'v, 'a> {
    Json(&'a Map<String, Value>),
    Made(&'v BTreeMap<Text<'a>, Val<'a>>),
}

impl<'v, 'a: 'v> View<'v, 'a> {
    #[inline]
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Num(Num::of(number)),
            Value::String(text) => Self::Str(text),
            Value::Array(items) => Self::List(Items::Json(items)),
            Value::Object(members) => Self::Object(Members::Json(members)),
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
            Self::Time(_) => "a timestamp",
            Self::Duration(_) => "a duration",
            Self::Bytes(_) => "bytes",
        }
    }

    /// As text, for the types that have one obvious spelling.
    pub(crate) fn text(self) -> Option<Cow<'v, str>> {
        match self {
            Self::Str(text) => Some(Cow::Borrowed(text)),
            Self::Num(num) => Some(Cow::Owned(num.text())),
            Self::Bool(true) => Some(Cow::Borrowed("true")),
            Self::Bool(false) => Some(Cow::Borrowed("false")),
            Self::Time(time) => Some(Cow::Owned(time.to_string())),
            Self::Duration(duration) => Some(Cow::Owned(duration.to_string())),
            Self::Null | Self::List(_) | Self::Object(_) | Self::Bytes(_) => None,
        }
    }
}

impl<'v, 'a: 'v> Items<'v, 'a> {
    #[inline]
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Json(items) => items.len(),
            Self::Made(items) => items.len(),
        }
    }

    #[inline]
    pub(crate) fn get(self, at: usize) -> Option<Val<'a>> {
        match self {
            Self::Json(items) => items.get(at).map(Val::Ref),
            Self::Made(items) => items.get(at).cloned(),
        }
    }

    #[inline]
    pub(crate) fn iter(self) -> ItemsIter<'v, 'a> {
        match self {
            Self::Json(items) => ItemsIter::Json(items.iter()),
            Self::Made(items) => ItemsIter::Made(items.iter()),
        }
    }
}

impl<'v, 'a: 'v> Members<'v, 'a> {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Json(members) => members.len(),
            Self::Made(members) => members.len(),
        }
    }

    #[inline]
    pub(crate) fn get(self, name: &str) -> Option<Val<'a>> {
        match self {
            Self::Json(members) => members.get(name).map(Val::Ref),
            Self::Made(members) => members.get(name).cloned(),
        }
    }

    pub(crate) fn iter(self) -> Box<dyn Iterator<Item = (Text<'a>, Val<'a>)> + 'v> {
        match self {
            Self::Json(members) => {
                Box::new(members.iter().map(|(name, value)| (Text::Borrowed(name.as_str()), Val::Ref(value))))
            }
            Self::Made(members) => Box::new(members.iter().map(|(name, value)| (name.clone(), value.clone()))),
        }
    }

    pub(crate) fn keys(self) -> impl Iterator<Item = Text<'a>> + 'v {
        self.iter().map(|(name, _)| name)
    }
}
