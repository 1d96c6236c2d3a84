//! Texts that are kept beside a test and compared with what it finds: `snapshots/<test>__<name>.snap` in the folder of the
//! test's file.
//!
//! A snapshot that is not there yet is written, but not where the variable `CI` is set: there it is missing. One that
//! differs fails the test with the difference, and is only ever replaced with `NEBULA_SNAPSHOTS=update`.

mod diff;
mod place;

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs, io,
    panic::Location,
    path::{Path, PathBuf},
};

use self::diff::diff;
use super::attribute::Place;

/// What happens to a text that is not the one on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Both are compared; a new one is written, unless it `must_exist`.
    Compare {
        must_exist: bool,
    },
    Update,
}

/// What was done.
#[derive(Debug, PartialEq, Eq)]
enum Done {
    Same,
    Written,
}

/// The test of this thread.
#[derive(Default)]
struct Current {
    place: Option<Place>,
    /// How often each name was used.
    used: BTreeMap<String, usize>,
}

thread_local! {
    static CURRENT: RefCell<Current> = RefCell::default();
}

/// Notes that a test begins on this thread.
pub(super) fn begin(place: Place) {
    CURRENT.with_borrow_mut(|current| *current = Current { place: Some(place), used: BTreeMap::new() });
}

/// Compares `text` with the snapshot of this name of the test that runs.
///
/// # Panics
/// When it is another, when it is missing in CI, or when it is not known which test runs.
#[track_caller]
#[expect(clippy::print_stderr, reason = "a file beside the test's own is new")]
pub(super) fn assert(what: &str, text: &str) {
    let location = Location::caller();
    let (place, times) = CURRENT.with_borrow_mut(|current| {
        let times = current.used.entry(what.to_owned()).or_default();
        *times += 1;
        (current.place, *times)
    });
    let name = if times == 1 { what.to_owned() } else { format!("{what}_{times}") };
    let done =
        place::file(place, location.file(), &name).and_then(|path| Ok((compare(&path, what, text, mode()?)?, path)));
    match done {
        Ok((Done::Same, _)) => {}
        Ok((Done::Written, path)) => eprintln!("written: {}", path.display()),
        Err(problem) => panic!("{problem}"),
    }
}

fn mode() -> Result<Mode, String> {
    let ci = std::env::var("CI").unwrap_or_default();
    match std::env::var("NEBULA_SNAPSHOTS") {
        Ok(text) if text == "update" => Ok(Mode::Update),
        Ok(text) if !text.is_empty() => {
            Err(format!("the variable NEBULA_SNAPSHOTS is `{text}`, and it can be `update` or absent"))
        }
        _ => Ok(Mode::Compare { must_exist: !matches!(ci.as_str(), "" | "0" | "false") }),
    }
}

fn compare(path: &Path, what: &str, text: &str, mode: Mode) -> Result<Done, String> {
    const HINT: &str = "if it is right, write it with  NEBULA_SNAPSHOTS=update  before the test's command";
    let text = format!("{}\n", text.trim_end());
    let shown = path.display();
    let kept = match fs::read_to_string(path) {
        Ok(kept) => Some(kept.replace("\r\n", "\n")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(format!("the snapshot {shown} cannot be read: {error}")),
    };
    match (kept, mode) {
        (Some(kept), _) if kept == text => Ok(Done::Same),
        (Some(kept), Mode::Compare { .. }) => {
            Err(format!("the {what} is not the one in {shown}\n\n{}\n{HINT}", diff(&kept, &text)))
        }
        (None, Mode::Compare { must_exist: true }) => {
            Err(format!("there is no snapshot {shown} of the {what}\n\n{}\n{HINT}, and commit it", diff("", &text)))
        }
        (_, Mode::Update) | (None, Mode::Compare { must_exist: false }) => {
            let folder: PathBuf = path.parent().map(Path::to_owned).unwrap_or_default();
            let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
            written.map(|()| Done::Written).map_err(|error| format!("the snapshot {shown} cannot be written: {error}"))
        }
    }
}

#[cfg(test)]
mod tests;
