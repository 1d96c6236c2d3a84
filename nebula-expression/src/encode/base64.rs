//! Base64 of RFC 4648.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::DecodeError;

/// The two digits beyond letters and numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// `+` and `/`, padded with `=`.
    Standard,
    /// `-` and `_`, without padding.
    UrlSafe,
}

/// Both take text with padding or without: senders differ.
const DECODING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, DECODING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, DECODING.with_encode_padding(false));

fn engine(alphabet: Alphabet) -> &'static GeneralPurpose {
    match alphabet {
        Alphabet::Standard => &STANDARD,
        Alphabet::UrlSafe => &URL_SAFE,
    }
}

pub(crate) fn base64_encode(bytes: &[u8], alphabet: Alphabet) -> String {
    engine(alphabet).encode(bytes)
}

/// Spaces and line breaks are skipped, as mail has them; any other foreign character is an error.
pub(crate) fn base64_decode(text: &str, alphabet: Alphabet) -> Result<Vec<u8>, DecodeError> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    engine(alphabet).decode(&digits).map_err(|_| {
        let other = match alphabet {
            Alphabet::Standard => ['-', '_'],
            Alphabet::UrlSafe => ['+', '/'],
        };
        let help = match alphabet {
            _ if !text.contains(other) => "check that the text is whole and nothing else stands around it",
            Alphabet::Standard => "`-` and `_` are of the URL-safe alphabet: decode with that",
            Alphabet::UrlSafe => "`+` and `/` are of the standard alphabet: decode with that",
        };
        DecodeError { message: "the text is not base64".into(), help }
    })
}
