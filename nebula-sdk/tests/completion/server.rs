//! rust-analyzer of the toolchain that compiles the tests, and messages to and from it.

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use nebula_sdk::{Value, reexports::serde_json};

/// Nothing at all is heard from a server that is stuck. One that builds the macros on a busy machine is silent for less.
const SILENCE: Duration = Duration::from_mins(5);

/// A server that ends with its value.
pub(super) struct Server {
    child: Child,
    input: ChildStdin,
    output: Receiver<Value>,
}

// === impl Server ===

impl Server {
    pub(super) fn start(folder: &Path) -> Self {
        let program = program();
        let mut command = Command::new(&program);
        // As in an editor: the settings of the Cargo that runs the tests are not for the crate that is edited.
        for (key, _) in env::vars_os() {
            let name = key.to_string_lossy();
            let cargo = name.starts_with("CARGO") && name != "CARGO_HOME";
            if cargo || name.starts_with("RUSTC") || name == "RUSTFLAGS" || name == "RUSTDOCFLAGS" {
                command.env_remove(&key);
            }
        }
        // Shared with other tests that check crates of users: what all depend on is built once.
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("user_crates"));
        command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("{} does not start: {error}\nrustup component add rust-analyzer rust-src", program.display())
        });
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            while let Ok(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self { child, input, output: receiver }
    }

    pub(super) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    /// None when it is silent, or has ended.
    pub(super) fn receive(&self) -> Option<Value> {
        self.output.recv_timeout(SILENCE).ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has been asked to end, or the test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Beside the compiler, so that no other version answers.
fn program() -> PathBuf {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output().unwrap();
    let sysroot = String::from_utf8(output.stdout).unwrap();
    Path::new(sysroot.trim()).join("bin").join(format!("rust-analyzer{}", env::consts::EXE_SUFFIX))
}

/// One message: headers, an empty line, and as much JSON as the headers say.
fn read(from: &mut impl BufRead) -> io::Result<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end() {
            "" => break,
            header => length = header.strip_prefix("Content-Length: ").or(length.as_deref()).map(str::to_owned),
        }
    }
    let length = length.and_then(|length| length.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    let mut text = vec![0; length];
    from.read_exact(&mut text)?;
    Ok(serde_json::from_slice(&text)?)
}
