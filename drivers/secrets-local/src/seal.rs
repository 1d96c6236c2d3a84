//! Sealing: bytes under a key, bound to a context.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

/// Bytes of a key.
pub(crate) const KEY: usize = 32;
/// Bytes of a nonce.
pub(crate) const NONCE: usize = 24;

/// A key; wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; KEY]>;

/// The seal does not fit: another key, other bytes or another context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

/// From the system's randomness.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, getrandom::Error> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice())?;
    Ok(bytes)
}

/// Seals `plain`. The nonce must never have been used with this key.
pub(crate) fn seal(key: &Key, nonce: [u8; NONCE], context: &[u8], plain: &[u8]) -> Result<Vec<u8>, Broken> {
    let cipher = XChaCha20Poly1305::new((&**key).into());
    cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: context }).map_err(|_| Broken)
}

/// Opens what was sealed with the same key, nonce and context.
pub(crate) fn open(key: &Key, nonce: [u8; NONCE], context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Broken> {
    let cipher = XChaCha20Poly1305::new((&**key).into());
    cipher.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: context }).map(Zeroizing::new).map_err(|_| Broken)
}

/// A context of several parts, unmistakably apart.
pub(crate) fn context(parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::new();
    for part in parts {
        all.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        all.extend_from_slice(part);
    }
    all
}
