//! `nebula backup`: a copy of the data folder as of one moment.
//!
//! The database is copied over a second connection, in one transaction: whoever runs executions meanwhile goes on. Large values
//! are written before the entry that names them and never changed, so those that are there afterwards are enough.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use nebula_ports::clock::Clock as _;
use nebula_runtime::system::SystemClock;
use serde_json::json;

use super::App;
use crate::{
    archive::{self, BLOBS, DATABASE, Kept, Manifest, SECRETS, failed},
    args::BackupArgs,
    compose,
    data_dir::{self, DataDir},
    error::{Result, Stop},
    exit::Exit,
    runtime,
    tally::Tally,
};

const MIB: u64 = 1024 * 1024;

/// How often the copy of the database is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Makes the backup beside its place, and moves it there when it is whole.
pub(super) fn backup(app: &App, args: &BackupArgs) -> Result<Exit> {
    let dir = DataDir::new(&app.program, &args.data);
    dir.must_exist()?;
    if args.folder.exists() {
        return Err(Stop::input("exists", format!("{} is there already", args.folder.display()))
            .with_help("a backup is made in a folder of its own; name one that does not exist"));
    }
    let draft = beside(&args.folder);
    data_dir::make(&draft).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Stop::input("exists", format!("{} is what an unfinished backup has left", draft.display()))
                .with_help("remove it, unless another `nebula backup` is at work")
        }
        _ => failed("made", &draft, &error),
    })?;
    let made = runtime::block_on(make(app, args, &dir, &draft));
    if made.is_err() {
        // What there is of it is of no use; the reason is told, whether or not it can be removed.
        let _ = fs::remove_dir_all(&draft);
    }
    let manifest = made?;
    fs::rename(&draft, &args.folder).map_err(|error| failed("moved into its place", &draft, &error))?;
    let (files, bytes) = (manifest.files.len(), manifest.bytes());
    if app.console.json {
        app.console.value(&json!({
            "folder": args.folder, "files": files, "bytes": bytes, "made_at": manifest.made_at,
            "schema_version": manifest.schema_version, "generation": manifest.generation,
        }));
    } else {
        app.console.line(format_args!("{}: {files} files, {bytes} bytes", args.folder.display()));
    }
    if manifest.files.iter().any(|file| file.path == SECRETS) {
        app.console.note("secrets are in it as they are sealed; keep their key or passphrase elsewhere");
    }
    Ok(Exit::OK)
}

async fn make(app: &App, args: &BackupArgs, dir: &DataDir, draft: &Path) -> Result<Manifest> {
    let made_at = SystemClock::new().now();
    let copied = database(app, args, dir, &draft.join(DATABASE)).await?;
    let mut paths = vec![DATABASE.to_owned()];
    if dir.secrets().exists() {
        let target = draft.join(SECRETS);
        archive::copy(&dir.secrets(), &target).map_err(|error| failed("copied", &dir.secrets(), &error))?;
        paths.push(SECRETS.to_owned());
    }
    let mut tally = Tally::new(app.console, args.quiet, "large values copied");
    let blobs = files(&dir.blobs(), BLOBS)?;
    for (done, (source, path)) in blobs.iter().enumerate() {
        archive::copy(source, &draft.join(path)).map_err(|error| failed("copied", source, &error))?;
        tally.reached(done as u64 + 1, Some(blobs.len() as u64));
    }
    tally.finish();
    paths.extend(blobs.into_iter().map(|(_, path)| path));
    let mut tally = Tally::new(app.console, args.quiet, "files read again");
    let mut kept = Vec::with_capacity(paths.len());
    let all = paths.len() as u64;
    for path in paths {
        kept.push(Kept::of(draft, path)?);
        tally.reached(kept.len() as u64, Some(all));
    }
    tally.finish();
    let manifest = Manifest::new(made_at, copied.schema_version, copied.generation, kept);
    manifest.write(draft)?;
    Ok(manifest)
}

/// Copies the database, and says how far it is.
async fn database(app: &App, args: &BackupArgs, dir: &DataDir, target: &Path) -> Result<compose::Copied> {
    let mut tally = Tally::new(app.console, args.quiet, "MiB of the database copied");
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len().div_ceil(MIB));
    let whole = size(&dir.database());
    let clock = SystemClock::new();
    let copying = compose::copy_database(dir, target);
    tokio::pin!(copying);
    loop {
        tokio::select! {
            biased;
            copied = &mut copying => {
                tally.finish();
                return copied;
            }
            () = clock.sleep_until(clock.now().plus(LOOK_EVERY)) => tally.reached(size(target), Some(whole)),
        }
    }
}

/// The files below a folder, with their names in a backup. What begins with a dot is on its way, or a lock.
fn files(folder: &Path, name: &str) -> Result<Vec<(PathBuf, String)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| failed("read", folder, &error))?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| failed("read", folder, &error))?;
        let Some(own) = entry.file_name().to_str().filter(|own| !own.starts_with('.')).map(str::to_owned) else {
            continue;
        };
        let path = format!("{name}/{own}");
        if entry.path().is_dir() {
            found.extend(files(&entry.path(), &path)?);
        } else {
            found.push((entry.path(), path));
        }
    }
    found.sort();
    Ok(found)
}

/// Where a folder is made before it is whole.
pub(super) fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    folder.with_file_name(name)
}
