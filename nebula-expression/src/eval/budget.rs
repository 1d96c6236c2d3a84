//! What an evaluation has left, and the errors for having used it up.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::Value;

use super::Eval;
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::limits::{MAX_DATA_DEPTH, MAX_WALL};
use crate::span::Span;
use crate::val::{Text, TooDeep, Val};

/// What one JSON value takes besides its text.
const VALUE_BYTES: usize = size_of::<Value>();

impl<'a> Eval<'a> {
    /// Pays for work.
    #[inline]
    pub(crate) fn spend(&mut self, units: u64, span: Span) -> Outcome<()> {
        match self.slice.checked_sub(units) {
            Some(left) => {
                self.slice = left;
                Ok(())
            }
            None => self.next_slice(units, span),
        }
    }

    /// Units used so far.
    pub(crate) fn spent(&self) -> u64 {
        self.limits.cost - self.cost - self.slice
    }

    #[cold]
    fn next_slice(&mut self, units: u64, span: Span) -> Outcome<()> {
        let left = (self.cost + self.slice).checked_sub(units).ok_or_else(|| self.too_costly(span))?;
        self.slice = left.min(super::SLICE);
        self.cost = left - self.slice;
        if self.started.is_none() {
            self.look_ahead(span)?;
        }
        let started = *self.started.get_or_insert_with(clock);
        let wall = self.limits.wall.min(MAX_WALL);
        if clock().duration_since(started) >= wall {
            let message = format!("the evaluation takes longer than {} ms", wall.as_millis());
            return Err(Box::new(
                ExprError::new(code::TIME_LIMIT, span, message).label("stopped here").help("use less data, or a node"),
            ));
        }
        Ok(())
    }

    /// What will certainly take too much is not gone on with: the rest of its units would be in vain.
    fn look_ahead(&self, span: Span) -> Outcome<()> {
        let Some(forecast) = self.forecast else { return Ok(()) };
        let estimate = forecast.cost().estimate(self.scope);
        if estimate.least <= self.limits.cost {
            return Ok(());
        }
        let mut error = self.too_costly(span);
        error.message =
            format!("the evaluation takes {} steps or more, and {} are the limit", estimate.least, self.limits.cost);
        if let Some((path, size)) = estimate.largest {
            error.help = Some(format!("`{path}` has {size} elements: use less data, or a node for the work"));
        }
        Err(error)
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

    /// Pays for a copy of `value`. Without recursion, so that no data can exhaust the stack.
    pub(crate) fn measure(&mut self, value: &Value, span: Span) -> Outcome<()> {
        let text = match value {
            Value::String(text) => text.len(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
            Value::Array(_) | Value::Object(_) => return self.measure_below(value, span),
        };
        self.spend(1 + (text / 16) as u64, span)?;
        self.charge(VALUE_BYTES + text, span)
    }

    fn measure_below(&mut self, value: &Value, span: Span) -> Outcome<()> {
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

    /// A list the expression has made.
    pub(crate) fn make_list(&mut self, items: Vec<Val<'a>>, span: Span) -> Outcome<Val<'a>> {
        self.list_fits(items.len(), span)?;
        self.charge(items.len() * size_of::<Val<'_>>(), span)?;
        Val::list(items).map_err(|TooDeep| self.data_too_deep(span))
    }

    /// An object the expression has made.
    pub(crate) fn make_object(&mut self, members: BTreeMap<Text<'a>, Val<'a>>, span: Span) -> Outcome<Val<'a>> {
        self.list_fits(members.len(), span)?;
        self.charge(members.len() * 2 * size_of::<Val<'_>>(), span)?;
        Val::object(members).map_err(|TooDeep| self.data_too_deep(span))
    }

    pub(crate) fn depth_fits(&self, depth: u32, span: Span) -> Outcome<()> {
        if depth <= MAX_DATA_DEPTH {
            return Ok(());
        }
        Err(self.data_too_deep(span))
    }

    #[cold]
    fn data_too_deep(&self, span: Span) -> Box<ExprError> {
        let message = format!("the data here are nested more than {MAX_DATA_DEPTH} levels deep");
        Box::new(ExprError::new(code::DATA_DEPTH_LIMIT, span, message).label("too deep"))
    }

    #[cold]
    pub(super) fn too_costly(&self, span: Span) -> Box<ExprError> {
        let message = format!("the evaluation takes more than {} steps", self.limits.cost);
        Box::new(
            ExprError::new(code::COST_LIMIT, span, message)
                .label("stopped here")
                .help("use less data, or a node for the work"),
        )
    }
}

/// The backstop of an evaluation, which decides nothing else.
#[expect(clippy::disallowed_methods, reason = "no value depends on it: it only ends what runs away")]
fn clock() -> Instant {
    Instant::now()
}
