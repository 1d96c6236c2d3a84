use nebula_sdk::{FailureKind, testing::call};

use super::*;

fn text(input: Value) -> Value {
    call::<TextTemplate>(input).output()["text"].clone()
}

#[test]
fn each_item_is_rendered_and_the_texts_are_joined() {
    let items = json!([{ "name": "Ada", "n": 1.5 }, { "name": "Grace", "n": 2 }]);
    let template = "{{ $index + 1 }}. {{ $item.name }}: {{ $item.n }}";
    assert_eq!(text(json!({ "template": template, "items": items })), "1. Ada: 1.5\n2. Grace: 2");
    assert_eq!(text(json!({ "template": "{{ $item.n }}", "items": items, "separator": ", " })), "1.5, 2");
    assert_eq!(text(json!({ "template": "x", "items": [] })), "");
}

#[test]
fn many_items_go_the_other_way_with_the_same_result() {
    let items: Vec<_> = (0..3_000).collect();
    let rendered = text(json!({ "template": "{{ $item }}", "items": items, "separator": "" }));
    assert!(rendered.as_str().unwrap().ends_with("29982999"));
}

#[test]
fn what_cannot_be_text_names_the_item() {
    for template in ["{{ $item.v }}", "v: {{ $item.v }}"] {
        let input = json!({ "template": template, "items": [{ "v": 1 }, { "v": null }] });
        let failure = call::<TextTemplate>(input).failure();
        assert_eq!((failure.kind, failure.pointer.as_deref()), (FailureKind::Permanent, Some("/template")));
        assert_eq!(failure.code, "expression.e0505");
        assert!(failure.message.contains("item 1"), "{failure}");
    }
}

#[test]
fn a_template_that_cannot_be_read_is_refused_with_its_place() {
    let failure = call::<TextTemplate>(json!({ "template": "{{ $item. }}", "items": [] })).failure();
    assert_eq!((failure.kind, failure.pointer.as_deref()), (FailureKind::Invalid, Some("/template")));
    let items = call::<TextTemplate>(json!({ "template": "", "items": "x" })).failure();
    assert_eq!(items.pointer.as_deref(), Some("/items"));
}
