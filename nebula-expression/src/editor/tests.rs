use serde_json::json;

use super::{CompletionKind, analyze, analyze_template, complete, complete_template, hover, hover_template};
use crate::{Root, Slot, Type, TypeScope};

struct Types;

impl TypeScope for Types {
    fn root(&self, root: Root) -> Option<Slot> {
        let schema = json!({
            "type": "object",
            "required": ["status", "items", "total"],
            "properties": {
                "status": {"enum": ["open", "paid", "lost"], "description": "Where the order is."},
                "total": {"type": "number"},
                "two words": {"type": "string"},
                "password": {"type": "string", "writeOnly": true},
                "items": {"type": "array", "items": {
                    "type": "object", "required": ["qty"], "properties": {"qty": {"type": "integer"}, "note": {"type": "string"}},
                }},
            },
        });
        match root {
            Root::Input => Some(Slot::always(Type::from_schema(&schema))),
            Root::Now => Some(Slot::any()),
            _ => None,
        }
    }

    fn node(&self, id: &str) -> Option<Slot> {
        (id == "fetch-order").then(|| Slot::always(Type::text()))
    }

    fn node_ids(&self) -> Vec<smol_str::SmolStr> {
        vec!["fetch-order".into()]
    }
}

/// The choices at `|`.
fn choices(marked: &str) -> Vec<String> {
    let cursor = marked.find('|').unwrap();
    let text = marked.replacen('|', "", 1);
    complete(&text, cursor, &Types).items.into_iter().map(|item| item.insert).collect()
}

#[test]
fn members_come_with_their_types_before_methods() {
    let found = complete("$input.", 7, &Types);
    assert_eq!(found.items[0].label, "items");
    assert_eq!(found.items[0].detail, "list<{note?: string, qty: integer, …}>");
    let status = found.items.iter().find(|item| item.label == "status").unwrap();
    assert_eq!(status.doc, "Where the order is.");
    assert!(found.items.iter().any(|item| item.kind == CompletionKind::Function && item.insert == "keys()"));
    assert!(found.items.iter().all(|item| item.label != "password"), "secrets are not offered");
    assert!(found.items.iter().all(|item| item.label != "upper"), "an object has no upper case");
    assert!(choices("$input.|").contains(&"[\"two words\"]".to_owned()));
}

#[test]
fn what_is_typed_narrows_the_choices() {
    assert_eq!(choices("$input.st|"), ["status"]);
    assert_eq!(choices("$input.sta|tus == 1"), ["status"]);
    assert_eq!(choices("$in|"), ["$input"]);
    assert_eq!(choices("1 + $no|"), ["$nodes", "$now"]);
    assert_eq!(choices("$nodes.|"), ["fetch-order"]);
    assert_eq!(choices("$nodes.fetch-o|"), ["fetch-order"]);
    assert_eq!(choices("$nodes.fetch-order.su|"), ["success"]);
    assert_eq!(choices("$nodes.fetch-order.result.upp|"), ["upper()"]);
    // Without a beginning that fits, the letters in order.
    assert_eq!(choices("$input.sts|"), ["status"]);
}

#[test]
fn names_are_known_inside_of_what_binds_them() {
    assert_eq!(choices("$input.items.filter(item => it|"), ["item"]);
    assert_eq!(choices("$input.items.filter(item => item.q|) == 1")[0], "qty");
    assert_eq!(choices("let total = 1 in tot|")[0], "total");
    assert_eq!(choices("$input.items.map((item, at) => a|")[0], "at");
    assert!(!choices("$input.items.filter(item => true) && it|").contains(&"item".to_owned()));
}

#[test]
fn texts_are_offered_the_values_of_an_enum() {
    assert_eq!(choices("$input.status == \"|\""), ["lost", "open", "paid"]);
    assert_eq!(choices("$input.status == \"pa|"), ["paid"]);
    assert_eq!(choices("$input.status in ['pa|', 'x']"), ["paid"]);
    assert!(choices("$input.total == '|'").is_empty());
}

#[test]
fn nothing_is_offered_where_nothing_fits() {
    for text in ["1|2", "1.|", "\"abc|\"", "$input.total |", "size(1) |"] {
        let found = choices(text);
        assert!(text == "$input.total |" || found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn a_template_completes_inside_its_braces_only() {
    let text = "Dear {{ $input.st }}, $in";
    let found = complete_template(text, 17, &Types);
    assert_eq!(found.items.len(), 1);
    assert_eq!(found.replace.slice(text), "st");
    assert!(complete_template(text, text.len(), &Types).items.is_empty());
}

#[test]
fn hover_says_what_stands_there() {
    let title = |marked: &str| {
        let cursor = marked.find('|').unwrap();
        hover(&marked.replacen('|', "", 1), cursor, &Types).map(|hover| hover.title)
    };
    assert_eq!(title("$input.to|tal * 2").as_deref(), Some("total: number"));
    assert_eq!(title("$input.total |* 2").as_deref(), Some("$input.total * 2: number"));
    assert_eq!(title("$input.items[0].no|te").as_deref(), Some("note: string, may be absent"));
    assert_eq!(title("$input.items.fil|ter(i => i.qty > 1)").map(|t| t.starts_with("filter(")), Some(true));
    assert_eq!(title("$input.items.filter(i => i.q|ty > 1)").as_deref(), Some("qty: integer"));
    let in_template = hover_template("a {{ $input.total }}", 14, &Types).unwrap();
    assert_eq!(in_template.span.slice("a {{ $input.total }}"), "total");
}

#[test]
fn unfinished_texts_are_analysed_as_far_as_they_go() {
    let codes = |text: &str| -> Vec<&str> { analyze(text, &Types).errors.iter().map(|error| error.code).collect() };
    assert_eq!(codes("$input.totl > 1 &&"), ["E0102"]);
    assert_eq!(codes("$input.total.x + ("), ["E0503", "E0106", "E0102"]);
    assert_eq!(codes("$input.total"), Vec::<&str>::new());
    let template = analyze_template("{{ $input.items }} and {{ $input.total +", &Types);
    let found: Vec<&str> = template.errors.iter().map(|error| error.code).collect();
    assert_eq!(found, ["E0505", "E0102"]);
}

#[test]
fn any_cursor_in_any_text_is_answered() {
    let texts = [
        "$input.items.filter(i => i.qty > 5).map((x, n) => f\"{{ x.note ?? 'é' }}\")",
        "let a = [1, {b: 'ü'}] in a[0] ?? $nodes.fetch-order.result",
        "((((",
        "'",
        "\"\\",
        "f\"{{",
        "$nodes.",
        "$",
        "é.ü",
        "",
    ];
    for text in texts {
        for cursor in 0..=text.len() + 1 {
            let _ = complete(text, cursor, &Types);
            let _ = hover(text, cursor, &Types);
            let _ = complete_template(text, cursor, &Types);
            let _ = hover_template(text, cursor, &Types);
        }
    }
}
