//! Ports, and failures that lead on.

use super::{A, B, all, case, check, found, workflow};

const REVIEW: &str = "- { id: review, action: shop.review@1 }";

fn reviewed(rest: &str) -> String {
    workflow(&format!("{REVIEW}\n{A}\n{B}"), rest)
}

fn routed(on_error: &str, rest: &str) -> String {
    let nodes =
        format!("- {{ id: alpha, action: text.upper@1, on_error: {on_error}, parameters: {{ text: x }} }}\n{B}");
    workflow(&nodes, rest)
}

#[test]
fn that_do_not_exist() {
    check(
        &[
            case(
                reviewed("connections: [{ from: review.aproved, to: alpha }]"),
                "P0109",
                "/connections/0/from",
                "review.aproved",
                "did you mean `review.approved`?",
            ),
            case(
                reviewed("connections: [{ from: review.late, to: alpha }]"),
                "P0109",
                "/connections/0/from",
                "review.late",
                "there is `review.approved`, `review.on-hold`",
            ),
            case(
                reviewed("connections: [{ from: alpha.done, to: beta }]"),
                "P0109",
                "/connections/0/from",
                "alpha.done",
                "`text.upper` has no ports: write `from: alpha`",
            ),
        ],
        &all(),
    );
}

#[test]
fn of_failures_that_are_not_routed() {
    let connection = "connections: [{ from: alpha.error, to: beta }]";
    check(
        &[
            case(routed("fail", connection), "P0110", "/connections/0/from", "alpha.error", "say `on_error: route`"),
            case(
                routed("continue", connection),
                "P0110",
                "/connections/0/from",
                "alpha.error",
                "say `on_error: route`",
            ),
        ],
        &all(),
    );
}

#[test]
fn of_failures_that_lead_nowhere() {
    check(
        &[
            case(
                routed("route", "connections: [{ from: alpha, to: beta }]"),
                "P0111",
                "/nodes/0/on_error",
                "route",
                "{ from: alpha.error, to: … }",
            ),
            case(routed("route", ""), "P0111", "/nodes/0/on_error", "route", "say `on_error: continue`"),
        ],
        &all(),
    );
}

/// `alpha` behind one port, `beta` behind the other, and what is read of them.
fn read(output: &str) -> Vec<&'static str> {
    let text = reviewed(&format!(
        "connections: [{{ from: review.approved, to: alpha }}, {{ from: review.on-hold, to: beta }}]\noutput: !expr {output}"
    ));
    found(&text, &all()).iter().map(|one| one.code).collect()
}

#[test]
fn of_all_ports_one_is_left_by_and_the_port_says_which() {
    for fine in [
        "'$nodes.review.port == \"approved\" ? $nodes.alpha.result : $nodes.beta.result'",
        "'$nodes.review.port != \"on-hold\" ? $nodes.alpha.result : $nodes.beta.result'",
        "'$nodes.review.port in [\"approved\"] ? $nodes.alpha.result : $nodes.beta.result'",
    ] {
        assert_eq!(read(fine), Vec::<&str>::new(), "{fine}");
    }
    assert_eq!(read("$nodes.alpha.result"), ["P0304"]);
    assert_eq!(read("'$nodes.review.port == \"on-hold\" ? $nodes.alpha.result : $nodes.beta.result'").len(), 2);
    assert_eq!(read("'$nodes.review.port == \"aproved\"'"), ["E0509"]);
}

#[test]
fn a_port_of_what_need_not_have_run_is_none_of_them() {
    // Where `review` is skipped, its port is null, and neither of the two has run.
    let text = |output: &str| {
        workflow(
            &format!("- {{ id: first, action: text.upper@1, parameters: {{ text: x }} }}\n{REVIEW}\n{A}\n{B}"),
            &format!(
                "connections:\n  - {{ from: first, to: review, when: $input.go == true }}\n  - {{ from: review.approved, to: alpha }}\n  \
                 - {{ from: review.on-hold, to: beta }}\noutput: !expr '{output}'"
            ),
        )
    };
    let choice = "$nodes.review.port == \"approved\" ? $nodes.alpha.result : $nodes.beta.result";
    let codes: Vec<_> = found(&text(choice), &all()).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["P0304"]);
    let all_of_them = "$nodes.review.port == \"approved\" ? $nodes.alpha.result : $nodes.review.port == \"on-hold\" ? $nodes.beta.result : null";
    assert_eq!(found(&text(all_of_them), &all()), []);
}

#[test]
fn what_a_failure_says_decides_what_has_run() {
    let text = |output: &str| {
        routed("route", &format!("connections: [{{ from: alpha.error, to: beta }}]\noutput: !expr '{output}'"))
    };
    assert_eq!(found(&text("$nodes.alpha.success ? $nodes.alpha.result : $nodes.beta.result"), &all()), []);
    let codes: Vec<_> =
        found(&text("$nodes.alpha.success ? $nodes.beta.result : 1"), &all()).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["P0304"]);
}
