//! What an evaluation will take, before it starts: units as a polynomial in the sizes of what is read.
//!
//! The polynomial is found once per expression. Filling in the real sizes takes a few steps for each path, so that
//! an evaluation that is too large is refused before it begins, and a long one goes to a thread of its own. Sizes
//! inside of lists are sampled, and sizes of what functions make are bounded by what they are made of: the units
//! that an evaluation counts while it runs remain the last word.

mod least;
mod place;
mod polynomial;
mod shape;
mod walk;

use std::fmt;

use serde::{Serialize, Serializer};

pub(crate) use self::place::Place;
pub(crate) use self::polynomial::Polynomial;
use crate::ast::Expr;
use crate::scope::Scope;

/// How the units of an evaluation depend on the sizes of what it reads: `4 + 6·|$input.items|`.
///
/// `|x|` is the number of elements of a list, of members of an object, or of bytes of a text.
///
/// ```
/// use nebula_expression::Expression;
///
/// let cost = |text: &str| Expression::parse(text).unwrap().cost().to_string();
/// assert_eq!(cost("$input.a > 1"), "4");
/// assert_eq!(cost("$input.items.exists(i => i.qty > 5)"), "3 + 5·|$input.items|");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    pub(crate) units: Polynomial,
    /// Whether the sizes of what is read say everything.
    pub(crate) exact: bool,
    /// What it takes at least, whatever the data are.
    pub(crate) least: Polynomial,
}

/// What is known before the evaluation of these parts, one after the other.
pub(crate) fn cost_of<'e>(parts: impl IntoIterator<Item = &'e Expr> + Clone) -> Cost {
    let least = least::least_of(parts.clone());
    let (units, exact) = walk::cost_of(parts);
    Cost { units, exact, least }
}

/// What one evaluation will take.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Estimate {
    /// Predicted units, at most `u64::MAX`.
    pub units: u64,
    /// Whether no size had to be sampled or guessed: no more units are used.
    pub exact: bool,
    /// Units without which it cannot succeed.
    pub least: u64,
    /// The path that most of it comes from, with its size.
    pub largest: Option<(String, u64)>,
}

impl Cost {
    /// Whether it is the same for all data.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.units.is_constant()
    }

    /// Units that do not depend on any size.
    #[must_use]
    pub fn base(&self) -> u64 {
        self.units.base()
    }

    /// The paths whose sizes matter, as they are printed.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.units.places().iter().map(ToString::to_string).collect()
    }

    /// Fills in the sizes that `scope` has.
    #[must_use]
    pub fn estimate(&self, scope: &dyn Scope) -> Estimate {
        if self.is_constant() {
            let (units, exact) = (self.base(), self.exact);
            return Estimate { units, exact, least: self.least.base(), largest: None };
        }
        let mut exact = self.exact;
        let places = self.units.places();
        let sizes: Vec<u64> = places
            .iter()
            .map(|place| {
                exact &= !place.is_sampled();
                place.size(scope)
            })
            .collect();
        let units = self.units.fill(&sizes);
        let largest = places.iter().zip(&sizes).max_by_key(|(_, size)| **size);
        let largest = largest.map(|(place, size)| (place.to_string(), *size));
        Estimate { units, exact, least: self.at_least(scope), largest }
    }

    fn at_least(&self, scope: &dyn Scope) -> u64 {
        let sizes: Vec<u64> = self.least.places().iter().map(|place| place.length(scope)).collect();
        self.least.fill(&sizes)
    }

    /// Fills in the sizes that `size` knows; where it knows none, there is no answer.
    #[must_use]
    pub fn worst(&self, mut size: impl FnMut(&str) -> Option<u64>) -> Option<u64> {
        let sizes: Option<Vec<u64>> = self.units.places().iter().map(|place| size(&place.to_string())).collect();
        Some(self.units.fill(&sizes?))
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.units.fmt(f)
    }
}

impl Serialize for Cost {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests;
