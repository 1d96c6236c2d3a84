//! Other programs: started at the workspace root, their output passed on as it comes.

use std::{
    env,
    ffi::OsStr,
    fmt,
    fs::File,
    io::{self, BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::error::{Error, Result};

/// A program with its arguments, shown as one would type it.
pub(crate) struct Program {
    shown: String,
    command: Command,
}

/// A program that was started and not yet waited for.
pub(crate) struct Running {
    shown: String,
    child: Child,
}

// === impl Program ===

impl Program {
    /// `cargo <args>`, the same cargo that runs this task.
    pub(crate) fn cargo<S: AsRef<OsStr>>(root: &Path, args: impl IntoIterator<Item = S>) -> Self {
        Self::new(env::var_os("CARGO").as_deref().unwrap_or(OsStr::new("cargo")), "cargo", root, args)
    }

    /// `git <args>`.
    pub(crate) fn git<S: AsRef<OsStr>>(root: &Path, args: impl IntoIterator<Item = S>) -> Self {
        Self::new(OsStr::new("git"), "git", root, args)
    }

    /// A shell script that stops at its first failing command.
    pub(crate) fn shell(root: &Path, script: &str) -> Self {
        Self::new(OsStr::new("sh"), "sh", root, ["-euc", script])
    }

    /// A program we built ourselves.
    pub(crate) fn at<S: AsRef<OsStr>>(root: &Path, binary: &Path, args: impl IntoIterator<Item = S>) -> Self {
        Self::new(binary.as_os_str(), &binary.to_string_lossy(), root, args)
    }

    fn new<S: AsRef<OsStr>>(program: &OsStr, name: &str, root: &Path, args: impl IntoIterator<Item = S>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root);
        // `cargo run` describes this package to us; build scripts that watch these variables would run again.
        for (key, _) in env::vars_os() {
            let name = key.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&key);
            }
        }
        let mut shown = name.to_owned();
        for arg in args {
            shown.push(' ');
            shown.push_str(&arg.as_ref().to_string_lossy());
            command.arg(arg);
        }
        Self { shown, command }
    }

    /// With `key` set in the program's environment.
    pub(crate) fn env(mut self, key: &str, value: &str) -> Self {
        self.command.env(key, value);
        self
    }

    /// Without `key` in the program's environment.
    pub(crate) fn without_env(mut self, key: &str) -> Self {
        self.command.env_remove(key);
        self
    }

    /// Runs it with our input and output.
    pub(crate) fn run(mut self) -> Result<()> {
        let status = self.command.status().map_err(|source| self.start_error(source))?;
        if status.success() {
            return Ok(());
        }
        Err(Error::Failed { command: self.shown, status, stderr: String::new() })
    }

    /// Runs it with our output and also hands every line of its standard error to `see`.
    pub(crate) fn run_seeing(mut self, mut see: impl FnMut(&str)) -> Result<()> {
        self.command.stderr(Stdio::piped());
        let mut child = self.command.spawn().map_err(|source| self.start_error(source))?;
        if let Some(stderr) = child.stderr.take() {
            for line in BufReader::new(stderr).split(b'\n') {
                let Ok(line) = line else { break };
                let mut ours = io::stderr().lock();
                let _ = ours.write_all(&line).and_then(|()| ours.write_all(b"\n"));
                see(&String::from_utf8_lossy(&line));
            }
        }
        let status = child.wait().map_err(|source| self.start_error(source))?;
        if status.success() {
            return Ok(());
        }
        Err(Error::Failed { command: self.shown, status, stderr: String::new() })
    }

    /// Starts it without input; what it prints goes to the file `log`.
    pub(crate) fn start(mut self, log: &Path) -> Result<Running> {
        let read = |source| Error::Read { path: log.to_owned(), source };
        let output = File::create(log).map_err(read)?;
        let errors = output.try_clone().map_err(read)?;
        self.command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let child = self.command.spawn().map_err(|source| self.start_error(source))?;
        Ok(Running { shown: self.shown, child })
    }

    /// Runs it silently and returns its standard output.
    pub(crate) fn output(mut self) -> Result<String> {
        let output = self.command.output().map_err(|source| self.start_error(source))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Error::Failed { command: self.shown, status: output.status, stderr })
    }

    fn start_error(&self, source: io::Error) -> Error {
        Error::Start { command: self.shown.clone(), source }
    }
}

// === impl Running ===

impl Running {
    /// Waits for its end: whether it succeeded.
    pub(crate) fn wait(mut self) -> Result<bool> {
        let status = self.child.wait().map_err(|source| Error::Start { command: self.shown, source })?;
        Ok(status.success())
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}
