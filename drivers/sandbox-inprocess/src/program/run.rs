//! One program from its start to its end.

use std::{
    io,
    os::{
        fd::OwnedFd,
        unix::process::{CommandExt, ExitStatusExt},
    },
    pin::pin,
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
};

use nebula_ports::{
    clock::Clock,
    host::{ProgramCall, ProgramOutput, ProgramStatus},
    model::{Failure, FailureKind},
};
use tokio::{sync::oneshot, task};
use tokio_util::sync::CancellationToken;

use super::{
    checks,
    find::Programs,
    folder::Folder,
    group::{EndOnDrop, Group, Running},
    pipes::{self, Output, TooMuch},
};
use crate::permit::Permit;

/// All that a program is run with.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) programs: &'a Arc<Programs>,
    pub(crate) permit: &'a Arc<Permit>,
    pub(crate) running: &'a Arc<Running>,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) cancel: &'a CancellationToken,
}

/// A program that runs.
struct Started {
    pipes: [Option<OwnedFd>; 3],
    end: EndOnDrop,
}

/// What the thread that waits for the program will tell.
type Told<T> = oneshot::Receiver<Result<T, Failure>>;

pub(crate) async fn run(with: Run<'_>, call: ProgramCall) -> Result<ProgramOutput, Failure> {
    checks::check(&call)?;
    let mut timeout = call.timeout.map(|timeout| with.clock.sleep_until(with.clock.now().plus(timeout)));
    let (limit, name, input) = (call.max_output_bytes, call.program.clone(), call.stdin.clone());
    let (started, mut ended) = begin(&with, call);
    let Started { pipes: [stdin, stdout, stderr], end } = started.await.unwrap_or_else(|_| Err(lost(&name)))?;
    let unread = |error: io::Error| not_started(&name, &error);
    let mut stdout = Output::new(stdout, limit).map_err(unread)?;
    let mut stderr = Output::new(stderr, limit).map_err(unread)?;
    let mut feed = pin!(pipes::feed(stdin, input));
    let mut is_fed = false;
    let mut is_cancelled = false;
    let too_much = |_: TooMuch| {
        let message = format!("`{name}` has written more than {limit} bytes");
        Failure::new(FailureKind::Permanent, "exec.output_too_large", message)
            .with_help("accept more, or let it write to a file")
    };
    // Whatever leaves this function ends the program.
    let status = loop {
        tokio::select! {
            status = &mut ended => break status.unwrap_or_else(|_| Err(lost(&name)))?,
            more = stdout.more(), if stdout.is_open() => more.map_err(too_much)?,
            more = stderr.more(), if stderr.is_open() => more.map_err(too_much)?,
            () = &mut feed, if !is_fed => is_fed = true,
            () = with.cancel.cancelled(), if !is_cancelled => {
                is_cancelled = true;
                end.0.terminate();
            }
            () = async { if let Some(timeout) = &mut timeout { timeout.await } }, if timeout.is_some() => {
                let message = format!("`{name}` has not ended in the time that it was given");
                return Err(Failure::new(FailureKind::Timeout, "exec.timeout", message));
            }
        }
    };
    if is_cancelled {
        let message = format!("`{name}` was ended, as the run is being cancelled");
        return Err(Failure::new(FailureKind::Cancelled, "exec.cancelled", message));
    }
    Ok(ProgramOutput {
        status: ended_as(status),
        stdout: stdout.rest().map_err(too_much)?,
        stderr: stderr.rest().map_err(too_much)?,
    })
}

/// Starts the program on a thread of its own, which waits for it; so it is reaped also when nobody waits here any more.
fn begin(with: &Run<'_>, call: ProgramCall) -> (Told<Started>, Told<ExitStatus>) {
    let (tell_start, started) = oneshot::channel();
    let (tell_end, ended) = oneshot::channel();
    let (programs, permit, running) = (with.programs.clone(), with.permit.clone(), with.running.clone());
    drop(task::spawn_blocking(move || {
        let name = call.program.clone();
        let mut child = match start(&programs, &permit, call) {
            Ok(child) => child,
            Err(failure) => {
                let _ = tell_start.send(Err(failure));
                return;
            }
        };
        let group = Arc::new(Group::of(&child));
        running.add(&group);
        let start = Started { pipes: pipes::take(&mut child), end: EndOnDrop(Arc::clone(&group)) };
        // When nobody takes it, it is dropped here, and ends the program.
        drop(tell_start.send(Ok(start)));
        let status = group.wait(&mut child);
        let _ = tell_end.send(status.map_err(|error| not_started(&name, &error)));
    }));
    (started, ended)
}

fn start(programs: &Programs, permit: &Permit, call: ProgramCall) -> Result<Child, Failure> {
    let found = programs.locate(permit, &call.program)?;
    let folder = Folder::find(permit, call.folder.as_deref())?;
    let mut command = Command::new(&found.file);
    command
        .arg0(&found.name)
        .args(&call.args)
        .env_clear()
        .envs(call.env)
        .current_dir(folder.path())
        .process_group(0)
        .stdin(if call.stdin.is_empty() { Stdio::null() } else { Stdio::piped() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // What this process has opened is not inherited anyway; what whoever started it has left open would be.
    close_fds::set_fds_cloexec_threadsafe(3, &[]);
    command.spawn().map_err(|error| not_started(&call.program, &error))
}

fn ended_as(status: ExitStatus) -> ProgramStatus {
    match (status.code(), status.signal()) {
        (Some(code), _) => ProgramStatus::Exited(code),
        (None, signal) => ProgramStatus::Signalled(signal.unwrap_or_default()),
    }
}

fn not_started(program: &str, error: &io::Error) -> Failure {
    let kind = match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory | io::ErrorKind::Interrupted => FailureKind::Transient,
        _ => FailureKind::Permanent,
    };
    Failure::new(kind, "exec.not_started", format!("`{program}` cannot be started: {error}")).before_effect()
}

/// The thread that waits is gone: the process is ending.
fn lost(program: &str) -> Failure {
    Failure::new(FailureKind::Transient, "exec.lost", format!("`{program}` was lost sight of"))
}
