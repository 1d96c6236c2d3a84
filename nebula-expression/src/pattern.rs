//! Regular expressions in linear time: no look-around, no backreferences, bounded to compile and to run. Unicode, with
//! the short classes of RE2: see [`ascii`].

mod all;
mod ascii;
mod error;
mod extract;
mod replacement;
mod rescan;
mod weigh;

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::print::Printer;
use regex_syntax::hir::translate::Translator;

pub(crate) use all::{Bounds, Excess};
pub(crate) use error::PatternError;
pub(crate) use replacement::Replacement;

/// The longest pattern, in bytes.
pub(crate) const MAX_PATTERN: usize = 1000;
/// Groups, repetitions and classes within one another.
const MAX_NESTING: u32 = 50;
/// How much deeper than its text a pattern is once [`ascii`] has been through it.
const REWRITTEN: u32 = 2;
/// What building may take, see [`weigh`]: some two milliseconds.
const MAX_BUILD: u64 = 20_000;
/// The last line of defence, in bytes of the compiled program; what [`MAX_BUILD`] lets through stays below.
const MAX_PROGRAM: usize = 4 << 20;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    weight: u32,
    /// What building took, see [`weigh`].
    build: u64,
    /// Whether a search may look far beyond the match it returns, which makes finding all matches quadratic.
    rescans: bool,
}

/// The first match of a pattern with its groups, as slices of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Captured<'t> {
    /// The match itself.
    pub(crate) whole: &'t str,
    /// The groups from 1 on, named ones too; none for a group that took no part.
    pub(crate) groups: Vec<Option<&'t str>>,
    /// The named groups, in the pattern's order.
    pub(crate) named: Vec<(String, Option<&'t str>)>,
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Result<Self, PatternError> {
        if text.len() > MAX_PATTERN {
            return Err(PatternError::too_long(text));
        }
        let mut ast = ParserBuilder::new()
            .nest_limit(MAX_NESTING)
            .build()
            .parse(text)
            .map_err(|error| PatternError::syntax(&error))?;
        ascii::rewrite(&mut ast)?;
        let weighed = weigh::weigh(&ast);
        if weighed.build > MAX_BUILD {
            return Err(PatternError::too_large(text));
        }
        let meaning = Translator::new().translate(text, &ast).map_err(|error| PatternError::meaning(&error))?;
        let mut rewritten = String::new();
        // Writing to a string does not fail.
        let _ = Printer::new().print(&ast, &mut rewritten);
        let built = RegexBuilder::new(&rewritten).nest_limit(MAX_NESTING + REWRITTEN).size_limit(MAX_PROGRAM).build();
        let regex = built.map_err(|_| PatternError::too_large(text))?;
        Ok(Self { regex, weight: weighed.weight, build: weighed.build, rescans: rescan::rescans(&meaning) })
    }

    /// The size of the pattern with its counted repetitions written out.
    pub(crate) fn weight(&self) -> u32 {
        self.weight
    }

    /// What building it cost: a unit is some twenty nanoseconds, what is weighed are tenths of a microsecond.
    pub(crate) fn build_units(&self) -> u64 {
        self.build.saturating_mul(5)
    }

    /// What one search of a text of so many bytes costs at most.
    pub(crate) fn units(&self, len: usize) -> u64 {
        (1 + len as u64 / 10).saturating_mul(1 + u64::from(self.weight) / 4)
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The first match.
    pub(crate) fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.regex.find(text).map(|found| found.as_str())
    }

    /// Where the first match is.
    pub(crate) fn find_at(&self, text: &str) -> Option<Range<usize>> {
        self.regex.find(text).map(|found| found.range())
    }

    /// The first match and its groups.
    pub(crate) fn captures<'t>(&self, text: &'t str) -> Option<Captured<'t>> {
        let captures = self.regex.captures(text)?;
        let group = |at: usize| captures.get(at).map(|group| group.as_str());
        let names = self.regex.capture_names().enumerate();
        Some(Captured {
            whole: group(0)?,
            groups: (1..captures.len()).map(group).collect(),
            named: names.filter_map(|(at, name)| Some((name?.to_owned(), group(at)))).collect(),
        })
    }
}

#[cfg(test)]
mod tests;
