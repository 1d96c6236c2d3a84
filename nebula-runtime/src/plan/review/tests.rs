use super::review;
use crate::{catalogue::testing::catalogue, definition::parse, plan::tests::all};

/// What planning finds in the part of a text that can be read.
fn reviewed(text: &str) -> Vec<&'static str> {
    let draft =
        parse(text).draft.unwrap_or_else(|| panic!("no mistake, or none beside which the rest can be read: {text}"));
    review(&draft, &catalogue(), &all()).into_iter().map(|finding| finding.code).collect()
}

const LIST: &str = "
nebula: 1
id: t
UNKNOWN
nodes:
  - { id: list, action: list.filter@1, parameters: { items: [{ a: 1 }], keep: 'true' } }
  - { id: use, action: text.upper@1, parameters: { text: !expr $nodes.list.result.itms } }
connections: [{ from: list, to: use }]
";

#[test]
fn what_types_show_is_found_beside_mistakes_that_touch_no_types() {
    assert_eq!(reviewed(&LIST.replace("UNKNOWN", "settings: { max_parallel: many }")), ["E0203"]);
}

#[test]
fn what_types_show_is_left_out_while_what_makes_them_cannot_be_read() {
    for (whole, broken) in [
        ("UNKNOWN", "vars: 3"),
        ("{ items: [{ a: 1 }], keep: 'true' }", "{ items: !no [{ a: 1 }], keep: 'true' }"),
        ("list.filter@1", "listfilter"),
    ] {
        let text = LIST.replace(whole, broken).replace("UNKNOWN", "");
        let found = reviewed(&text);
        assert!(!found.contains(&"E0203"), "{broken}: {found:?}");
    }
}
