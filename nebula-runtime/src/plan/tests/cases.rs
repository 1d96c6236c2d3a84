//! What comes out of correct workflows.

use nebula_ports::{diagnostic::Severity, model::EffectClass};

use super::{Planned, WEATHER, all, found, grants, planned};
use crate::{catalogue::testing::catalogue, definition::parse, plan::Compiled};

#[test]
fn a_correct_workflow_becomes_a_plan() {
    let policy = grants(&["net:127.0.0.1:8080", "net:chat.example.com:443", "env:CHAT_ROOM"]);
    let Planned { plan, notes } = planned(WEATHER, &policy);
    assert_eq!(notes, []);
    let ids: Vec<_> = plan.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["fetch", "post"]);
    assert_eq!(&*plan.nodes[1].reads, [0]);
    assert_eq!(&*plan.edges[0].reads, [0]);
    assert_eq!((plan.edges[0].from, plan.edges[0].to), (0, 1));
    assert_eq!(plan.root().output.as_ref().map(|output| &*output.reads), Some(&[0][..]));
    assert_eq!(plan.bounds.max_calls["http.request"], 3);
    assert_eq!(plan.bounds.hosts, ["127.0.0.1:8080", "chat.example.com:443"]);
    assert_eq!(plan.bounds.max_parallel, 1);
}

#[test]
fn the_order_is_topological_and_otherwise_that_of_the_definition() {
    let text = "
nebula: 1
id: order
nodes:
  - { id: d, action: text.upper@1, parameters: { text: x } }
  - { id: c, action: text.upper@1, parameters: { text: x } }
  - { id: b, action: text.upper@1, parameters: { text: x } }
  - { id: a, action: text.upper@1, parameters: { text: x } }
connections:
  - { from: a, to: b }
  - { from: a, to: c }
  - { from: c, to: d }
  - { from: b, to: d }
";
    let plan = planned(text, &all()).plan;
    let ids: Vec<_> = plan.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["a", "c", "b", "d"]);
    assert_eq!(plan.bounds.max_parallel, 2);
    assert_eq!(&*plan.nodes[3].incoming, [2, 3]);
    assert!(matches!(&plan.nodes[0].parameters, Compiled::Literal(value) if value["text"] == "x"));
    assert_eq!(plan.nodes[0].effect, Some(EffectClass::Pure));
}

#[test]
fn the_same_definition_has_the_same_digest_and_another_action_another() {
    let workflow = parse(WEATHER).workflow.unwrap();
    let one = crate::plan::plan(&workflow, &catalogue(), &all()).unwrap().plan;
    let two = crate::plan::plan(&workflow, &catalogue(), &all()).unwrap().plan;
    assert_eq!(one.digest, two.digest);
    let other = planned(&WEATHER.replace("timeout: 1h", "timeout: 2h"), &all()).plan;
    assert_ne!(one.digest, other.digest);
}

#[test]
fn a_read_is_safe_where_the_other_node_has_surely_run() {
    // b runs whenever d does, as every way to d leads through it, and c runs whenever b has.
    let text = r#"
nebula: 1
id: certain
nodes:
  - { id: a, action: text.upper@1, parameters: { text: x } }
  - { id: b, action: text.upper@1, parameters: { text: x } }
  - { id: c, action: text.upper@1, parameters: { text: x } }
  - { id: d, action: text.upper@1, parameters: { text: !template "{{ $nodes.a.result.x }}{{ $nodes.b.result.x }}{{ $nodes.c.result.x }}" } }
connections:
  - { from: a, to: b, when: "$nodes.a.result.go" }
  - { from: b, to: c }
  - { from: b, to: d, when: "$nodes.b.result.go" }
  - { from: c, to: d, when: "$nodes.c.result.go && $nodes.b.result.go" }
"#;
    assert_eq!(found(text, &all()), []);
}

#[test]
fn reads_that_handle_absence_are_allowed_of_nodes_that_may_be_skipped() {
    let text = r#"
nebula: 1
id: handled
nodes:
  - { id: a, action: text.upper@1, parameters: { text: x } }
  - { id: b, action: text.upper@1, parameters: { text: x } }
  - { id: c, action: text.upper@1, parameters: { text: !expr "$nodes.b.result ?? 'none'", lang: !expr "$nodes.b.status" } }
connections:
  - { from: a, to: b, when: "$nodes.a.result.go" }
  - { from: a, to: c }
  - { from: b, to: c }
output: { b: !expr "$nodes.b.result?.x", skipped: !expr $nodes.b.skipped }
"#;
    assert_eq!(found(text, &all()), []);
}

#[test]
fn without_required_grants_a_denial_is_a_note() {
    let mut policy = grants(&[]);
    policy.grants_required = false;
    let Planned { notes, .. } = planned(WEATHER, &policy);
    let help: Vec<_> = notes.iter().map(|note| (note.severity, note.help.as_deref().unwrap())).collect();
    assert_eq!(
        help,
        [
            (Severity::Note, "--grant net:chat.example.com:443"),
            (Severity::Note, "--grant env:CHAT_ROOM"),
            (Severity::Note, "--grant net:127.0.0.1:8080"),
        ]
    );
}

#[test]
fn a_long_chain_is_planned() {
    let mut text = String::from("nebula: 1\nid: chain\nnodes:\n");
    let count = 5_000;
    for i in 0..count {
        text.push_str(&format!("- {{ id: n{i}, action: text.upper@1 , parameters: {{ text: x }} }}\n"));
    }
    text.push_str("connections:\n");
    for i in 1..count {
        text.push_str(&format!("- {{ from: n{}, to: n{i}, when: \"true\" }}\n", i - 1));
    }
    let plan = planned(&text, &all()).plan;
    assert_eq!(plan.nodes.len(), count);
    assert_eq!(plan.bounds.max_parallel, 1);
}

#[test]
fn after_opposite_conditions_the_join_has_surely_run() {
    let text = r#"
nebula: 1
id: fork
nodes:
  - { id: a, action: text.upper@1, parameters: { text: x } }
  - { id: large, action: text.upper@1, parameters: { text: x } }
  - { id: small, action: text.upper@1, parameters: { text: x } }
  - { id: tiny, action: text.upper@1, parameters: { text: x } }
  - { id: other, action: text.upper@1, parameters: { text: x } }
  - { id: join, action: text.upper@1, parameters: { text: x } }
connections:
  - { from: a, to: large, when: "$nodes.a.result.total > 100" }
  - { from: a, to: small, when: "$nodes.a.result.total <= 100" }
  - { from: small, to: tiny, when: "$nodes.a.result.tiny" }
  - { from: small, to: other, when: "!$nodes.a.result.tiny" }
  - { from: tiny, to: join }
  - { from: other, to: join }
  - { from: large, to: join }
output: !expr $nodes.join.result
"#;
    assert_eq!(found(text, &all()), []);
    // With a gap between the conditions it may be skipped.
    let codes: Vec<_> = found(&text.replace("<= 100", "< 100"), &all()).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["P0304"]);
}

/// Two nodes in each of two branches of `kind`, and a reader.
fn branches(one: &str, other: &str, reads: &str) -> String {
    format!(
        r#"
nebula: 1
id: branches
input:
  type: object
  required: [kind, day]
  properties: {{ kind: {{ enum: [rain, snow] }}, day: {{ type: string }}, sure: {{ type: boolean }} }}
nodes:
  - {{ id: a, action: text.upper@1, parameters: {{ text: x }} }}
  - {{ id: b, action: text.upper@1, parameters: {{ text: x }} }}
  - {{ id: c, action: http.request@1, parameters: {{ url: "http://127.0.0.1:8080/" }} }}
  - {{ id: d, action: http.request@1, parameters: {{ url: "http://127.0.0.1:8080/" }} }}
  - {{ id: e, action: chat.post@2, parameters: {{ n: !expr "{reads}" }}, credentials: {{ token: t }} }}
connections:
  - {{ from: a, to: c, when: "{one}" }}
  - {{ from: b, to: d, when: "{other}" }}
  - {{ from: c, to: e }}
  - {{ from: d, to: e }}
"#
    )
}

#[test]
fn behind_the_same_condition_nodes_run_together() {
    let both = "$nodes.c.result.status + $nodes.d.result.status";
    assert_eq!(found(&branches("$input.kind == 'rain'", "$input.kind == 'rain'", both), &all()), []);
    assert_eq!(found(&branches("!($input.kind == 'snow')", "'rain' == $input.kind", both), &all()), []);
    for other in ["$input.kind == 'snow'", "$input.day == 'rain'", "true"] {
        let codes: Vec<_> =
            found(&branches("$input.kind == 'rain'", other, both), &all()).iter().map(|one| one.code).collect();
        assert!(codes.starts_with(&["P0304"]), "{other}: {codes:?}");
    }
    // Each asks at a time of its own.
    let now = "$now > timestamp('2026-01-01T00:00:00Z')";
    let codes: Vec<_> = found(&branches(now, now, both), &all()).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["P0304", "P0304"]);
}

#[test]
fn where_one_of_two_branches_is_taken_the_other_may_be_read() {
    let texts = ["$input.kind == 'rain'", "$input.kind == 'snow'"];
    for reads in [
        "$nodes.c.result.status ?? $nodes.d.result.status",
        "$nodes.d.result.status ?? $nodes.c.result.status",
        "$input.kind == 'rain' ? $nodes.c.result.status : $nodes.d.result.status",
        "$input.kind != 'snow' && $nodes.c.result.status > 1",
        "$input.kind == 'snow' ? 0 : $nodes.c.result.status",
        "[1].map(i => $input.kind == 'snow' ? i : $nodes.c.result.status)",
    ] {
        assert_eq!(found(&branches(texts[0], texts[1], reads), &all()), [], "{reads}");
    }
    for reads in [
        "$input.kind == 'rain' ? $nodes.d.result.status : $nodes.c.result.status",
        "$input.day == 'rain' ? $nodes.c.result.status : $nodes.d.result.status",
        // What is null, and not absent, says nothing of the other.
        "$nodes.c.result.etag ?? $nodes.d.result.status",
        "$nodes.c.result.body ?? $nodes.d.result.status",
        "['rain'].map(kind => kind == 'rain' ? $nodes.c.result.status : 1)",
    ] {
        let codes: Vec<_> = found(&branches(texts[0], texts[1], reads), &all()).iter().map(|one| one.code).collect();
        assert!(codes.contains(&"P0304"), "{reads}: {codes:?}");
    }
    // At the end, neither may have been: there may be a third kind.
    let end = |kinds: &str| {
        let text = branches(texts[0], texts[1], "1").replace("[rain, snow]", kinds);
        let text = format!("{text}output: !expr $nodes.c.result.status ?? $nodes.d.result.status\n");
        found(&text, &all()).iter().map(|one| one.code).collect::<Vec<_>>()
    };
    assert_eq!(end("[rain, snow]"), Vec::<&str>::new());
    assert_eq!(end("[rain, snow, sun]"), ["P0304"]);
    assert_eq!(end("[rain, snow, null]"), ["P0304"]);
}
