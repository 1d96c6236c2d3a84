//! Secret material by name. It never reaches an expression, a journal, a log or an error.

use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::{Scope, error::Result, model::CredentialName, time::Timestamp};

/// A stored secret, without its material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretInfo {
    /// Its name.
    pub name: CredentialName,
    /// When its material was last set.
    pub updated_at: Timestamp,
}

/// Named secrets, apart for each tenant.
#[async_trait]
pub trait SecretsStore: Send + Sync + fmt::Debug {
    /// The material, if there is such a secret in this scope.
    ///
    /// # Errors
    /// `PermissionDenied` when the key is wrong, `Corrupt` when what is stored was changed.
    async fn get(&self, scope: &Scope, name: &CredentialName) -> Result<Option<SecretString>>;

    /// Sets the material, replacing what was there; durable when the call returns.
    ///
    /// # Errors
    /// When the store cannot be written, or its key is wrong.
    async fn put(&self, scope: &Scope, name: &CredentialName, material: SecretString) -> Result<()>;

    /// Removes it. `false` when there was none.
    ///
    /// # Errors
    /// When the store cannot be written.
    async fn delete(&self, scope: &Scope, name: &CredentialName) -> Result<bool>;

    /// The names, sorted.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn list(&self, scope: &Scope) -> Result<Vec<SecretInfo>>;
}
