//! The real process is killed (SIGKILL) at every journal entry of a workflow, before and after the entry is durable, and the
//! real command goes on with it: the same output, every effect once.

mod blocks;
mod poison;
mod steps;

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::Child,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use serde_json::{Value, json};

use crate::support::{Output, Place, Shop, shop};

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

/// A workflow that is killed, and what it comes to however often that happens.
#[derive(Debug, Clone, Copy)]
struct Scenario {
    /// In this folder.
    file: &'static str,
    /// Fewer journal entries would not be the workflow that is meant.
    least_entries: usize,
    /// The signal that it waits for.
    signal: Option<&'static str>,
    /// The same end as without a kill, and every effect once.
    check: fn(&Shop, &Value),
}

fn kill_everywhere(scenario: Scenario, when: When) {
    let entries = undisturbed(scenario);
    assert!(entries >= scenario.least_entries, "{entries} entries are too few for {}", scenario.file);
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
                    name.spawn_scoped(scope, move || killed(scenario, when, seq)).unwrap().join().unwrap();
                }
            });
        }
    });
}

/// A run that nobody kills; returns how many entries its journal has.
fn undisturbed(scenario: Scenario) -> usize {
    let (shop, place) = (Shop::open(), Place::new());
    let output = place.nebula(from_the_start(scenario, &shop, &place)).exits(0);
    (scenario.check)(&shop, &output.json());
    let id = output.json()["execution_id"].as_str().unwrap().to_owned();
    place.nebula(["execution", "journal", &id, "--json"]).exits(0).stdout.lines().count()
}

/// One life and death.
fn killed(scenario: Scenario, when: When, seq: usize) {
    let (shop, place) = (Shop::open(), Place::new());
    let mut child = start(scenario, &shop, &place, when, seq);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(line, format!("at {seq}\n"), "it ended by itself, {status}\n{}", said(child));
    shop.server.settle();

    let (id, is_over) = found(&place);
    let first = match (id, scenario.signal) {
        // Nobody knows whether it had come: one too many is kept and does nothing.
        (Some(id), Some(signal)) if !is_over => command(["execution", "signal", &id, signal, "--json"]),
        (Some(id), None) if !is_over && seq.is_multiple_of(2) => resume(&id),
        (None, _) => from_the_start(scenario, &shop, &place),
        // It has ended, or nobody knows: starting with the same key does what is right.
        _ => run(scenario, &shop),
    };
    let output = go_on(&shop, &place, first);
    (scenario.check)(&shop, &output);
}

/// What runs it from its start: where it waits for a signal, a process that sends it has run it when this returns.
fn from_the_start(scenario: Scenario, shop: &Shop, place: &Place) -> Vec<String> {
    if scenario.signal.is_some() {
        let child = start(scenario, shop, place, When::Before, usize::MAX);
        Output::of(child).exits(0);
    }
    run(scenario, shop)
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
    let decide = |node: &String| {
        let path = shop::path_of(node);
        match shop.tally(&path).calls {
            0 => ["--retry".to_owned(), node.clone()],
            _ => ["--complete".to_owned(), format!("{node}={}", Shop::result(&path))],
        }
    };
    nodes.iter().flat_map(decide).collect()
}

fn workflow(scenario: Scenario) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("it/kill").join(scenario.file).display().to_string()
}

fn input(shop: &Shop) -> String {
    json!({ "service": shop.server.url("") }).to_string()
}

const KEY: &str = "the-only-start";

fn run(scenario: Scenario, shop: &Shop) -> Vec<String> {
    let file = workflow(scenario);
    command(["run", &file, "--key", KEY, "--input", &input(shop), "--grant", &shop.server.grant(), "--json"])
}

fn resume(id: &str) -> Vec<String> {
    command(["execution", "resume", id, "--json"])
}

fn command<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).into()
}

/// The program that stops at an entry, and sends the signal to what it has started.
fn start(scenario: Scenario, shop: &Shop, place: &Place, when: When, seq: usize) -> Child {
    let when = match when {
        When::Before => "before",
        When::After => "after",
    };
    let (file, data) = (workflow(scenario), place.data_dir().display().to_string());
    let mut arguments = command([&file, &input(shop), &shop.server.grant(), KEY, &data, when, &seq.to_string()]);
    arguments.extend(scenario.signal.map(str::to_owned));
    place.start(Path::new(env!("CARGO_BIN_EXE_crashable")), arguments)
}

/// What a process that has ended said on standard error.
fn said(mut child: Child) -> String {
    child.stderr.take().and_then(|stderr| std::io::read_to_string(stderr).ok()).unwrap_or_default()
}
