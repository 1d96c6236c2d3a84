//! Attacks by path and link.

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use nebula_ports::{
    host::Host,
    model::{Failure, FailureKind},
};
use tempfile::TempDir;

use crate::world::World;

/// `inside/` is granted and holds `a.txt`; `outside/secret.txt` is not.
struct Folders {
    root: TempDir,
}

impl Folders {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        fs::create_dir(root.path().join("inside")).unwrap();
        fs::create_dir(root.path().join("outside")).unwrap();
        fs::write(root.path().join("inside/a.txt"), "granted").unwrap();
        fs::write(root.path().join("outside/secret.txt"), "secret").unwrap();
        Self { root }
    }

    fn path(&self, below: &str) -> String {
        self.root.path().canonicalize().unwrap().join(below).to_str().unwrap().to_owned()
    }

    fn grants(&self) -> Vec<String> {
        vec![format!("fs_read:{}", self.path("inside")), format!("fs_write:{}", self.path("inside"))]
    }

    /// Reads under the grants.
    async fn read(&self, path: &str) -> Result<String, Failure> {
        let (grants, path) = (self.grants(), path.to_owned());
        let grants: Vec<_> = grants.iter().map(String::as_str).collect();
        World::new().attempt(&grants, move |host| async move { read(host.as_ref(), &path).await }).await
    }

    /// Writes under the grants.
    async fn write(&self, path: &str, content: &'static str) -> Result<u64, Failure> {
        let (grants, path) = (self.grants(), path.to_owned());
        let grants: Vec<_> = grants.iter().map(String::as_str).collect();
        World::new().attempt(&grants, move |host| async move { write(host.as_ref(), &path, content).await }).await
    }

    /// All names inside, links not followed.
    fn names(&self, below: &str) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.path(below))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

async fn read(host: &dyn Host, path: &str) -> Result<String, Failure> {
    let all: Vec<Bytes> = host.read_file(path).await?.try_collect().await?;
    Ok(String::from_utf8(all.concat()).unwrap())
}

async fn write(host: &dyn Host, path: &str, content: &'static str) -> Result<u64, Failure> {
    host.write_file(path, stream::iter([Ok(Bytes::from_static(content.as_bytes()))]).boxed()).await
}

fn assert_denied<T: std::fmt::Debug>(result: Result<T, Failure>, code: &str) -> Failure {
    let failure = result.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, code), "{failure}");
    failure
}

#[tokio::test]
async fn files_inside_are_read_and_written() {
    let folders = Folders::new();
    assert_eq!(folders.read(&folders.path("inside/a.txt")).await.unwrap(), "granted");
    assert_eq!(folders.write(&folders.path("inside/b.txt"), "new").await.unwrap(), 3);
    assert_eq!(folders.write(&folders.path("inside/a.txt"), "changed").await.unwrap(), 7);
    assert_eq!(fs::read_to_string(folders.path("inside/b.txt")).unwrap(), "new");
    assert_eq!(fs::read_to_string(folders.path("inside/a.txt")).unwrap(), "changed");
    assert_eq!(folders.names("inside"), ["a.txt", "b.txt"]);
}

#[tokio::test]
async fn a_path_outside_is_denied_with_its_grant_whether_or_not_it_exists() {
    let folders = Folders::new();
    for below in ["outside/secret.txt", "outside/missing.txt", "nowhere/at/all", "inside2/a.txt", ""] {
        let path = folders.path(below);
        let failure = assert_denied(folders.read(&path).await, "capability.fs_read");
        assert_eq!(failure.help, Some(format!("--grant fs_read:{path}")));
        let failure = assert_denied(folders.write(&path, "x").await, "capability.fs_write");
        assert_eq!(failure.help, Some(format!("--grant fs_write:{path}")));
    }
    assert_eq!(folders.names(""), ["inside", "outside"]);
}

#[tokio::test]
async fn parent_folders_do_not_lead_out() {
    let folders = Folders::new();
    fs::create_dir(folders.path("inside/sub")).unwrap();
    for below in [
        "inside/../outside/secret.txt",
        "inside/sub/../../outside/secret.txt",
        "inside/./.././outside/secret.txt",
        "inside/missing/../../outside/secret.txt",
        "inside/../../../../../../../../etc/passwd",
    ] {
        assert_denied(folders.read(&folders.path(below)).await, "capability.fs_read");
        assert_denied(folders.write(&folders.path(below), "x").await, "capability.fs_write");
    }
    assert_eq!(folders.read(&folders.path("inside/sub/../a.txt")).await.unwrap(), "granted");
    assert_eq!(fs::read_to_string(folders.path("outside/secret.txt")).unwrap(), "secret");
}

#[tokio::test]
async fn a_link_that_leads_out_is_denied() {
    let folders = Folders::new();
    symlink(folders.path("outside/secret.txt"), folders.path("inside/file")).unwrap();
    symlink("../outside/secret.txt", folders.path("inside/relative")).unwrap();
    symlink(folders.path("outside"), folders.path("inside/folder")).unwrap();
    symlink("file", folders.path("inside/link-to-link")).unwrap();
    symlink("/proc/self/root/etc/passwd", folders.path("inside/magic")).unwrap();
    for below in ["file", "relative", "folder/secret.txt", "link-to-link", "magic"] {
        let path = folders.path(&format!("inside/{below}"));
        let failure = assert_denied(folders.read(&path).await, "capability.fs_read");
        assert!(failure.message.contains("leads to"), "{failure}");
        assert_denied(folders.write(&path, "x").await, "capability.fs_write");
    }
    assert_denied(folders.write(&folders.path("inside/folder/new.txt"), "x").await, "capability.fs_write");
    assert_denied(folders.write(&folders.path("inside/folder/new/deep.txt"), "x").await, "capability.fs_write");
    assert_eq!(folders.names("outside"), ["secret.txt"]);
    assert_eq!(fs::read_to_string(folders.path("outside/secret.txt")).unwrap(), "secret");
}

#[tokio::test]
async fn a_link_to_nowhere_is_replaced_and_not_followed() {
    let folders = Folders::new();
    symlink(folders.path("outside/new.txt"), folders.path("inside/dangling")).unwrap();
    folders.write(&folders.path("inside/dangling"), "x").await.unwrap();
    assert_eq!(folders.names("outside"), ["secret.txt"]);
    assert_eq!(fs::read_to_string(folders.path("inside/dangling")).unwrap(), "x");
}

#[tokio::test]
async fn a_link_that_stays_inside_is_followed() {
    let folders = Folders::new();
    symlink(folders.path("inside/a.txt"), folders.path("inside/link")).unwrap();
    assert_eq!(folders.read(&folders.path("inside/link")).await.unwrap(), "granted");
    folders.write(&folders.path("inside/link"), "through").await.unwrap();
    assert_eq!(fs::read_to_string(folders.path("inside/a.txt")).unwrap(), "through");
    // Into it through a link from outside, too: what counts is where it leads.
    symlink(folders.path("inside"), folders.path("alias")).unwrap();
    assert_eq!(folders.read(&folders.path("alias/a.txt")).await.unwrap(), "through");
}

#[tokio::test]
async fn a_granted_folder_may_be_a_link_itself() {
    let folders = Folders::new();
    symlink(folders.path("inside"), folders.path("data")).unwrap();
    let (grant, path) = (format!("fs_read:{}", folders.path("data")), folders.path("data/a.txt"));
    let text = World::new().attempt(&[&grant], move |host| async move { read(host.as_ref(), &path).await }).await;
    assert_eq!(text.unwrap(), "granted");
}

#[tokio::test]
async fn reading_is_not_writing() {
    let folders = Folders::new();
    let (grant, path) = (format!("fs_read:{}", folders.path("inside")), folders.path("inside/a.txt"));
    let result =
        World::new().attempt(&[&grant], move |host| async move { write(host.as_ref(), &path, "x").await }).await;
    assert_denied(result, "capability.fs_write");
    let (grant, path) = (format!("fs_write:{}", folders.path("inside")), folders.path("inside/a.txt"));
    let result = World::new().attempt(&[&grant], move |host| async move { read(host.as_ref(), &path).await }).await;
    assert_denied(result, "capability.fs_read");
}

#[tokio::test]
async fn a_grant_of_a_file_is_for_that_file_only() {
    let folders = Folders::new();
    let path = folders.path("inside/new/only.txt");
    fs::create_dir(folders.path("inside/new")).unwrap();
    let grants = [format!("fs_write:{path}"), format!("fs_read:{path}")];
    let grants: Vec<_> = grants.iter().map(String::as_str).collect();
    let beside = folders.path("inside/new/other.txt");
    World::new()
        .attempt(&grants, move |host| async move {
            write(host.as_ref(), &path, "one").await.unwrap();
            write(host.as_ref(), &path, "two").await.unwrap();
            assert_eq!(read(host.as_ref(), &path).await.unwrap(), "two");
            assert_denied(write(host.as_ref(), &beside, "x").await, "capability.fs_write");
        })
        .await;
    assert_eq!(folders.names("inside/new"), ["only.txt"]);
}

#[tokio::test]
async fn relative_paths_start_at_the_base_folder_and_are_refused_without_one() {
    let folders = Folders::new();
    let base = folders.path("inside");
    let world = World::new();
    world
        .attempt_from(Some(&base), &["fs_read:.", "fs_write:out"], move |host| async move {
            let host = host.as_ref();
            assert_eq!(read(host, "a.txt").await.unwrap(), "granted");
            assert_eq!(read(host, "./a.txt").await.unwrap(), "granted");
            assert_denied(read(host, "../outside/secret.txt").await, "capability.fs_read");
            assert_denied(write(host, "a.txt", "x").await, "capability.fs_write");
            write(host, "out/deep/er/b.txt", "made").await.unwrap();
            assert_eq!(read(host, "out/deep/er/b.txt").await.unwrap(), "made");
        })
        .await;
    let failure = folders.read("a.txt").await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Invalid, "file.relative_path"));
}

#[tokio::test]
async fn a_grant_with_parent_folders_grants_nothing() {
    let folders = Folders::new();
    let grant = format!("fs_read:{}", folders.path("inside/../outside"));
    let path = folders.path("outside/secret.txt");
    let result = World::new().attempt(&[&grant], move |host| async move { read(host.as_ref(), &path).await }).await;
    assert_denied(result, "capability.fs_read");
}

#[tokio::test]
async fn odd_paths_are_failures_and_not_panics() {
    let folders = Folders::new();
    assert_eq!(folders.read("").await.unwrap_err().code, "file.invalid_path");
    assert_eq!(folders.read("/a\0b").await.unwrap_err().code, "file.invalid_path");
    assert_eq!(folders.read(&folders.path("inside/missing")).await.unwrap_err().code, "file.not_found");
    assert_eq!(folders.read(&folders.path("inside")).await.unwrap_err().code, "file.is_folder");
    assert_eq!(folders.write(&folders.path("inside"), "x").await.unwrap_err().code, "file.is_folder");
    fs::create_dir(folders.path("inside/sub")).unwrap();
    assert_eq!(folders.write(&folders.path("inside/sub"), "x").await.unwrap_err().code, "file.is_folder");
    assert_eq!(folders.write(&folders.path("inside/a.txt/b"), "x").await.unwrap_err().kind, FailureKind::Permanent);
    let long = "x".repeat(300);
    assert_eq!(folders.read(&folders.path(&format!("inside/{long}"))).await.unwrap_err().kind, FailureKind::Permanent);
}

#[tokio::test]
async fn a_pipe_is_refused_and_does_not_hang() {
    let folders = Folders::new();
    let pipe = folders.path("inside/pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    assert_eq!(folders.read(&pipe).await.unwrap_err().code, "file.not_regular");
    assert_eq!(folders.write(&pipe, "x").await.unwrap_err().code, "file.not_regular");
}

#[tokio::test]
async fn a_failing_stream_leaves_the_old_file_and_no_draft() {
    let folders = Folders::new();
    let (grants, path) = (folders.grants(), folders.path("inside/a.txt"));
    let grants: Vec<_> = grants.iter().map(String::as_str).collect();
    let failure = World::new()
        .attempt(&grants, move |host| async move {
            let broken = [Ok(Bytes::from("half")), Err(Failure::new(FailureKind::Transient, "test.broken", "broken"))];
            host.write_file(&path, stream::iter(broken).boxed()).await
        })
        .await
        .unwrap_err();
    assert_eq!(failure.code, "test.broken");
    assert_eq!(fs::read_to_string(folders.path("inside/a.txt")).unwrap(), "granted");
    assert_eq!(folders.names("inside"), ["a.txt"]);
}

#[tokio::test]
async fn a_write_that_is_dropped_leaves_the_old_file_and_no_draft() {
    let folders = Folders::new();
    let (grants, path) = (folders.grants(), folders.path("inside/a.txt"));
    let grants: Vec<_> = grants.iter().map(String::as_str).collect();
    let reached = Arc::new(tokio::sync::Notify::new());
    let told = reached.clone();
    World::new()
        .attempt(&grants, move |host| async move {
            let content = stream::once(async { Ok(Bytes::from("half")) }).chain(stream::once(async move {
                told.notify_one();
                std::future::pending().await
            }));
            tokio::select! {
                _ = host.write_file(&path, content.boxed()) => unreachable!("the stream never ends"),
                () = reached.notified() => {}
            }
        })
        .await;
    assert_eq!(fs::read_to_string(folders.path("inside/a.txt")).unwrap(), "granted");
    assert_eq!(folders.names("inside"), ["a.txt"]);
}

#[tokio::test]
async fn an_overwritten_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folders = Folders::new();
    let path = folders.path("inside/a.txt");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    folders.write(&path, "x").await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_becomes_a_link_between_check_and_open_leads_nowhere_else() {
    let folders = Folders::new();
    fs::create_dir(folders.path("inside/real")).unwrap();
    fs::write(folders.path("inside/real/secret.txt"), "granted").unwrap();
    symlink(folders.path("outside"), folders.path("inside/evil")).unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let flipping = std::thread::spawn({
        let (stop, inside) = (stop.clone(), folders.path("inside"));
        move || {
            let inside = Path::new(&inside);
            while !stop.load(Ordering::Relaxed) {
                // `swap` is the folder, then the link that leads out, and so on.
                for name in ["real", "evil"] {
                    if fs::rename(inside.join(name), inside.join("swap")).is_ok() {
                        let _ = fs::rename(inside.join("swap"), inside.join(name));
                    } else {
                        // A write made a folder of that name in between.
                        let _ = fs::remove_dir_all(inside.join("swap"));
                    }
                }
            }
        }
    });
    let path = folders.path("inside/swap/secret.txt");
    for _ in 0..300 {
        if let Ok(text) = folders.read(&path).await {
            assert_eq!(text, "granted");
        }
        // Only the bytes matter: a write that is refused, or lands inside, is fine.
        let _ = folders.write(&path, "granted").await;
        assert_eq!(fs::read_to_string(folders.path("outside/secret.txt")).unwrap(), "secret");
    }
    stop.store(true, Ordering::Relaxed);
    flipping.join().unwrap();
    assert_eq!(folders.names("outside"), ["secret.txt"]);
}

#[tokio::test]
async fn a_large_file_comes_in_chunks() {
    let folders = Folders::new();
    fs::write(folders.path("inside/large"), vec![7_u8; 3 << 20]).unwrap();
    let (grants, path) = (folders.grants(), folders.path("inside/large"));
    let grants: Vec<_> = grants.iter().map(String::as_str).collect();
    let chunks: Vec<Bytes> = World::new()
        .attempt(&grants, move |host| async move { host.read_file(&path).await.unwrap().try_collect().await })
        .await
        .unwrap();
    assert!(chunks.iter().all(|chunk| chunk.len() <= 64 * 1024));
    assert_eq!(chunks.iter().map(Bytes::len).sum::<usize>(), 3 << 20);
}
