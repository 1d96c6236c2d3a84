//! The real process is killed (SIGKILL) at every journal entry of a workflow of ten steps, before and after the entry is
//! durable, and the real command goes on with it: the same output, every effect once.

mod shop;

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use serde_json::{Value, json};

use self::shop::Shop;
use crate::support::Place;

/// Processes at one time.
const AT_ONCE: usize = 4;
/// More decisions than a run has steps that could need one.
const MOST_RESUMES: usize = 6;

/// Whether the kill comes before or after the entry is durable.
#[derive(Debug, Clone, Copy)]
enum When {
    Before,
    After,
}

#[test]
fn killed_before_any_entry_is_durable_a_run_ends_as_if_it_had_not_been() {
    kill_everywhere(When::Before);
}

#[test]
fn killed_after_any_entry_is_durable_a_run_ends_as_if_it_had_not_been() {
    kill_everywhere(When::After);
}

fn kill_everywhere(when: When) {
    let entries = undisturbed();
    assert!(entries >= 20, "{entries} entries are too few for ten steps");
    let next = AtomicUsize::new(1);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seq = next.fetch_add(1, Ordering::Relaxed);
                    if seq > entries {
                        return;
                    }
                    // A thread of its own: its name tells which kill it was, should it fail.
                    let name = thread::Builder::new().name(format!("{when:?} entry {seq}"));
                    name.spawn_scoped(scope, move || killed(when, seq)).unwrap().join().unwrap();
                }
            });
        }
    });
}

/// A run that nobody kills; returns how many entries its journal has.
fn undisturbed() -> usize {
    let (shop, place) = (Shop::open(), Place::new());
    let output = place.nebula(run(&shop)).exits(0);
    check(&shop, &output.json());
    let id = output.json()["execution_id"].as_str().unwrap().to_owned();
    place.nebula(["execution", "journal", &id, "--json"]).exits(0).stdout.lines().count()
}

/// One life and death.
fn killed(when: When, seq: usize) {
    let (shop, place) = (Shop::open(), Place::new());
    let mut child = place.start(Path::new(env!("CARGO_BIN_EXE_crashable")), crashable(&shop, &place, when, seq));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(line, format!("at {seq}\n"), "it ended by itself, {status}\n{}", said(child));
    shop.server.settle();

    let (id, is_over) = found(&place);
    let first = match id {
        Some(id) if !is_over && seq.is_multiple_of(2) => resume(&id),
        // It was never accepted, or has ended, or nobody knows: starting with the same key does what is right.
        _ => run(&shop),
    };
    let output = go_on(&shop, &place, first);
    check(&shop, &output);
}

/// Goes on as a person would, who asks the service about steps in doubt.
fn go_on(shop: &Shop, place: &Place, mut arguments: Vec<String>) -> Value {
    for _ in 0..MOST_RESUMES {
        let output = place.nebula(&arguments);
        match output.code {
            Some(0) => return output.json(),
            Some(3) => {
                shop.server.settle();
                let id = output.json()["execution_id"].as_str().unwrap().to_owned();
                arguments = resume(&id);
                arguments.extend(decisions(shop, &in_doubt(place, &id)));
            }
            _ => panic!("{arguments:?}: {output}"),
        }
    }
    panic!("it needs one decision after the other");
}

/// The one execution that there may be, and whether it has ended.
fn found(place: &Place) -> (Option<String>, bool) {
    let executions = place.nebula(["execution", "list", "--json"]).exits(0).json();
    match executions.as_array().unwrap().as_slice() {
        [] => (None, false),
        [one] => (Some(one["id"].as_str().unwrap().to_owned()), one["status"] == "completed"),
        more => panic!("the same key has started it more than once: {more:?}"),
    }
}

fn in_doubt(place: &Place, id: &str) -> Vec<String> {
    let shown = place.nebula(["execution", "show", id, "--json"]).exits(0).json();
    let nodes = shown["nodes"].as_array().unwrap().iter().filter(|node| node["status"] == "in_doubt");
    let nodes: Vec<_> = nodes.map(|node| node["id"].as_str().unwrap().to_owned()).collect();
    assert!(!nodes.is_empty(), "it waits for a decision about nothing: {shown}");
    nodes
}

/// What a person decides who has asked the service.
fn decisions(shop: &Shop, nodes: &[String]) -> Vec<String> {
    let decide = |node: &String| match shop.tally(node).calls {
        0 => ["--retry".to_owned(), node.clone()],
        _ => ["--complete".to_owned(), format!("{node}={}", Shop::result(node))],
    };
    nodes.iter().flat_map(decide).collect()
}

/// The same end as without a kill, and every effect once.
fn check(shop: &Shop, report: &Value) {
    assert_eq!(report["status"], "completed");
    assert_eq!(
        report["output"],
        json!({
            "stock": "stock-1",
            "reserve": "reserve-1",
            "announce": "announce-1",
            "charge": "charge-1",
            "thank": "thank-1",
            "large": [{ "sku": "pen", "count": 30 }],
            "express": "skipped",
        })
    );
    for idempotent in ["reserve", "charge", "label"] {
        let tally = shop.tally(idempotent);
        assert_eq!(tally.effects.len(), 1, "{idempotent} was asked with one key: {tally:?}");
        assert!(tally.effects.values().all(|effects| *effects == 1), "{idempotent}: {tally:?}");
        assert!((1..=2).contains(&tally.calls), "{idempotent} is repeated at most once: {tally:?}");
    }
    for at_most_once in ["announce", "thank"] {
        assert_eq!(shop.tally(at_most_once).calls, 1, "{at_most_once} is never repeated");
    }
    assert_eq!(shop.tally("express").calls, 0, "a branch that is not taken");
}

fn workflow() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("it/kill/crashable.yaml")
}

fn input(shop: &Shop) -> String {
    json!({ "service": shop.server.url("") }).to_string()
}

const KEY: &str = "the-only-start";

fn run(shop: &Shop) -> Vec<String> {
    let file = workflow().display().to_string();
    ["run", &file, "--key", KEY, "--input", &input(shop), "--grant", &shop.server.grant(), "--json"]
        .map(str::to_owned)
        .into()
}

fn resume(id: &str) -> Vec<String> {
    ["execution", "resume", id, "--json"].map(str::to_owned).into()
}

fn crashable(shop: &Shop, place: &Place, when: When, seq: usize) -> Vec<String> {
    let when = match when {
        When::Before => "before",
        When::After => "after",
    };
    let (file, data) = (workflow().display().to_string(), place.data_dir().display().to_string());
    [&file, &input(shop), &shop.server.grant(), KEY, &data, when, &seq.to_string()].map(String::from).into()
}

/// What a process that has ended said on standard error.
fn said(mut child: std::process::Child) -> String {
    child.stderr.take().and_then(|stderr| std::io::read_to_string(stderr).ok()).unwrap_or_default()
}
