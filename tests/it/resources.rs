//! Resources, as their page shows them: the program, its file, its run against a real server.

use std::{
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::support::{Answer, Output, Place, Request, Server, repository};
use serde_json::json;

fn page() -> String {
    fs::read_to_string(repository("docs/resources.md")).unwrap()
}

/// The blocks of the page in a language.
fn blocks(language: &str) -> Vec<String> {
    let page = page();
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

fn ledger(place: &Place, arguments: &[&str]) -> Output {
    Output::of(place.start(Path::new(env!("CARGO_BIN_EXE_ledger")), arguments))
}

/// A ledger, and what was asked of it.
fn server() -> (Server, Arc<Mutex<Vec<String>>>) {
    let (asked, lines) = (Arc::new(Mutex::new(Vec::new())), AtomicUsize::new(0));
    let heard = Arc::clone(&asked);
    let server = Server::start(move |request: &Request| {
        let mut heard = heard.lock().unwrap();
        heard.push(format!("{} {}", request.method, request.path));
        let answer = |status, body| Answer { status, location: None, body };
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/sessions") if !request.headers["authorization"].starts_with("Basic ") => {
                answer(401, json!(null))
            }
            ("POST", "/sessions") => {
                answer(200, json!(format!("s-{}", heard.iter().filter(|one| *one == "POST /sessions").count())))
            }
            ("POST", _) => answer(200, json!(lines.fetch_add(1, Ordering::SeqCst) + 1)),
            _ => answer(200, json!(null)),
        }
    });
    (server, asked)
}

/// The files of the page, with the address of the server in place of that on the page.
fn files(place: &Place, address: &str) {
    let yaml = blocks("yaml");
    place.write("bookkeeping.yaml", &yaml[0]);
    place.write("resources.yaml", yaml[1].replace("127.0.0.1:4100", address));
}

#[test]
fn the_program_of_the_page_is_a_program() {
    let source = fs::read_to_string(repository("tests/src/bin/ledger.rs")).unwrap();
    let (program, test) = source.split_once("\n#[cfg(test)]\n").unwrap();
    assert_eq!(blocks("rust")[0], program, "docs/resources.md and tests/src/bin/ledger.rs");
    assert_eq!(format!("#[cfg(test)]\n{test}"), blocks("rust")[1], "docs/resources.md and tests/src/bin/ledger.rs");
}

#[test]
fn sessions_are_opened_once_handed_on_and_closed() {
    let place = Place::new();
    let (server, asked) = server();
    let address = server.url("").replace("http://", "");
    files(&place, &address);
    let grant = server.grant();
    let secret = place.start_with_input(
        Path::new(env!("CARGO_BIN_EXE_ledger")),
        ["secret", "set", "ledger"],
        r#"{ "username": "ada", "password": "lovelace" }"#,
    );
    Output::of(secret).exits(0);
    let given = ["bookkeeping.yaml", "--resources", "resources.yaml", "--grant", &grant];
    let planned = ledger(&place, &[&["plan"], &given[..]].concat()).exits(0);
    assert!(planned.stdout.contains("resources: ledger = main (pool of up to 2)"), "{planned}");
    assert!(planned.stdout.contains("credentials  ledger"), "{planned}");
    let output = ledger(&place, &[&["run", "--json"], &given[..]].concat()).exits(0);
    let mut lines: Vec<u64> = serde_json::from_value(output.json()["output"].clone()).unwrap();
    lines.sort_unstable();
    assert_eq!(lines, [1, 2, 3]);
    server.settle();
    let asked = asked.lock().unwrap();
    let count = |what: &str| asked.iter().filter(|one| one.starts_with(what)).count();
    let opened = asked.iter().filter(|one| *one == "POST /sessions").count();
    assert!((1..=2).contains(&opened), "{asked:?}");
    assert_eq!((count("POST /sessions/s-"), count("DELETE /sessions/s-")), (3, opened), "{asked:?}");
}

#[test]
fn a_login_that_the_command_line_has_set_is_one_for_a_derived_credential() {
    let place = Place::new();
    let server = Server::start(|request: &Request| {
        let (status, body) = match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/sessions") if request.headers["authorization"] != "Basic YWRhOmxvdmVsYWNl" => (401, json!(null)),
            ("POST", "/sessions") => (200, json!("s-1")),
            ("POST", _) => (200, json!(1)),
            _ => (200, json!(null)),
        };
        Answer { status, location: None, body }
    });
    files(&place, &server.url("").replace("http://", ""));
    let program = Path::new(env!("CARGO_BIN_EXE_ledger"));
    let set = |form: &[&str]| {
        let arguments = [&["secret", "set", "ledger"], form].concat();
        Output::of(place.start_with_input(program, arguments, "lovelace")).exits(0);
    };
    let grant = server.grant();
    let run = ["run", "bookkeeping.yaml", "--resources", "resources.yaml", "--grant", &grant];
    set(&["--basic", "ada"]);
    ledger(&place, &run).exits(0);
    set(&["--bearer"]);
    ledger(&place, &run).exits(1).says(&["a user name and a password are wanted"]);
}

#[test]
fn what_is_wrong_is_told_at_its_place_in_both_files() {
    let place = Place::new();
    files(&place, "127.0.0.1:4100");
    let given = |file: &'static str| ["plan", "bookkeeping.yaml", "--resources", file];
    // Not granted: at the nodes that use it.
    ledger(&place, &given("resources.yaml")).exits(2).says(&["P0508", "--grant net:127.0.0.1:4100"]);
    place.write("bad.yaml", "main: { type: ledger.sesion, config: { url: 7 } }\nother: { typ: ledger.session }\n");
    let output = ledger(&place, &given("bad.yaml")).exits(2);
    let output = output.says(&["P0501", "bad.yaml:1:15", "did you mean `ledger.session`?", "D0201", "bad.yaml:2:10"]);
    assert!(!output.stderr.contains("P0505") && !output.stderr.contains("P0507"), "{output}");
    place.write("bad.yaml", "main: { type: ledger.session, config: { url: 7, port: 1 }, credentials: { logn: x } }\n");
    let output = ledger(&place, &given("bad.yaml")).exits(2);
    output.says(&["P0502", "P0503", "has no credential slot `logn`", "did you mean `login`?", "bad.yaml:1:"]);
    place.write(
        "bad.yaml",
        "mian: { type: ledger.session, config: { url: 'http://127.0.0.1:1' }, credentials: { login: x } }",
    );
    ledger(&place, &given("bad.yaml")).exits(2).says(&["P0505", "there is no resource `main`", "did you mean `mian`?"]);
    // Without the file there is nothing to be wrong: what is missing is a note.
    ledger(&place, &["check", "bookkeeping.yaml"]).exits(0).says(&["P0505", "P0507", "--resources"]);
    ledger(&place, &["run", "bookkeeping.yaml"])
        .exits(2)
        .says(&["P0505", "main: { type: ledger.session, config: { url: .. }"]);
    ledger(&place, &["run", "bookkeeping.yaml", "--resources", "none.yaml"]).exits(2).says(&["none.yaml"]);
}

#[test]
fn the_slots_of_an_action_are_shown() {
    let output = ledger(&Place::new(), &["action", "show", "ledger.add"]).exits(0);
    for part in ["Resources", "ledger.session", "pool of up to 2", "Where it is kept.", "config: { url: .. }"] {
        assert!(output.stdout.contains(part), "no `{part}`\n{output}");
    }
}
