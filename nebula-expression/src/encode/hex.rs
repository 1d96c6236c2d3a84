//! Hexadecimal digits, two for each byte.

use super::DecodeError;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// In lower case.
pub(crate) fn hex_encode(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(DIGITS[usize::from(value & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// In either case.
pub(crate) fn hex_decode(text: &str) -> Result<Vec<u8>, DecodeError> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return Err(DecodeError { message: "the text is not hex".into(), help: "every byte takes two digits" });
    }
    let bytes: Option<Vec<u8>> =
        digits.chunks_exact(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect();
    bytes.ok_or_else(|| DecodeError {
        message: "the text is not hex".into(),
        help: "only the digits 0 to 9 and a to f may stand in it",
    })
}

/// What one digit stands for.
pub(super) fn value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}
