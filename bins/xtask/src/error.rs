//! Why a task stopped.

use std::{fmt, io, path::PathBuf, process::ExitStatus};

pub(crate) type Result<T> = std::result::Result<T, Error>;

#[derive(Debug)]
pub(crate) enum Error {
    /// A file or folder could not be read or made.
    Read { path: PathBuf, source: io::Error },
    /// A program could not be started.
    Start { command: String, source: io::Error },
    /// A program ran and said no.
    Failed { command: String, status: ExitStatus, stderr: String },
    /// A program answered something that is not what its documentation promises.
    Unexpected { command: String, what: String },
    /// Checks found mistakes, already printed.
    Found { errors: usize },
    /// Steps failed, already printed.
    Steps(Vec<&'static str>),
    /// There is no such fuzz target.
    NoTarget { wanted: String, known: Vec<String> },
    /// Fuzz targets found inputs that break a promise, already printed.
    Crashed(Vec<String>),
    /// README.md marks no command for CI.
    NoReadmeCommands,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, source } => write!(f, "cannot read {}: {source}", path.display()),
            Self::Start { command, source } => write!(f, "cannot start `{command}`: {source}"),
            Self::Failed { command, status, stderr } => {
                write!(f, "`{command}` failed ({status})")?;
                match stderr.trim_end() {
                    "" => Ok(()),
                    text => write!(f, "\n{text}"),
                }
            }
            Self::Unexpected { command, what } => write!(f, "`{command}` answered without {what}"),
            Self::Found { errors: 1 } => f.write_str("1 mistake to repair, listed above"),
            Self::Found { errors } => write!(f, "{errors} mistakes to repair, listed above"),
            Self::Steps(names) => write!(f, "failed: {}", names.join(", ")),
            Self::NoTarget { wanted, known } => {
                write!(f, "there is no fuzz target `{wanted}`; there are {}", known.join(", "))
            }
            Self::Crashed(targets) => write!(f, "broken by an input, shown above: {}", targets.join(", ")),
            Self::NoReadmeCommands => f.write_str(
                "README.md has no command for CI: put `<!-- ci: run -->` on the line above at least one ```sh block",
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { source, .. } | Self::Start { source, .. } => Some(source),
            _ => None,
        }
    }
}
