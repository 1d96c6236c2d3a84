//! Attempts: their ends, their panics, their environment.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use nebula_ports::{
    action::{ActionOutput, CallContext},
    clock::Clock,
    host::Host,
    model::{Digest, FailureKind},
    sandbox::SandboxRunner,
};
use serde_json::json;
use tokio::sync::Notify;

use crate::world::{Probe, World, call};

#[tokio::test]
async fn an_action_gets_its_call_and_its_output_comes_back() {
    let action = Probe::action(|context: CallContext| async move {
        Ok(ActionOutput::Done(json!([context.attempt, context.node.id().as_str(), context.credentials.len()])))
    });
    let output = World::new().sandbox.run(&action, call(None, &[])).await.unwrap();
    assert_eq!(output, ActionOutput::Done(json!([1, "probe", 1])));
}

#[tokio::test]
async fn a_panic_is_a_bug_whose_message_hides_the_credentials() {
    let action = Probe::action(|_| async { panic!("cannot log in with s3cr3t") });
    let failure = World::new().sandbox.run(&action, call(None, &[])).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Bug, "action.panicked"));
    assert_eq!(failure.message, "the action panicked: cannot log in with ***");
}

#[tokio::test]
async fn a_panic_before_the_first_await_is_caught_too() {
    #[expect(unreachable_code, reason = "the panic comes before the future")]
    let action = Probe::action(|_| {
        panic!("at once");
        std::future::ready(Ok(ActionOutput::Done(json!(null))))
    });
    let failure = World::new().sandbox.run(&action, call(None, &[])).await.unwrap_err();
    assert_eq!(failure.code, "action.panicked");
}

#[tokio::test]
async fn a_panic_of_blocking_work_fails_the_attempt() {
    let action = Probe::action(|context: CallContext| async move {
        context.host.blocking(Box::new(|| panic!("off the track"))).await;
        Ok(ActionOutput::Done(json!(null)))
    });
    let failure = World::new().sandbox.run(&action, call(None, &[])).await.unwrap_err();
    assert_eq!(failure.message, "the action panicked: off the track");
}

#[tokio::test]
async fn blocking_work_runs_on_another_thread() {
    let own = std::thread::current().id();
    let other = World::new()
        .attempt(&[], move |host| async move {
            let seen = Arc::new(Mutex::new(None));
            let inner = seen.clone();
            host.blocking(Box::new(move || *inner.lock().unwrap() = Some(std::thread::current().id()))).await;
            let id = *seen.lock().unwrap();
            id.unwrap()
        })
        .await;
    assert_ne!(own, other);
}

#[tokio::test]
async fn doors_kept_after_the_attempt_are_shut() {
    let host = World::new().attempt(&["env:PATH", "fs_read:/"], move |host| async move { host }).await;
    assert_shut(host.as_ref()).await;
}

#[tokio::test]
async fn doors_of_a_dropped_attempt_are_shut() {
    let world = World::new();
    let kept: Arc<Mutex<Option<Arc<dyn Host>>>> = Arc::default();
    let started = Arc::new(Notify::new());
    let (out, told) = (kept.clone(), started.clone());
    let action = Probe::action(move |context: CallContext| {
        *out.lock().unwrap() = Some(context.host);
        told.notify_one();
        std::future::pending()
    });
    tokio::select! {
        _ = world.sandbox.run(&action, call(None, &["env:PATH", "fs_read:/"])) => unreachable!("it never ends"),
        () = started.notified() => {}
    }
    let host = kept.lock().unwrap().take().unwrap();
    assert_shut(host.as_ref()).await;
}

async fn assert_shut(host: &dyn Host) {
    let env = host.env("PATH").unwrap_err();
    let file = host.read_file("/etc/hostname").await.err().unwrap();
    let http = host.http(crate::world::get("http://example.com/")).await.unwrap_err();
    let program = host.exec(crate::programs::program("sh")).await.unwrap_err();
    let random = host.random(&mut [0; 8]).unwrap_err();
    let time = host.wall_clock().unwrap_err();
    let put = host.put_blob("a/b", stream::empty().boxed()).await.unwrap_err();
    let get = host.get_blob(Digest::of(b"")).await.err().unwrap();
    for failure in [env, file, http, program, random, time, put, get] {
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, "capability.ended"));
    }
}

#[tokio::test]
async fn only_granted_variables_are_read() {
    World::new()
        .attempt(&["env:PATH", "env:NEBULA_TEST_NOT_SET", "env:A=B"], move |host| async move {
            assert!(host.env("PATH").unwrap().is_some());
            assert_eq!(host.env("NEBULA_TEST_NOT_SET").unwrap(), None);
            assert_eq!(host.env("A=B").unwrap(), None, "no panic");
            for name in ["HOME", "path", "PATH ", ""] {
                let failure = host.env(name).unwrap_err();
                assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, "capability.env"));
                assert_eq!(failure.help, Some(format!("--grant env:{name}")));
            }
        })
        .await;
}

#[tokio::test]
async fn chance_and_time_are_for_who_declares_them() {
    let world = World::new();
    world
        .attempt(&[], move |host| async move {
            let (random, time) = (host.random(&mut [0; 8]).unwrap_err(), host.wall_clock().unwrap_err());
            assert_eq!((random.kind, random.code.as_str()), (FailureKind::Denied, "capability.random"));
            assert_eq!((time.kind, time.code.as_str()), (FailureKind::Denied, "capability.wall_clock"));
            assert_eq!(time.help.as_deref(), Some("add `wall_clock` to its `capabilities(..)`"));
        })
        .await;
    let now = world.clock.now();
    world
        .attempt(&["random", "wall_clock"], move |host| async move {
            let (mut one, mut other) = ([0; 32], [0; 32]);
            host.random(&mut one).unwrap();
            host.random(&mut other).unwrap();
            assert_ne!(one, other);
            assert_eq!(host.wall_clock().unwrap(), now);
        })
        .await;
}

#[tokio::test]
async fn blobs_are_for_who_declares_them_and_only_those_at_hand() {
    let world = World::new();
    let content = || stream::iter([Ok(Bytes::from_static(b"content"))]).boxed();
    world
        .attempt(&["random"], move |host| async move {
            let put = host.put_blob("text/plain", content()).await.unwrap_err();
            let get = host.get_blob(Digest::of(b"content")).await.err().unwrap();
            for failure in [put, get] {
                assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, "capability.blob"));
                assert_eq!(failure.help.as_deref(), Some("add `blob` to its `capabilities(..)`"));
            }
        })
        .await;
    world
        .attempt(&["blob"], move |host| async move {
            let unnamed = host.get_blob(Digest::of(b"content")).await.err().unwrap();
            assert_eq!((unnamed.kind, unnamed.code.as_str()), (FailureKind::Denied, "capability.blob"));
            let put = host.put_blob("text/plain", content()).await.unwrap();
            let read: Vec<Bytes> = host.get_blob(put.digest).await.unwrap().try_collect().await.unwrap();
            assert_eq!(read.concat(), b"content");
        })
        .await;
}
