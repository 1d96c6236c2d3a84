//! From the values of an evaluation to JSON: only what leaves is copied, and paid for.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Eval;
use crate::ast::Expr;
use crate::encode;
use crate::error::Outcome;
use crate::span::Span;
use crate::val::{Items, Members, Val, View};

/// What an object takes besides its members: they sit in nodes that are rarely full.
const MAP_BYTES: usize = 400;

impl<'a> Eval<'a> {
    /// The value to hand out: what a path leads to stays borrowed.
    pub(crate) fn leave(&mut self, value: Val<'a>, span: Span) -> Outcome<Cow<'a, Value>> {
        match value {
            Val::Ref(value) => Ok(Cow::Borrowed(value)),
            Val::Str(text) => Ok(Cow::Owned(Value::String(text.into_string()))),
            Val::Bool(flag) => Ok(Cow::Owned(Value::Bool(flag))),
            Val::Num(num) => Ok(Cow::Owned(Value::Number(num.to_number()))),
            made => self.json_of(&made, span).map(Cow::Owned),
        }
    }

    /// A copy. Lists and objects that were made are not deeper than what recursion stands.
    pub(crate) fn json_of(&mut self, value: &Val<'a>, span: Span) -> Outcome<Value> {
        if let Val::Ref(value) = value {
            self.measure(value, span)?;
            return Ok((*value).clone());
        }
        self.spend(1, span)?;
        self.charge(size_of::<Value>(), span)?;
        Ok(match value.view() {
            View::Null => Value::Null,
            View::Bool(flag) => Value::Bool(flag),
            View::Num(num) => Value::Number(num.to_number()),
            View::Str(text) => {
                self.spend_bytes(text.len(), span)?;
                self.charge(text.len(), span)?;
                Value::String(text.to_owned())
            }
            // What is JSON already was copied above.
            View::List(Items::Json(_)) | View::Object(Members::Json(_)) => Value::Null,
            View::List(Items::Made(items)) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    list.push(self.json_of(item, span)?);
                }
                Value::Array(list)
            }
            View::Object(members) => {
                self.charge(MAP_BYTES, span)?;
                let mut map = Map::new();
                for (name, member) in members.iter() {
                    self.charge(name.len() + size_of::<Value>(), span)?;
                    map.insert(name.into_string(), self.json_of(&member, span)?);
                }
                Value::Object(map)
            }
            View::Time(time) => Value::String(time.to_string()),
            View::Duration(duration) => Value::String(duration.to_string()),
            View::Bytes(bytes) => {
                self.spend_bytes(bytes.len(), span)?;
                self.charge(bytes.len() * 4 / 3, span)?;
                Value::String(encode::base64_encode(bytes, encode::Alphabet::Standard))
            }
        })
    }

    /// The value for people to look at: null when it cannot be read, a remark when it is large.
    pub(crate) fn brief(&mut self, expr: &'a Expr) -> Value {
        const SHOWN_BYTES: usize = 1_024;
        let Ok(value) = self.maybe(expr) else {
            return Value::Null;
        };
        self.alloc = self.alloc.min(SHOWN_BYTES);
        match (self.json_of(&value, expr.span()), value.view()) {
            (Ok(value), _) => value,
            (Err(_), View::List(items)) => format!("(a list of {} elements)", items.len()).into(),
            (Err(_), View::Object(members)) => format!("(an object with {} members)", members.len()).into(),
            (Err(_), View::Str(text)) => {
                let cut = text.char_indices().nth(200).map_or(text.len(), |(at, _)| at);
                format!("{}…", &text[..cut]).into()
            }
            (Err(_), _) => Value::Null,
        }
    }
}
