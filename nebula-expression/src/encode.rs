//! Texts and bytes in other clothes: base64, hex, percent-encoding, HTML, digests, and title case.
//!
//! Every function takes linear time, and its output has at most six times the bytes of its input
//! (except digests, which are short).

mod base64;
mod digest;
mod hex;
mod html;
mod percent;
mod title;

pub(crate) use self::base64::{Alphabet, base64_decode, base64_encode};
pub(crate) use self::digest::{md5, sha1, sha256, uuid5};
pub(crate) use self::hex::{hex_decode, hex_encode};
pub(crate) use self::html::{html_escape, strip_tags};
pub(crate) use self::percent::{url_decode, url_encode};
pub(crate) use self::title::title_case;

/// Why something could not be decoded, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DecodeError {
    /// One clause, without a full stop.
    pub(crate) message: String,
    /// The way out.
    pub(crate) help: &'static str,
}

/// Decoded bytes as text.
pub(crate) fn text_of(bytes: Vec<u8>) -> Result<String, DecodeError> {
    String::from_utf8(bytes).map_err(|error| DecodeError {
        message: format!("the decoded bytes are not UTF-8 text from byte {} on", error.utf8_error().valid_up_to()),
        help: "only text can be decoded here; check which encoding the sender uses",
    })
}

#[cfg(test)]
mod tests;
