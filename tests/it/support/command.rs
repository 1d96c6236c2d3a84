//! The real command, in a folder of its own.

use std::{
    ffi::OsStr,
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A folder that ends with the test, where the command is called.
#[derive(Debug)]
pub(crate) struct Place {
    folder: TempDir,
}

/// What the command left.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

// === impl Place ===

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Without links in it.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// The data folder that commands use here.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.file(".nebula")
    }

    /// Runs the command to its end.
    pub(crate) fn nebula<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Output {
        Output::of(self.start_nebula(arguments))
    }

    /// Starts the command.
    pub(crate) fn start_nebula<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Child {
        self.start(Path::new(env!("CARGO_BIN_EXE_nebula-under-test")), arguments)
    }

    /// Starts a program here.
    pub(crate) fn start<S: AsRef<OsStr>>(&self, program: &Path, arguments: impl IntoIterator<Item = S>) -> Child {
        self.command(program, arguments).stdin(Stdio::null()).spawn().unwrap()
    }

    /// Starts a program here, which reads this text.
    pub(crate) fn start_with_input<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
        input: &str,
    ) -> Child {
        let mut child = self.command(program, arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child
    }

    fn command<S: AsRef<OsStr>>(&self, program: &Path, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path()).env("NO_COLOR", "1").env_remove("NEBULA_DATA_DIR");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

// === impl Output ===

impl Output {
    /// Reads all that a process says, and waits for its end.
    pub(crate) fn of(mut child: Child) -> Self {
        let mut stderr = child.stderr.take().unwrap();
        let said = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).map(|_| text)
        });
        let mut stdout = String::new();
        child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        let code = child.wait().unwrap().code();
        Self { code, stdout, stderr: said.join().unwrap().unwrap() }
    }

    /// Fails the test unless the command ended so.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Fails the test unless standard error has each of these.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "no `{part}` in standard error\n{self}");
        }
        self
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{self}"))
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { code, stdout, stderr } = self;
        write!(f, "exit {code:?}\n--- standard output\n{stdout}\n--- standard error\n{stderr}")
    }
}
