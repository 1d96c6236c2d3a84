//! A server of this process: made, started, crashed, ended.

use std::{
    fmt, fs,
    io::Write as _,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{Absent, programs::Programs};

/// Starts the server and waits for the end of its input, which comes at the latest with the end of our process; then ends
/// the server, by its id, and removes its folder unless it was told to keep it.
const WATCH: &str = r#"
"$1" -D "$2/data" -c port="$3" -c fsync="$4" -c synchronous_commit=on -c full_page_writes="$4" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c shared_buffers=64MB \
    -c max_wal_size=256MB -c log_min_messages=warning -c autovacuum_naptime=10s </dev/null >>"$2/log" 2>&1 &
server=$!
read -r word
kill -INT "$server" 2>/dev/null
wait "$server"
[ "$word" = keep ] || rm -rf "$2"
"#;

/// How many ports are tried: between finding a free one and using it somebody else may take it.
const PORTS: usize = 3;

/// How often a server that starts is asked whether it is there, and how long to wait in between.
const ASKED: u32 = 600;
const BETWEEN: Duration = Duration::from_millis(50);
/// After how many questions it must have said that it is there at all; it takes that back when it gives up.
const MADE: u32 = 100;

/// What survives a crash of the machine. Of the server, everything survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing has to: for tests.
    None,
    /// What was acknowledged: for benchmarks.
    Full,
}

/// A server that ends when this is dropped, or the process ends.
pub struct Server {
    programs: Programs,
    folder: PathBuf,
    port: u16,
    durability: Durability,
    watch: Mutex<Option<Child>>,
}

// === impl Server ===

impl Server {
    /// Makes a server with one database, `postgres`, and one user, `nebula`, who needs no password.
    ///
    /// # Errors
    /// [`Absent`], with what did not work.
    pub fn start(durability: Durability) -> Result<Self, Absent> {
        let failed = |what: &str, error: std::io::Error| Absent(format!("{what}: {error}"));
        let programs = Programs::find()?;
        let folder = tempfile::Builder::new().prefix("nebula-postgres-").tempdir();
        let folder = folder.map_err(|error| failed("there is no folder for PostgreSQL", error))?;
        programs.hand_over(folder.path()).map_err(|error| failed("the folder cannot be handed over", error))?;
        let mut initdb = programs.command("initdb");
        let initdb = initdb.arg("-D").arg(folder.path().join("data"));
        let initdb = initdb.args(["-A", "trust", "-U", "nebula", "-E", "UTF8", "--no-locale", "--no-sync"]).output();
        let initdb = initdb.map_err(|error| failed("initdb does not run", error))?;
        if !initdb.status.success() {
            return Err(Absent(format!("initdb has failed: {}", String::from_utf8_lossy(&initdb.stderr))));
        }
        // From here on the script removes it.
        let folder = folder.keep();
        let mut server = Self { programs, folder, port: 0, durability, watch: Mutex::default() };
        let mut started = Ok(());
        for _ in 0..PORTS {
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
            server.port = port.map_err(|error| failed("there is no free port", error))?.port();
            started = server.resume();
            if started.is_ok() {
                break;
            }
            // Somebody else was faster, perhaps.
            server.crash();
        }
        started.map(|()| server)
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://nebula@127.0.0.1:{}/postgres", self.port)
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Ends it in the middle of whatever it does, as `pg_ctl stop -m immediate` does: the next start has to recover.
    pub fn crash(&self) {
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut running) = watch.take() else { return };
        if let Some(id) = self.process() {
            let _ = Command::new("kill").args(["-QUIT", &id]).status();
        }
        if let Some(mut input) = running.stdin.take() {
            let _ = input.write_all(b"keep\n");
        }
        let _ = running.wait();
    }

    /// Kills it (SIGKILL) with all its processes, as a machine that runs out of memory may: the next start has to recover.
    pub fn kill(&self) {
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut running) = watch.take() else { return };
        if let Some(id) = self.process() {
            // The first one, lest it starts others; none that is left would let the next one have the data.
            let ids = std::iter::once(id.clone()).chain(children(&id));
            let _ = Command::new("kill").arg("-KILL").args(ids).status();
        }
        if let Some(mut input) = running.stdin.take() {
            let _ = input.write_all(b"keep\n");
        }
        let _ = running.wait();
    }

    /// Starts it again on the same data and port, and waits until it answers.
    ///
    /// # Errors
    /// [`Absent`], with the end of its log.
    pub fn resume(&self) -> Result<(), Absent> {
        let before = self.process();
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let fsync = if self.durability == Durability::Full { "on" } else { "off" };
        let mut command = self.programs.as_user(Path::new("/bin/sh"));
        command.args(["-c", WATCH, "postgres"]).arg(self.programs.path("postgres")).arg(&self.folder);
        command.args([&self.port.to_string(), fsync]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = command.spawn().map_err(|error| Absent(format!("the server does not start: {error}")))?;
        *watch = Some(started);
        drop(watch);
        for asked in 0..ASKED {
            // Not by its port: that may be another server's.
            match self.status() {
                Some((process, true)) if Some(&process) != before.as_ref() => return Ok(()),
                Some((process, false)) if Some(&process) != before.as_ref() => {}
                _ if asked > MADE => break,
                _ => {}
            }
            #[expect(clippy::disallowed_methods, reason = "a server cannot be asked to tell when it is ready")]
            std::thread::sleep(BETWEEN);
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let end: Vec<&str> = log.lines().rev().take(5).collect();
        Err(Absent(format!("the server does not answer; the end of its log, last line first: {end:?}")))
    }

    /// Makes it speak TLS too, with a certificate for 127.0.0.1 that it has signed itself; gives the certificate's file.
    ///
    /// # Errors
    /// [`Absent`] where there is no `openssl`, which Debian installs with PostgreSQL.
    pub fn speak_tls(&self) -> Result<PathBuf, Absent> {
        let (key, certificate) = (self.folder.join("data/server.key"), self.folder.join("data/server.crt"));
        let mut openssl = self.programs.as_user(Path::new("openssl"));
        openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]);
        openssl.args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"]);
        openssl.arg("-keyout").arg(&key).arg("-out").arg(&certificate);
        let made = openssl.output().map_err(|error| Absent(format!("openssl does not run: {error}")))?;
        if !made.status.success() {
            return Err(Absent(format!("openssl has failed: {}", String::from_utf8_lossy(&made.stderr))));
        }
        let settings = self.folder.join("data/postgresql.auto.conf");
        let written = fs::read_to_string(&settings).and_then(|text| fs::write(&settings, text + "ssl = on\n"));
        written.map_err(|error| Absent(format!("the server's settings cannot be written: {error}")))?;
        self.crash();
        self.resume()?;
        Ok(certificate)
    }

    /// Its first process, if there is one that has not ended in good order.
    fn process(&self) -> Option<String> {
        self.status().map(|(process, _)| process)
    }

    /// Its first process, and whether it takes connections.
    fn status(&self) -> Option<(String, bool)> {
        let text = fs::read_to_string(self.folder.join("data/postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let process = lines.next()?.to_owned();
        Some((process, lines.nth(6).is_some_and(|word| word.trim() == "ready")))
    }
}

/// The processes that this one has started and that have not ended.
fn children(id: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().into_string().ok());
    ids.filter(|child| {
        let stat = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        // The name may contain anything; behind it come the state and the parent.
        stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)) == Some(id)
    })
    .collect()
}

impl Drop for Server {
    fn drop(&mut self) {
        let watch = self.watch.get_mut().unwrap_or_else(PoisonError::into_inner);
        match watch.take() {
            Some(mut running) => {
                // The end of its input.
                drop(running.stdin.take());
                let _ = running.wait();
            }
            None => drop(fs::remove_dir_all(&self.folder)),
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("port", &self.port).finish_non_exhaustive()
    }
}
