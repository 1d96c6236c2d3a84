//! The units times are cut and counted in.

use super::problem::{Problem, quoted};
use crate::nearest::nearest;

/// A unit of time, smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// Every unit with its name.
    pub(crate) const ALL: [(&'static str, Self); 9] = [
        ("year", Self::Year),
        ("quarter", Self::Quarter),
        ("month", Self::Month),
        ("week", Self::Week),
        ("day", Self::Day),
        ("hour", Self::Hour),
        ("minute", Self::Minute),
        ("second", Self::Second),
        ("millisecond", Self::Millisecond),
    ];

    /// The unit of a name, singular or plural.
    pub(crate) fn named(name: &str) -> Result<Self, Problem> {
        let singular = name.strip_suffix('s').unwrap_or(name);
        if let Some((_, unit)) = Self::ALL.iter().find(|(known, _)| *known == singular) {
            return Ok(*unit);
        }
        let help = match nearest(singular, Self::ALL.iter().map(|(known, _)| *known)) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("the units are {}", Self::ALL.map(|(known, _)| format!("`{known}`")).join(", ")),
        };
        Err(Problem::new(format!("there is no unit {}", quoted(name)), help))
    }

    /// The name in the plural.
    pub(crate) fn plural(self) -> String {
        Self::ALL.iter().find(|(_, unit)| *unit == self).map_or_else(String::new, |(name, _)| format!("{name}s"))
    }

    /// Nanoseconds of a unit of fixed length, with days of 24 hours.
    pub(super) fn nanos(self) -> Option<i64> {
        Some(match self {
            Self::Millisecond => 1_000_000,
            Self::Second => 1_000_000_000,
            Self::Minute => 60 * 1_000_000_000,
            Self::Hour => 3_600 * 1_000_000_000,
            Self::Day => 86_400 * 1_000_000_000,
            Self::Week => 604_800 * 1_000_000_000,
            Self::Month | Self::Quarter | Self::Year => return None,
        })
    }

    /// Months of a unit counted in months.
    pub(super) fn months(self) -> Option<i64> {
        match self {
            Self::Month => Some(1),
            Self::Quarter => Some(3),
            Self::Year => Some(12),
            _ => None,
        }
    }
}
