//! `nebula secret`: the text of a secret comes from a prompt that shows nothing, or from standard input; never from the
//! command line, which other users of the machine can read.

use std::{
    io::{self, IsTerminal as _, Read as _},
    sync::Arc,
};

use nebula_ports::{model::CredentialName, secrets::SecretsStore as _};
use nebula_runtime::system::SystemClock;
use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};
use serde_json::json;

use super::App;
use crate::{
    args::{SecretCommand, SecretForm},
    compose,
    data_dir::DataDir,
    error::{Result, Stop},
    exit::Exit,
    runtime,
    secrets::Secrets,
    table,
    when::second,
};

/// Longest text of a secret, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Does what the command line says.
pub(super) fn secret(app: &App, command: SecretCommand) -> Result<Exit> {
    match command {
        SecretCommand::Set { name, form, vault } => {
            let material = material(&form, &read(app, &name)?)?;
            let dir = DataDir::with_secrets(&app.program, &vault);
            store(&dir).check_key()?;
            dir.create()?;
            runtime::block_on(set(app, &dir, name, material))
        }
        SecretCommand::List(vault) => runtime::block_on(list(app, &DataDir::with_secrets(&app.program, &vault))),
        SecretCommand::Delete { name, vault } => {
            runtime::block_on(delete(app, &DataDir::with_secrets(&app.program, &vault), name))
        }
    }
}

fn store(dir: &DataDir) -> Secrets {
    Secrets::new(dir.clone(), Arc::new(SystemClock::new()))
}

async fn set(app: &App, dir: &DataDir, name: CredentialName, material: SecretString) -> Result<Exit> {
    let store = store(dir);
    store.put(&compose::scope()?, &name, material).await?;
    if app.console.json {
        app.console.value(&json!({ "name": name }));
    } else {
        app.console.note(format_args!("the secret `{name}` is set"));
    }
    Ok(Exit::OK)
}

async fn list(app: &App, dir: &DataDir) -> Result<Exit> {
    dir.must_exist()?;
    let store = store(dir);
    let secrets = store.list(&compose::scope()?).await?;
    let console = &app.console;
    if console.json {
        let rows: Vec<_> =
            secrets.iter().map(|secret| json!({ "name": secret.name, "updated_at": secret.updated_at })).collect();
        console.value(&rows);
    } else if secrets.is_empty() {
        console.note("there are no secrets");
    } else {
        let mut rows = table::new(["NAME", "SET"]);
        for secret in &secrets {
            rows.add_row([secret.name.to_string(), second(secret.updated_at).to_string()]);
        }
        console.line(table::draw(&rows));
    }
    Ok(Exit::OK)
}

async fn delete(app: &App, dir: &DataDir, name: CredentialName) -> Result<Exit> {
    dir.must_exist()?;
    let store = store(dir);
    if !store.delete(&compose::scope()?, &name).await? {
        return Err(Stop::not_found("secret", format!("there is no secret `{name}`"))
            .with_help("`nebula secret list` shows what there is"));
    }
    if app.console.json {
        app.console.value(&json!({ "name": name }));
    } else {
        app.console.note(format_args!("the secret `{name}` is removed"));
    }
    Ok(Exit::OK)
}

/// Asks for the text, or reads all of standard input without the line's end at its end.
fn read(app: &App, name: &CredentialName) -> Result<SecretString> {
    let failed = |error: io::Error| Stop::input("secret", format!("the secret cannot be read: {error}"));
    let text = if io::stdin().is_terminal() {
        app.console.ask(format_args!("text of the secret `{name}` (not shown): "));
        Zeroizing::new(rpassword::read_password().map_err(failed)?)
    } else {
        let mut text = Zeroizing::new(String::new());
        // One byte more than allowed shows that there is too much.
        io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text).map_err(failed)?;
        text
    };
    if text.len() as u64 > LONGEST {
        return Err(Stop::input("secret", format!("a secret has at most {LONGEST} bytes")));
    }
    let text = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if text.is_empty() {
        return Err(Stop::input("secret", "the secret has no text")
            .with_help(format!("pipe it in, as in `printf %s \"$TOKEN\" | nebula secret set {name}`")));
    }
    Ok(SecretString::from(text))
}

/// What is stored: JSON that says how the text is used, or the text alone.
fn material(form: &SecretForm, text: &SecretString) -> Result<SecretString> {
    let text_only = text.expose_secret();
    let value = if form.bearer {
        json!({ "bearer": text_only })
    } else if let Some(user) = &form.basic {
        json!({ "basic": { "username": user, "password": text_only } })
    } else if let Some(name) = &form.query {
        json!({ "query": { "name": name, "value": text_only } })
    } else if let Some(name) = &form.header {
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
            return Err(Stop::input("secret", format!("`{name}` is no header's name")));
        }
        json!({ "header": { "name": name, "value": text_only } })
    } else {
        return Ok(text.clone());
    };
    if text_only.contains(['\r', '\n']) {
        return Err(Stop::input("secret", "the text has more than one line, which no header can have"));
    }
    Ok(SecretString::from(value.to_string()))
}
