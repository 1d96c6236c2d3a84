//! Programs: what is started, and how it ended.

use std::{fmt, time::Duration};

use bytes::Bytes;

/// A program to be run. No shell reads any of it, and the program inherits nothing of the process that starts it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProgramCall {
    /// A name, `git`, or an absolute path, `/usr/bin/git`.
    pub program: String,
    /// Each of them one argument, whatever it holds.
    pub args: Vec<String>,
    /// All of its environment.
    pub env: Vec<(String, String)>,
    /// Where it works: a folder that the attempt may read or write. Absent = `/`.
    pub folder: Option<String>,
    /// What it can read from its standard input.
    pub stdin: Bytes,
    /// Limit of the whole run; the program is ended then.
    pub timeout: Option<Duration>,
    /// Most bytes accepted from standard output, and again from standard error; the program is ended when it writes more.
    pub max_output_bytes: u64,
}

/// What a program gave.
#[derive(Clone, PartialEq, Eq)]
pub struct ProgramOutput {
    /// How it ended.
    pub status: ProgramStatus,
    /// What it wrote to its standard output.
    pub stdout: Bytes,
    /// What it wrote to its standard error.
    pub stderr: Bytes,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProgramStatus {
    /// By itself, with this status; 0 is success.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
}

// === impl ProgramStatus ===

impl ProgramStatus {
    /// Whether it is 0.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Exited(0))
    }
}

impl fmt::Display for ProgramStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(status) => write!(f, "status {status}"),
            Self::Signalled(signal) => write!(f, "signal {signal}"),
        }
    }
}

/// Without what may be secret: arguments, environment and input.
impl fmt::Debug for ProgramCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProgramCall")
            .field("program", &self.program)
            .field("args", &self.args.len())
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ProgramOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProgramOutput").field("status", &self.status).finish_non_exhaustive()
    }
}
