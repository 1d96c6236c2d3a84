//! Values put together of expressions, and functions of texts, numbers and lists: what they are in the language, and that a
//! run gives what they say.

use std::collections::BTreeMap;

use nebula_sdk::{flow::Text, prelude::*, testing::TestFlow};

use super::accepted;

/// Something to compute with.
#[derive(Parameters)]
pub(super) struct Data {
    /// A text.
    pub(super) text: String,
    /// A number.
    pub(super) number: f64,
    /// A whole number.
    pub(super) whole: i32,
    /// A list.
    pub(super) items: Vec<Item>,
    /// Texts.
    pub(super) tags: Vec<String>,
    /// Numbers.
    pub(super) numbers: Vec<i64>,
    /// Perhaps.
    pub(super) maybe: Option<Item>,
    /// Lists.
    pub(super) nested: Vec<Vec<i64>>,
}

/// An item.
#[derive(Parameters)]
pub(super) struct Item {
    /// What it is called.
    pub(super) name: String,
    /// How many.
    pub(super) count: u32,
    /// A remark.
    pub(super) note: Option<String>,
}

/// Everything nested.
#[derive(Parameters)]
pub(super) struct Nested {
    /// One.
    pub(super) item: Item,
    /// Several.
    pub(super) items: Vec<Item>,
    /// By name.
    pub(super) counts: BTreeMap<String, u32>,
    /// Perhaps.
    pub(super) tags: Option<Vec<String>>,
    /// Perhaps one.
    pub(super) other: Option<Item>,
}

/// Give back what is given.
#[derive(Action)]
#[action(id = "demo.echo", version = "1.0", pure)]
pub(super) struct Echo;

impl SimpleAction for Echo {
    type Input = Nested;
    type Output = Nested;

    async fn execute(&self, input: Nested, _: &ActionContext<Self>) -> Result<Nested> {
        Ok(input)
    }
}

fn data() -> Value {
    json!({
        "text": " Oslo is Hot ",
        "number": -2.5,
        "whole": 7,
        "items": [
            { "name": "a", "count": 2 },
            { "name": "b", "count": 0, "note": "none" },
            { "name": "c", "count": 5 },
        ],
        "tags": ["x", "y", "x"],
        "numbers": [3, 1, 2],
        "nested": [[1], [2, 3]],
    })
}

/// What a workflow gives that is one expression.
#[track_caller]
fn computed<T: 'static>(of: impl FnOnce(Expr<Data>) -> Expr<T>) -> (String, Value) {
    let workflow: Workflow<Data, T> = Workflow::new("computed", |_, data: Expr<Data>| of(data));
    let workflow_with_a_node: Workflow<Data, T> = workflow;
    let mut definition = workflow_with_a_node.definition().unwrap_or_else(|error| panic!("{error}"));
    let node = Workflow::<(), ()>::new("node", |f, _: Expr<()>| _ = f.add("noop", super::Noop::call()));
    definition.nodes = node.definition().unwrap().nodes;
    assert_eq!(super::refusals(&definition), Vec::<String>::new(), "{}", definition.canonical_json());
    let text = definition.output.as_ref().unwrap().to_json()["$expr"].as_str().unwrap().to_owned();
    let run = TestFlow::new(1).flow(definition).action::<super::Noop>().run_blocking(data());
    (text, run.output::<Value>())
}

macro_rules! computes {
    ($($name:ident: $of:expr => $text:literal, $value:expr;)*) => {
        $(
            #[test]
            fn $name() {
                let (text, value) = computed($of);
                assert_eq!(text.replace("$input", "d"), $text);
                assert_eq!(value, json!($value));
            }
        )*
    };
}

computes! {
    letters_change: |d| d.text.trim().lower() => "d.text.trim().lower()", "oslo is hot";
    capitals: |d| d.text.upper() => "d.text.upper()", " OSLO IS HOT ";
    parts_are_found: |d| d.text.contains("is").and(d.text.starts_with(" ")).and(d.text.ends_with("x").not())
        => r#"d.text.contains("is") && d.text.startsWith(" ") && !d.text.endsWith("x")"#, true;
    parts_are_replaced: |d| d.text.trim().replace("o", d.tags.join("-"))
        => r#"d.text.trim().replaceAll("o", d.tags.join("-"))"#, "Oslx-y-x is Hx-y-xt";
    texts_are_split: |d| d.text.trim().split(" ").map(|part| part.len())
        => r#"d.text.trim().split(" ").map(x => x.size())"#, [4, 2, 3];
    texts_have_a_length: |d| d.text.is_empty().not().and(d.text.len().gt(3)) => "!d.text.isEmpty() && d.text.size() > 3", true;
    numbers_become_texts: |d| d.whole.to_text() => "d.whole.string()", "7";
    numbers_are_rounded: |d| d.number.abs() + d.number.round() + Expr::<f64>::of(&d.whole)
        => "d.number.abs() + d.number.round() + d.whole", 6.5;
    numbers_become_whole: |d| d.number.floor() + d.number.ceil() + d.whole.rem(4)
        => "d.number.floor() + d.number.ceil() + d.whole % 4", -2;
    items_are_chosen: |d| d.items.filter(|item| item.count.gt(0)).map(|item| item.name.clone())
        => "d.items.filter(x => x.count > 0).map(x => x.name)", ["a", "c"];
    an_item_is_found: |d| d.items.find(|item| item.name.equals("c")).count.or_default(1_u32)
        => r#"d.items.find(x => x.name == "c")?.count ?? 1"#, 5;
    items_are_tested: |d| d.items.any(|item| item.note.is_some()).and(d.items.all(|item| item.count.ge(0)))
        => "d.items.exists(x => (x.note ?? null) != null) && d.items.all(x => x.count >= 0)", true;
    items_are_counted: |d| d.items.count(|item| item.count.gt(0)) + d.items.len()
        => "d.items.count(x => x.count > 0) + d.items.size()", 5;
    the_first_and_the_last: |d| d.numbers.first().or_default(0) + d.numbers.reverse().last().or_default(0)
        => "(d.numbers.first() ?? 0) + (d.numbers.reverse().last() ?? 0)", 6;
    what_is_in_a_list: |d| d.tags.contains("y").and(d.numbers.contains(9).not()) => r#""y" in d.tags && !(9 in d.numbers)"#, true;
    a_sum: |d| d.items.map(|item| item.count.clone()).sum() => "d.items.map(x => x.count).sum()", 7;
    an_order: |d| d.items.sort_by(|item| item.count.clone()).map(|item| item.name.clone()).join("")
        => r#"d.items.sortBy(x => x.count).map(x => x.name).join("")"#, "bac";
    each_once: |d| d.tags.unique() => "d.tags.unique()", ["x", "y"];
    lists_in_lists: |d| d.nested.map(|inner| inner.map(|n| n + d.whole.rem(2))).flatten()
        => "d.nested.map(x => x.map(y => y + d.whole % 2)).flatten()", [2, 3, 4];
    what_is_there: |d| d.items.map(|item| item.note.clone()).compact() => "d.items.map(x => x.note ?? null).compact()", ["none"];
    a_text_in_an_expression: |d| d.items.map(|item| Text::new().value(&item.name).text(": ").value(&item.count)).join(", ")
        => r#"d.items.map(x => concat(x.name, ": ", x.count)).join(", ")"#, "a: 2, b: 0, c: 5";
    an_object_of_each: |d| d.numbers.map(|n| Item::of(|i| i.name(n.to_text()).count(expr_as::<u32>("1"))))
        => r#"d.numbers.map(x => {count: 1, name: x.string()})"#,
        [json!({ "name": "3", "count": 1 }), json!({ "name": "1", "count": 1 }), json!({ "name": "2", "count": 1 })];
}

#[test]
fn objects_lists_and_maps_are_data_with_expressions_inside() {
    let workflow: Workflow<Data, Nested> = Workflow::new("nested", |f, data: Expr<Data>| {
        let first = Item::of(|i| i.name(&data.text).count(1_u32));
        f.add(
            "echo",
            Echo::call()
                .item(first)
                .items([
                    Item::of(|i| i.name("x").count(2_u32)),
                    Item::of(|i| i.name("y").count(3_u32).note(&data.text)),
                ])
                .counts([("a", Expr::<u32>::of(4_u32)), ("b", expr_as::<u32>("5"))])
                .tags([&data.text, &data.tags.join(" ")]),
        )
    });
    let definition = accepted(&workflow);
    assert_eq!(
        json!(definition.nodes[0].parameters),
        json!({
            "item": { "name": { "$expr": "$input.text" }, "count": 1 },
            "items": [{ "name": "x", "count": 2 }, { "name": "y", "count": 3, "note": { "$expr": "$input.text" } }],
            "counts": { "a": { "$expr": "4" }, "b": { "$expr": "5" } },
            "tags": [{ "$expr": "$input.text" }, { "$expr": "$input.tags.join(\" \")" }],
        })
    );
    let run = TestFlow::new(1).flow(&workflow).action::<Echo>().run_blocking(data());
    assert_eq!(
        run.output::<Value>(),
        json!({
            "item": { "name": " Oslo is Hot ", "count": 1 },
            "items": [{ "name": "x", "count": 2 }, { "name": "y", "count": 3, "note": " Oslo is Hot " }],
            "counts": { "a": 4, "b": 5 },
            "tags": [" Oslo is Hot ", "x y x"],
        })
    );
}

#[test]
fn what_is_all_data_stays_data() {
    let workflow: Workflow<(), Item> =
        Workflow::new("data", |_, _: Expr<()>| Item::of(|i| i.name("x").count(2_u32).note("z")));
    let output = workflow.definition().unwrap().output.unwrap().to_json();
    assert_eq!(output, json!({ "name": "x", "count": 2, "note": "z" }));
}

#[test]
fn constants_have_a_type_and_a_name_of_their_own() {
    let workflow: Workflow<Data, Item> = Workflow::new("constants", |f, data: Expr<Data>| {
        let least: Expr<u32> = f.var("least", 1_u32);
        let name: Expr<String> = f.var("the name", "x");
        let item: Expr<Option<Item>> = expr_as("$input.maybe ?? null");
        f.add("noop", super::Noop::call());
        f.when(data.whole.gt(0), |_| ());
        Item::of(|i| i.name(&name).count(item.count.or_default(&least)))
    });
    let definition = accepted(&workflow);
    assert_eq!(json!(definition.vars), json!({ "least": 1, "the name": "x" }));
    assert_eq!(
        definition.output.unwrap().to_json(),
        json!({ "name": { "$expr": "$vars[\"the name\"]" }, "count": { "$expr": "($input.maybe ?? null)?.count ?? $vars.least" } })
    );
    let twice: Workflow<(), ()> = Workflow::new("twice", |f, _: Expr<()>| {
        let _: Expr<u8> = f.var("a", 1_u8);
        let _: Expr<u8> = f.var("a", 2_u8);
    });
    insta::assert_snapshot!(twice.definition().unwrap_err(), @"there are two constants `a` (each has its own name)");
}

#[test]
fn a_problem_in_a_part_is_told_for_the_whole() {
    let workflow: Workflow<(), Vec<f64>> = Workflow::new("nan", |_, _: Expr<()>| [Expr::of(1), expr_as::<f64>("1 +")]);
    insta::assert_snapshot!(workflow.definition().unwrap_err(), @"the output: the expression `(1 +)` cannot be read: expected a value, found `)`");
}
