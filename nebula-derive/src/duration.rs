//! Durations as people write them, read while compiling: `200ms`, `10s`, `1h 30m`.

use std::time::Duration;

use syn::LitStr;

use crate::ctxt::Ctxt;

/// The duration that `text` says; notes an error at it when it says none.
pub(crate) fn read(cx: &Ctxt, text: &LitStr) -> Option<Duration> {
    let duration = parse(&text.value());
    if duration.is_none() {
        cx.error(text, "not a duration: write numbers with units, as in \"200ms\", \"10s\" or \"1h 30m\"");
    }
    duration
}

fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut sum = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic() && c != 'µ').unwrap_or(rest.len());
        let part = match &rest[..letters] {
            "ns" => Duration::from_nanos(number),
            "us" | "µs" => Duration::from_micros(number),
            "ms" => Duration::from_millis(number),
            "s" => Duration::from_secs(number),
            "m" | "min" => Duration::from_secs(number.checked_mul(60)?),
            "h" => Duration::from_secs(number.checked_mul(3_600)?),
            _ => return None,
        };
        sum = sum.checked_add(part)?;
        rest = rest[letters..].trim_start();
    }
    Some(sum)
}

#[cfg(test)]
mod tests;
