//! One file with six mistakes of six sorts: one call names them all, each with its line and what to do.

use crate::support::Place;

const SIX: &str = r#"nebula: 1
id: six
nodes:
  - id: fetch
    action: http.request@1
    parameters: { ulr: "http://127.0.0.1:9/orders", url: "http://127.0.0.1:9/orders" }
  - id: keep
    action: data.fliter@1
    parameters: { items: [], where: "true" }
  - id: send
    action: http.request@1
    parameters: { method: POST, url: "http://127.0.0.1:9/send" }
    retry: { max_attempts: 3 }
  - id: stop
    action: flow.fail@1
    parameters: { message: 12 }
  - id: tell
    action: data.set@1
    parameters: { values: { total: !expr $nodes.fetsch.result.body.total } }
connections:
  - { from: fetch, to: kepp }
  - { from: fetch, to: send }
  - { from: send, to: tell }
  - { from: tell, to: stop }
"#;

/// Code, the line it is shown at, and part of the help.
const MISTAKES: [(&str, usize, &str); 6] = [
    ("P0204", 6, "`headers`"),
    ("P0201", 8, "did you mean `data.filter`?"),
    ("P0403", 13, "`idempotent: true`"),
    ("P0203", 16, "12"),
    ("P0302", 19, "did you mean `fetch`?"),
    ("P0102", 21, "did you mean `keep`?"),
];

#[test]
fn of_six_sorts_are_all_named_in_one_call() {
    let place = Place::new();
    place.write("six.yaml", SIX);
    let output = place.nebula(["plan", "six.yaml", "--grant", "net:127.0.0.1:9"]).exits(2).says(&["6 errors"]);
    for (code, line, help) in MISTAKES {
        assert!(output.stderr.contains(code), "{code} is missing\n{output}");
        assert!(output.stderr.contains(&format!("six.yaml:{line}:")), "{code} is not shown at line {line}\n{output}");
        assert!(output.stderr.contains(help), "{code} does not help with {help}\n{output}");
    }
    assert!(!place.data_dir().exists(), "planning leaves nothing behind");
}

#[test]
fn are_the_same_for_scripts() {
    let place = Place::new();
    place.write("six.yaml", SIX);
    let report = place.nebula(["plan", "six.yaml", "--json", "--grant", "net:127.0.0.1:9"]).exits(2).json();
    let found = report.as_array().unwrap_or_else(|| panic!("{report:#}"));
    let found: Vec<_> = found
        .iter()
        .filter(|one| one["severity"] == "error")
        .map(|one| (one["code"].as_str().unwrap(), one["line"].as_u64().unwrap() as usize))
        .collect();
    assert_eq!(found, MISTAKES.map(|(code, line, _)| (code, line)), "{report:#}");
}

#[test]
fn keep_a_run_from_starting() {
    let place = Place::new();
    place.write("six.yaml", SIX);
    place.nebula(["run", "six.yaml", "--grant", "net:127.0.0.1:9"]).exits(2).says(&["6 errors"]);
    assert!(!place.data_dir().exists(), "nothing was started");
}

/// Mistakes of the text, of the graph and of what is granted, in one file.
const MIXED: &str = r#"nebula: 1
id: mixed
nodse: 3
nodes:
  - id: fetch
    action: http.request@1
    paramters: { url: "http://127.0.0.1:9/x" }
    timeout: soon
  - id: keep
    action: data.filtr@1
    parameters: { items: [1] }
  - id: wait
    action: flow.delay@1
    parameters: { for: 12 }
  - id: get
    action: http.request@1
    parameters: { url: "http://127.0.0.1:9/x" }
  - id: a
    action: data.set@1
    parameters: { values: { x: !expr $nodes.ftch.result } }
  - id: b
    action: data.set@1
    parameters: { values: { x: 1 } }
connections:
  - { from: fetch, to: kep }
  - { from: a, to: b }
  - { from: b, to: a }
"#;

#[test]
fn of_different_stages_do_not_hide_each_other() {
    let place = Place::new();
    place.write("mixed.yaml", MIXED);
    let report = place.nebula(["plan", "mixed.yaml", "--json"]).exits(2).json();
    let found = report.as_array().unwrap_or_else(|| panic!("{report:#}"));
    let found: Vec<_> =
        found.iter().map(|one| (one["code"].as_str().unwrap(), one["line"].as_u64().unwrap())).collect();
    let expected = [
        ("D0201", 3),
        ("D0201", 7),
        ("D0206", 8),
        ("P0201", 10),
        ("P0203", 14),
        ("P0405", 17),
        ("P0302", 20),
        ("P0102", 25),
        ("P0103", 27),
    ];
    assert_eq!(found, expected, "{report:#}");
}
