//! Digests, and identifiers made from them.

use super::{DecodeError, hex_decode, hex_encode};

/// SHA-256, in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex_encode(&hmac_sha256::Hash::hash(bytes))
}

/// SHA-1, in hex. Not for security: two texts with the same digest can be made.
pub(crate) fn sha1(bytes: &[u8]) -> String {
    hex_encode(&sha1_smol::Sha1::from(bytes).digest().bytes())
}

/// MD5, in hex. Not for security: two texts with the same digest are made in seconds.
pub(crate) fn md5(bytes: &[u8]) -> String {
    hex_encode(&md5::compute(bytes).0)
}

/// The namespaces of RFC 9562 by their names.
const NAMESPACES: [(&str, &str); 4] = [
    ("dns", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    ("url", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"),
    ("oid", "6ba7b812-9dad-11d1-80b4-00c04fd430c8"),
    ("x500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8"),
];

/// The UUID of version 5 of a name within a namespace: `dns`, `url`, `oid`, `x500` or a UUID.
pub(crate) fn uuid5(namespace: &str, name: &str) -> Result<String, DecodeError> {
    let known = NAMESPACES.iter().find(|(known, _)| namespace.eq_ignore_ascii_case(known));
    let namespace = uuid_bytes(known.map_or(namespace, |(_, uuid)| uuid)).ok_or_else(|| DecodeError {
        message: "the namespace is not a UUID".into(),
        help: "use `dns`, `url`, `oid`, `x500`, or a UUID of your own such as `6ba7b810-9dad-11d1-80b4-00c04fd430c8`",
    })?;
    let mut hash = sha1_smol::Sha1::new();
    hash.update(&namespace);
    hash.update(name.as_bytes());
    let mut id = hash.digest().bytes();
    // The version, then the variant.
    id[6] = id[6] & 0x0f | 0x50;
    id[8] = id[8] & 0x3f | 0x80;
    let hex = hex_encode(&id[..16]);
    Ok([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

/// The bytes of a UUID in its usual form.
fn uuid_bytes(text: &str) -> Option<Vec<u8>> {
    let hyphens = text.bytes().enumerate().all(|(at, byte)| (byte == b'-') == matches!(at, 8 | 13 | 18 | 23));
    if text.len() != 36 || !hyphens {
        return None;
    }
    hex_decode(&text.replace('-', "")).ok()
}
