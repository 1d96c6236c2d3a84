//! What a time is made of, in its zone.

use super::Time;

impl Time {
    pub(crate) fn year(&self) -> i64 {
        self.0.year().into()
    }

    /// 1 to 4.
    pub(crate) fn quarter(&self) -> i64 {
        (self.month() - 1) / 3 + 1
    }

    /// 1 to 12.
    pub(crate) fn month(&self) -> i64 {
        self.0.month().into()
    }

    /// The week of ISO 8601, 1 to 53: week 1 has the year's first Thursday.
    pub(crate) fn week(&self) -> i64 {
        self.0.date().iso_week_date().week().into()
    }

    /// 1 to 31.
    pub(crate) fn day(&self) -> i64 {
        self.0.day().into()
    }

    /// 1 is Monday, 7 is Sunday.
    pub(crate) fn weekday(&self) -> i64 {
        self.0.weekday().to_monday_one_offset().into()
    }

    /// 1 to 366.
    pub(crate) fn day_of_year(&self) -> i64 {
        self.0.day_of_year().into()
    }

    /// 28 to 31.
    pub(crate) fn days_in_month(&self) -> i64 {
        self.0.days_in_month().into()
    }

    pub(crate) fn hour(&self) -> i64 {
        self.0.hour().into()
    }

    pub(crate) fn minute(&self) -> i64 {
        self.0.minute().into()
    }

    pub(crate) fn second(&self) -> i64 {
        self.0.second().into()
    }

    /// 0 to 999, cut.
    pub(crate) fn millisecond(&self) -> i64 {
        self.0.millisecond().into()
    }

    /// Whole seconds since 1970 in UTC, rounded down.
    pub(crate) fn unix(&self) -> i64 {
        self.0.timestamp().as_nanosecond().div_euclid(1_000_000_000) as i64
    }

    /// Whole milliseconds since 1970 in UTC, rounded down.
    pub(crate) fn unix_ms(&self) -> i64 {
        self.0.timestamp().as_nanosecond().div_euclid(1_000_000) as i64
    }
}
