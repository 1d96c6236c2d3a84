//! What a plain YAML scalar means: the core schema of YAML 1.2, in which `no` and `on` are text.

use serde_json::{Number, Value};

/// What a plain scalar turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Plain {
    /// Null, a boolean, a number, or text.
    Value(Value),
    /// `.inf`, `.nan`, or a number beyond what a double can hold: JSON has no such number.
    NotJson,
}

/// Resolves a plain scalar without a tag.
pub(super) fn resolve(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Plain::Value(Value::Null),
        "true" | "True" | "TRUE" => Plain::Value(Value::Bool(true)),
        "false" | "False" | "FALSE" => Plain::Value(Value::Bool(false)),
        _ => number(text).unwrap_or_else(|| Plain::Value(Value::String(text.to_owned()))),
    }
}

fn number(text: &str) -> Option<Plain> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        b'0'..=b'9' | b'.' => (false, text),
        _ => return None,
    };
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Plain::NotJson);
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        // The core schema gives these no sign.
        if let Some(digits) = text.strip_prefix(prefix) {
            let all_digits = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
            return all_digits
                .then(|| u64::from_str_radix(digits, radix).map_or(Plain::NotJson, |n| Plain::Value(n.into())));
        }
    }
    if !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return Some(integer(unsigned, negative));
    }
    is_float(unsigned).then(|| float(text))
}

fn integer(digits: &str, negative: bool) -> Plain {
    let value = match (digits.parse::<u64>(), negative) {
        // As JSON readers have it.
        (Ok(0), true) => return float("-0.0"),
        (Ok(n), false) => Some(Value::from(n)),
        (Ok(n), true) => 0_i64.checked_sub_unsigned(n).map(Value::from),
        (Err(_), _) => None,
    };
    // More than 64 bits: a double, as JSON readers have it.
    value.map_or_else(|| float(&format!("{}{digits}", if negative { "-" } else { "" })), Plain::Value)
}

fn float(text: &str) -> Plain {
    text.parse::<f64>().ok().and_then(Number::from_f64).map_or(Plain::NotJson, |n| Plain::Value(Value::Number(n)))
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, then perhaps `[eE][-+]?[0-9]+`.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => is_digits(whole) && is_digits(fraction) && whole.len() + fraction.len() > 0,
        None => !mantissa.is_empty() && is_digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && is_digits(digits)
    });
    mantissa_fits && exponent_fits
}

#[cfg(test)]
mod tests;
