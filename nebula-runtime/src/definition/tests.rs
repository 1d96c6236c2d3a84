mod agreement;

use nebula_ports::{
    diagnostic::{Diagnostic, Severity},
    model::ParameterValue,
};
use serde_json::json;

use super::{MAX_TEXT, parse};

/// One mistake: the whole of what must be said of it.
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

fn slice<'t>(text: &'t str, diagnostic: &Diagnostic) -> &'t str {
    diagnostic.span.and_then(|span| text.get(span.start..span.end)).unwrap_or("<nowhere>")
}

fn check(cases: &[Case]) {
    for Case { text, code, pointer, marked, help } in cases {
        let parsed = parse(text);
        let shown: String = parsed.diagnostics.iter().map(|one| format!("{one} at {:?}\n", slice(text, one))).collect();
        let [diagnostic] = &parsed.diagnostics[..] else { panic!("{code}: not one finding\n{text}\n{shown}") };
        assert_eq!(diagnostic.code, *code, "{text}\n{shown}");
        assert_eq!(diagnostic.pointer, *pointer, "{text}\n{shown}");
        assert_eq!(slice(text, diagnostic), *marked, "{text}\n{shown}");
        let given = diagnostic.help.as_deref().unwrap_or_default();
        assert!(given.contains(help) && given.is_empty() == help.is_empty(), "{text}\n{shown}");
        assert_eq!(parsed.workflow.is_some(), diagnostic.severity == Severity::Warning);
        assert!(crate::plan::explain_code(diagnostic.code).is_some());
    }
}

fn with(rest: &str) -> String {
    format!("nebula: 1\nid: t\nnodes:\n- id: a\n  action: x.y@1\n{rest}\n")
}

#[test]
fn mistakes_of_the_text_have_a_place() {
    check(&[
        case("", "D0110", "", "", "begins with"),
        case("nebula: 1\nid: t\n\tnodes: []\n", "D0102", "", "\t", "spaces"),
        case(with("---\nnebula: 1"), "D0103", "", "---", "file of its own"),
        case(with("  parameters: { a: 1, a: 2 }"), "D0105", "/nodes/0/parameters/a", "a", "keep one"),
        case(
            with("  parameters: { a: !exp $input.x }"),
            "D0106",
            "/nodes/0/parameters/a",
            "!exp",
            "did you mean `!expr`?",
        ),
        case(with("  parameters: { a: !secret x }"), "D0106", "/nodes/0/parameters/a", "!secret", "there is `!expr`"),
        case(with("  parameters: { a: !expr [1] }"), "D0106", "/nodes/0/parameters/a", "[1]", "a tag on each part"),
        case(
            with("  parameters: { a: !literal { b: !expr $input } }"),
            "D0106",
            "/nodes/0/parameters/a/$literal/b",
            "!expr",
            "remove",
        ),
        case(with("  parameters: { a: !!int x }"), "D0106", "/nodes/0/parameters/a", "x", ""),
        case(with("  parameters: { a: *nothing }"), "D0107", "", "*", "quotes"),
        case(with("  parameters: { a: &me [*me] }"), "D0107", "/nodes/0/parameters/a/0", "*me", ""),
        case(with("  parameters: { [1]: 2 }"), "D0108", "/nodes/0/parameters", "[1]", ""),
        case(with("  parameters: { a: .inf }"), "D0109", "/nodes/0/parameters/a", ".inf", "quotes"),
        case(with("  parameters: { a: \"x }"), "D0101", "", "\"", ""),
        case(with("  parameters: { a: @x }"), "D0101", "", "@", "quotes"),
        case(with("  parameters: { a: [1, 2 }"), "D0101", "", "[", ""),
        case("a".repeat(MAX_TEXT + 1), "D0104", "", "<nowhere>", "action"),
        case("[".repeat(100), "D0104", "", "[", ""),
    ]);
}

#[test]
fn mistakes_of_keys_and_values_have_a_place() {
    check(&[
        case("nebula: 1\nid: t\nnodes: []\nnodse: []", "D0201", "/nodse", "nodse", "there is"),
        case("nebula: 1\nid: t\nnods: []", "D0201", "/nods", "nods", "did you mean `nodes`?"),
        case("nebula: 1\nid: t", "D0202", "", "nebula: 1\nid: t", "add `nodes:`"),
        case("nebula: 1\nid:\nnodes: []", "D0202", "/id", "", "add `id:`"),
        case("id: t\nnodes: []", "D0207", "", "id: t\nnodes: []", "begin with `nebula: 1`"),
        case("nebula: 2\nid: t\nnodes: []", "D0207", "/nebula", "2", "write `nebula: 1`"),
        case("nebula: 1\nid: no spaces\nnodes: []", "D0204", "/id", "no spaces", "letters"),
        case("nebula: 1\nid: 7\nnodes: []", "D0203", "/id", "7", "`\"7\"`"),
        case("nebula: 1\nid: t\nnodes: {}", "D0203", "/nodes", "{}", "begin each with `- id:`"),
        case("[]", "D0203", "", "[]", "a workflow has `nebula`"),
        case("nebula: 1\nid: t\nnodes: [x]", "D0203", "/nodes/0", "x", "a node has `id`"),
        case(with("  tiemout: 3s"), "D0201", "/nodes/0/tiemout", "tiemout", "did you mean `timeout`?"),
        case(with("  timeout: 3"), "D0206", "/nodes/0/timeout", "3", "write `3s`"),
        case(with("  timeout: soon"), "D0206", "/nodes/0/timeout", "soon", "10s"),
        case(with("  timeout: P1D"), "D0206", "/nodes/0/timeout", "P1D", "10s"),
        case(with("  parameters: [1]"), "D0203", "/nodes/0/parameters", "[1]", ""),
        case(
            with("  parameters: { a: { $expr: $input.x, b: 1 } }"),
            "D0208",
            "/nodes/0/parameters/a",
            "{ $expr: $input.x, b: 1 }",
            "",
        ),
        case(with("  parameters: { a: { $template: 3 } }"), "D0208", "/nodes/0/parameters/a", "{ $template: 3 }", ""),
        case(with("  credentials: { key: a b }"), "D0204", "/nodes/0/credentials/key", "a b", "letters"),
        case(with("  retry: { max_attempts: 0 }"), "D0209", "/nodes/0/retry/max_attempts", "0", ""),
        case(with("  retry: { max_attempts: 101 }"), "D0209", "/nodes/0/retry/max_attempts", "101", ""),
        case(with("  retry: { max_attempts: -1 }"), "D0209", "/nodes/0/retry/max_attempts", "-1", ""),
        case(with("  retry: { max_attempts: 2.5 }"), "D0203", "/nodes/0/retry/max_attempts", "2.5", ""),
        case(with("  retry: {}"), "D0202", "/nodes/0/retry", "{}", "max_attempts"),
        case(
            with("  retry: { max_attempts: 2, jitter: some }"),
            "D0203",
            "/nodes/0/retry/jitter",
            "some",
            "`full` and `none`",
        ),
        case(
            with("  retry: { max_attempts: 2, backoff: { fixed: 1s, exponential: 1s } }"),
            "D0203",
            "/nodes/0/retry/backoff",
            "{ fixed: 1s, exponential: 1s }",
            "keep one",
        ),
        case(
            with("  retry: { max_attempts: 2, backoff: { exponental: 1s } }"),
            "D0201",
            "/nodes/0/retry/backoff/exponental",
            "exponental",
            "did you mean `exponential`?",
        ),
        case(
            with("connections: [{ from: a, to: a, when: !expr $input.x }]"),
            "D0203",
            "/connections/0/when",
            "$input.x",
            "without a tag",
        ),
        case(
            with("connections: [{ from: a, to: a, when: true }]"),
            "D0203",
            "/connections/0/when",
            "true",
            "in quotes",
        ),
        case(with("connections: [{ from: a }]"), "D0202", "/connections/0", "{ from: a }", "add `to:`"),
        case(with("settings: { max_parallel: 0 }"), "D0209", "/settings/max_parallel", "0", ""),
        case(with("vars: { a: !expr $input.x }"), "D0210", "/vars/a", "$input.x", "`output`"),
        case(with("").replace("x.y@1", "x.y"), "D0205", "/nodes/0/action", "x.y", "`x.y@1`"),
        case(with("").replace("x.y@1", "x.y@one"), "D0205", "/nodes/0/action", "x.y@one", "major"),
        case(with("").replace("x.y@1", "fetch@1"), "D0205", "/nodes/0/action", "fetch@1", "namespace"),
    ]);
}

#[test]
fn all_mistakes_are_found_at_once_in_the_order_of_the_text() {
    let text = "nebula: 3\nid: \"a b\"\nnodes:\n- id: 1x\n  action: nope\n  retry: { max_attempts: 0, jiter: full }\n  timeout: 5\nwhatever: 1\n";
    let parsed = parse(text);
    let codes: Vec<_> = parsed.diagnostics.iter().map(|one| (one.code, slice(text, one))).collect();
    assert_eq!(
        codes,
        [
            ("D0207", "3"),
            ("D0204", "\"a b\""),
            ("D0204", "1x"),
            ("D0205", "nope"),
            ("D0209", "0"),
            ("D0201", "jiter"),
            ("D0206", "5"),
            ("D0201", "whatever"),
        ]
    );
}

#[test]
fn tags_in_yaml_are_those_of_json() {
    let text = with(
        "  parameters:\n    a: !expr $input.x\n    b: [!template \"x {{ $input.x }}\", 1]\n    c: !literal { $expr: data }\n    d: { $expr: $input.y }\n",
    );
    let node = &parse(&text).workflow.unwrap().nodes[0];
    assert_eq!(node.parameters["a"], ParameterValue::Expression("$input.x".to_owned()));
    assert_eq!(
        node.parameters["b"],
        ParameterValue::Array(vec![
            ParameterValue::Template("x {{ $input.x }}".to_owned()),
            ParameterValue::Literal(json!(1))
        ])
    );
    assert_eq!(node.parameters["c"], ParameterValue::Literal(json!({ "$expr": "data" })));
    assert_eq!(node.parameters["d"], ParameterValue::Expression("$input.y".to_owned()));
}

#[test]
fn aliases_repeat_values_within_bounds() {
    let text = with("  parameters: { a: &x { k: [1, 2] }, b: *x }");
    let node = &parse(&text).workflow.unwrap().nodes[0];
    assert_eq!(node.parameters["a"], node.parameters["b"]);

    let mut bomb = String::from("nebula: 1\nid: t\nnodes: []\nvars:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..9 {
        let uses = vec![format!("*a{}", i - 1); 10].join(", ");
        bomb.push_str(&format!("  a{i}: &a{i} [{uses}]\n"));
    }
    let parsed = parse(&bomb);
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].code, "D0104");
}

#[test]
fn a_key_of_any_spelling_is_its_text() {
    let text = with("  parameters: { 1: a, true: b, \"q\": c, 'r': d, a/b~c: e }");
    let parsed = parse(&text);
    assert_eq!(parsed.diagnostics, []);
    let node = &parsed.workflow.unwrap().nodes[0];
    assert_eq!(node.parameters.keys().map(String::as_str).collect::<Vec<_>>(), ["1", "a/b~c", "q", "r", "true"]);
    let place = parsed.map.value("/nodes/0/parameters/a~1b~0c").unwrap();
    assert_eq!(&text[place.start..place.end], "e");
}

#[test]
fn json_with_characters_that_yaml_does_not_have_is_read() {
    let text = "{\"nebula\": 1, \"id\": \"t\", \"name\": \"a\u{7f}b\", \"nodes\": []}";
    assert_eq!(parse(text).workflow.unwrap().name.as_deref(), Some("a\u{7f}b"));
}

#[test]
fn a_later_finding_is_placed_by_its_pointer() {
    let text = with("  parameters:\n    a: !expr $input.x\n    b: { $expr: $input.y }\n    c: [1, 2]");
    let parsed = parse(&text);
    let place = |pointer: &str, at_key: bool, inner: Option<(usize, usize)>| {
        let mut diagnostic = Diagnostic::error("P0301", pointer, "x");
        diagnostic.at_key = at_key;
        if let Some((start, end)) = inner {
            diagnostic = diagnostic.with_inner(start, end);
        }
        parsed.map.locate(&mut diagnostic);
        slice(&text, &diagnostic).to_owned()
    };
    let parameters = "/nodes/0/parameters";
    // Either spelling of the pointer means the source, in either spelling of the tag.
    for name in ["a", "b"] {
        let letter = if name == "a" { "x" } else { "y" };
        assert_eq!(place(&format!("{parameters}/{name}"), false, Some((7, 8))), letter);
        assert_eq!(place(&format!("{parameters}/{name}/$expr"), false, Some((7, 8))), letter);
        assert_eq!(place(&format!("{parameters}/{name}"), true, None), name);
    }
    assert_eq!(place(&format!("{parameters}/a"), false, None), "$input.x");
    assert_eq!(place(&format!("{parameters}/b"), false, None), "{ $expr: $input.y }");
    assert_eq!(place(&format!("{parameters}/c/1"), false, None), "2");
    // What is not there is placed at what is around it.
    assert_eq!(place(&format!("{parameters}/c/7/x"), false, None), "[1, 2]");
    assert_eq!(place("/settings/timeout", false, None), text.trim_end());
}
