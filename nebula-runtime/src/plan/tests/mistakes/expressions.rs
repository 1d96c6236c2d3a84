//! Mistakes inside expressions and of what they read.

use super::{A, B, ab, case, check, http, one, reads, workflow};
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
                    "connections: [{ from: alpha, to: beta, when: $input.go }]\noutput: { b: !expr $nodes.beta.result.x }",
                ),
                "P0304",
                "/output/b",
                "$nodes.beta.result.x",
                "`$nodes.beta.result.x ?? default`",
            ),
            case(
                workflow(
                    A,
                    "input: { properties: { name: true }, required: [name], additionalProperties: false }\noutput: !expr $input.nmae",
                ),
                "E0203",
                "/output",
                "nmae",
                "did you mean `name`?",
            ),
            case(
                workflow(A, "input: { properties: { name: true }, required: [name] }\noutput: !expr $input.nmae"),
                "E0203",
                "/output",
                "nmae",
                "did you mean `name`?",
            ),
            case(
                workflow(A, "input: { properties: { name: { type: string } } }\noutput: !expr $input.name"),
                "E0305",
                "/output",
                "name",
                "??",
            ),
            case(
                workflow(
                    A,
                    "input: { properties: { name: { type: string } }, required: [name] }\noutput: !expr $input.name.first",
                ),
                "E0503",
                "/output",
                "first",
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
            case(reads("$nodes.fetch.result.sttus"), "E0203", at, "sttus", "did you mean `status`?"),
            case(reads("$nodes.fetch.result.etag"), "E0305", at, "etag", "??"),
            case(reads("$nodes.fetch.result.status.code"), "E0503", at, "code", ""),
            case(reads("$nodes.fetch.result.tags?.first"), "E0503", at, "first", "[0]"),
            case(reads("$nodes.fetch.result.status"), "P0309", at, "$nodes.fetch.result.status", "`string(…)`"),
            case(reads("$nodes.fetch.result?.etag"), "P0309", at, "$nodes.fetch.result?.etag", "?? \"\""),
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

/// `orders`, then a list action over its rows.
fn listed(rest: &str) -> String {
    let orders = "- { id: orders, action: shop.orders@1 }";
    let list = format!(
        "- id: list\n  action: list.filter@1\n  parameters: {{ items: !expr $nodes.orders.result.rows, {rest} }}"
    );
    workflow(
        &format!("{orders}\n{list}"),
        "connections: [{ from: orders, to: list }]\noutput: !expr $nodes.list.result.items[0].total",
    )
}

#[test]
fn of_expressions_at_any_depth_of_the_parameters() {
    let at = |rest: &str| format!("keep: 'true', {rest}");
    check(
        &[
            case(listed("keep: '$item.totl > 1'"), "E0203", "/nodes/1/parameters/keep", "totl", "`total`?"),
            case(listed("keep: '$item.total'"), "P0309", "/nodes/1/parameters/keep", "'$item.total'", ""),
            case(listed("keep: '$item.status == \"opne\"'"), "E0509", "/nodes/1/parameters/keep", "\"opne\"", "open"),
            case(
                listed(&at("by: [null, { key: $item.totl }]")),
                "E0203",
                "/nodes/1/parameters/by/1/key",
                "totl",
                "`total`?",
            ),
            case(listed(&at("names: { x: $item.note }")), "E0305", "/nodes/1/parameters/names/x", "note", "??"),
            case(
                listed(&at("names: { x: $item.id }")),
                "P0309",
                "/nodes/1/parameters/names/x",
                "$item.id",
                "`number(…)`",
            ),
        ],
        &all(),
    );
    assert_eq!(found(&listed(&at("by: [{ key: $item.total }], names: { x: $item.total }")), &all()), []);
}

#[test]
fn of_reading_what_flows_through_other_nodes() {
    let text = listed("keep: 'true', names: { sum: $item.total }");
    let reads = |path: &str| text.replace("$nodes.list.result.items[0].total", path);
    check(
        &[
            case(reads("$nodes.list.result.items[0].totl"), "E0203", "/output", "totl", "`total`?"),
            case(reads("$nodes.list.result.names.smu"), "E0203", "/output", "smu", "`sum`?"),
            case(reads("$nodes.list.result.names.sum.x"), "E0503", "/output", "x", ""),
        ],
        &all(),
    );
}

#[test]
fn of_values_that_their_place_does_not_take() {
    let post = |rest: &str| reads(rest);
    let at = "/nodes/1/parameters/text";
    check(
        &[
            case(post("!expr '[1]'"), "P0309", at, "'[1]'", "[0]"),
            case(post("!template '{{ 1 + 1 }}'"), "P0309", at, "'{{ 1 + 1 }}'", "`string(…)`"),
            case(
                http("url: 'http://a.de/', retries: !template 'x{{ 1 }}'"),
                "P0309",
                "/nodes/0/parameters/retries",
                "'x{{ 1 }}'",
                "number(",
            ),
            case(
                http("url: 'http://a.de/', method: !expr '\"GTE\"'"),
                "P0309",
                "/nodes/0/parameters/method",
                "'\"GTE\"'",
                "`GET`?",
            ),
            case(
                http("url: 'http://a.de/', headers: !expr '{a: 1}'"),
                "P0309",
                "/nodes/0/parameters/headers",
                "'{a: 1}'",
                "`string(…)`",
            ),
            case(
                ab("connections: [{ from: alpha, to: beta, when: \"1 + 1\" }]"),
                "E0502",
                "/connections/0/when",
                "1 + 1",
                "compare",
            ),
        ],
        &all(),
    );
    for fine in ["retries: !expr $input.n", "body: !expr '[1]'", "method: !expr '\"GET\"'", "idempotent: !expr '1 > 0'"]
    {
        assert_eq!(found(&http(&format!("url: 'http://a.de/', {fine}")), &all()), [], "{fine}");
    }
}

#[test]
fn of_a_node_that_may_be_skipped_where_the_expression_sees_to_it() {
    let text = |output: &str| {
        ab(&format!(
            "connections: [{{ from: alpha, to: beta, when: \"$input.go == true\" }}]\noutput: !expr \"{output}\""
        ))
    };
    for fine in
        ["has($nodes.beta.result) ? $nodes.beta.result.x : 0", "$nodes.beta.result?.x", "$nodes.beta.result.x ?? 1"]
    {
        assert_eq!(found(&text(fine), &all()), [], "{fine}");
    }
    let codes: Vec<_> = found(&text("$nodes.beta.result.x == 1"), &all()).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["P0304"]);
}

#[test]
fn of_foreign_values_in_what_something_else_runs() {
    let query =
        |sql: &str| one(&format!("action: db.query@1, parameters: {{ sql: {sql}, parameters: [!expr $input.id] }}"));
    check(
        &[case(
            query("!template 'select * from t where id = {{ $input.id }}'"),
            "P0310",
            "/nodes/0/parameters/sql",
            "$input.id",
            "bind",
        )],
        &all(),
    );
    // What the workflow itself says, and what is all that is run, is not put together with what comes from outside.
    for fine in
        ["!template 'select * from {{ $workflow.id }}'", "!template '{{ $input.sql }}'", "!expr $input.sql", "select 1"]
    {
        assert_eq!(found(&query(fine), &all()), [], "{fine}");
    }
}

#[test]
fn of_computing_what_must_be_known_and_writing_what_must_be_computed() {
    let query = |more: &str| one(&format!("action: db.query@1, parameters: {{ sql: x, {more} }}"));
    check(
        &[
            case(
                query("pool: { size: !expr $input.id }"),
                "P0206",
                "/nodes/0/parameters/pool/size",
                "$input.id",
                "before the run",
            ),
            case(query("pool: !expr $input.pool"), "P0206", "/nodes/0/parameters/pool", "$input.pool", "other members"),
            case(query("rows: [1]"), "P0207", "/nodes/0/parameters/rows", "[1]", "!expr"),
        ],
        &all(),
    );
    for fine in [
        "pool: { size: 1, tags: !expr $input.tags }",
        "pool: { size: 1, tags: [!expr $input.tag] }",
        "rows: !expr $input.rows",
        "rows: [!expr $input.row]",
        "rows: !template '{{ $input.row }}'",
    ] {
        assert_eq!(found(&query(fine), &all()), [], "{fine}");
    }
}

#[test]
fn of_conditions_between_parameters() {
    let query = |more: &str| one(&format!("action: db.query@1, parameters: {{ sql: x, {more} }}"));
    let said = |more: &str| found(&query(more), &all()).iter().map(|one| one.message.clone()).collect::<Vec<_>>();
    assert_eq!(said("mode: few"), ["`db.query@1.0`: `limit` is missing: it is required when `mode == 'few'`"]);
    assert_eq!(said("mode: all, limit: 1"), ["`limit` has no use here: it is for when `mode == 'few'`"]);
    // What the condition reads is known in the run only; then it is checked again.
    for fine in ["mode: few, limit: 1", "mode: !expr $input.mode", "mode: !expr $input.mode, limit: 1"] {
        assert_eq!(said(fine), [""; 0], "{fine}");
    }
}

#[test]
fn of_expressions_that_may_take_too_much_by_what_schemas_allow() {
    let text = |most: u32| {
        let list = format!("{{ type: array, maxItems: {most}, items: {{ type: integer }} }}");
        let input = format!("input: {{ type: object, required: [a, b], properties: {{ a: {list}, b: {list} }} }}");
        workflow(A, &format!("{input}\noutput: !expr $input.a.all(a => $input.b.all(b => a > b))"))
    };
    assert_eq!(found(&text(100), &all()), []);
    let found = found(&text(5_000), &all());
    let [warning] = &found[..] else { panic!("{found:?}") };
    assert_eq!((warning.code, warning.is_error()), ("P0311", false));
    assert!(warning.message.contains("|$input.a|"), "{warning}");
}
