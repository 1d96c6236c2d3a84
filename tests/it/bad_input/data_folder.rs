//! Data folders that are missing, damaged or somebody else's.

use std::{
    fs,
    sync::{Mutex, mpsc},
};

use serde_json::json;

use crate::support::{Answer, Output, Place, Server};

const TINY: &str = "nebula: 1\nid: tiny\nnodes:\n  - { id: a, action: data.set@1, parameters: { values: { a: 1 } } }\n";

#[test]
fn a_damaged_database_is_refused_and_stays_as_it_is() {
    spoiled("cut off", |bytes| bytes.truncate(bytes.len() / 2 + 1));
    spoiled("no database", |bytes| bytes.fill(b'x'));
    spoiled("overwritten", |bytes| bytes[4096..].fill(0xa5));
    spoiled("of a newer version", |bytes| bytes[60..64].copy_from_slice(&42_u32.to_be_bytes()));
}

fn spoiled(damage: &str, spoil: impl Fn(&mut Vec<u8>)) {
    let place = Place::new();
    place.write("tiny.yaml", TINY);
    place.nebula(["run", "tiny.yaml"]).exits(0);
    let database = place.data_dir().join("nebula.db");
    let mut bytes = fs::read(&database).unwrap();
    spoil(&mut bytes);
    fs::write(&database, &bytes).unwrap();
    for command in [&["run", "tiny.yaml"][..], &["execution", "list"], &["execution", "resume", "--all"]] {
        let output = place.nebula(command).says(&["nebula.db"]);
        assert_eq!(output.code, Some(6), "{damage}, {command:?}: {output}");
    }
    assert!(fs::read(&database).unwrap() == bytes, "{damage}: the database was written to");
}

#[test]
fn a_second_process_is_told_which_one_is_in_the_way() {
    let (arrived, arrivals) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let gate = Mutex::new((arrived, released));
    let server = Server::start(move |_| {
        let gate = gate.lock().unwrap();
        gate.0.send(()).unwrap();
        // Ends also when the test has ended.
        let _ = gate.1.recv();
        Answer::ok(json!("open"))
    });
    let place = Place::new();
    place.write("tiny.yaml", TINY);
    let url = server.url("/gate");
    let text = format!(
        "nebula: 1\nid: gate\nnodes:\n  - {{ id: a, action: http.request@1, parameters: {{ url: '{url}' }} }}\n"
    );
    place.write("gate.yaml", text);
    let first = place.start_nebula(["run", "gate.yaml", "--json", "--grant", &server.grant()]);
    arrivals.recv().unwrap();

    let pid = first.id().to_string();
    place.nebula(["run", "tiny.yaml"]).exits(5).says(&[&pid]);
    place.nebula(["execution", "resume", "--all"]).exits(5).says(&[&pid]);
    let list = place.nebula(["execution", "list", "--json"]).exits(0).json();
    assert_eq!(list[0]["workflow"], "gate", "looking is free: {list}");

    release.send(()).unwrap();
    let report = Output::of(first).exits(0).json();
    assert_eq!(report["output"]["a"]["body"], "open");
    place.nebula(["run", "tiny.yaml"]).exits(0);
}

#[test]
fn what_does_not_exist_is_not_found() {
    let place = Place::new();
    place.write("tiny.yaml", TINY);
    place.nebula(["execution", "list"]).exits(4).says(&["--data-dir"]);
    place.nebula(["run", "tiny.yaml"]).exits(0);
    let id = "0197a3f4-5b6c-7d8e-9f00-112233445566";
    for command in [&["show"][..], &["journal"], &["resume"], &["cancel"]] {
        place.nebula([&["execution"], command, &[id]].concat()).exits(4).says(&[id]);
    }
    place.nebula(["action", "show", "data.sett"]).exits(4).says(&["data.set"]);
}

#[test]
fn decisions_that_nobody_asked_for_are_refused() {
    let place = Place::new();
    place.write("tiny.yaml", TINY);
    let report = place.nebula(["run", "tiny.yaml", "--json"]).exits(0).json();
    let id = report["execution_id"].as_str().unwrap();
    place.nebula(["execution", "resume", id, "--retry", "a"]).exits(2).says(&["`a`"]);
    place.nebula(["execution", "resume", id, "--complete", "a"]).exits(2).says(&["--complete"]);
    place.nebula(["execution", "cancel", id]).exits(2).says(&["ended"]);
}
