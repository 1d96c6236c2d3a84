//! From a passphrase to a key: Argon2id, with its settings beside the secrets.

use argon2::{Algorithm, Argon2, Params};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    key::Kek,
    seal::{self, KEY, Key},
};

/// How a key comes from a passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kdf {
    alg: String,
    /// KiB of memory.
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

/// The settings are none that this version works with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unusable;

const ALGORITHM: &str = "argon2id-13";
/// The second recommendation of RFC 9106: 64 MiB, three passes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// What a file may ask for: more is no setting of ours, but an attack on the machine's memory.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 32;
const MAX_LANES: u32 = 16;

// === impl Kdf ===

impl Kdf {
    /// The settings of today, with a new salt.
    pub(crate) fn fresh() -> Result<Self, getrandom::Error> {
        let salt = seal::random::<16>()?;
        Ok(Self {
            alg: ALGORITHM.to_owned(),
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: 1,
            salt: STANDARD.encode(salt.as_slice()),
        })
    }

    /// The key. Takes a good part of a second, and blocks the thread.
    pub(crate) fn derive(&self, passphrase: &SecretString) -> Result<Kek, Unusable> {
        if self.alg != ALGORITHM
            || self.memory_kib > MAX_MEMORY_KIB
            || self.passes > MAX_PASSES
            || self.lanes > MAX_LANES
        {
            return Err(Unusable);
        }
        let salt = STANDARD.decode(&self.salt).map_err(|_| Unusable)?;
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(KEY)).map_err(|_| Unusable)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, argon2::Version::V0x13, params);
        let mut key = Key::default();
        argon2
            .hash_password_into(passphrase.expose_secret().as_bytes(), &salt, key.as_mut_slice())
            .map_err(|_| Unusable)?;
        Ok(Kek::new(key))
    }
}
