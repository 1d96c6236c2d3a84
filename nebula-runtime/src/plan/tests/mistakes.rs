//! Every mistake with its code, its place in the file and what to do.

mod authority;
mod blocks;
mod expressions;
mod ports;
mod resources;
mod triggers;

use nebula_ports::diagnostic::Diagnostic;

use super::{all, found};
use crate::plan::{Policy, codes};

/// A mistake: what is wrong, the whole of what must be said of it.
struct Case {
    text: String,
    code: &'static str,
    pointer: &'static str,
    /// The very text that is marked.
    marked: &'static str,
    /// Part of the help; empty = none is expected.
    help: &'static str,
}

fn case(
    text: impl Into<String>,
    code: &'static str,
    pointer: &'static str,
    marked: &'static str,
    help: &'static str,
) -> Case {
    Case { text: text.into(), code, pointer, marked, help }
}

fn check(cases: &[Case], policy: &Policy) {
    let known: Vec<_> =
        codes().iter().map(|code| code.code).chain(nebula_expression::codes().iter().map(|code| code.code)).collect();
    for Case { text, code, pointer, marked, help } in cases {
        let found = found(text, policy);
        let shown = show(text, &found);
        let [diagnostic] = &found[..] else { panic!("{code}: not one finding\n{text}\n{shown}") };
        assert_eq!(diagnostic.code, *code, "{text}\n{shown}");
        assert_eq!(diagnostic.pointer, *pointer, "{text}\n{shown}");
        assert_eq!(slice(text, diagnostic), Some(*marked), "{text}\n{shown}");
        let given = diagnostic.help.as_deref().unwrap_or_default();
        assert!(given.contains(help) && given.is_empty() == help.is_empty(), "{text}\n{shown}");
        assert!(known.contains(&diagnostic.code), "{} is in no table", diagnostic.code);
    }
}

pub(super) fn slice<'t>(text: &'t str, diagnostic: &Diagnostic) -> Option<&'t str> {
    diagnostic.span.and_then(|span| text.get(span.start..span.end))
}

fn show(text: &str, found: &[Diagnostic]) -> String {
    found.iter().map(|one| format!("{one} at {:?}\n", slice(text, one))).collect()
}

/// A workflow of these nodes and what follows.
fn workflow(nodes: &str, rest: &str) -> String {
    format!("nebula: 1\nid: t\nnodes:\n{nodes}\n{rest}\n")
}

const A: &str = "- { id: alpha, action: text.upper@1, parameters: { text: x } }";
const B: &str = "- { id: beta, action: text.upper@1, parameters: { text: x } }";

fn ab(rest: &str) -> String {
    workflow(&format!("{A}\n{B}"), rest)
}

/// `alpha`, then `beta` with this text.
fn reads(text: &str) -> String {
    let beta = format!("- {{ id: beta, action: text.upper@1, parameters: {{ text: {text} }} }}");
    workflow(&format!("{A}\n{beta}"), "connections: [{ from: alpha, to: beta }]")
}

fn one(node: &str) -> String {
    workflow(&format!("- {{ id: alpha, {node} }}"), "")
}

fn http(parameters: &str) -> String {
    one(&format!("action: http.request@1, parameters: {{ {parameters} }}"))
}

#[test]
fn of_the_graph() {
    check(
        &[
            case(
                ab("connections: [{ from: alpa, to: beta }]"),
                "P0102",
                "/connections/0/from",
                "alpa",
                "did you mean `alpha`?",
            ),
            case(
                ab("connections: [{ from: alpha, to: gamma }]"),
                "P0102",
                "/connections/0/to",
                "gamma",
                "there is `alpha`, `beta`",
            ),
            case(
                ab("connections: [{ from: beta, to: beta }]"),
                "P0103",
                "/connections/0",
                "{ from: beta, to: beta }",
                "remove",
            ),
            case(
                ab("connections: [{ from: alpha, to: beta }, { from: beta, to: alpha }]"),
                "P0103",
                "/connections/1",
                "{ from: beta, to: alpha }",
                "remove one",
            ),
            case(
                ab("connections: [{ from: alpha, to: beta }, { from: alpha, to: beta }]"),
                "P0104",
                "/connections/1",
                "{ from: alpha, to: beta }",
                "number 1",
            ),
            case("nebula: 1\nid: t\nnodes: []", "P0105", "/nodes", "[]", "add a node"),
        ],
        &all(),
    );
}

#[test]
fn of_a_circle_names_the_nodes_in_order() {
    let nodes =
        ["a", "b", "c", "d"].map(|id| format!("- {{ id: {id}, action: text.upper@1, parameters: {{ text: x }} }}"));
    let connections = "connections: [{ from: d, to: a }, { from: a, to: b }, { from: b, to: c }, { from: c, to: a }]";
    let found = found(&workflow(&nodes.join("\n"), connections), &all());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "these connections go in a circle: a → b → c → a");
}

#[test]
fn of_two_nodes_with_one_id_are_shown_at_both() {
    let text = workflow(&format!("{A}\n{A}"), "");
    let found = found(&text, &all());
    let places: Vec<_> = found.iter().map(|one| (one.code, one.pointer.as_str(), slice(&text, one).unwrap())).collect();
    assert_eq!(places, [("P0101", "/nodes/0/id", "alpha"), ("P0101", "/nodes/1/id", "alpha")]);
}

#[test]
fn of_actions_and_parameters() {
    check(
        &[
            case(one("action: txt.upper@1"), "P0201", "/nodes/0/action", "txt.upper@1", "did you mean `text.upper`?"),
            case(one("action: http.fetch@1"), "P0201", "/nodes/0/action", "http.fetch@1", "`http` has `http.request`"),
            case(one("action: smtp.send@1"), "P0201", "/nodes/0/action", "smtp.send@1", "nebula action list"),
            case(
                one("action: http.request@2"),
                "P0202",
                "/nodes/0/action",
                "http.request@2",
                "write `http.request@1.2`",
            ),
            case(
                one("action: http.request@1.3"),
                "P0202",
                "/nodes/0/action",
                "http.request@1.3",
                "write `http.request@1.2`",
            ),
            case(
                http("ulr: 'http://a.de/', url: 'http://a.de/'"),
                "P0204",
                "/nodes/0/parameters/ulr",
                "ulr",
                "there is also `body`",
            ),
            case(
                http("url: 'http://a.de/', metod: GET"),
                "P0204",
                "/nodes/0/parameters/metod",
                "metod",
                "did you mean `method`?",
            ),
            case(http("method: GET"), "P0203", "/nodes/0/parameters", "{ method: GET }", "`url`: Where to. More here"),
            case(
                http("url: 'http://a.de/', method: GTE"),
                "P0203",
                "/nodes/0/parameters/method",
                "GTE",
                "did you mean `GET`?",
            ),
            case(http("url: 'http://a.de/', retries: 9"), "P0203", "/nodes/0/parameters/retries", "9", ""),
            case(
                http("url: 'http://a.de/', retries: '3'"),
                "P0203",
                "/nodes/0/parameters/retries",
                "'3'",
                "leave out the quotes: `3`",
            ),
            case(
                http("url: 'http://a.de/', headers: { Accept: 1 }"),
                "P0203",
                "/nodes/0/parameters/headers/Accept",
                "1",
                "put it in quotes: `\"1\"`",
            ),
            case(
                one("action: text.upper@1"),
                "P0203",
                "/nodes/0/parameters",
                "{ id: alpha, action: text.upper@1 }",
                "",
            ),
            // What is known of a parameter that is partly computed.
            case(
                http("url: 'http://a.de/', headers: { Accept: !expr $input.a, X: 2 }"),
                "P0203",
                "/nodes/0/parameters/headers/X",
                "2",
                "put it in quotes: `\"2\"`",
            ),
            case(http("url: !expr $input.url, retries: -1"), "P0203", "/nodes/0/parameters/retries", "-1", ""),
            case(workflow(A, "input: { type: strin }"), "P0205", "/input/type", "strin", "JSON Schema 2020-12"),
            case(
                workflow(A, "input: { allOf: [{ $ref: '#' }] }"),
                "P0205",
                "/input/allOf/0",
                "{ $ref: '#' }",
                "JSON Schema 2020-12",
            ),
        ],
        &all(),
    );
}

#[test]
fn six_different_ones_are_all_found_at_once() {
    let text = r#"
nebula: 1
id: six
nodes:
  - id: fetch
    action: http.request@1
    parameters: { ulr: "http://127.0.0.1:8080/", method: GTE }
  - id: post
    action: chat.pots@2
    parameters: { text: !template "{{ $nodes.fetsch.result }} {{ $input.a + }}" }
  - id: alone
    action: text.upper@1
    parameters: { text: !expr $nodes.fetch.result.body }
connections:
  - { from: fetch, to: posst }
"#;
    let found = found(text, &all());
    let places: Vec<_> = found.iter().map(|one| (one.code, slice(text, one).unwrap())).collect();
    assert_eq!(
        places,
        [
            ("P0204", "ulr"),
            ("P0203", "GTE"),
            ("P0201", "chat.pots@2"),
            ("E0102", "}"),
            ("P0303", "$nodes.fetch.result.body"),
            ("P0102", "posst"),
        ],
        "{}",
        show(text, &found)
    );
}
