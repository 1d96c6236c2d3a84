//! Time zones by name, from the bundled database only.

use std::sync::LazyLock;

use jiff::Zoned;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::problem::{Problem, quoted};
use crate::nearest::nearest;

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The longest name in the database has some 30 bytes.
const LONGEST: usize = 64;

pub(super) fn database() -> &'static TimeZoneDatabase {
    &DATABASE
}

/// The zone of an IANA name, of `Z`, or of an offset `+hh`, `+hhmm` or `+hh:mm`.
pub(super) fn named(name: &str) -> Result<TimeZone, Problem> {
    if name.eq_ignore_ascii_case("z") || name.eq_ignore_ascii_case("utc") {
        return Ok(TimeZone::UTC);
    }
    if name.starts_with(['+', '-']) {
        return offset(name).map(fixed).ok_or_else(|| {
            Problem::new(format!("{} is not an offset", quoted(name)), "offsets look like `+02:00`, up to 23:59")
        });
    }
    let found = if name.len() <= LONGEST { database().get(name).ok() } else { None };
    found.ok_or_else(|| unknown(name))
}

/// A zone without rules; offset zero is UTC itself.
pub(super) fn fixed(offset: Offset) -> TimeZone {
    if offset.is_zero() { TimeZone::UTC } else { offset.to_time_zone() }
}

fn offset(text: &str) -> Option<Offset> {
    let (sign, digits) = if let Some(rest) = text.strip_prefix('-') { (-1, rest) } else { (1, &text[1..]) };
    let (hours, minutes) = match *digits.as_bytes() {
        [a, b] => ([a, b], [b'0', b'0']),
        [a, b, c, d] | [a, b, b':', c, d] => ([a, b], [c, d]),
        _ => return None,
    };
    let two = |pair: [u8; 2], most: i32| {
        let number = i32::from(pair[0].checked_sub(b'0')?) * 10 + i32::from(pair[1].checked_sub(b'0')?);
        (pair.iter().all(u8::is_ascii_digit) && number <= most).then_some(number)
    };
    Offset::from_seconds(sign * (two(hours, 23)? * 3600 + two(minutes, 59)? * 60)).ok()
}

fn unknown(name: &str) -> Problem {
    let help = match meant(name) {
        Some(zone) => format!("did you mean `{zone}`?"),
        None => "use an IANA name such as `Europe/Oslo`, an offset such as `+02:00`, or `UTC`".into(),
    };
    Problem::new(format!("there is no time zone {}", quoted(name)), help)
}

/// A zone spelt almost like `name`, or the one whose city it is.
fn meant(name: &str) -> Option<String> {
    if name.len() > LONGEST {
        return None;
    }
    let zones: Vec<_> = database().available().collect();
    let city = name.replace(' ', "_");
    let of_city = |zone: &&str| zone.rsplit_once('/').is_some_and(|(_, last)| last.eq_ignore_ascii_case(&city));
    let mut names = zones.iter().map(|zone| zone.as_str());
    names.clone().find(of_city).or_else(|| nearest(name, names.by_ref())).map(str::to_owned)
}

pub(super) fn name_of(zoned: &Zoned) -> String {
    match zoned.time_zone().iana_name() {
        Some(name) => name.to_owned(),
        None => offset_text(zoned.offset().seconds()),
    }
}

/// Whether `Z` says it all. London in winter has offset zero as well, but is not UTC.
pub(super) fn is_utc(zoned: &Zoned) -> bool {
    zoned.time_zone().iana_name().is_none_or(|name| matches!(name, "UTC" | "Etc/UTC"))
}

/// `+hh:mm`; seconds are cut.
pub(super) fn offset_text(seconds: i32) -> String {
    let minutes = seconds.abs() / 60;
    format!("{}{:02}:{:02}", if seconds < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
}
