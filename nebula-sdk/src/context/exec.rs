//! Programs: a call put together step by step, and what came out.

use std::{fmt, time::Duration};

use bytes::Bytes;
use nebula_ports::host::{Host, ProgramCall, ProgramOutput, ProgramStatus};

use crate::{ActionError, Result};

/// A program to be run: without a shell, with the arguments, environment and input that are given here and nothing else.
/// Unless said otherwise it works in `/`, may write 10 MiB to each of its outputs and has no limit of time besides the
/// attempt's own.
///
/// A program is outside of the sandbox: what it does with files and the network, no grant bounds. It is ended, with all
/// that it has started, when the attempt ends or is dropped; when the run is cancelled it is asked to end first, by
/// `SIGTERM`. What leaves its process group (as `setsid` does), and what runs when the engine itself is killed, goes on.
#[must_use = "nothing is run before `run()`"]
pub struct ExecCall<'a> {
    host: &'a dyn Host,
    call: ProgramCall,
}

/// What a program gave.
#[derive(Clone, PartialEq, Eq)]
pub struct ExecOutput {
    /// The program, as it was asked for.
    pub program: String,
    /// How it ended.
    pub status: ProgramStatus,
    /// What it wrote to its standard output.
    pub stdout: Bytes,
    /// What it wrote to its standard error.
    pub stderr: Bytes,
}

// === impl ExecCall ===

impl<'a> ExecCall<'a> {
    pub(crate) fn new(host: &'a dyn Host, program: String) -> Self {
        let call = ProgramCall {
            program,
            args: Vec::new(),
            env: Vec::new(),
            folder: None,
            stdin: Bytes::new(),
            timeout: None,
            max_output_bytes: 10 * 1024 * 1024,
        };
        Self { host, call }
    }

    /// Adds one argument, whatever it holds.
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.call.args.push(arg.into());
        self
    }

    /// Adds arguments.
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.call.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of its environment, which is empty otherwise. Variables that make the loader of programs load
    /// something else (`LD_*`, `DYLD_*`) are denied.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.call.env.push((name.into(), value.into()));
        self
    }

    /// Lets it work in a folder that is granted for reading or writing. A relative path starts at the base folder of the
    /// run.
    pub fn folder(mut self, path: impl Into<String>) -> Self {
        self.call.folder = Some(path.into());
        self
    }

    /// What it can read from its standard input.
    pub fn stdin(mut self, input: impl Into<Bytes>) -> Self {
        self.call.stdin = input.into();
        self
    }

    /// Limits the whole run.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.call.timeout = Some(timeout);
        self
    }

    /// Most bytes accepted from standard output, and again from standard error (10 MiB).
    pub fn max_output_bytes(mut self, max: u64) -> Self {
        self.call.max_output_bytes = max;
        self
    }

    /// Runs it to its end. Any status is a success here; see [`ExecOutput::error_for_status`].
    ///
    /// # Errors
    /// `Denied` without a grant for the program or for its folder, and for a program that the action could write itself;
    /// `Permanent` when it cannot be started (`exec.not_found`, `exec.not_started`) or writes too much
    /// (`exec.output_too_large`); `Timeout`; `Cancelled`.
    pub async fn run(self) -> Result<ExecOutput> {
        let program = self.call.program.clone();
        let ProgramOutput { status, stdout, stderr } = self.host.exec(self.call).await?;
        Ok(ExecOutput { program, status, stdout, stderr })
    }
}

impl fmt::Debug for ExecCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExecCall({:?})", self.call)
    }
}

// === impl ExecOutput ===

impl ExecOutput {
    /// Turns every end but status 0 into an error: `Permanent`, with the code `exec.status_3` or `exec.signal_9`. What the
    /// program has written is no part of it, as that may hold secrets.
    ///
    /// # Errors
    /// As said.
    pub fn error_for_status(self) -> Result<Self> {
        let code = match self.status {
            ProgramStatus::Exited(0) => return Ok(self),
            ProgramStatus::Exited(status) => format!("exec.status_{status}"),
            ProgramStatus::Signalled(signal) => format!("exec.signal_{signal}"),
        };
        Err(ActionError::permanent(code, format!("`{}` ended with {}", self.program, self.status)))
    }

    /// Its standard output as text.
    ///
    /// # Errors
    /// `Permanent` with the code `exec.not_utf8`.
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.stdout).map_err(|error| {
            ActionError::permanent("exec.not_utf8", format!("`{}` did not write UTF-8 text: {error}", self.program))
        })
    }
}

/// Without what it wrote.
impl fmt::Debug for ExecOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExecOutput(`{}`, {}, {} bytes)", self.program, self.status, self.stdout.len())
    }
}
