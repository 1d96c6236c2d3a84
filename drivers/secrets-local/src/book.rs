//! The file's content: records, each sealed for itself.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use nebula_ports::{
    model::{CredentialName, TenantId},
    time::Timestamp,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    key::Kek,
    passphrase::Kdf,
    seal::{self, Broken, Key, NONCE},
};

/// The version of the file's format.
pub(crate) const FORMAT: u32 = 1;
/// The version of a record, which is part of what its seal covers.
const RECORD: u32 = 1;
const ALGORITHM: &str = "xchacha20poly1305";

/// All of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Book {
    pub(crate) format: u32,
    pub(crate) kek: KekHeader,
    #[serde(default)]
    pub(crate) secrets: BTreeMap<TenantId, BTreeMap<CredentialName, Record>>,
}

/// Which key wraps the DEKs, and how it comes from a passphrase.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KekHeader {
    pub(crate) id: String,
    /// Absent: the key is in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kdf: Option<Kdf>,
}

/// One secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    v: u32,
    alg: String,
    kek_id: String,
    /// The nonce, then the sealed DEK.
    wrapped_dek: String,
    nonce: String,
    ct: String,
    pub(crate) updated_at: Timestamp,
}

/// Only as much of the file as tells which version it has.
#[derive(Deserialize)]
pub(crate) struct Version {
    pub(crate) format: u32,
}

/// Whose secret, and which.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) name: &'a CredentialName,
}

/// Why a record could not be made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NotSealed {
    Random(getrandom::Error),
    Broken,
}

// === impl Book ===

impl Book {
    pub(crate) const fn new(kek: KekHeader) -> Self {
        Self { format: FORMAT, kek, secrets: BTreeMap::new() }
    }

    pub(crate) fn get(&self, name: Name<'_>) -> Option<&Record> {
        self.secrets.get(name.tenant)?.get(name.name)
    }

    pub(crate) fn set(&mut self, name: Name<'_>, record: Record) {
        self.secrets.entry(name.tenant.clone()).or_default().insert(name.name.clone(), record);
    }

    pub(crate) fn remove(&mut self, name: Name<'_>) -> bool {
        let Some(own) = self.secrets.get_mut(name.tenant) else { return false };
        let removed = own.remove(name.name).is_some();
        if own.is_empty() {
            self.secrets.remove(name.tenant);
        }
        removed
    }
}

// === impl Record ===

impl Record {
    /// Seals the material under a new DEK.
    pub(crate) fn seal(
        kek: &Kek,
        name: Name<'_>,
        updated_at: Timestamp,
        material: &SecretString,
    ) -> Result<Self, NotSealed> {
        let dek: Key = seal::random()?;
        let nonce: [u8; NONCE] = *seal::random()?;
        let ct = seal::seal(&dek, nonce, &context("material", name, updated_at), material.expose_secret().as_bytes())?;
        Ok(Self {
            v: RECORD,
            alg: ALGORITHM.to_owned(),
            kek_id: kek.id().to_owned(),
            wrapped_dek: wrap(kek, &dek, name, updated_at)?,
            nonce: STANDARD.encode(nonce),
            ct: STANDARD.encode(ct),
            updated_at,
        })
    }

    /// The material.
    pub(crate) fn open(&self, kek: &Kek, name: Name<'_>) -> Result<SecretString, Broken> {
        let dek = self.unwrap(kek, name)?;
        let nonce = decode(&self.nonce)?.as_slice().try_into().map_err(|_| Broken)?;
        let plain = seal::open(&dek, nonce, &context("material", name, self.updated_at), &decode(&self.ct)?)?;
        let text = std::str::from_utf8(&plain).map_err(|_| Broken)?;
        // Exactly as long as the text, so that nothing is copied and left behind when it becomes a secret.
        let mut exact = String::with_capacity(text.len());
        exact.push_str(text);
        Ok(SecretString::from(exact))
    }

    /// The same record under another KEK.
    pub(crate) fn rewrap(&self, from: &Kek, to: &Kek, name: Name<'_>) -> Result<Self, NotSealed> {
        let dek = self.unwrap(from, name)?;
        let wrapped_dek = wrap(to, &dek, name, self.updated_at)?;
        Ok(Self { kek_id: to.id().to_owned(), wrapped_dek, ..self.clone() })
    }

    fn unwrap(&self, kek: &Kek, name: Name<'_>) -> Result<Key, Broken> {
        if self.v != RECORD || self.alg != ALGORITHM || self.kek_id != kek.id() {
            return Err(Broken);
        }
        let wrapped = decode(&self.wrapped_dek)?;
        let (nonce, sealed) = wrapped.split_first_chunk::<NONCE>().ok_or(Broken)?;
        let plain = seal::open(kek.key(), *nonce, &context("dek", name, self.updated_at), sealed)?;
        plain.as_slice().try_into().map(Zeroizing::new).map_err(|_| Broken)
    }
}

fn wrap(kek: &Kek, dek: &Key, name: Name<'_>, updated_at: Timestamp) -> Result<String, NotSealed> {
    let nonce: [u8; NONCE] = *seal::random()?;
    let sealed = seal::seal(kek.key(), nonce, &context("dek", name, updated_at), dek.as_slice())?;
    Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
}

/// What a seal is bound to.
fn context(what: &str, name: Name<'_>, updated_at: Timestamp) -> Vec<u8> {
    seal::context(&[
        b"nebula secrets",
        what.as_bytes(),
        name.tenant.as_str().as_bytes(),
        name.name.as_str().as_bytes(),
        &RECORD.to_le_bytes(),
        &updated_at.as_micros().to_le_bytes(),
    ])
}

fn decode(text: &str) -> Result<Vec<u8>, Broken> {
    STANDARD.decode(text).map_err(|_| Broken)
}

// === impl NotSealed ===

impl From<getrandom::Error> for NotSealed {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

impl From<Broken> for NotSealed {
    fn from(Broken: Broken) -> Self {
        Self::Broken
    }
}
