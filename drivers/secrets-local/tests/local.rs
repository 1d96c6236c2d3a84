//! What is particular to the file: keys, tampering, crashes, several processes, and the format for ever.

#![expect(clippy::disallowed_methods, reason = "a test is the root of its own tenants")]

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, sync::Arc};

use nebula_ports::{
    ErrorKind, Result, Scope,
    memory::ManualClock,
    model::{CredentialName, TenantId},
    secrets::SecretsStore,
};
use nebula_secrets_local::{Config, KeySource, LocalSecrets};
use secrecy::ExposeSecret;
use serde_json::Value;
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    async fn open_with(&self, key: KeySource) -> Result<LocalSecrets> {
        let config = Config { file: self.path("secrets.json"), key };
        LocalSecrets::open(config, Arc::new(ManualClock::default())).await
    }

    async fn open(&self) -> Result<LocalSecrets> {
        self.open_with(KeySource::File(self.path("key"))).await
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path("secrets.json")).unwrap()).unwrap()
    }

    fn set_json(&self, json: &Value) {
        fs::write(self.path("secrets.json"), json.to_string()).unwrap();
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn tenant(name: &str) -> Scope {
    Scope::of(TenantId::new(name).unwrap())
}

fn name(text: &str) -> CredentialName {
    CredentialName::new(text).unwrap()
}

async fn put(store: &LocalSecrets, key: &str, material: &str) {
    store.put(&tenant("acme"), &name(key), material.into()).await.unwrap();
}

async fn get(store: &LocalSecrets, key: &str) -> Result<Option<String>> {
    let secret = store.get(&tenant("acme"), &name(key)).await?;
    Ok(secret.map(|secret| secret.expose_secret().to_owned()))
}

#[tokio::test]
async fn files_are_for_the_owner_only_and_hold_no_plain_text() {
    let folder = Folder::new();
    let store = folder.open().await.unwrap();
    put(&store, "token", "plain-text").await;
    assert_eq!(folder.names(), ["key", "secrets.json", "secrets.json.lock"]);
    for file in folder.names() {
        let path = folder.path(&file);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
        assert!(!String::from_utf8(fs::read(&path).unwrap()).unwrap().contains("plain-text"), "{file}");
    }
    assert_eq!(fs::read_to_string(folder.path("key")).unwrap().trim_end().len(), 64);
}

#[tokio::test]
async fn a_key_file_that_others_may_read_is_refused() {
    let folder = Folder::new();
    folder.open().await.unwrap();
    for mode in [0o640, 0o604, 0o660, 0o644] {
        fs::set_permissions(folder.path("key"), fs::Permissions::from_mode(mode)).unwrap();
        let error = folder.open().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        assert!(error.to_string().contains("chmod 600") && error.to_string().contains("key"), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_or_missing_key_is_denied_and_names_the_file() {
    let folder = Folder::new();
    put(&folder.open().await.unwrap(), "token", "x").await;
    let other = KeySource::File(folder.path("other"));
    let pass = KeySource::Passphrase("anything".into());
    for key in [other, pass] {
        let error = folder.open_with(key).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
        assert!(error.to_string().contains("secrets.json"), "{error}");
    }
    assert!(!folder.path("other").exists(), "no new key is made for old secrets");
    fs::remove_file(folder.path("key")).unwrap();
    assert_eq!(folder.open().await.unwrap_err().kind(), ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn a_key_that_is_exchanged_under_an_open_store_does_not_matter_until_it_is_opened_again() {
    let folder = Folder::new();
    let store = folder.open().await.unwrap();
    put(&store, "token", "x").await;
    fs::write(folder.path("key"), "0".repeat(64)).unwrap();
    assert_eq!(get(&store, "token").await.unwrap().as_deref(), Some("x"));
    assert_eq!(folder.open().await.unwrap_err().kind(), ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn what_is_no_key_is_corrupt() {
    let folder = Folder::new();
    for text in ["", "short", &"g".repeat(64), &"0".repeat(65), &"é".repeat(32)] {
        fs::write(folder.path("key"), text).unwrap();
        fs::set_permissions(folder.path("key"), fs::Permissions::from_mode(0o600)).unwrap();
        let error = folder.open().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{text}");
        assert!(error.to_string().contains("64 hexadecimal digits"), "{error}");
    }
}

#[tokio::test]
async fn another_passphrase_is_denied_and_an_empty_one_refused() {
    let folder = Folder::new();
    let store = folder.open_with(KeySource::Passphrase("one".into())).await.unwrap();
    put(&store, "token", "x").await;
    let again = folder.open_with(KeySource::Passphrase("one".into())).await.unwrap();
    assert_eq!(get(&again, "token").await.unwrap().as_deref(), Some("x"));
    let error = folder.open_with(KeySource::Passphrase("two".into())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    let error = folder.open_with(KeySource::Passphrase("".into())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn every_changed_part_of_a_record_is_corrupt_and_names_the_secret() {
    let folder = Folder::new();
    let store = folder.open().await.unwrap();
    put(&store, "token", "material").await;
    put(&store, "other", "untouched").await;
    let intact = folder.json();
    let record = intact["secrets"]["acme"]["token"].clone();
    for (field, value) in record.as_object().unwrap() {
        let mut json = intact.clone();
        json["secrets"]["acme"]["token"][field] = match value {
            Value::Number(number) => (number.as_i64().unwrap() + 1).into(),
            // Another first character is another value in hexadecimal, Base64 and plain text.
            Value::String(text) => format!("{}{}", if text.starts_with('A') { 'B' } else { 'A' }, &text[1..]).into(),
            other => panic!("{other}"),
        };
        folder.set_json(&json);
        let error = get(&store, "token").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{field}: {error}");
        assert!(error.to_string().contains("`token`"), "{error}");
        assert_eq!(get(&store, "other").await.unwrap().as_deref(), Some("untouched"), "{field}");
    }
}

#[tokio::test]
async fn a_record_under_another_name_or_tenant_does_not_open() {
    let folder = Folder::new();
    let store = folder.open().await.unwrap();
    put(&store, "low", "for everybody").await;
    put(&store, "high", "for the boss").await;
    store.put(&tenant("rival"), &name("low"), "theirs".into()).await.unwrap();
    let intact = folder.json();
    for from in [&intact["secrets"]["acme"]["high"], &intact["secrets"]["rival"]["low"]] {
        let mut json = intact.clone();
        json["secrets"]["acme"]["low"] = from.clone();
        folder.set_json(&json);
        assert_eq!(get(&store, "low").await.unwrap_err().kind(), ErrorKind::Corrupt);
    }
    // Parts of two valid records do not make a third.
    let mut json = intact.clone();
    for field in ["ct", "nonce"] {
        json["secrets"]["acme"]["low"][field] = intact["secrets"]["acme"]["high"][field].clone();
    }
    folder.set_json(&json);
    assert_eq!(get(&store, "low").await.unwrap_err().kind(), ErrorKind::Corrupt);
}

#[tokio::test]
async fn what_is_no_file_of_secrets_is_corrupt_and_a_newer_one_unsupported() {
    let folder = Folder::new();
    folder.open().await.unwrap();
    let intact = folder.json();
    for text in ["", "{", "[]", "{\"format\":1}", "\u{0}\u{0}"] {
        fs::write(folder.path("secrets.json"), text).unwrap();
        let error = folder.open().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{text}: {error}");
        assert!(error.to_string().contains("secrets.json"), "{error}");
    }
    let mut newer = intact.clone();
    newer["format"] = 2.into();
    newer["something"] = "new".into();
    folder.set_json(&newer);
    assert_eq!(folder.open().await.unwrap_err().kind(), ErrorKind::Unsupported);
}

#[tokio::test]
async fn a_passphrase_setting_that_would_take_all_memory_is_refused() {
    let folder = Folder::new();
    let key = || KeySource::Passphrase("one".into());
    folder.open_with(key()).await.unwrap();
    let mut json = folder.json();
    json["kek"]["kdf"]["memory_kib"] = u32::MAX.into();
    folder.set_json(&json);
    assert_eq!(folder.open_with(key()).await.unwrap_err().kind(), ErrorKind::Corrupt);
}

#[tokio::test]
async fn setting_a_secret_again_uses_a_new_key_and_a_new_nonce() {
    let folder = Folder::new();
    let store = folder.open().await.unwrap();
    put(&store, "token", "same").await;
    let first = folder.json()["secrets"]["acme"]["token"].clone();
    put(&store, "token", "same").await;
    let second = folder.json()["secrets"]["acme"]["token"].clone();
    for field in ["wrapped_dek", "nonce", "ct"] {
        assert_ne!(first[field], second[field], "{field}");
    }
}

#[tokio::test]
async fn rotating_in_place_makes_a_new_key_and_keeps_the_sealed_material() {
    let folder = Folder::new();
    let store = folder.open().await.unwrap();
    put(&store, "token", "x").await;
    let other_process = folder.open().await.unwrap();
    let (old_key, before) = (fs::read(folder.path("key")).unwrap(), folder.json());
    store.rotate(KeySource::File(folder.path("key"))).await.unwrap();
    let after = folder.json();
    assert_ne!(fs::read(folder.path("key")).unwrap(), old_key);
    assert_eq!(after["secrets"]["acme"]["token"]["ct"], before["secrets"]["acme"]["token"]["ct"]);
    assert_ne!(after["kek"]["id"], before["kek"]["id"]);
    assert_eq!(folder.names(), ["key", "secrets.json", "secrets.json.lock"]);
    for store in [&store, &other_process, &folder.open().await.unwrap()] {
        assert_eq!(get(store, "token").await.unwrap().as_deref(), Some("x"));
    }
    put(&other_process, "later", "y").await;
    assert_eq!(get(&store, "later").await.unwrap().as_deref(), Some("y"));
    fs::write(folder.path("key"), old_key).unwrap();
    assert_eq!(folder.open().await.unwrap_err().kind(), ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn rotating_to_another_kind_of_key_locks_the_old_one_out() {
    let folder = Folder::new();
    let store = folder.open().await.unwrap();
    put(&store, "token", "x").await;
    store.rotate(KeySource::Passphrase("new".into())).await.unwrap();
    assert_eq!(get(&store, "token").await.unwrap().as_deref(), Some("x"));
    assert_eq!(folder.open().await.unwrap_err().kind(), ErrorKind::PermissionDenied);
    let store = folder.open_with(KeySource::Passphrase("new".into())).await.unwrap();
    store.rotate(KeySource::File(folder.path("deeper/key-2"))).await.unwrap();
    let store = folder.open_with(KeySource::File(folder.path("deeper/key-2"))).await.unwrap();
    assert_eq!(get(&store, "token").await.unwrap().as_deref(), Some("x"));
}

#[tokio::test]
async fn a_rotation_that_crashed_before_its_last_step_is_finished_at_open() {
    let folder = Folder::new();
    let store = folder.open().await.unwrap();
    put(&store, "token", "x").await;
    let old = fs::read(folder.path("key")).unwrap();
    store.rotate(KeySource::File(folder.path("key"))).await.unwrap();
    // As if the new key had not got its name yet.
    fs::rename(folder.path("key"), folder.path("key.new")).unwrap();
    fs::write(folder.path("key"), &old).unwrap();
    fs::set_permissions(folder.path("key"), fs::Permissions::from_mode(0o600)).unwrap();
    let store = folder.open().await.unwrap();
    assert_eq!(get(&store, "token").await.unwrap().as_deref(), Some("x"));
    assert_eq!(folder.names(), ["key", "secrets.json", "secrets.json.lock"]);
    assert_ne!(fs::read(folder.path("key")).unwrap(), old);
}

#[tokio::test]
async fn a_rotation_that_crashed_after_its_first_step_is_undone_at_open() {
    let folder = Folder::new();
    let store = folder.open().await.unwrap();
    put(&store, "token", "x").await;
    fs::write(folder.path("key.new"), "1".repeat(64)).unwrap();
    fs::set_permissions(folder.path("key.new"), fs::Permissions::from_mode(0o600)).unwrap();
    let store = folder.open().await.unwrap();
    assert_eq!(get(&store, "token").await.unwrap().as_deref(), Some("x"));
    assert_eq!(folder.names(), ["key", "secrets.json", "secrets.json.lock"]);
}

#[tokio::test]
async fn rotating_over_a_damaged_secret_changes_nothing() {
    let folder = Folder::new();
    let store = folder.open().await.unwrap();
    put(&store, "good", "x").await;
    put(&store, "bad", "y").await;
    let mut json = folder.json();
    json["secrets"]["acme"]["bad"]["wrapped_dek"] = "AAAA".into();
    folder.set_json(&json);
    let error = store.rotate(KeySource::File(folder.path("key"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("`bad`"), "{error}");
    assert_eq!(folder.json(), json);
    assert_eq!(folder.names(), ["key", "secrets.json", "secrets.json.lock"]);
    let store = folder.open().await.unwrap();
    assert_eq!(get(&store, "good").await.unwrap().as_deref(), Some("x"));
}

#[tokio::test]
async fn a_draft_that_a_crash_left_does_not_matter() {
    let folder = Folder::new();
    put(&folder.open().await.unwrap(), "token", "x").await;
    fs::write(folder.path("secrets.json.new"), "half of a fi").unwrap();
    let store = folder.open().await.unwrap();
    assert_eq!(get(&store, "token").await.unwrap().as_deref(), Some("x"));
    put(&store, "token", "y").await;
    assert_eq!(folder.names(), ["key", "secrets.json", "secrets.json.lock"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_write_at_once_lose_nothing() {
    let folder = Folder::new();
    // Each store has its own handles, as each process would.
    let stores = [folder.open().await.unwrap(), folder.open().await.unwrap(), folder.open().await.unwrap()];
    let writers = stores.iter().enumerate().map(|(writer, store)| {
        let store = store.clone();
        tokio::spawn(async move {
            for n in 0..10 {
                put(&store, &format!("key-{writer}-{n}"), "x").await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(stores[0].list(&tenant("acme")).await.unwrap().len(), 30);
}

/// Written by the first version; must open for ever.
#[tokio::test]
async fn the_committed_file_of_format_1_opens() {
    let folder = Folder::new();
    fs::write(folder.path("secrets.json"), include_str!("fixtures/v1-key.json")).unwrap();
    fs::write(folder.path("key"), include_str!("fixtures/v1.key")).unwrap();
    fs::set_permissions(folder.path("key"), fs::Permissions::from_mode(0o600)).unwrap();
    let store = folder.open().await.unwrap();
    assert_eq!(get(&store, "stripe").await.unwrap().as_deref(), Some("sk_test_fixture"));
    assert_eq!(get(&store, "unicode").await.unwrap().as_deref(), Some("пароль 🔑"));

    let folder = Folder::new();
    fs::write(folder.path("secrets.json"), include_str!("fixtures/v1-passphrase.json")).unwrap();
    let store = folder.open_with(KeySource::Passphrase("a fixture's passphrase".into())).await.unwrap();
    assert_eq!(get(&store, "stripe").await.unwrap().as_deref(), Some("sk_test_fixture"));
}
