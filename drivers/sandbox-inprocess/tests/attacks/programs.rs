//! Attacks by programs: other programs than those granted, what they inherit, and what they leave behind.

use std::{
    fs,
    io::Read,
    os::{
        fd::AsRawFd,
        unix::fs::{PermissionsExt, symlink},
    },
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use nebula_ports::{
    action::{ActionOutput, CallContext},
    host::{Host, ProgramCall, ProgramOutput, ProgramStatus},
    model::{Failure, FailureKind},
    sandbox::SandboxRunner,
};
use serde_json::json;
use tempfile::TempDir;
use tokio::task;

use crate::world::{Probe, World, call};

fn sh(script: impl Into<String>) -> ProgramCall {
    ProgramCall { args: vec!["-c".into(), script.into()], ..program("sh") }
}

pub(crate) fn program(name: &str) -> ProgramCall {
    ProgramCall {
        program: name.into(),
        args: Vec::new(),
        env: Vec::new(),
        folder: None,
        stdin: Bytes::new(),
        timeout: None,
        max_output_bytes: 1 << 20,
    }
}

async fn exec(grants: &[&str], call: ProgramCall) -> Result<ProgramOutput, Failure> {
    World::new().attempt(grants, move |host| async move { host.exec(call).await }).await
}

fn text(output: &ProgramOutput) -> &str {
    std::str::from_utf8(&output.stdout).unwrap().trim_end()
}

fn assert_denied<T: std::fmt::Debug>(result: Result<T, Failure>) -> Failure {
    let failure = result.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, "capability.exec"), "{failure}");
    failure
}

/// A pipe with a name: whoever has opened it for writing is seen to be alive, and seen to end.
struct Witness {
    folder: TempDir,
}

impl Witness {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let made = std::process::Command::new("mkfifo").arg(folder.path().join("alive")).status().unwrap();
        assert!(made.success());
        Self { folder }
    }

    /// A script that says that it lives, and runs another one, which outlives it if nobody ends it.
    fn script(&self, then: &str) -> String {
        format!("exec 9>{}; sleep 1000 & echo ready >&9; {then}", self.folder.path().join("alive").display())
    }

    /// Reads as soon as somebody lives; the end of the reading is the end of all of them.
    async fn open(&self) -> fs::File {
        let path = self.folder.path().join("alive");
        task::spawn_blocking(move || {
            let mut file = fs::File::open(path).unwrap();
            let mut word = [0; 6];
            file.read_exact(&mut word).unwrap();
            assert_eq!(&word, b"ready\n");
            file
        })
        .await
        .unwrap()
    }
}

/// Returns when nobody has the pipe open any more.
async fn all_ended(mut file: fs::File) {
    let rest = task::spawn_blocking(move || file.read(&mut [0; 1]).unwrap()).await.unwrap();
    assert_eq!(rest, 0);
}

#[tokio::test]
async fn a_granted_program_gets_what_it_is_given_and_its_ends_come_back() {
    let call = ProgramCall {
        env: vec![("GREETING".into(), "hello".into())],
        stdin: Bytes::from_static(b"from outside"),
        ..sh("cat; echo \" $GREETING\"; echo oh >&2; exit 3")
    };
    let output = exec(&["exec:sh"], call).await.unwrap();
    assert_eq!(output.status, ProgramStatus::Exited(3));
    assert_eq!((text(&output), &output.stderr[..]), ("from outside hello", &b"oh\n"[..]));
    let output = exec(&["exec:sh"], sh("kill -9 $$")).await.unwrap();
    assert_eq!(output.status, ProgramStatus::Signalled(9));
}

#[tokio::test]
async fn arguments_are_no_script() {
    let call = ProgramCall { args: vec!["$HOME; `id`".into(), "a b".into(), "*".into()], ..program("echo") };
    assert_eq!(text(&exec(&["exec:echo"], call).await.unwrap()), "$HOME; `id` a b *");
}

#[tokio::test]
async fn what_is_not_granted_is_denied_with_its_grant() {
    for (granted, wanted) in [
        ("exec:echo", "sh"),
        ("exec:sh", "/bin/sh"),
        ("exec:/bin/sh", "/usr/bin/sh"),
        ("exec:/bin/sh", "bash"),
        ("exec:/bin/sh", "h"),
        ("fs_read:/", "sh"),
    ] {
        let failure = assert_denied(exec(&[granted], program(wanted)).await);
        assert_eq!(failure.help, Some(format!("--grant exec:{wanted}")), "{granted}");
        assert!(failure.before_effect);
    }
}

#[tokio::test]
async fn paths_that_lead_somewhere_are_no_programs() {
    for wanted in ["", ".", "..", "./sh", "bin/sh", "/bin/../bin/sh", "/bin//sh", "/bin/./sh", "/bin/sh/", "s\0h"] {
        let failure = exec(&["exec:sh", "exec:/bin/sh"], program(wanted)).await.unwrap_err();
        assert_eq!(failure.code, "exec.invalid_program", "{wanted}");
    }
}

#[tokio::test]
async fn a_granted_path_says_where_the_program_of_a_name_is() {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("echo");
    fs::write(&own, "#!/bin/sh\necho mine\n").unwrap();
    fs::set_permissions(&own, fs::Permissions::from_mode(0o755)).unwrap();
    let grant = format!("exec:{}", own.display());
    assert_eq!(text(&exec(&[&grant], program("echo")).await.unwrap()), "mine");
    assert_denied(exec(&[&grant], program("/bin/echo")).await);
}

#[tokio::test]
async fn the_environment_of_the_call_does_not_decide_which_program_runs() {
    let folder = TempDir::new().unwrap();
    let evil = folder.path().join("echo");
    fs::write(&evil, "#!/bin/sh\necho evil\n").unwrap();
    fs::set_permissions(&evil, fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    let call = ProgramCall { env: vec![("PATH".into(), path)], args: vec!["good".into()], ..program("echo") };
    assert_eq!(text(&exec(&["exec:echo"], call).await.unwrap()), "good");
}

#[tokio::test]
async fn a_link_to_a_granted_program_is_another_program() {
    let folder = TempDir::new().unwrap();
    let link = folder.path().join("rm");
    symlink("/bin/sh", &link).unwrap();
    assert_denied(exec(&["exec:/bin/sh"], program(link.to_str().unwrap())).await);
    // A program of many names is told the one that was granted.
    let grant = format!("exec:{}", link.display());
    let output = exec(&[&grant], ProgramCall { program: "rm".into(), ..sh("echo $0") }).await.unwrap();
    assert_eq!(text(&output), link.to_str().unwrap());
}

#[tokio::test]
async fn a_program_that_the_action_may_write_is_not_run() {
    let (work, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let own = work.path().join("tool");
    fs::write(&own, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&own, fs::Permissions::from_mode(0o755)).unwrap();
    let link = elsewhere.path().join("tool");
    symlink(&own, &link).unwrap();
    let back = work.path().join("back");
    symlink("/bin/sh", &back).unwrap();
    let write = format!("fs_write:{}", work.path().display());
    let file = format!("fs_write:{}", own.display());
    for (path, write) in [(&own, &write), (&link, &write), (&back, &write), (&own, &file)] {
        let path = path.to_str().unwrap();
        let failure = assert_denied(exec(&[&format!("exec:{path}"), write], program(path)).await);
        assert!(failure.message.contains("may write"), "{path}: {failure}");
    }
}

#[tokio::test]
async fn variables_that_load_other_code_are_denied() {
    for name in ["LD_PRELOAD", "LD_LIBRARY_PATH", "ld_audit", "DYLD_INSERT_LIBRARIES"] {
        let call = ProgramCall { env: vec![(name.into(), "/tmp/evil.so".into())], ..sh("true") };
        assert_denied(exec(&["exec:sh"], call).await);
    }
    for (name, value) in [("", "x"), ("A=B", "x"), ("A\0", "x"), ("A", "\0")] {
        let call = ProgramCall { env: vec![(name.into(), value.into())], ..sh("true") };
        assert_eq!(exec(&["exec:sh"], call).await.unwrap_err().code, "exec.invalid_call");
    }
    assert_eq!(exec(&["exec:sh"], sh("a\0b")).await.unwrap_err().code, "exec.invalid_call");
}

#[tokio::test]
async fn nothing_of_the_environment_is_inherited() {
    let call = ProgramCall { env: vec![("ONE".into(), "1".into())], ..program("env") };
    assert_eq!(text(&exec(&["exec:env"], call).await.unwrap()), "ONE=1");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn no_descriptor_is_inherited_not_even_one_that_was_left_open_for_it() {
    let file = tempfile::tempfile().unwrap();
    rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty()).unwrap();
    let script = format!("[ -e /proc/self/fd/{} ] && echo leaked; echo checked", file.as_raw_fd());
    assert_eq!(text(&exec(&["exec:sh"], sh(script)).await.unwrap()), "checked");
}

#[tokio::test]
async fn it_works_in_the_root_or_in_a_granted_folder() {
    assert_eq!(text(&exec(&["exec:sh"], sh("pwd -P")).await.unwrap()), "/");
    let root = TempDir::new().unwrap();
    let inside = root.path().canonicalize().unwrap().join("inside");
    let outside = root.path().canonicalize().unwrap().join("outside");
    fs::create_dir_all(inside.join("sub")).unwrap();
    fs::create_dir(&outside).unwrap();
    symlink(&outside, inside.join("out")).unwrap();
    let at = |folder: &Path, grant: String| {
        let call = ProgramCall { folder: Some(folder.to_str().unwrap().into()), ..sh("pwd -P") };
        async move { exec(&["exec:sh", &grant], call).await }
    };
    let (read, write) = (format!("fs_read:{}", inside.display()), format!("fs_write:{}", inside.display()));
    for grant in [&read, &write] {
        let output = at(&inside.join("sub"), grant.clone()).await.unwrap();
        assert_eq!(text(&output), inside.join("sub").to_str().unwrap());
    }
    for folder in [&outside, &inside.join("out"), &inside.join("../outside"), Path::new("/")] {
        let failure = at(folder, read.clone()).await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, "capability.fs_read"), "{folder:?}");
        assert!(failure.before_effect);
    }
    let relative = ProgramCall { folder: Some("sub".into()), ..sh("pwd -P") };
    let base = inside.to_str().unwrap().to_owned();
    let run = move |host: Arc<dyn Host>| async move { host.exec(relative).await };
    let output = World::new().attempt_from(Some(&base), &["exec:sh", "fs_read:."], run).await.unwrap();
    assert_eq!(text(&output), inside.join("sub").to_str().unwrap());
}

#[tokio::test]
async fn who_writes_without_end_is_ended() {
    let witness = Witness::new();
    let call = ProgramCall { max_output_bytes: 100_000, ..sh(witness.script("yes")) };
    let (result, alive) = tokio::join!(exec(&["exec:sh"], call), witness.open());
    let failure = result.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Permanent, "exec.output_too_large"));
    all_ended(alive).await;
}

#[tokio::test]
async fn who_takes_too_long_is_ended() {
    let (world, witness) = (World::new(), Witness::new());
    let call = ProgramCall { timeout: Some(Duration::from_secs(60)), ..sh(witness.script("wait")) };
    let clock = world.clock.clone();
    let run = world.attempt(&["exec:sh"], move |host| async move { host.exec(call).await });
    let (result, alive) = tokio::join!(run, async {
        let alive = witness.open().await;
        clock.advance(Duration::from_secs(61));
        alive
    });
    assert_eq!(result.unwrap_err().kind, FailureKind::Timeout);
    all_ended(alive).await;
}

#[tokio::test]
async fn who_is_dropped_is_ended_with_all_that_it_has_started() {
    let (world, witness) = (World::new(), Witness::new());
    let alive = {
        let call = sh(witness.script("trap '' TERM; wait"));
        let run = world.attempt(&["exec:sh"], move |host| async move { host.exec(call).await });
        tokio::select! {
            _ = run => unreachable!("it does not end"),
            alive = witness.open() => alive,
        }
    };
    all_ended(alive).await;
}

#[tokio::test]
async fn what_a_program_leaves_in_the_background_ends_with_it() {
    let witness = Witness::new();
    let (output, alive) = tokio::join!(exec(&["exec:sh"], sh(witness.script("echo done"))), witness.open());
    assert_eq!(text(&output.unwrap()), "done");
    all_ended(alive).await;
}

#[tokio::test]
async fn who_runs_on_after_its_attempt_is_ended() {
    let (world, witness) = (World::new(), Witness::new());
    let call = sh(witness.script("wait"));
    let alive = world
        .attempt(&["exec:sh"], move |host| async move {
            let left = tokio::spawn(async move { host.exec(call).await });
            let alive = witness.open().await;
            drop(left);
            alive
        })
        .await;
    all_ended(alive).await;
}

#[tokio::test]
async fn a_cancelled_run_asks_its_programs_to_end() {
    let (world, witness) = (World::new(), Witness::new());
    let attempt = call(None, &["exec:sh"]);
    let cancel = attempt.cancel.clone();
    let script = sh(witness.script("wait"));
    let end: Arc<Mutex<Option<Failure>>> = Arc::default();
    let out = end.clone();
    let action = Probe::action(move |context: CallContext| {
        let (script, out) = (script.clone(), out.clone());
        async move {
            *out.lock().unwrap() = context.host.exec(script).await.err();
            Ok(ActionOutput::Done(json!(null)))
        }
    });
    let (done, alive) = tokio::join!(world.sandbox.run(&action, attempt), async {
        let alive = witness.open().await;
        cancel.cancel();
        alive
    });
    done.unwrap();
    let failure = end.lock().unwrap().take().unwrap();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Cancelled, "exec.cancelled"));
    all_ended(alive).await;
}

#[tokio::test]
async fn who_leaves_the_group_is_not_waited_for() {
    // It holds the program's output open for longer than the test waits.
    let output = exec(&["exec:sh"], sh("setsid sleep 10 & echo here")).await.unwrap();
    assert_eq!(text(&output), "here");
}

#[tokio::test]
async fn large_inputs_and_outputs_pass_at_the_same_time() {
    let input = vec![b'x'; 700_000];
    let call = ProgramCall { stdin: input.clone().into(), ..program("cat") };
    assert_eq!(exec(&["exec:cat"], call).await.unwrap().stdout, input);
    // One that does not read its input ends nobody.
    let call = ProgramCall { stdin: input.into(), ..sh("echo ready") };
    assert_eq!(text(&exec(&["exec:sh"], call).await.unwrap()), "ready");
}
