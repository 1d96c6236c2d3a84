use nebula_ports::model::{ActionDescriptor, EffectClass};
use serde_json::{Value, json};

use super::{Impact, Lock};

#[expect(clippy::needless_pass_by_value, reason = "values are written where they are given")]
fn action(version: &str, input: Value, output: Value) -> ActionDescriptor {
    let descriptor = json!({
        "id": "demo.act", "version": version, "name": "Act", "description": "Acts.", "input_schema": input,
        "output_schema": output, "capabilities": [], "effect": "pure"
    });
    serde_json::from_value(descriptor).unwrap()
}

fn inputs(old: Value, new: Value) -> String {
    let lock = |schema| Lock::from_descriptors([&action("1.0", schema, json!(true))]);
    lines(&lock(old), &lock(new))
}

fn outputs(old: Value, new: Value) -> String {
    let lock = |schema| Lock::from_descriptors([&action("1.0", json!(true), schema)]);
    lines(&lock(old), &lock(new))
}

fn lines(old: &Lock, new: &Lock) -> String {
    let word = |impact| match impact {
        Impact::Breaking => "!",
        Impact::Addition => "+",
        Impact::Note => "-",
    };
    let found = old.compare(new);
    found.changes.iter().map(|one| format!("{} {}: {}\n", word(one.impact), one.place, one.message)).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "values are written where they are given")]
fn object(properties: Value, required: Value) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

#[test]
fn what_is_said_to_people_is_no_change() {
    let old = object(
        json!({ "title": { "type": "string", "title": "A", "description": "B", "examples": ["C"] } }),
        json!([]),
    );
    let new = object(json!({ "title": { "type": "string", "title": "X", "x-nebula": { "group": "Y" } } }), json!([]));
    assert_eq!(inputs(old, new), "");
}

#[test]
fn a_narrower_input_breaks_and_a_wider_one_adds() {
    let cases = [
        (json!({ "maxLength": 100 }), json!({ "maxLength": 50 }), "texts have at most 50 characters"),
        (json!({ "minimum": 1 }), json!({ "minimum": 2 }), "numbers are at least 2"),
        (json!({}), json!({ "maxItems": 3 }), "lists have at most 3 items"),
        (json!({}), json!({ "minLength": 1 }), "texts have at least 1 characters"),
        (json!({ "enum": ["a", "b"] }), json!({ "enum": ["a"] }), "\"b\" is no choice any more"),
        (
            json!({ "oneOf": [{ "const": 1 }, { "const": 2 }] }),
            json!({ "oneOf": [{ "const": 1 }] }),
            "2 is no choice any more",
        ),
        (json!({}), json!({ "pattern": "^a" }), "the pattern of texts is new: `^a`"),
        (json!({}), json!({ "uniqueItems": true }), "lists have no item twice"),
        (json!({ "multipleOf": 5 }), json!({ "multipleOf": 10 }), "numbers are multiples of 10"),
        (json!({ "type": ["string", "null"] }), json!({ "type": "string" }), "it is no more null"),
        (json!({ "type": "number" }), json!({ "type": "integer" }), "it is a whole number now"),
        (json!({}), json!({ "type": "string" }), "it is a text now, and was anything"),
        (json!({}), json!({ "x-nebula-computed": "never" }), "`x-nebula-computed` is new: `never`"),
    ];
    for (wide, narrow, words) in cases {
        assert_eq!(inputs(wide.clone(), narrow.clone()), format!("! input: {words}\n"));
        assert_eq!(outputs(wide.clone(), narrow.clone()), format!("+ output: {words}\n"));
        let back = inputs(narrow.clone(), wide.clone());
        assert!(back.starts_with('+') && back.lines().count() == 1, "{narrow} {wide}\n{back}");
        assert!(outputs(narrow, wide).starts_with('!'));
    }
}

#[test]
fn what_cannot_be_compared_breaks() {
    assert_eq!(
        inputs(json!({ "type": "string" }), json!({ "type": "integer" })),
        "! input: it is a whole number now, and was a text\n"
    );
    assert_eq!(
        outputs(json!({ "pattern": "a" }), json!({ "pattern": "b" })),
        "! output: the pattern of texts is another: `b`\n"
    );
}

#[test]
fn parameters_come_and_go() {
    let old = object(json!({ "a": { "type": "string" }, "b": { "type": "string", "default": "x" } }), json!(["a"]));
    let new =
        object(json!({ "b": { "type": "string", "default": "y" }, "c": { "type": "string" }, "d": {} }), json!(["c"]));
    assert_eq!(
        inputs(old.clone(), new.clone()),
        "! input/a: the parameter is gone\n! input/b: its default is \"y\", and was \"x\"\n\
         ! input/c: it is new and must be given\n+ input/d: the parameter is new\n"
    );
    assert_eq!(outputs(old, new), "! output/a: it is gone\n+ output/c: it is new\n+ output/d: it is new\n");
}

#[test]
fn presence_matters_the_other_way_round_for_outputs() {
    let (may, must) = (object(json!({ "a": {} }), json!([])), object(json!({ "a": {} }), json!(["a"])));
    assert_eq!(inputs(may.clone(), must.clone()), "! input/a: it must be given\n");
    assert_eq!(inputs(must.clone(), may.clone()), "+ input/a: it need not be given\n");
    assert_eq!(outputs(may.clone(), must.clone()), "+ output/a: it is always there\n");
    assert_eq!(outputs(must, may), "! output/a: it may be absent\n");
}

#[test]
fn alternatives_are_paired_by_their_tags() {
    let branch = |tag: &str, more: Value| object(json!({ "kind": { "const": tag }, "size": more }), json!(["kind"]));
    let old = json!({ "oneOf": [branch("circle", json!({ "maximum": 9 })), branch("square", json!({}))] });
    let new = json!({ "oneOf": [branch("star", json!({})), branch("circle", json!({ "maximum": 5 }))] });
    assert_eq!(
        inputs(old, new),
        "! input(kind=circle)/size: numbers are at most 5\n! input: the alternative kind=square is gone\n\
         + input: there is a new alternative: kind=star\n"
    );
}

#[test]
fn conditions_are_told() {
    let rule = json!({ "if": { "required": ["a"] }, "then": { "required": ["b"] } });
    let with = json!({ "type": "object", "allOf": [rule] });
    let without = json!({ "type": "object" });
    assert_eq!(inputs(without.clone(), with.clone()), "! input: a condition that requires `b` is new\n");
    assert_eq!(inputs(with, without), "+ input: a condition that requires `b` holds no more\n");
}

#[test]
fn a_type_that_contains_itself_is_compared_once() {
    let tree = |leaf: &str| {
        json!({ "$ref": "#/$defs/t", "$defs": { "t": { "type": "object", "properties": {
            "leaf": { "type": leaf }, "inner": { "$ref": "#/$defs/t" } } } } })
    };
    assert_eq!(inputs(tree("string"), tree("string")), "");
    assert_eq!(inputs(tree("string"), tree("boolean")), "! input/leaf: it is true or false now, and was a text\n");
}

#[test]
fn versions_have_to_say_it() {
    let verdict = |old: &str, new: &str, before: Value, now: Value| {
        let lock = |version: &str, schema| Lock::from_descriptors([&action(version, schema, json!(true))]);
        let found = lock(old, before).compare(&lock(new, now));
        (found.suffices(), found.to_string().lines().next().unwrap_or_default().to_owned())
    };
    let (wide, narrow) = (json!({ "maximum": 9 }), json!({ "maximum": 5 }));
    let same = |text: &str| (true, text.to_owned());
    let short = |text: &str| (false, text.to_owned());
    assert_eq!(verdict("1.0", "1.0", wide.clone(), wide.clone()), same(""));
    assert_eq!(verdict("1.2", "1.2", wide.clone(), narrow.clone()), short("demo.act@1: 1.2 has to become 2.0"));
    assert_eq!(verdict("1.2", "1.3", wide.clone(), narrow.clone()), short("demo.act@1: 1.3 has to become 2.0"));
    assert_eq!(verdict("1.2", "2.0", wide.clone(), narrow.clone()), same("demo.act@1: 1.2 became 2.0"));
    assert_eq!(verdict("1.2", "1.2", narrow.clone(), wide.clone()), short("demo.act@1: 1.2 has to become 1.3"));
    assert_eq!(verdict("1.2", "1.3", narrow, wide), same("demo.act@1: 1.2 became 1.3"));
}

#[test]
fn needs_effects_and_actions_are_compared_too() {
    let old = action("1.0", json!(true), json!(true));
    let mut new = old.clone();
    new.effect = EffectClass::AtMostOnce;
    new.capabilities = serde_json::from_value(json!([{ "kind": "net", "target": { "exact": "net:example.com:443" } }]))
        .unwrap_or_else(|error| panic!("{error}"));
    let mut slot = json!({ "name": "key", "credential": "demo.key", "description": "A key.", "required": true });
    new.credentials = vec![serde_json::from_value(slot.take()).unwrap()];
    let (old, new) = (Lock::from_descriptors([&old]), Lock::from_descriptors([&new]));
    let told = lines(&old, &new);
    assert!(told.contains("! effect: `pure` became `at_most_once`"), "{told}");
    assert!(told.contains("! credentials/key: the slot is new and must be filled"), "{told}");
    assert!(told.contains("! capabilities: it needs `net:example.com:443` now"), "{told}");
    assert_eq!(lines(&old, &Lock::default()), "! action: it is gone\n");
    assert_eq!(lines(&Lock::default(), &old), "- action: it is new\n");
    assert!(!old.compare(&Lock::default()).suffices());
    assert!(Lock::default().compare(&old).suffices());
}

#[test]
fn how_a_credential_is_sent_and_what_is_a_trigger_are_told() {
    let mut old = action("1.0", json!(true), json!(true));
    let slot = |scheme: Value| json!([{ "name": "key", "credential": "a.b", "scheme": scheme, "description": "", "required": true }]);
    old.credentials = serde_json::from_value(slot(json!("bearer"))).unwrap();
    let mut new = old.clone();
    new.credentials = serde_json::from_value(slot(json!({ "header": "X-Key" }))).unwrap();
    new.trigger = Some(serde_json::from_value(json!({ "every": "60s" })).unwrap());
    let (old, new) = (Lock::from_descriptors([&old]), Lock::from_descriptors([&new]));
    assert_eq!(
        lines(&old, &new),
        "- credentials/key: it is sent as {\"header\":\"X-Key\"} now, and was bearer\n! trigger: it is a trigger now, and no node\n"
    );
    assert!(lines(&new, &old).contains("! trigger: it is no trigger any more"));
}

#[test]
fn what_takes_no_grant_is_a_change_for_callers_too() {
    let old = action("1.0", json!(true), json!(true));
    let mut new = old.clone();
    new.capabilities = serde_json::from_value(json!([{ "kind": "random", "target": "declared" }])).unwrap();
    let told = lines(&Lock::from_descriptors([&old]), &Lock::from_descriptors([&new]));
    assert_eq!(told, "! capabilities: it uses `random` now, which it did not when it was approved of\n");
}

#[test]
fn the_document_is_read_back() {
    let lock = Lock::from_descriptors([&action("1.0", json!({ "type": "object" }), json!(true))]);
    assert_eq!(Lock::parse(&lock.to_string()), Ok(lock.clone()));
    assert!(Lock::parse("{}").unwrap_err().to_string().contains("no schema lock"));
    let newer = lock.to_string().replace("\"nebula_lock\": 1", "\"nebula_lock\": 9");
    assert!(Lock::parse(&newer).unwrap_err().to_string().contains("the form 9"));
}
