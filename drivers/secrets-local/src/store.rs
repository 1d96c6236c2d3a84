//! The store: reads the file as it is now, changes it under a lock.

use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use nebula_ports::{
    Error, ErrorKind, Result, Scope,
    clock::Clock,
    model::CredentialName,
    secrets::{SecretInfo, SecretsStore},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::task;

use crate::{
    book::{Book, FORMAT, KekHeader, Name, NotSealed, Record, Version},
    error::{corrupt, failed, internal, wrong_key},
    file,
    key::{Kek, KeySource},
    key_file,
    passphrase::{Kdf, Unusable},
};

/// What the store needs.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file of the secrets; made when it is not there. A `.lock` stands beside it.
    pub file: PathBuf,
    /// The store's key.
    pub key: KeySource,
}

/// Secrets in a file. Needs a Tokio runtime around every call. Cheap to clone; several processes may open the same file.
#[derive(Debug, Clone)]
pub struct LocalSecrets {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    held: Mutex<Held>,
}

/// The key in use.
#[derive(Debug, Clone)]
struct Held {
    source: KeySource,
    kek: Kek,
    header: KekHeader,
}

const OPEN: &str = "secrets.open";
const GET: &str = "secrets.get";
const PUT: &str = "secrets.put";
const DELETE: &str = "secrets.delete";
const LIST: &str = "secrets.list";
const ROTATE: &str = "secrets.rotate";

// === impl LocalSecrets ===

impl LocalSecrets {
    /// Opens the file, or makes it. A key file that is not there is made with it, but never for a file that has secrets.
    /// Finishes a change of the key that a crash interrupted.
    ///
    /// # Errors
    /// `PermissionDenied` when the key is not the one that the secrets are sealed with, when its file is gone, or when
    /// others may read it; `Corrupt` when a file is not what it should be; `Unsupported` when a newer version wrote it.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self> {
        blocking(OPEN, move || {
            let Config { file: path, key: source } = config;
            if let KeySource::Passphrase(passphrase) = &source
                && passphrase.expose_secret().is_empty()
            {
                return Err(Error::new(ErrorKind::InvalidInput, OPEN, "the passphrase is empty"));
            }
            let fail = |error| failed(OPEN, &path, error);
            file::create_folder_of(&path).map_err(fail)?;
            let _lock = file::lock(&file::beside(&path, ".lock")).map_err(fail)?;
            let held = match read_book(OPEN, &path)? {
                Some(book) => {
                    let held = Held::of(OPEN, &path, source, &book.kek)?;
                    held.finish_rotation(OPEN)?;
                    held
                }
                None => {
                    let held = Held::fresh(OPEN, source)?;
                    write_book(OPEN, &path, &Book::new(held.header.clone()))?;
                    held
                }
            };
            Ok(Self { inner: Arc::new(Inner { path, clock, held: Mutex::new(held) }) })
        })
        .await
    }

    /// Seals everything with another key from now on; the material itself is not touched. To the key file in use it gives
    /// a new key, any other key file is used or made. Copies of the file from before still need the key from before.
    ///
    /// A crash in the middle leaves either key in force, and whole: the next [`open`](Self::open) finds which. Other
    /// processes that have the file open follow when the key comes from the same key file or passphrase, else they get
    /// `PermissionDenied`.
    ///
    /// # Errors
    /// As for [`open`](Self::open); `Corrupt` when a secret cannot be opened: then nothing is changed.
    pub async fn rotate(&self, to: KeySource) -> Result<()> {
        let inner = self.inner.clone();
        blocking(ROTATE, move || inner.rotate(to)).await
    }
}

async fn blocking<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    task::spawn_blocking(work)
        .await
        .map_err(|error| internal(operation, "the work on the secrets ended early", error))?
}

fn read_book(operation: &'static str, path: &std::path::Path) -> Result<Option<Book>> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(operation, path, error)),
    };
    let unreadable =
        |error: serde_json::Error| corrupt(operation, path, format!("this is no file of secrets: {error}"));
    let Version { format } = serde_json::from_slice(&text).map_err(unreadable)?;
    if format != FORMAT {
        let message = format!("the file has format {format}, and this version reads format {FORMAT}");
        return Err(Error::new(ErrorKind::Unsupported, operation, message).with_context("file", path.display()));
    }
    serde_json::from_slice(&text).map(Some).map_err(unreadable)
}

fn write_book(operation: &'static str, path: &std::path::Path, book: &Book) -> Result<()> {
    let text = serde_json::to_vec_pretty(book)
        .map_err(|error| internal(operation, "the secrets cannot be written as JSON", error))?;
    file::replace(path, &text).map_err(|error| failed(operation, path, error))
}

// === impl Inner ===

impl Inner {
    fn held(&self) -> MutexGuard<'_, Held> {
        // Nothing panics while the lock is held.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key that this header wants: the one in use, or the one that its source gives by now.
    fn kek(&self, operation: &'static str, header: &KekHeader) -> Result<Kek> {
        let held = self.held().clone();
        if held.kek.id() == header.id {
            return Ok(held.kek);
        }
        let held = Held::of(operation, &self.path, held.source, header)?;
        *self.held() = held.clone();
        Ok(held.kek)
    }

    /// The file with the key it is under. Without the lock the key may change between the two looks.
    fn read(&self, operation: &'static str) -> Result<Option<(Book, Kek)>> {
        let mut last_id = None;
        loop {
            let Some(book) = read_book(operation, &self.path)? else { return Ok(None) };
            match self.kek(operation, &book.kek) {
                Ok(kek) => return Ok(Some((book, kek))),
                // Another process has changed the key in between: look again.
                Err(_) if last_id.as_ref().is_none_or(|id| *id != book.kek.id) => last_id = Some(book.kek.id),
                Err(error) => return Err(error),
            }
        }
    }

    /// Changes the file under the lock, when `change` says so.
    fn change<T>(&self, operation: &'static str, change: impl FnOnce(&mut Book) -> Result<(bool, T)>) -> Result<T> {
        let lock = file::beside(&self.path, ".lock");
        let _lock = file::lock(&lock).map_err(|error| failed(operation, &lock, error))?;
        let mut book = match read_book(operation, &self.path)? {
            Some(book) => book,
            // Somebody has removed it.
            None => Book::new(self.held().header.clone()),
        };
        let (changed, result) = change(&mut book)?;
        if changed {
            write_book(operation, &self.path, &book)?;
        }
        Ok(result)
    }

    fn tampered(&self, operation: &'static str, name: Name<'_>) -> Error {
        let message = format!("the secret `{}` was changed outside of the store: set it again", name.name);
        corrupt(operation, &self.path, message).with_context("tenant", name.tenant)
    }

    fn not_sealed(&self, operation: &'static str, name: Name<'_>, error: NotSealed) -> Error {
        match error {
            NotSealed::Random(error) => internal(operation, "the system gives no randomness", error),
            NotSealed::Broken => self.tampered(operation, name),
        }
    }

    fn rotate(&self, to: KeySource) -> Result<()> {
        let (staged, held) = self.change(ROTATE, |book| {
            let from = self.kek(ROTATE, &book.kek)?;
            let in_place = match (&self.held().source, &to) {
                (KeySource::File(own), KeySource::File(path)) if is_same_file(own, path) => Some(path.clone()),
                _ => None,
            };
            let (staged, held) = match in_place {
                Some(path) => {
                    let staged = file::beside(&path, ".new");
                    let kek = key_file::stage(ROTATE, &staged)?;
                    (Some((staged, path)), Held::with(to, kek, None))
                }
                None => (None, Held::fresh(ROTATE, to)?),
            };
            if let Err(error) = self.rewrap(book, &from, &held.kek) {
                if let Some((staged, _)) = &staged {
                    // What cannot be removed now is removed by whoever opens the file next.
                    let _ = fs::remove_file(staged);
                }
                return Err(error);
            }
            book.kek = held.header.clone();
            Ok((true, (staged, held)))
        })?;
        // A crash before this is finished by whoever opens the file next.
        if let Some((staged, path)) = staged {
            file::publish(&staged, &path).map_err(|error| failed(ROTATE, &path, error))?;
        }
        *self.held() = held;
        Ok(())
    }

    fn rewrap(&self, book: &mut Book, from: &Kek, to: &Kek) -> Result<()> {
        for (tenant, own) in &mut book.secrets {
            for (key, record) in own {
                let name = Name { tenant, name: key };
                *record = record.rewrap(from, to, name).map_err(|error| self.not_sealed(ROTATE, name, error))?;
            }
        }
        Ok(())
    }
}

fn is_same_file(a: &std::path::Path, b: &std::path::Path) -> bool {
    a == b || matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

// === impl Held ===

impl Held {
    fn with(source: KeySource, kek: Kek, kdf: Option<Kdf>) -> Self {
        let header = KekHeader { id: kek.id().to_owned(), kdf };
        Self { source, kek, header }
    }

    /// A key for a file without secrets, or for all secrets from now on.
    fn fresh(operation: &'static str, source: KeySource) -> Result<Self> {
        match &source {
            KeySource::File(path) => {
                let kek = match key_file::read(operation, path)? {
                    Some(kek) => kek,
                    None => key_file::create(operation, path)?,
                };
                Ok(Self::with(source, kek, None))
            }
            KeySource::Passphrase(passphrase) => {
                if passphrase.expose_secret().is_empty() {
                    return Err(Error::new(ErrorKind::InvalidInput, operation, "the passphrase is empty"));
                }
                let kdf = Kdf::fresh()
                    .map_err(|error| internal(operation, "the system gives no randomness for a salt", error))?;
                let kek = kdf.derive(passphrase).map_err(|Unusable| {
                    Error::new(ErrorKind::Internal, operation, "the settings for new passphrases are not usable")
                })?;
                Ok(Self::with(source, kek, Some(kdf)))
            }
        }
    }

    /// The key that the header wants, if the source gives it.
    fn of(operation: &'static str, book: &std::path::Path, source: KeySource, header: &KekHeader) -> Result<Self> {
        let kek = match (&source, &header.kdf) {
            (KeySource::File(path), None) => {
                let kek = key_file::read(operation, path)?;
                match kek.filter(|kek| kek.id() == header.id) {
                    Some(kek) => Some(kek),
                    // A change of the key whose last step is missing.
                    None => key_file::read(operation, &file::beside(path, ".new"))?,
                }
            }
            (KeySource::Passphrase(passphrase), Some(kdf)) => Some(kdf.derive(passphrase).map_err(|Unusable| {
                corrupt(operation, book, "the settings of the passphrase in the file are not usable")
            })?),
            (KeySource::File(_), Some(_)) | (KeySource::Passphrase(_), None) => None,
        };
        match kek.filter(|kek| kek.id() == header.id) {
            Some(kek) => Ok(Self { source, kek, header: header.clone() }),
            None => Err(wrong_key(operation, book, &source)),
        }
    }

    /// Does the last step of a change of the key, or removes the first one. Call it under the lock.
    fn finish_rotation(&self, operation: &'static str) -> Result<()> {
        let KeySource::File(path) = &self.source else { return Ok(()) };
        let staged = file::beside(path, ".new");
        if !staged.exists() {
            return Ok(());
        }
        let is_named = key_file::read(operation, path)?.is_some_and(|kek| kek.id() == self.kek.id());
        let end = if is_named { fs::remove_file(&staged) } else { file::publish(&staged, path) };
        end.map_err(|error| failed(operation, &staged, error))
    }
}

// === impl SecretsStore ===

#[async_trait]
impl SecretsStore for LocalSecrets {
    async fn get(&self, scope: &Scope, name: &CredentialName) -> Result<Option<SecretString>> {
        let (inner, scope, name) = (self.inner.clone(), scope.clone(), name.clone());
        blocking(GET, move || {
            let Some((book, kek)) = inner.read(GET)? else { return Ok(None) };
            let name = Name { tenant: scope.tenant(), name: &name };
            let Some(record) = book.get(name) else { return Ok(None) };
            record.open(&kek, name).map(Some).map_err(|_| inner.tampered(GET, name))
        })
        .await
    }

    async fn put(&self, scope: &Scope, name: &CredentialName, material: SecretString) -> Result<()> {
        let (inner, scope, name) = (self.inner.clone(), scope.clone(), name.clone());
        blocking(PUT, move || {
            inner.change(PUT, |book| {
                let kek = inner.kek(PUT, &book.kek)?;
                let name = Name { tenant: scope.tenant(), name: &name };
                let record = Record::seal(&kek, name, inner.clock.now(), &material)
                    .map_err(|error| inner.not_sealed(PUT, name, error))?;
                book.set(name, record);
                Ok((true, ()))
            })
        })
        .await
    }

    async fn delete(&self, scope: &Scope, name: &CredentialName) -> Result<bool> {
        let (inner, scope, name) = (self.inner.clone(), scope.clone(), name.clone());
        blocking(DELETE, move || {
            inner.change(DELETE, |book| {
                let removed = book.remove(Name { tenant: scope.tenant(), name: &name });
                Ok((removed, removed))
            })
        })
        .await
    }

    async fn list(&self, scope: &Scope) -> Result<Vec<SecretInfo>> {
        let (inner, scope) = (self.inner.clone(), scope.clone());
        blocking(LIST, move || {
            let Some(mut book) = read_book(LIST, &inner.path)? else { return Ok(Vec::new()) };
            let own = book.secrets.remove(scope.tenant()).unwrap_or_default();
            Ok(own.into_iter().map(|(name, record)| SecretInfo { name, updated_at: record.updated_at }).collect())
        })
        .await
    }
}
