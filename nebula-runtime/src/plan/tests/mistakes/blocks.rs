//! Items that begin with conditions.

use super::{all, found};

/// A loop over numbers, with what is inside of it, and a loop in it when `inner` says so.
fn each(connections: &str, text: &str, is_nested: bool) -> String {
    let body = format!(
        "{{ nodes: [
          {{ id: big, action: text.upper@1, parameters: {{ text: x }} }},
          {{ id: small, action: text.upper@1, parameters: {{ text: x }} }},
          {{ id: last, action: text.upper@1, parameters: {{ text: !expr '{text}' }} }}
        ], connections: [{connections}] }}"
    );
    let items = "parameters: { items: !expr $input.items }";
    let body = if is_nested {
        format!("{{ nodes: [{{ id: items, action: flow.for_each@1, {items}, body: {body} }}] }}")
    } else {
        body
    };
    let (id, head) = if is_nested {
        ("outer", "input: { type: object, required: [items], properties: { items: { type: array } } }")
    } else {
        ("items", "input: { type: object, required: [items], properties: { items: { type: array } } }")
    };
    format!("nebula: 1\nid: t\n{head}\nnodes:\n  - {{ id: {id}, action: flow.for_each@1, {items}, body: {body} }}\n")
}

fn codes(text: &str) -> Vec<String> {
    found(text, &all()).iter().map(|one| format!("{} {}", one.code, one.pointer)).collect()
}

const STARTS: &str = "{ from: items, to: big, when: $item > 1 }, { from: items, to: small, when: $item <= 1 }, \
                      { from: big, to: last }, { from: small, to: last }";

#[test]
fn stand_on_connections_from_the_loop_itself() {
    // What is behind one of them need not run, and what has none behind the loop does.
    assert_eq!(codes(&each(STARTS, "$nodes.big.result", false)), ["P0304 /nodes/0/body/nodes/2/parameters/text"]);
    let plain = "{ from: items, to: big, when: $item > 1 }, { from: items, to: small }, { from: small, to: last }";
    assert_eq!(codes(&each(plain, "$nodes.small.result", false)), Vec::<String>::new());
}

#[test]
fn of_a_loop_in_a_loop_say_nothing_of_the_items_around() {
    let choice = "$item > 1 ? $nodes.big.result : $nodes.small.result";
    assert_eq!(codes(&each(STARTS, choice, true)).len(), 2);
}

#[test]
fn do_not_stand_outside_of_it() {
    let text = each("", "x", false) + "connections: [{ from: items, to: big, when: $input.go }]\n";
    assert!(codes(&text).iter().any(|one| one.ends_with(" /connections/0")), "{:?}", codes(&text));
}
