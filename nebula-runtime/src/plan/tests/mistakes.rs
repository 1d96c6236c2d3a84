//! Every mistake with its code, its place in the file and what to do.

use nebula_ports::diagnostic::Diagnostic;

use super::{all, found, grants};
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
            case(one("action: smtp.send@1"), "P0201", "/nodes/0/action", "smtp.send@1", "nebula actions"),
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
            case(http("url: 'http://a.de/', retries: '3'"), "P0203", "/nodes/0/parameters/retries", "'3'", ""),
            case(
                http("url: 'http://a.de/', headers: { Accept: 1 }"),
                "P0203",
                "/nodes/0/parameters/headers/Accept",
                "1",
                "",
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
                "",
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
fn of_expressions() {
    check(
        &[
            case(reads("!expr $input.a = 1"), "E0107", "/nodes/1/parameters/text", "=", "write `==` to compare"),
            case(reads("!expr '$imput.a'"), "E0201", "/nodes/1/parameters/text", "$imput", "$input"),
            case(reads("{ $expr: '$imput.a' }"), "E0201", "/nodes/1/parameters/text", "$imput", "$input"),
            case(reads(r#"!template "a \" {{ $imput.a }}""#), "E0201", "/nodes/1/parameters/text", "$imput", "$input"),
            case(
                workflow(
                    "- id: alpha\n  action: text.upper@1\n  parameters:\n    text: !template |\n      first\n        {{ $imput.a }}\n",
                    "",
                ),
                "E0201",
                "/nodes/0/parameters/text",
                "$imput",
                "$input",
            ),
            case(
                ab("connections: [{ from: alpha, to: beta, when: \"$nodes.alpha.result.x > \" }]"),
                "E0102",
                "/connections/0/when",
                "",
                "",
            ),
            case(
                reads("!expr $nodes.alpa.result"),
                "P0302",
                "/nodes/1/parameters/text",
                "$nodes.alpa.result",
                "`alpha`?",
            ),
            case(
                reads("!expr $nodes.beta.result"),
                "P0303",
                "/nodes/1/parameters/text",
                "$nodes.beta.result",
                "earlier",
            ),
            case(
                workflow(
                    &format!("{}\n{B}", A.replace("text: x", "text: !expr $nodes.beta.result")),
                    "connections: [{ from: alpha, to: beta }]",
                ),
                "P0303",
                "/nodes/0/parameters/text",
                "$nodes.beta.result",
                "runs before",
            ),
            case(
                workflow(&format!("{}\n{B}", A.replace("text: x", "text: !expr $nodes.beta.result")), ""),
                "P0303",
                "/nodes/0/parameters/text",
                "$nodes.beta.result",
                "add the connection `{ from: beta, to: alpha }`",
            ),
            case(
                ab("connections: [{ from: alpha, to: beta, when: \"$nodes.beta.result.x\" }]"),
                "P0303",
                "/connections/0/when",
                "$nodes.beta.result.x",
                "runs before",
            ),
            case(reads("!expr $item.x"), "P0301", "/nodes/1/parameters/text", "$item.x", "a whole list is read"),
            case(
                workflow(A, "vars: { region: eu }\noutput: !expr $vars.regoin"),
                "P0305",
                "/output",
                "$vars.regoin",
                "did you mean `region`?",
            ),
            case(workflow(A, "output: !expr $vars.region"), "P0305", "/output", "$vars.region", "vars: { region: … }"),
            case(
                ab(
                    "connections: [{ from: alpha, to: beta, when: \"true\" }]\noutput: { b: !expr $nodes.beta.result.x }",
                ),
                "P0304",
                "/output/b",
                "$nodes.beta.result.x",
                "`$nodes.beta.result.x ?? null`",
            ),
            case(
                workflow(
                    A,
                    "input: { properties: { name: true }, required: [name], additionalProperties: false }\noutput: !expr $input.nmae",
                ),
                "P0306",
                "/output",
                "$input.nmae",
                "did you mean `name`?",
            ),
            case(
                workflow(A, "input: { properties: { name: true }, required: [name] }\noutput: !expr $input.nmae"),
                "P0306",
                "/output",
                "$input.nmae",
                "did you mean `name`?",
            ),
            case(
                workflow(A, "input: { properties: { name: { type: string } } }\noutput: !expr $input.name"),
                "P0308",
                "/output",
                "$input.name",
                "`$input.name ?? null`",
            ),
            case(
                workflow(
                    A,
                    "input: { properties: { name: { type: string } }, required: [name] }\noutput: !expr $input.name.first",
                ),
                "P0306",
                "/output",
                "$input.name.first",
                "",
            ),
        ],
        &all(),
    );
}

#[test]
fn of_expressions_that_read_results() {
    let reads = |text: &str| {
        let fetch = "- { id: fetch, action: http.request@1, parameters: { url: 'http://a.de/' } }";
        let use_it = format!("- {{ id: use, action: text.upper@1, parameters: {{ text: !expr {text} }} }}");
        workflow(&format!("{fetch}\n{use_it}"), "connections: [{ from: fetch, to: use }]")
    };
    let at = "/nodes/1/parameters/text";
    check(
        &[
            case(
                reads("$nodes.fetch.result.sttus"),
                "P0307",
                at,
                "$nodes.fetch.result.sttus",
                "did you mean `status`?",
            ),
            case(reads("$nodes.fetch.result.etag"), "P0308", at, "$nodes.fetch.result.etag", "?? null"),
            case(reads("$nodes.fetch.result.status.code"), "P0307", at, "$nodes.fetch.result.status.code", ""),
            case(reads("$nodes.fetch.result.tags?.first"), "P0307", at, "$nodes.fetch.result.tags?.first", "[0]"),
        ],
        &all(),
    );
    for fine in
        ["$nodes.fetch.result.body.any.thing", "$nodes.fetch.result.etag ?? ''", "$nodes.fetch.result.tags?.[0] ?? ''"]
    {
        assert_eq!(found(&reads(&format!("\"{fine}\"")), &all()), [], "{fine}");
    }
}

#[test]
fn of_expressions_for_the_action() {
    let filter = |keep: &str| one(&format!("action: list.filter@1, parameters: {{ items: [], keep: {keep} }}"));
    check(
        &[
            case(filter("'$item.a = 1'"), "E0107", "/nodes/0/parameters/keep", "=", "=="),
            case(filter("'$item.a == $input.b'"), "P0301", "/nodes/0/parameters/keep", "$input.b", "$item, $index"),
        ],
        &all(),
    );
    assert_eq!(found(&filter("'$item.a && $index > 1'"), &all()), []);
}

#[test]
fn of_credentials() {
    let chat = |rest: &str| one(&format!("action: chat.post@2{rest}"));
    check(
        &[
            case(chat(""), "P0402", "/nodes/0/credentials", "{ id: alpha, action: chat.post@2 }", "token"),
            case(
                http("url: 'http://a.de/'").replace(" } }", " }, credentials: { auht: x } }"),
                "P0401",
                "/nodes/0/credentials/auht",
                "auht",
                "did you mean `auth`?",
            ),
            case(
                one("action: text.upper@1, parameters: { text: x }, credentials: { key: x }"),
                "P0401",
                "/nodes/0/credentials/key",
                "key",
                "takes no credentials",
            ),
        ],
        &all(),
    );
}

#[test]
fn of_retries() {
    let retried = |parameters: &str| http(parameters).replace(" } }", " }, retry: { max_attempts: 2 } }");
    check(
        &[
            case(
                retried("url: 'http://a.de/', method: POST"),
                "P0403",
                "/nodes/0/retry",
                "{ max_attempts: 2 }",
                "`idempotent: true`",
            ),
            case(
                retried("url: !expr $input.url, method: POST"),
                "P0403",
                "/nodes/0/retry",
                "{ max_attempts: 2 }",
                "`idempotent: true`",
            ),
            case(
                retried("url: 'http://a.de/', method: !expr $input.method"),
                "P0404",
                "/nodes/0/retry",
                "{ max_attempts: 2 }",
                "not repeated",
            ),
        ],
        &all(),
    );
    for fine in ["url: 'http://a.de/'", "url: !expr $input.url", "url: 'http://a.de/', method: POST, idempotent: true"]
    {
        assert_eq!(found(&retried(fine), &all()), [], "{fine}");
    }
}

#[test]
fn of_grants() {
    let read = |path: &str| one(&format!("action: file.read@1, parameters: {{ path: {path} }}"));
    let url = "/nodes/0/parameters/url";
    let path = "/nodes/0/parameters/path";
    check(
        &[
            case(
                http("url: 'http://127.0.0.1:8080/x'"),
                "P0405",
                url,
                "'http://127.0.0.1:8080/x'",
                "--grant net:127.0.0.1:8080",
            ),
            case(http("url: 'https://b.de/x'"), "P0405", url, "'https://b.de/x'", "--grant net:b.de:443"),
            case(http("url: 'http://[::1]/'"), "P0405", url, "'http://[::1]/'", "--grant net:[::1]:80"),
            case(
                http("url: !template 'https://b.de/{{ $input.x }}'"),
                "P0405",
                url,
                "'https://b.de/{{ $input.x }}'",
                "--grant net:b.de:443",
            ),
            case(http("url: b.de"), "P0406", url, "b.de", "https://"),
            case(read("/etc/passwd"), "P0405", path, "/etc/passwd", "--grant fs_read:/etc/passwd"),
            case(read("'my notes.txt'"), "P0405", path, "'my notes.txt'", "--grant 'fs_read:my notes.txt'"),
            case(read("data/../secret"), "P0405", path, "data/../secret", "without `..`"),
        ],
        &grants(&["net:a.de:443", "fs_read:data"]),
    );
    check(
        &[
            case(http("url: !expr $input.url"), "P0405", url, "$input.url", "--grant net:HOST:PORT"),
            case(read("!expr $input.path"), "P0405", path, "$input.path", "--grant fs_read:PATH"),
        ],
        &grants(&[]),
    );
    for (fine, policy) in [
        (http("url: 'https://a.de/x'"), grants(&["net:*.de:443", "net:a.de:443"])),
        (http("url: 'http://10.1.2.3/x'"), grants(&["net:10.0.0.0/8:80"])),
        (http("url: !expr $input.url"), grants(&["net:a.de:443"])),
        (read("data/x.txt"), grants(&["fs_read:data"])),
        (read("data/x.txt"), grants(&["fs_read:/work/data"])),
        (read("/work/data/x.txt"), grants(&["fs_read:./data/"])),
        (read("!expr $input.path"), grants(&["fs_read:data"])),
    ] {
        assert_eq!(found(&fine, &policy), [], "{fine}");
    }
    // `*` is every public host and never an address inside.
    assert_eq!(found(&http("url: 'http://192.168.0.1/'"), &grants(&["net:*:*"]))[0].code, "P0405");
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
