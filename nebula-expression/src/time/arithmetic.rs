//! Adding to times, cutting them to a unit, and what lies between two.

use jiff::civil::{Date, DateTime};
use jiff::{RoundMode, SignedDuration, Span, Zoned, ZonedRound};

use super::Time;
use super::duration::{Duration, Parts, ratio};
use super::problem::Problem;
use super::unit::Unit;

impl Time {
    /// Months first, then days, both on the calendar of the zone and at the same time of day; then exact
    /// time. A day the month does not have is its last; an hour the clock skips moves on by the gap.
    pub(crate) fn plus(&self, duration: &Duration) -> Result<Self, Problem> {
        self.plus_parts(duration.parts()).ok_or_else(Problem::out_of_range).and_then(Self::of)
    }

    /// As adding the negated duration.
    pub(crate) fn minus(&self, duration: &Duration) -> Result<Self, Problem> {
        self.plus(&-duration)
    }

    fn plus_parts(&self, parts: &Parts) -> Option<Zoned> {
        let mut zoned = (*self.0).clone();
        if parts.months != 0 || parts.days != 0 {
            let months = Span::new().try_months(parts.months).ok()?;
            let days = Span::new().try_days(parts.days).ok()?;
            let local = zoned.datetime().checked_add(months).ok()?.checked_add(days).ok()?;
            // What cancels out must not move the second pass of a repeated hour to the first.
            if local != zoned.datetime() {
                zoned = local.to_zoned(zoned.time_zone().clone()).ok()?;
            }
        }
        zoned.checked_add(parts.time).ok()
    }

    /// The exact time from `earlier` to this one, negative when it is later.
    pub(crate) fn diff(&self, earlier: &Self) -> Result<Duration, Problem> {
        Duration::exact(earlier.0.duration_until(&self.0))
    }

    /// How many of the unit lie between. Days and longer follow the calendar of this time's zone: from
    /// midnight to midnight is one day whatever the clocks did.
    pub(crate) fn diff_in(&self, earlier: &Self, unit: Unit) -> Result<f64, Problem> {
        let calendar = match unit {
            Unit::Day => jiff::Unit::Day,
            Unit::Week => jiff::Unit::Week,
            Unit::Month | Unit::Quarter => jiff::Unit::Month,
            Unit::Year => jiff::Unit::Year,
            Unit::Millisecond | Unit::Second | Unit::Minute | Unit::Hour => {
                let nanos = earlier.0.duration_until(&self.0).as_nanos();
                return Ok(ratio(nanos, unit.nanos().unwrap_or(1)));
            }
        };
        let earlier = earlier.0.with_time_zone(self.0.time_zone().clone());
        let total = earlier.until((calendar, &*self.0)).and_then(|span| span.total((calendar, &earlier)));
        let total = total.map_err(|_| Problem::out_of_range())?;
        Ok(if unit == Unit::Quarter { total / 3.0 } else { total })
    }

    /// The first instant of the year, quarter, … or second this time is in, in its zone. Weeks begin on Monday.
    pub(crate) fn start_of(&self, unit: Unit) -> Result<Self, Problem> {
        self.start(unit).ok_or_else(Problem::out_of_range).and_then(Self::of)
    }

    /// The last nanosecond of the year, quarter, … or second this time is in, in its zone.
    pub(crate) fn end_of(&self, unit: Unit) -> Result<Self, Problem> {
        self.end(unit).ok_or_else(Problem::out_of_range).and_then(Self::of)
    }

    fn start(&self, unit: Unit) -> Option<Zoned> {
        let small = match unit {
            Unit::Millisecond => jiff::Unit::Millisecond,
            Unit::Second => jiff::Unit::Second,
            Unit::Minute => jiff::Unit::Minute,
            Unit::Hour => jiff::Unit::Hour,
            _ => return self.first_day(unit)?.to_zoned(self.0.time_zone().clone()).ok(),
        };
        self.0.round(ZonedRound::new().smallest(small).mode(RoundMode::Trunc)).ok()
    }

    fn end(&self, unit: Unit) -> Option<Zoned> {
        let nano = SignedDuration::from_nanos(1);
        if unit >= Unit::Day {
            return match self.day_after(unit) {
                Some(day) => day.to_zoned(self.0.time_zone().clone()).ok()?.checked_sub(nano).ok(),
                // Only the year 9999 has no day after it.
                None => DateTime::MAX.to_zoned(self.0.time_zone().clone()).ok(),
            };
        }
        let start = self.start(unit)?;
        let length = SignedDuration::from_nanos(unit.nanos()?) - nano;
        let end = start.checked_add(length).ok()?;
        if end >= *self.0 {
            return Some(end);
        }
        // Clocks went back within the unit: it is longer, and ends when they show the next one.
        start
            .datetime()
            .checked_add(length)
            .ok()?
            .to_zoned(self.0.time_zone().clone())
            .ok()
            .map(|end| end.max((*self.0).clone()))
    }

    fn first_day(&self, unit: Unit) -> Option<Date> {
        let date = self.0.date();
        match unit {
            Unit::Year => Date::new(date.year(), 1, 1).ok(),
            Unit::Quarter => Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1).ok(),
            Unit::Month => Some(date.first_of_month()),
            Unit::Week => {
                let days = date.weekday().to_monday_zero_offset();
                date.checked_sub(Span::new().try_days(days).ok()?).ok()
            }
            _ => Some(date),
        }
    }

    /// The first day of the next unit.
    fn day_after(&self, unit: Unit) -> Option<Date> {
        let length = match (unit, unit.months()) {
            (_, Some(months)) => Span::new().try_months(months).ok()?,
            (Unit::Week, _) => Span::new().try_days(7).ok()?,
            _ => Span::new().try_days(1).ok()?,
        };
        self.first_day(unit)?.checked_add(length).ok()
    }
}
