//! Percent-encoding of URL components.

use super::{DecodeError, hex, text_of};

/// Encodes everything but letters, digits and `-._~`, so that the result can stand in any part of a URL.
pub(crate) fn url_encode(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    out
}

/// The other way. A `+` stays: it is a space in forms only.
pub(crate) fn url_decode(text: &str) -> Result<String, DecodeError> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte != b'%' {
            out.push(*byte);
            at += 1;
            continue;
        }
        let digit = |place: usize| bytes.get(place).copied().and_then(hex::value);
        let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else {
            return Err(DecodeError {
                message: format!("the `%` at byte {at} has no two hex digits after it"),
                help: "a percent sign itself is written `%25`",
            });
        };
        out.push(high << 4 | low);
        at += 3;
    }
    text_of(out)
}
