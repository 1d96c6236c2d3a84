//! Lengths of time: months, days and exact time, which no rule turns into one another.

use std::cmp::Ordering;
use std::ops::Neg;
use std::rc::Rc;

use jiff::SignedDuration;

use super::problem::Problem;
use super::unit::Unit;

const YEARS: i64 = 10_000;
const MOST_MONTHS: i64 = YEARS * 12;
const MOST_DAYS: i64 = YEARS * 366;
const MOST_SECONDS: i64 = MOST_DAYS * 86_400;
const NANOS_PER_DAY: i128 = 86_400 * 1_000_000_000;

/// A length of time. A month has no fixed length and a day only outside changes of the clock, so they
/// are kept apart until there is a time to add them to; years are twelve months, weeks seven days.
///
/// Equal are durations of equal months that are equal in days of 24 hours and time.
#[derive(Clone, Debug)]
pub(crate) struct Duration(Rc<Parts>);

#[derive(Debug)]
pub(super) struct Parts {
    pub(super) months: i32,
    pub(super) days: i32,
    pub(super) time: SignedDuration,
}

impl Duration {
    /// A duration of whole and fractional seconds, as between two times.
    pub(super) fn exact(time: SignedDuration) -> Result<Self, Problem> {
        Self::of(0, 0, time)
    }

    pub(super) fn of(months: i64, days: i64, time: SignedDuration) -> Result<Self, Problem> {
        let within = |value: i64, most: i64| (-most..=most).contains(&value);
        if !within(months, MOST_MONTHS) || !within(days, MOST_DAYS) || !within(time.as_secs(), MOST_SECONDS) {
            return Err(Problem::duration_out_of_range());
        }
        // Both fit: the most of either is below 2^23.
        Ok(Self(Rc::new(Parts { months: months as i32, days: days as i32, time })))
    }

    pub(super) fn parts(&self) -> &Parts {
        &self.0
    }

    /// The sum, part by part.
    pub(crate) fn plus(&self, other: &Self) -> Result<Self, Problem> {
        let (a, b) = (&*self.0, &*other.0);
        // Two bounded lengths: their sum is far from overflow.
        let time = a.time.checked_add(b.time).ok_or_else(Problem::duration_out_of_range)?;
        Self::of(i64::from(a.months) + i64::from(b.months), i64::from(a.days) + i64::from(b.days), time)
    }

    /// Which is longer. Where that depends on the calendar there is no answer.
    pub(crate) fn compare(&self, other: &Self) -> Result<Ordering, Problem> {
        let months = self.0.months.cmp(&other.0.months);
        let rest = self.flat().cmp(&other.flat());
        match (months, rest) {
            (order, Ordering::Equal) | (Ordering::Equal, order) => Ok(order),
            (months, rest) if months == rest => Ok(months),
            _ => Err(Problem::new(
                format!("`{self}` and `{other}` cannot be compared: months have no fixed length"),
                "compare durations without months and years, or times the durations are added to",
            )),
        }
    }

    /// How many of the unit it is, with days of 24 hours.
    pub(crate) fn total(&self, unit: Unit) -> Result<f64, Problem> {
        let months = i64::from(self.0.months);
        match (unit.nanos(), unit.months()) {
            (Some(nanos), _) if months == 0 => Ok(ratio(self.flat(), nanos)),
            (_, Some(each)) if self.flat() == 0 => Ok(months as f64 / each as f64),
            _ => Err(Problem::new(
                format!("`{self}` cannot be told in {}: months have no fixed length", unit.plural()),
                "subtract two times instead, and ask for the unit there",
            )),
        }
    }

    /// Days and time in nanoseconds.
    fn flat(&self) -> i128 {
        i128::from(self.0.days) * NANOS_PER_DAY + self.0.time.as_nanos()
    }
}

/// A quotient whose whole part is exact as far as doubles are.
pub(super) fn ratio(nanos: i128, unit: i64) -> f64 {
    let unit_nanos = i128::from(unit);
    (nanos / unit_nanos) as f64 + (nanos % unit_nanos) as f64 / unit as f64
}

impl Neg for &Duration {
    type Output = Duration;

    fn neg(self) -> Duration {
        let Parts { months, days, time } = *self.0;
        // Bounded on both sides alike: nothing here is the one number without a negative.
        Duration(Rc::new(Parts { months: -months, days: -days, time: -time }))
    }
}

impl PartialEq for Duration {
    fn eq(&self, other: &Self) -> bool {
        self.0.months == other.0.months && self.flat() == other.flat()
    }
}

impl Eq for Duration {}
