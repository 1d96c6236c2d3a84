//! Calls the `nebula` binary in a folder of its own.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A folder in which the command is called.
pub(crate) struct Folder {
    dir: TempDir,
}

/// What a call left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A call that still runs.
pub(crate) struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    seen: String,
}

// === impl Folder ===

impl Folder {
    pub(crate) fn new() -> Self {
        Self { dir: TempDir::new().unwrap() }
    }

    /// With this workflow in `flow.yaml`.
    pub(crate) fn with_flow(text: &str) -> Self {
        let folder = Self::new();
        folder.write("flow.yaml", text);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Whether nothing was made where runs are kept.
    pub(crate) fn is_untouched(&self) -> bool {
        !self.path(".nebula").exists()
    }

    /// Calls the command to its end, with nothing on standard input.
    pub(crate) fn call(&self, arguments: &[&str]) -> Outcome {
        self.call_with(arguments, "")
    }

    /// Calls the command to its end.
    pub(crate) fn call_with(&self, arguments: &[&str], stdin: &str) -> Outcome {
        self.call_with_bytes(arguments, stdin.as_bytes())
    }

    /// As [`call_with`](Self::call_with), with bytes that may be no text. They are written while the output is read: a
    /// command that answers line by line would wait for its reader otherwise.
    pub(crate) fn call_with_bytes(&self, arguments: &[&str], stdin: &[u8]) -> Outcome {
        let mut child = command(self.dir.path(), arguments).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            // A command that does not read closes the pipe.
            scope.spawn(move || pipe.write_all(stdin));
            child.wait_with_output().unwrap()
        });
        Outcome {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: self.without_place(&String::from_utf8(output.stderr).unwrap()),
        }
    }

    /// Calls the command and lets it run.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut child = command(self.dir.path(), arguments).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Running { child, stderr, seen: String::new() }
    }

    fn without_place(&self, text: &str) -> String {
        let real = fs::canonicalize(self.dir.path()).unwrap();
        text.replace(real.to_str().unwrap(), "FOLDER")
    }
}

fn command(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nebula"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("NEBULA_DATA_DIR")
        .env_remove("COLUMNS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

// === impl Outcome ===

impl Outcome {
    /// Asserts the exit code; shows what was printed when it is another.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Asserts that standard error has all of these.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "`{part}` is missing: {self:#?}");
        }
        self
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

// === impl Running ===

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Reads standard error until a line has this.
    #[track_caller]
    pub(crate) fn until(&mut self, part: &str) -> &mut Self {
        loop {
            let before = self.seen.len();
            let read = self.stderr.read_line(&mut self.seen).unwrap();
            assert!(read > 0, "`{part}` did not come: {}", self.seen);
            if self.seen[before..].contains(part) {
                return self;
            }
        }
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&mut self, name: &str) -> &mut Self {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
        self
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Outcome {
        drop(self.child.stdin.take());
        let mut stderr = std::mem::take(&mut self.seen);
        std::io::Read::read_to_string(&mut self.stderr, &mut stderr).unwrap();
        let output = self.child.wait_with_output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        Outcome { code: output.status.code().unwrap(), stdout, stderr }
    }
}
