//! Times from text.

use jiff::civil;
use jiff::fmt::temporal::{DateTimeParser, Pieces, TimeZoneAnnotationKind};
use jiff::tz::TimeZone;

use super::problem::{Problem, quoted};
use super::{Time, zone};

/// Far more than any time needs: date, time, nanoseconds, offset, zone and calendar.
const LONGEST: usize = 128;

impl Time {
    /// RFC 3339 with `Z` or an offset, RFC 9557 with a zone in brackets, or a date alone or with a time,
    /// which are taken as UTC.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let pieces = if text.len() <= LONGEST { Pieces::parse(text).ok() } else { None };
        let pieces = pieces.ok_or_else(|| {
            let help = "times look like `2026-01-31T09:30:00Z`, `2026-01-31T09:30:00+02:00` or `2026-01-31`; \
                        for others name the format";
            Problem::new(format!("{} is not a time", quoted(text)), help)
        })?;
        if let Some(annotation) = pieces.time_zone_annotation() {
            if let TimeZoneAnnotationKind::Named(name) = annotation.kind() {
                zone::named(name.as_str())?;
            }
            return Self::annotated(text);
        }
        let local = civil::DateTime::from_parts(pieces.date(), pieces.time().unwrap_or(civil::Time::midnight()));
        let zone = pieces.to_numeric_offset().map_or(TimeZone::UTC, zone::fixed);
        Self::of(local.to_zoned(zone).map_err(|_| Problem::out_of_range())?)
    }

    fn annotated(text: &str) -> Result<Self, Problem> {
        // Rejects an offset the zone does not have then: one of the two is a mistake.
        let zoned = DateTimeParser::new().parse_zoned_with(zone::database(), text).map_err(|_| {
            let message = format!("{}: the offset is not one the time zone has then", quoted(text));
            Problem::new(message, "leave out the offset or the zone in brackets")
        })?;
        let fixed_at_zero = zoned.time_zone().iana_name().is_none() && zoned.offset().is_zero();
        Self::of(if fixed_at_zero { zoned.with_time_zone(TimeZone::UTC) } else { zoned })
    }
}
