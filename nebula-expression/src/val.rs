//! Values while evaluating: borrowed from the data wherever possible, shared where they were made.

mod make;
mod view;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use crate::number::Num;
use crate::time::{Duration, Time};

pub(crate) use make::TooDeep;
pub(crate) use view::{Items, Members, View};

pub(crate) static NULL: Value = Value::Null;

/// The result of one node of the tree. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) enum Val<'a> {
    Ref(&'a Value),
    Bool(bool),
    Num(Num),
    Str(Text<'a>),
    List(Rc<List<'a>>),
    Object(Rc<Object<'a>>),
    Time(Time),
    Duration(Duration),
    Bytes(Rc<[u8]>),
}

/// A string.
#[derive(Debug, Clone)]
pub(crate) enum Text<'a> {
    Borrowed(&'a str),
    Made(Rc<String>),
}

/// A list the expression has made.
#[derive(Debug)]
pub(crate) struct List<'a> {
    items: Vec<Val<'a>>,
    /// Levels of made values below, itself included.
    depth: u32,
}

/// An object the expression has made; its members are in the order JSON has them here.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    members: BTreeMap<Text<'a>, Val<'a>>,
    depth: u32,
}

impl<'a> Val<'a> {
    pub(crate) const NULL: Self = Val::Ref(&NULL);

    pub(crate) fn made(text: String) -> Self {
        Self::Str(Text::Made(Rc::new(text)))
    }

    pub(crate) fn borrowed(text: &'a str) -> Self {
        Self::Str(Text::Borrowed(text))
    }

    #[inline]
    pub(crate) fn view(&self) -> View<'_, 'a> {
        match self {
            Self::Ref(value) => View::of(value),
            Self::Bool(flag) => View::Bool(*flag),
            Self::Num(num) => View::Num(*num),
            Self::Str(text) => View::Str(text.as_str()),
            Self::List(list) => View::List(Items::Made(&list.items)),
            Self::Object(object) => View::Object(Members::Made(&object.members)),
            Self::Time(time) => View::Time(time),
            Self::Duration(duration) => View::Duration(duration),
            Self::Bytes(bytes) => View::Bytes(bytes),
        }
    }

    #[inline]
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Ref(Value::Null))
    }

    /// Levels of values the expression has made.
    fn depth(&self) -> u32 {
        match self {
            Self::List(list) => list.depth,
            Self::Object(object) => object.depth,
            _ => 0,
        }
    }
}

impl<'a> Text<'a> {
    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Made(text) => text,
        }
    }

    pub(crate) fn into_string(self) -> String {
        match self {
            Self::Borrowed(text) => text.to_owned(),
            Self::Made(text) => Rc::unwrap_or_clone(text),
        }
    }

    /// The same text with a part of it: borrowed if the whole is.
    pub(crate) fn part(&self, of: impl for<'t> Fn(&'t str) -> &'t str) -> Val<'a> {
        match self {
            Self::Borrowed(text) => Val::borrowed(of(text)),
            Self::Made(text) => Val::made(of(text).to_owned()),
        }
    }
}

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl std::borrow::Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text<'_> {}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl<'a> From<Cow<'a, str>> for Text<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Borrowed(text),
            Cow::Owned(text) => Self::Made(Rc::new(text)),
        }
    }
}
