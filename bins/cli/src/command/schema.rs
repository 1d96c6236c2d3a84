//! `nebula schema`: the interfaces of actions, written down and compared.

mod outline;

use std::{fs, path::Path};

use nebula_sdk::{
    document::{self, Document},
    lock::Lock,
};
use serde_json::json;

use super::{App, action};
use crate::{
    args::SchemaCommand,
    error::{Result, Stop},
    exit::Exit,
};

pub(super) fn schema(app: &App, command: &SchemaCommand) -> Result<Exit> {
    match command {
        SchemaCommand::Show { action } => show(app, action),
        SchemaCommand::Vocabulary => {
            app.console.line(document::vocabulary().trim_end());
            Ok(Exit::OK)
        }
        SchemaCommand::Lock => {
            app.console.line(own(app).to_string().trim_end());
            Ok(Exit::OK)
        }
        SchemaCommand::Check { old, new } => {
            let new = new.as_deref().map_or_else(|| Ok(own(app)), read)?;
            Ok(compare(app, &read(old)?, &new))
        }
    }
}

/// `nebula schema show`
fn show(app: &App, wanted: &str) -> Result<Exit> {
    let document = Document::of(action::find(app, wanted)?.action.descriptor());
    if app.console.json {
        app.console.value(document.as_json());
    } else {
        app.console.line(outline::draw(&document, app.console.paint()));
    }
    Ok(Exit::OK)
}

/// The lock of the actions of this program.
fn own(app: &App) -> Lock {
    Lock::from_descriptors(app.catalogue.iter().map(|entry| entry.action.descriptor()))
}

fn read(path: &Path) -> Result<Lock> {
    let shown = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| Stop::input("schema.lock", format!("{shown} cannot be read: {error}")))?;
    Lock::parse(&text).map_err(|error| {
        Stop::input("schema.lock", format!("{shown}: {error}"))
            .with_help("`nebula schema lock` and `testing::assert_schema_lock` write one")
    })
}

fn compare(app: &App, old: &Lock, new: &Lock) -> Exit {
    let (console, found) = (&app.console, old.compare(new));
    let suffices = found.suffices();
    if console.json {
        console.value(&json!({ "suffices": suffices, "changes": found.changes, "verdicts": found.verdicts }));
    } else if !found.is_empty() {
        console.line(found.to_string().trim_end());
    }
    let paint = console.paint_notes();
    if found.is_empty() {
        console.note(format_args!("{}: nothing has changed", paint.good("ok")));
    } else if suffices {
        console.note(format_args!("{}: the versions say what has changed", paint.good("ok")));
    } else {
        console.note(format_args!("{}: more has changed than the versions say", paint.bad("failed")));
    }
    if suffices { Exit::OK } else { Exit::INCOMPATIBLE }
}
