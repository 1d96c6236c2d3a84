//! The secrets of a data folder, opened when the first is asked for: a run that needs none wants no passphrase and leaves no
//! key file behind.

use std::sync::Arc;

use async_trait::async_trait;
use nebula_ports::{
    Error, ErrorKind, Result, Scope,
    clock::Clock,
    model::CredentialName,
    secrets::{SecretInfo, SecretsStore},
};
use nebula_secrets_local::{Config, KeySource, LocalSecrets};
use secrecy::SecretString;
use tokio::sync::OnceCell;

use crate::data_dir::DataDir;

/// Secrets behind a key file, or behind the passphrase in an environment variable.
#[derive(Debug)]
pub(crate) struct Secrets {
    dir: DataDir,
    clock: Arc<dyn Clock>,
    opened: OnceCell<LocalSecrets>,
}

// === impl Secrets ===

impl Secrets {
    pub(crate) fn new(dir: DataDir, clock: Arc<dyn Clock>) -> Self {
        Self { dir, clock, opened: OnceCell::new() }
    }

    /// Refuses a passphrase that is not there, before anything is made.
    pub(crate) fn check_key(&self) -> Result<()> {
        self.key().map(|_| ())
    }

    /// The store; made when it is not there.
    async fn open(&self) -> Result<&LocalSecrets> {
        self.opened
            .get_or_try_init(|| async {
                let config = Config { file: self.dir.secrets(), key: self.key()? };
                LocalSecrets::open(config, Arc::clone(&self.clock)).await
            })
            .await
    }

    /// The store, unless there is nothing in it yet.
    async fn existing(&self) -> Result<Option<&LocalSecrets>> {
        if self.dir.secrets().exists() { self.open().await.map(Some) } else { Ok(None) }
    }

    fn key(&self) -> Result<KeySource> {
        let Some(variable) = &self.dir.passphrase_env else {
            return Ok(KeySource::File(self.dir.key_file()));
        };
        let refuse = |what: &str| {
            Error::new(ErrorKind::InvalidInput, "secrets.open", format!("the environment variable `{variable}` {what}"))
        };
        match std::env::var(variable) {
            Ok(passphrase) if !passphrase.is_empty() => Ok(KeySource::Passphrase(SecretString::from(passphrase))),
            Ok(_) | Err(std::env::VarError::NotPresent) => Err(refuse("holds no passphrase")),
            Err(std::env::VarError::NotUnicode(_)) => Err(refuse("is not UTF-8 text")),
        }
    }
}

#[async_trait]
impl SecretsStore for Secrets {
    async fn get(&self, scope: &Scope, name: &CredentialName) -> Result<Option<SecretString>> {
        match self.existing().await? {
            Some(store) => store.get(scope, name).await,
            None => Ok(None),
        }
    }

    async fn put(&self, scope: &Scope, name: &CredentialName, material: SecretString) -> Result<()> {
        self.open().await?.put(scope, name, material).await
    }

    async fn delete(&self, scope: &Scope, name: &CredentialName) -> Result<bool> {
        match self.existing().await? {
            Some(store) => store.delete(scope, name).await,
            None => Ok(false),
        }
    }

    async fn list(&self, scope: &Scope) -> Result<Vec<SecretInfo>> {
        match self.existing().await? {
            Some(store) => store.list(scope).await,
            None => Ok(Vec::new()),
        }
    }
}
