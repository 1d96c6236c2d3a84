//! Workflow files, inputs and options that are wrong.

use crate::support::Place;

/// A file, and what must be said of it: the code, the line, part of the help.
struct Case {
    text: &'static str,
    code: &'static str,
    line: usize,
    help: &'static str,
}

const SET: &str = "parameters: { values: { a: 1 } }";

fn check(cases: &[Case]) {
    for Case { text, code, line, help } in cases {
        let place = Place::new();
        place.write("bad.yaml", text.replace("SET", SET));
        let output = place.nebula(["run", "bad.yaml"]).exits(2).says(&[code, help, "bad.yaml has 1 error"]);
        assert!(output.stderr.contains(&format!("bad.yaml:{line}:")), "{code} is not shown at line {line}\n{output}");
        assert_eq!(output.stdout, "", "{code}");
        assert!(!place.data_dir().exists(), "{code}: nothing was started");
    }
}

#[test]
fn a_text_that_is_no_yaml_is_shown_where_it_breaks() {
    check(&[
        Case { text: "nebula: 1\nid: bad\nnodes: [", code: "D0101", line: 3, help: "" },
        Case { text: "nebula: 1\nid: bad\nnodes:\n\t- id: a\n", code: "D0102", line: 4, help: "spaces" },
    ]);
}

#[test]
fn keys_and_actions_that_do_not_exist_are_shown_with_what_was_probably_meant() {
    check(&[
        Case {
            text: "nebula: 1\nid: bad\nnodes:\n  - id: a\n    acton: data.set@1\n    SET\n",
            code: "D0201",
            line: 5,
            help: "did you mean `action`?",
        },
        Case {
            text: "nebula: 1\nid: bad\nnodes:\n  - { id: a, action: data.sett@1, SET }\n",
            code: "P0201",
            line: 4,
            help: "did you mean `data.set`?",
        },
        Case {
            text: "nebula: 1\nid: bad\nnodes:\n  - { id: a, action: data.set@7, SET }\n",
            code: "P0202",
            line: 4,
            help: "data.set@1.0",
        },
    ]);
}

#[test]
fn references_into_the_void_and_circles_are_shown() {
    check(&[
        Case {
            text: "nebula: 1\nid: bad\nnodes:\n  - { id: alpha, action: data.set@1, SET }\noutput: !expr $nodes.alhpa.result\n",
            code: "P0302",
            line: 5,
            help: "did you mean `alpha`?",
        },
        Case {
            text: "nebula: 1\nid: bad\nnodes:\n  - { id: a, action: data.set@1, SET }\n  - { id: b, action: data.set@1, SET }\n\
                   connections:\n  - { from: a, to: b }\n  - { from: b, to: a }\n",
            code: "P0103",
            line: 8,
            help: "remove one",
        },
    ]);
}

#[test]
fn parameters_of_the_wrong_type_and_missing_grants_are_shown() {
    check(&[
        Case {
            text: "nebula: 1\nid: bad\nnodes:\n  - id: a\n    action: flow.fail@1\n    parameters: { message: 12 }\n",
            code: "P0203",
            line: 6,
            help: "",
        },
        Case {
            text: "nebula: 1\nid: bad\nnodes:\n  - id: a\n    action: http.request@1\n    parameters: { url: http://127.0.0.1:9/x }\n",
            code: "P0405",
            line: 6,
            help: "--grant net:127.0.0.1:9",
        },
    ]);
}

const GREET: &str = "nebula: 1
id: greet
input: { type: object, required: [name], properties: { name: { type: string } }, additionalProperties: false }
nodes:
  - { id: a, action: data.set@1, parameters: { values: { greeting: !template \"Hello {{ $input.name }}\" } } }
";

#[test]
fn an_input_that_does_not_fit_is_refused_with_every_reason() {
    let place = Place::new();
    place.write("greet.yaml", GREET);
    place.nebula(["run", "greet.yaml", "--input", r#"{"nmae": 1}"#]).exits(2).says(&["nmae", "`name`", "--input"]);
    place.nebula(["run", "greet.yaml", "--input", r#"{"name": 1}"#]).exits(2).says(&["/name"]);
    place.nebula(["run", "greet.yaml", "--input", "{name: Ada}"]).exits(2).says(&["JSON"]);
    place.nebula(["run", "greet.yaml", "--input", "@nowhere.json"]).exits(2).says(&["nowhere.json"]);
    assert!(!place.data_dir().exists(), "nothing was started");
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    let place = Place::new();
    place.nebula(["run", "nowhere.yaml"]).exits(2).says(&["nowhere.yaml"]);
    place.write("binary.yaml", [0x6e, 0xff, 0xfe]);
    place.nebula(["run", "binary.yaml"]).exits(2).says(&["UTF-8"]);
    place.write("empty.yaml", "");
    place.nebula(["run", "empty.yaml"]).exits(2).says(&["D0110"]);
}

#[test]
fn grants_that_grant_nothing_are_refused() {
    let place = Place::new();
    place.write("greet.yaml", GREET);
    for (grant, reason) in
        [("127.0.0.1:80", "is no capability"), ("network", "is no grant"), ("net:", "grants nothing")]
    {
        place.nebula(["plan", "greet.yaml", "--grant", grant]).exits(2).says(&[reason]);
    }
}

#[test]
fn a_key_that_was_used_for_another_input_is_refused() {
    let place = Place::new();
    place.write("greet.yaml", GREET);
    let run = |name: &str| {
        let input = format!(r#"{{"name": "{name}"}}"#);
        place.nebula(["run", "greet.yaml", "--key", "one", "--json", "--input", &input])
    };
    let first = run("Ada").exits(0).json();
    assert_eq!(first["output"]["a"]["greeting"], "Hello Ada");
    assert_eq!(run("Ada").exits(0).json()["execution_id"], first["execution_id"], "the same start is the same run");
    run("Grace").exits(2).says(&[first["execution_id"].as_str().unwrap()]);
}
