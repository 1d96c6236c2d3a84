//! What an evaluation has left, and the errors for having used it up.

use serde_json::Value;

use super::Eval;
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::limits::MAX_DATA_DEPTH;
use crate::span::Span;
use crate::val::Val;

/// What one JSON value takes besides its text.
const VALUE_BYTES: usize = size_of::<Value>();

impl<'a> Eval<'a> {
    /// Pays for work.
    #[inline]
    pub(crate) fn spend(&mut self, units: u64, span: Span) -> Outcome<()> {
        match self.cost.checked_sub(units) {
            Some(left) => {
                self.cost = left;
                Ok(())
            }
            None => Err(self.too_costly(span)),
        }
    }

    /// Pays for touching text.
    #[inline]
    pub(crate) fn spend_bytes(&mut self, bytes: usize, span: Span) -> Outcome<()> {
        self.spend((bytes / 16) as u64, span)
    }

    /// Pays for memory.
    pub(crate) fn charge(&mut self, bytes: usize, span: Span) -> Outcome<()> {
        match self.alloc.checked_sub(bytes) {
            Some(left) => {
                self.alloc = left;
                Ok(())
            }
            None => {
                let message = format!("the evaluation makes more than {} bytes of data", self.limits.alloc_bytes);
                Err(Box::new(
                    ExprError::new(code::ALLOCATION_LIMIT, span, message)
                        .label("while making this")
                        .help("pass data on by a path of their own instead of building them here"),
                ))
            }
        }
    }

    pub(crate) fn string_fits(&self, len: usize, span: Span) -> Outcome<()> {
        if len <= self.limits.string_bytes {
            return Ok(());
        }
        let message = format!("this makes a string of more than {} bytes", self.limits.string_bytes);
        Err(Box::new(ExprError::new(code::STRING_LIMIT, span, message).label("too long").help("make it in a node")))
    }

    pub(crate) fn list_fits(&self, len: usize, span: Span) -> Outcome<()> {
        if len <= self.limits.list_len {
            return Ok(());
        }
        let message = format!("this makes a list of more than {} elements", self.limits.list_len);
        Err(Box::new(ExprError::new(code::LIST_LIMIT, span, message).label("too long").help("make it in a node")))
    }

    /// A value of its own, paid for in work and memory before anything is copied.
    pub(crate) fn copy(&mut self, value: Val<'a>, span: Span) -> Outcome<Value> {
        match value {
            Val::Ref(value) => {
                self.measure(value, span)?;
                Ok(value.clone())
            }
            made => {
                self.charge(VALUE_BYTES, span)?;
                Ok(made.into_cow().into_owned())
            }
        }
    }

    /// Pays for a copy of `value`. Without recursion, so that no data can exhaust the stack.
    pub(crate) fn measure(&mut self, value: &Value, span: Span) -> Outcome<()> {
        let mut open = vec![(value, 0_u32)];
        while let Some((value, depth)) = open.pop() {
            self.depth_fits(depth, span)?;
            self.spend(1, span)?;
            let text = match value {
                Value::String(text) => text.len(),
                Value::Array(items) => {
                    self.spend(items.len() as u64, span)?;
                    open.extend(items.iter().map(|item| (item, depth + 1)));
                    0
                }
                Value::Object(members) => {
                    self.spend(members.len() as u64, span)?;
                    open.extend(members.values().map(|member| (member, depth + 1)));
                    // Keys, and the nodes of the map they sit in.
                    members.keys().map(|key| key.len() + VALUE_BYTES).sum()
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => 0,
            };
            self.spend_bytes(text, span)?;
            self.charge(VALUE_BYTES + text, span)?;
        }
        Ok(())
    }

    pub(crate) fn depth_fits(&self, depth: u32, span: Span) -> Outcome<()> {
        if depth <= MAX_DATA_DEPTH {
            return Ok(());
        }
        let message = format!("the data here are nested more than {MAX_DATA_DEPTH} levels deep");
        Err(Box::new(ExprError::new(code::DATA_DEPTH_LIMIT, span, message).label("too deep")))
    }

    #[cold]
    fn too_costly(&self, span: Span) -> Box<ExprError> {
        let message = format!("the evaluation takes more than {} steps", self.limits.cost);
        Box::new(
            ExprError::new(code::COST_LIMIT, span, message)
                .label("stopped here")
                .help("use less data, or a node for the work"),
        )
    }
}
