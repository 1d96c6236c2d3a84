//! Mistakes of triggers.

use super::{A, case, check, one, workflow};
use crate::plan::tests::{all, found, grants, planned};

/// A workflow that takes an order, with these triggers.
fn triggered(triggers: &str) -> String {
    let input = "input: { type: object, required: [id], properties: { id: { type: string }, total: { type: number }, by: { type: string, default: shop } }, additionalProperties: false }";
    workflow(A, &format!("{input}\ntriggers:\n{triggers}"))
}

/// A trigger of new orders with this input.
fn with(input: &str) -> String {
    triggered(&format!("- {{ id: new, action: feed.orders@1, parameters: {{ shop: a }}, input: {input} }}"))
}

#[test]
fn of_their_form() {
    check(
        &[
            case(
                triggered("- { id: new, action: feed.orders@1, parameters: { shop: a }, evry: 1m, input: { id: x } }"),
                "D0201",
                "/triggers/0/evry",
                "evry",
                "did you mean `every`?",
            ),
            case(
                triggered("- { action: feed.orders@1, parameters: { shop: a }, input: { id: x } }"),
                "D0202",
                "/triggers/0",
                "{ action: feed.orders@1, parameters: { shop: a }, input: { id: x } }",
                "id",
            ),
            case(
                triggered(
                    "- { id: new, action: feed.orders@1, parameters: { shop: a }, every: often, input: { id: x } }",
                ),
                "D0206",
                "/triggers/0/every",
                "often",
                "10s",
            ),
            case(
                triggered(
                    "- { id: new, action: feed.orders@1, parameters: { shop: a }, input: { id: x } }\n- { id: new, action: feed.orders@1, parameters: { shop: b }, input: { id: x } }",
                ),
                "P0601",
                "/triggers/1/id",
                "new",
                "rename",
            ),
            case(
                triggered(
                    "- { id: new, action: feed.orders@1, parameters: { shop: a }, every: 10ms, input: { id: x } }",
                ),
                "P0606",
                "/triggers/0/every",
                "10ms",
                "every: 1m",
            ),
        ],
        &all(),
    );
}

#[test]
fn of_their_action() {
    check(
        &[
            case(
                triggered("- { id: new, action: feed.order@1, input: { id: x } }"),
                "P0201",
                "/triggers/0/action",
                "feed.order@1",
                "did you mean `feed.orders`?",
            ),
            case(
                triggered("- { id: new, action: feed.orders@2, parameters: { shop: a }, input: { id: x } }"),
                "P0202",
                "/triggers/0/action",
                "feed.orders@2",
                "feed.orders@1.0",
            ),
            case(
                triggered("- { id: new, action: shop.orders@1, input: { id: x } }"),
                "P0602",
                "/triggers/0/action",
                "shop.orders@1",
                "there is `feed.orders@1.0`",
            ),
            case(
                one("action: feed.orders@1, parameters: { shop: a }"),
                "P0603",
                "/nodes/0/action",
                "feed.orders@1",
                "triggers: [{ id: alpha, action: feed.orders@1.0 }]",
            ),
        ],
        &all(),
    );
}

#[test]
fn of_their_parameters() {
    let new = |rest: &str| triggered(&format!("- {{ id: new, action: feed.orders@1, input: {{ id: x }}{rest} }}"));
    check(
        &[
            case(new(", parameters: { shop: 7 }"), "P0203", "/triggers/0/parameters/shop", "7", "put it in quotes"),
            case(
                new(", parameters: { shop: a, limt: 7 }"),
                "P0204",
                "/triggers/0/parameters/limt",
                "limt",
                "did you mean `limit`?",
            ),
            case(
                new(", parameters: { shop: !expr $vars.shop }"),
                "P0604",
                "/triggers/0/parameters/shop",
                "$vars.shop",
                "`$trigger.event`",
            ),
            case(
                new(", parameters: { shop: a }, credentials: { tokn: x }"),
                "P0401",
                "/triggers/0/credentials/tokn",
                "tokn",
                "did you mean `token`?",
            ),
        ],
        &all(),
    );
    let denied = found(&new(", parameters: { shop: a }"), &grants(&[]));
    assert_eq!(denied.len(), 1, "{denied:?}");
    assert_eq!((denied[0].code, denied[0].pointer.as_str()), ("P0405", "/triggers/0/action"));
    assert_eq!(denied[0].help.as_deref(), Some("--grant net:shop.example.com:443"));
}

#[test]
fn of_their_input() {
    check(
        &[
            case(with("{ id: 7 }"), "P0605", "/triggers/0/input/id", "7", "put it in quotes"),
            case(with("{ total: 7 }"), "P0605", "/triggers/0/input", "{ total: 7 }", ""),
            case(
                with("{ id: !expr $trigger.event.total }"),
                "P0605",
                "/triggers/0/input/id",
                "$trigger.event.total",
                "string(…)",
            ),
            case(
                with("{ id: !expr $trigger.event.id, totl: 1 }"),
                "P0605",
                "/triggers/0/input/totl",
                "totl",
                "did you mean `total`?",
            ),
            case(with("!expr $trigger.event"), "P0605", "/triggers/0/input", "$trigger.event", ""),
            case(
                triggered("- { id: new, action: feed.orders@1, parameters: { shop: a } }"),
                "P0605",
                "/triggers/0/action",
                "feed.orders@1",
                "input: { name: !expr $trigger.event.name }",
            ),
            case(
                with("{ id: !expr $trigger.event.totl }"),
                "E0203",
                "/triggers/0/input/id",
                "totl",
                "did you mean `total`?",
            ),
            case(with("{ id: !expr $trigger.event.note }"), "E0305", "/triggers/0/input/id", "note", "?? default"),
            case(with("{ id: !expr $input.id }"), "P0301", "/triggers/0/input/id", "$input.id", "reads `$trigger`"),
            case(
                with("{ id: !expr $nodes.alpha.result }"),
                "P0301",
                "/triggers/0/input/id",
                "$nodes.alpha.result",
                "reads `$trigger`",
            ),
            case(
                workflow("- { id: alpha, action: text.upper@1, parameters: { text: !expr $trigger.key } }", ""),
                "P0301",
                "/nodes/0/parameters/text",
                "$trigger.key",
                "$trigger.event.name",
            ),
        ],
        &all(),
    );
}

#[test]
fn all_of_several_triggers_are_found_at_once() {
    let found = found(
        &triggered(
            "- { id: a, action: feed.order@1, input: { id: 7 } }\n- { id: b, action: feed.orders@1, parameters: { shop: 1 }, input: { id: !expr $trigger.event.total } }",
        ),
        &all(),
    );
    let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["P0201", "P0605", "P0203", "P0605"], "{found:?}");
}

#[test]
fn what_fits_is_planned() {
    for fine in [
        "{ id: !expr $trigger.event.id, total: !expr $trigger.event.total }",
        "{ id: !expr $trigger.key }",
        "{ id: !template \"{{ $trigger.id }}-{{ $trigger.event.id }}\" }",
        "{ id: !expr $trigger.fired_at }",
        "{ id: !expr $trigger.event.note ?? $workflow.id }",
        "!expr \"{id: $trigger.event.id}\"",
    ] {
        let plan = planned(&with(fine), &all()).plan;
        assert_eq!((plan.triggers.len(), plan.triggers[0].every.as_secs()), (1, 60), "{fine}");
    }
    let often = triggered("- { id: new, action: feed.orders@1, parameters: { shop: a }, every: 5s, input: { id: x } }");
    assert_eq!(planned(&often, &all()).plan.triggers[0].every.as_secs(), 5);
}

#[test]
fn the_identity_of_a_trigger_is_where_it_looks() {
    let identity = |trigger: &str| planned(&triggered(trigger), &all()).plan.triggers[0].identity;
    let one = identity("- { id: new, action: feed.orders@1, parameters: { shop: a }, input: { id: x } }");
    assert_eq!(
        one,
        identity("- { id: new, action: feed.orders@1.0, parameters: { shop: a }, every: 5s, input: { id: y } }")
    );
    assert_ne!(one, identity("- { id: new, action: feed.orders@1, parameters: { shop: b }, input: { id: x } }"));
}
