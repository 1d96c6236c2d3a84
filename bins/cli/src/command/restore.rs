//! `nebula restore`: a data folder out of a backup. Every file is compared with its digest, the database becomes the next
//! generation, and every journal is read, before the folder is put into its place.

use std::{fs, io};

use nebula_runtime::verify::Stores;
use serde_json::json;

use super::{App, backup::beside, execution::verify};
use crate::{
    archive::{Manifest, SECRETS, failed},
    args::RestoreArgs,
    compose::{self, Storage},
    data_dir::{self, DataDir},
    error::{Result, Stop},
    exit::Exit,
    runtime,
    tally::Tally,
};

/// What a restore has come to.
struct Restored {
    generation: nebula_ports::model::Generation,
    report: verify::Report,
}

/// Makes the data folder beside its place, and moves it there when all of it is in order.
pub(super) fn restore(app: &App, args: &RestoreArgs) -> Result<Exit> {
    let dir = DataDir::new(&app.program, &args.data);
    let manifest = Manifest::read(&args.folder)?;
    check_empty(&dir)?;
    let draft = dir.at(beside(dir.root()));
    data_dir::make(draft.root()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Stop::input("exists", format!("{} is what an unfinished restore has left", draft.root().display()))
                .with_help("remove it, unless another `nebula restore` is at work")
        }
        _ => failed("made", draft.root(), &error),
    })?;
    let made = make(app, args, &manifest, &draft);
    let damaged = match &made {
        Ok(restored) => !restored.report.damaged.is_empty(),
        Err(_) => true,
    };
    if damaged {
        // The backup is as it was; the reason is told, whether or not this can be removed.
        let _ = fs::remove_dir_all(draft.root());
    }
    let Restored { generation, report } = made?;
    if damaged {
        return Ok(refuse(app, &report));
    }
    put(&draft, &dir)?;
    if app.console.json {
        app.console.value(&json!({
            "data_dir": dir.root(), "files": manifest.files.len(), "bytes": manifest.bytes(), "generation": generation,
            "executions": report.executions, "entries": report.entries, "values": report.values,
        }));
    } else {
        app.console.line(format_args!(
            "{}: {} executions with {} entries and {} large values, all as they were written",
            dir.root().display(),
            report.executions,
            report.entries,
            report.values
        ));
    }
    if manifest.files.iter().any(|file| file.path == SECRETS) {
        let key = dir.key_file();
        app.console
            .note(format_args!("secrets are sealed; put their key to {}, or name the passphrase", key.display()));
    }
    Ok(Exit::OK)
}

/// Nothing that is there is ever written over.
fn check_empty(dir: &DataDir) -> Result<()> {
    match fs::read_dir(dir.root()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed("read", dir.root(), &error)),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Stop::input("not_empty", format!("there is something in {} already", dir.root().display()))
                .with_help("name another folder with `--data-dir`, or move this one away")),
        },
    }
}

fn make(app: &App, args: &RestoreArgs, manifest: &Manifest, draft: &DataDir) -> Result<Restored> {
    data_dir::hide(draft.root()).map_err(|error| failed("written", draft.root(), &error))?;
    let mut tally = Tally::new(app.console, args.quiet, "files copied and compared");
    for (done, file) in manifest.files.iter().enumerate() {
        file.copy(&args.folder, draft.root())?;
        tally.reached(done as u64 + 1, Some(manifest.files.len() as u64));
    }
    tally.finish();
    runtime::block_on(async {
        let storage = Storage::take_over(draft).await?;
        let checked = check(app, args, draft, &storage).await;
        storage.close().await?;
        checked
    })
}

async fn check(app: &App, args: &RestoreArgs, draft: &DataDir, storage: &Storage) -> Result<Restored> {
    let (scope, blobs) = (compose::scope()?, compose::blobs(draft).await?);
    let stores = Stores { executions: &*storage.executions, workflows: &*storage.workflows, blobs: &*blobs };
    let mut report = verify::Report::default();
    verify::all(app.console, args.quiet, stores, &scope, &mut report).await?;
    Ok(Restored { generation: storage.generation().await?, report })
}

/// Says what is damaged; nothing was made.
fn refuse(app: &App, report: &verify::Report) -> Exit {
    report.print_damage(app.console);
    app.console.note("the backup is damaged; nothing was restored");
    Exit::DAMAGED
}

fn put(draft: &DataDir, dir: &DataDir) -> Result<()> {
    // An empty folder gives way to the new one.
    match fs::remove_dir(dir.root()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed("replaced", dir.root(), &error)),
        _ => {}
    }
    fs::rename(draft.root(), dir.root()).map_err(|error| failed("moved into its place", draft.root(), &error))
}
