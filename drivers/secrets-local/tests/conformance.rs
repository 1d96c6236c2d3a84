//! The file keeps the contract of a secrets store, under either kind of key.

use std::{process::ExitCode, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use nebula_ports::{
    conformance::{Harness, Run, Unavailable, secrets},
    memory::ManualClock,
    secrets::SecretsStore,
};
use nebula_secrets_local::{Config, KeySource, LocalSecrets};
use tempfile::TempDir;

struct Local {
    folder: TempDir,
    key: fn(&TempDir) -> KeySource,
    clock: ManualClock,
    port: Arc<dyn SecretsStore>,
}

async fn open(folder: &TempDir, key: KeySource, clock: &ManualClock) -> Arc<dyn SecretsStore> {
    let config = Config { file: folder.path().join("secrets.json"), key };
    Arc::new(LocalSecrets::open(config, Arc::new(clock.clone())).await.expect("the folder is new"))
}

impl Harness for Local {
    type Port = dyn SecretsStore;

    fn port(&self) -> Arc<dyn SecretsStore> {
        self.port.clone()
    }

    fn elapse(&self, by: Duration) -> BoxFuture<'_, ()> {
        self.clock.advance(by);
        futures_util::future::ready(()).boxed()
    }

    fn reopen(&self) -> Option<BoxFuture<'_, Arc<dyn SecretsStore>>> {
        Some(open(&self.folder, (self.key)(&self.folder), &self.clock).boxed())
    }
}

async fn start(key: fn(&TempDir) -> KeySource) -> Result<Local, Unavailable> {
    let folder = TempDir::new().expect("a folder for temporary files");
    let clock = ManualClock::default();
    let port = open(&folder, key(&folder), &clock).await;
    Ok(Local { folder, key, clock, port })
}

fn main() -> ExitCode {
    Run::default()
        .variant("key_file", &secrets::SUITE, || start(|folder| KeySource::File(folder.path().join("key"))))
        .variant("passphrase", &secrets::SUITE, || start(|_| KeySource::Passphrase("correct horse".into())))
        .main()
}
