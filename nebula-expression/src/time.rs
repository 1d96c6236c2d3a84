//! Instants with a time zone, and durations that know calendars.
//!
//! Zones come from the bundled database alone: the same workflow gives the same times on every machine.

mod arithmetic;
mod duration;
mod duration_text;
mod format;
mod parts;
mod problem;
mod read;
mod unit;
mod zone;

use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

pub(crate) use duration::Duration;
pub(crate) use problem::Problem;
pub(crate) use unit::Unit;

/// An instant to the nanosecond, seen in a time zone. Order and equality look at the instant only.
///
/// The year, in that zone, is 0 to 9999: what RFC 3339 can write.
#[derive(Clone, Debug)]
pub(crate) struct Time(Rc<Zoned>);

impl Time {
    fn of(zoned: Zoned) -> Result<Self, Problem> {
        if zoned.year() < 0 {
            return Err(Problem::out_of_range());
        }
        Ok(Self(Rc::new(zoned)))
    }

    /// The instant so many seconds after 1970-01-01T00:00:00Z, in UTC.
    pub(crate) fn from_unix(seconds: i64) -> Result<Self, Problem> {
        Self::in_utc(Timestamp::from_second(seconds))
    }

    /// The same of a number with a fraction, to the microsecond: more a double does not hold.
    pub(crate) fn from_unix_fraction(seconds: f64) -> Result<Self, Problem> {
        let micros = (seconds * 1e6).round();
        // NaN is in no range.
        if !(-1e18..1e18).contains(&micros) {
            return Err(Problem::out_of_range());
        }
        Self::in_utc(Timestamp::from_microsecond(micros as i64))
    }

    /// The instant so many milliseconds after 1970-01-01T00:00:00Z, in UTC.
    pub(crate) fn from_unix_ms(milliseconds: i64) -> Result<Self, Problem> {
        Self::in_utc(Timestamp::from_millisecond(milliseconds))
    }

    /// The instant so many nanoseconds after 1970-01-01T00:00:00Z, in UTC: how clocks tell it.
    #[cfg(test)]
    pub(crate) fn from_unix_nanos(nanoseconds: i128) -> Result<Self, Problem> {
        Self::in_utc(Timestamp::from_nanosecond(nanoseconds))
    }

    fn in_utc(timestamp: Result<Timestamp, jiff::Error>) -> Result<Self, Problem> {
        let timestamp = timestamp.map_err(|_| Problem::out_of_range())?;
        Self::of(Zoned::new(timestamp, TimeZone::UTC))
    }

    /// The same instant seen in another zone: an IANA name, or an offset such as `+02:00`.
    pub(crate) fn set_zone(&self, name: &str) -> Result<Self, Problem> {
        Self::of(self.0.with_time_zone(zone::named(name)?))
    }

    /// The name of the zone, or its offset when it has none.
    pub(crate) fn zone_name(&self) -> String {
        zone::name_of(&self.0)
    }
}

/// RFC 3339, with a fraction only when there is one; the zone's name is not part of it.
///
/// Offsets with seconds (zones before standard time) cannot be written there; such times print in UTC,
/// so that the text always names the same instant.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.offset().seconds();
        if seconds % 60 != 0 {
            return write!(f, "{}Z", TimeZone::UTC.to_datetime(self.0.timestamp()));
        }
        let local = self.0.datetime();
        if seconds == 0 && zone::is_utc(&self.0) {
            return write!(f, "{local}Z");
        }
        write!(f, "{local}{}", zone::offset_text(seconds))
    }
}

impl PartialEq for Time {
    fn eq(&self, other: &Self) -> bool {
        self.0.timestamp() == other.0.timestamp()
    }
}

impl Eq for Time {}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.timestamp().cmp(&other.0.timestamp())
    }
}

#[cfg(test)]
mod tests;
