//! Patterns: how far they may go, and what is said of those that cannot be read.

use super::Eval;
use crate::ast::Expr;
use crate::check::pattern_error;
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::pattern::{Bounds, Excess, PatternError};
use crate::span::Span;

impl Eval<'_> {
    /// How far a function that goes through all matches may go. It has to pay for the units it used.
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds { items: self.limits.list_len, bytes: self.limits.string_bytes, units: self.cost + self.slice }
    }

    /// Pays for the units that are no longer in `left`, or says which bound did not suffice.
    pub(crate) fn settle<T>(&mut self, result: Result<T, Excess>, left: Bounds, span: Span) -> Outcome<T> {
        match result {
            Ok(value) => {
                let used = self.bounds().units.saturating_sub(left.units);
                self.spend(used, span)?;
                Ok(value)
            }
            Err(excess) => {
                match excess {
                    Excess::Items => self.list_fits(usize::MAX, span)?,
                    Excess::Bytes => self.string_fits(usize::MAX, span)?,
                    Excess::Units => {}
                }
                Err(self.too_costly(span))
            }
        }
    }

    /// The error for an argument that is no pattern, or no replacement for one.
    #[cold]
    pub(crate) fn bad_pattern(&self, arg: &Expr, problem: &PatternError) -> Box<ExprError> {
        if arg.literal().is_some() {
            return Box::new(pattern_error(problem, arg.span(), self.source));
        }
        // The pattern stands in the data: its text is not what stands at this place.
        let error = ExprError::new(code::BAD_PATTERN, arg.span(), problem.message.clone());
        Box::new(error.label("in the pattern this gives").maybe_help(problem.help.clone()))
    }
}
