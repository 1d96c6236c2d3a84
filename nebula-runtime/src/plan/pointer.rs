//! JSON pointers (RFC 6901), written piece by piece.

use std::fmt::Write as _;

/// Appends a key.
pub(crate) fn push(pointer: &mut String, key: &str) {
    pointer.push('/');
    if key.contains(['~', '/']) {
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(key);
    }
}

/// Appends an index.
pub(crate) fn push_index(pointer: &mut String, index: usize) {
    let _ = write!(pointer, "/{index}");
}

/// The pointer with one more key.
pub(crate) fn join(pointer: &str, key: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + key.len() + 1);
    joined.push_str(pointer);
    push(&mut joined, key);
    joined
}

/// The pointer with one more index.
pub(crate) fn join_index(pointer: &str, index: usize) -> String {
    format!("{pointer}/{index}")
}

/// Its pieces, unescaped.
pub(crate) fn pieces(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer.split('/').skip(1).map(|piece| piece.replace("~1", "/").replace("~0", "~"))
}
