//! Times from and to text of a format of the caller's, in the words of strftime.

use jiff::Zoned;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

use super::problem::{Problem, quoted};
use super::{Time, zone};

/// Bounds what a format can blow up to: directives print up to some 30 bytes.
const LONGEST: usize = 256;
const LONGEST_TEXT: usize = 1024;

/// Every directive, with what it stands for. Those of a locale (`%c`, `%x`) are not among them: there is none.
pub(crate) const DIRECTIVES: [(&str, &str); 41] = [
    ("%Y", "year"),
    ("%y", "year in two digits, 1969 to 2068"),
    ("%C", "century"),
    ("%m", "month, 01 to 12"),
    ("%B", "month as `January`"),
    ("%b", "month as `Jan`"),
    ("%h", "month as `Jan`"),
    ("%d", "day, 01 to 31"),
    ("%e", "day, padded with a space"),
    ("%j", "day of the year, 001 to 366"),
    ("%q", "quarter, printing only"),
    ("%A", "weekday as `Monday`"),
    ("%a", "weekday as `Mon`"),
    ("%u", "weekday, 1 is Monday"),
    ("%w", "weekday, 0 is Sunday"),
    ("%V", "ISO week"),
    ("%G", "year of the ISO week"),
    ("%g", "year of the ISO week in two digits"),
    ("%U", "week of the year, from Sundays"),
    ("%W", "week of the year, from Mondays"),
    ("%H", "hour, 00 to 23"),
    ("%k", "hour, padded with a space"),
    ("%I", "hour, 01 to 12"),
    ("%l", "hour to 12, padded with a space"),
    ("%p", "`AM` or `PM`"),
    ("%P", "`am` or `pm`"),
    ("%M", "minute"),
    ("%S", "second"),
    ("%f", "fraction of the second; `%3f` for milliseconds, `%.f` with the point"),
    ("%N", "nanoseconds"),
    ("%s", "seconds since 1970"),
    ("%z", "offset as `+0200`; `%:z` as `+02:00`"),
    ("%Z", "zone's abbreviation, printing only"),
    ("%Q", "zone's name"),
    ("%F", "as `%Y-%m-%d`"),
    ("%D", "as `%m/%d/%y`"),
    ("%T", "as `%H:%M:%S`"),
    ("%R", "as `%H:%M`"),
    ("%n", "line break"),
    ("%t", "tab"),
    ("%%", "percent sign"),
];

impl Time {
    /// The time in a format such as `%Y-%m-%d %H:%M`.
    pub(crate) fn format(&self, format: &str) -> Result<String, Problem> {
        check(format)?;
        jiff::fmt::strtime::format(format, &*self.0).map_err(|_| refused(format))
    }

    /// The time written in a format. Without a zone in the text it is taken as UTC, without a time of day
    /// as midnight.
    pub(crate) fn parse_as(text: &str, format: &str) -> Result<Self, Problem> {
        check(format)?;
        if let Some(directive) = ["%q", "%Z"].into_iter().find(|directive| format.replace("%%", "").contains(directive))
        {
            let help = "read the zone with `%z` or `%Q`, the month with `%m`";
            return Err(Problem::new(format!("`{directive}` is for printing only"), help));
        }
        if text.len() > LONGEST_TEXT {
            return Err(Problem::new(
                format!("{} is too long for a time", quoted(text)),
                "cut the time out of it first",
            ));
        }
        let mismatch = |error: jiff::Error| {
            let message = format!("{} does not have the format {}", quoted(text), quoted(format));
            Problem::new(message, error.to_string())
        };
        let read = BrokenDownTime::parse(format, text).map_err(mismatch)?;
        if let Some(name) = read.iana_time_zone() {
            zone::named(name)?;
        }
        Self::of(zoned(&read).map_err(mismatch)?)
    }
}

fn zoned(read: &BrokenDownTime) -> Result<Zoned, jiff::Error> {
    if let Some(timestamp) = read.timestamp() {
        let named = read.iana_time_zone().and_then(|name| zone::named(name).ok());
        let zone = named.or_else(|| read.offset().map(zone::fixed)).unwrap_or(TimeZone::UTC);
        return Ok(Zoned::new(timestamp, zone));
    }
    if read.iana_time_zone().is_some() {
        return read.to_zoned_with(zone::database());
    }
    let zone = read.offset().map_or(TimeZone::UTC, zone::fixed);
    read.to_datetime()?.to_zoned(zone)
}

/// Refuses what is not in [`DIRECTIVES`], before anything is printed or read.
fn check(format: &str) -> Result<(), Problem> {
    if format.len() > LONGEST {
        return Err(Problem::new("the format is too long", format!("formats have up to {LONGEST} bytes")));
    }
    let mut rest = format;
    while let Some((_, after)) = rest.split_once('%') {
        let modified = after.trim_start_matches(['_', '-', '^', '#', '.', ':']);
        let plain = modified.trim_start_matches(|c: char| c.is_ascii_digit());
        let Some(letter) = plain.chars().next() else {
            return Err(Problem::new("the format ends within a directive", "write `%%` for a percent sign"));
        };
        if !DIRECTIVES.iter().any(|(known, _)| known[1..].starts_with(letter)) {
            return Err(unknown(letter, format));
        }
        rest = &plain[letter.len_utf8()..];
    }
    Ok(())
}

fn unknown(letter: char, format: &str) -> Problem {
    let help = match letter {
        'i' => "minutes are `%M`".into(),
        'c' | 'x' | 'X' | 'r' => "there is no locale; write the parts, as in `%Y-%m-%d %H:%M:%S`".into(),
        _ => format!("the directives are {}", DIRECTIVES.map(|(known, _)| known).join(" ")),
    };
    Problem::new(format!("there is no directive `%{letter}` in {}", quoted(format)), help)
}

/// Flags and widths that are each known but do not go together.
fn refused(format: &str) -> Problem {
    let help = "directives are a letter after `%`, with at most one flag and a width as in `%-d` or `%3f`";
    Problem::new(format!("the format {} has a directive with flags it does not take", quoted(format)), help)
}
