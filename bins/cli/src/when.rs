//! Times and durations for people.

use std::time::Duration;

use nebula_ports::time::Timestamp;

/// `850ms`, `1.2s`, `3m 05s`, `2h 00m`, `3d 04h`.
pub(crate) fn lasting(duration: Duration) -> String {
    let millis = duration.as_millis();
    let secs = duration.as_secs();
    match secs {
        0 => format!("{millis}ms"),
        1..=59 => format!("{}.{}s", secs, millis % 1000 / 100),
        60..=3_599 => format!("{}m {:02}s", secs / 60, secs % 60),
        3_600..=86_399 => format!("{}h {:02}m", secs / 3_600, secs % 3_600 / 60),
        _ => format!("{}d {:02}h", secs / 86_400, secs % 86_400 / 3_600),
    }
}

/// To the second, in UTC.
pub(crate) fn second(at: Timestamp) -> Timestamp {
    const SECOND: i64 = 1_000_000;
    Timestamp::from_micros(at.as_micros().div_euclid(SECOND) * SECOND)
}

/// `2026-05-01T12:00:00Z (in 4m 59s)`, or without the distance once it has passed.
pub(crate) fn until(at: Timestamp, now: Timestamp) -> String {
    let rest = at.since(now);
    if rest.is_zero() { second(at).to_string() } else { format!("{} (in {})", second(at), lasting(rest)) }
}

#[cfg(test)]
mod tests;
