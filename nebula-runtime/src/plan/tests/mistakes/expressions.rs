//! Mistakes inside expressions and of what they read.

use super::{A, B, ab, case, check, one, reads, workflow};
use crate::plan::tests::{all, found};

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
