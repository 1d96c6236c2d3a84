use nebula_ports::{
    model::{ActionDescriptor, ActionKind, CapabilityKind, CredentialScheme, EffectClass, RetryPolicy},
    time::DurationText,
};
use serde_json::{Value, json};

use super::*;
use crate::lock::Lock;

#[expect(clippy::needless_pass_by_value, reason = "values are written where they are given")]
fn descriptor(input: Value, output: Value) -> ActionDescriptor {
    let descriptor = json!({
        "id": "demo.act", "version": "1.2", "name": "Act", "description": "Acts.", "input_schema": input,
        "output_schema": output, "capabilities": [], "effect": "pure"
    });
    serde_json::from_value(descriptor).unwrap()
}

fn described(document: &Document) -> ActionDescriptor {
    crate::testing::documents::described(document.as_json()).unwrap()
}

fn valid(document: &Document) -> Result<(), String> {
    jsonschema::meta::validate(document.as_json()).map_err(|error| error.to_string())?;
    let vocabulary: Value = serde_json::from_str(vocabulary()).unwrap();
    let validator = jsonschema::options().build(&vocabulary).unwrap();
    validator.validate(document.as_json()).map_err(|error| format!("{error} at {}", error.instance_path()))
}

/// A binary tree of type `T`, as schemars writes it in a type that holds it.
fn holding(leaf: &str) -> Value {
    json!({
        "type": "object",
        "properties": { "tree": { "$ref": "#/$defs/T" }, "one": { "$ref": "#/properties/tree" } },
        "$defs": { "T": { "type": "object", "properties": { "leaf": { "type": leaf }, "inner": { "$ref": "#/$defs/T" } } } }
    })
}

#[test]
fn definitions_move_beside_the_schema_that_brings_them() {
    let document = Document::of(&descriptor(holding("string"), holding("string")));
    let defs = &document.as_json()["$defs"];
    assert_eq!(defs.as_object().unwrap().keys().collect::<Vec<_>>(), ["T", "input", "output"]);
    assert_eq!(defs["T"]["properties"]["inner"]["$ref"], "#/$defs/T");
    assert_eq!(defs["output"]["properties"]["one"]["$ref"], "#/$defs/output/properties/tree");
    valid(&document).unwrap();
}

#[test]
fn definitions_that_differ_keep_apart() {
    let document = Document::of(&descriptor(holding("string"), holding("boolean")));
    let defs = &document.as_json()["$defs"];
    assert_eq!(defs.as_object().unwrap().keys().collect::<Vec<_>>(), ["T", "input", "output", "output.T"]);
    assert_eq!(defs["output"]["properties"]["tree"]["$ref"], "#/$defs/output.T");
    assert_eq!(defs["output.T"]["properties"]["inner"]["$ref"], "#/$defs/output.T");
    let output = jsonschema::options().build(&document.schema("output").unwrap()).unwrap();
    assert!(output.is_valid(&json!({ "tree": { "inner": { "leaf": true } } })));
    assert!(!output.is_valid(&json!({ "tree": { "inner": { "leaf": "true" } } })));
    let input = jsonschema::options().build(&document.schema("input").unwrap()).unwrap();
    assert!(input.is_valid(&json!({ "one": { "inner": { "leaf": "true" } } })));
    assert!(!input.is_valid(&json!({ "one": { "inner": { "leaf": true } } })));
}

#[test]
fn a_type_that_is_called_as_a_part_of_the_document_has_another_name() {
    let schema = json!({ "properties": { "a": { "$ref": "#/$defs/input" }, "b": { "$ref": "#" } }, "$defs": { "input": { "type": "string" } } });
    let document = Document::of(&descriptor(schema, json!(true)));
    let defs = &document.as_json()["$defs"];
    assert_eq!(defs["input"]["properties"]["a"]["$ref"], "#/$defs/input.input");
    assert_eq!(defs["input"]["properties"]["b"]["$ref"], "#/$defs/input");
    assert_eq!(defs["input.input"], json!({ "type": "string" }));
    valid(&document).unwrap();
}

#[test]
fn data_that_looks_like_a_reference_is_data() {
    let data = json!({ "$ref": "#/$defs/x" });
    let schema =
        json!({ "type": "object", "default": data, "enum": [data], "properties": { "$ref": { "const": data } } });
    let document = Document::of(&descriptor(schema.clone(), json!(true)));
    assert_eq!(document.as_json()["$defs"]["input"], schema);
}

#[test]
fn a_schema_with_an_address_of_its_own_stays_whole() {
    let schema = json!({ "$id": "urn:x:y", "$ref": "#/$defs/z", "$defs": { "z": { "type": "string" } } });
    let document = Document::of(&descriptor(json!({ "type": "object" }), schema));
    let output = jsonschema::options().build(&document.schema("output").unwrap()).unwrap();
    assert!(output.is_valid(&json!("a")) && !output.is_valid(&json!(1)));
}

#[test]
fn every_port_has_a_definition() {
    let mut descriptor = descriptor(json!({ "type": "object" }), json!({ "type": "integer" }));
    descriptor.process = true;
    descriptor.ports = vec!["approved".parse().unwrap(), "rejected".parse().unwrap()];
    let document = Document::of(&descriptor);
    assert_eq!(document.as_json()["x-nebula"]["ports"], json!(["approved", "rejected"]));
    let port = jsonschema::options().build(&document.schema("port.rejected").unwrap()).unwrap();
    assert!(port.is_valid(&json!(1)) && !port.is_valid(&json!("1")));
    assert_eq!(document.schema("port.other"), None);
    valid(&document).unwrap();
}

#[test]
fn the_value_of_a_secret_is_in_no_document() {
    let secret = |mark: &str| json!({ "type": "string", mark: true, "default": "s3cret", "examples": ["s3cret"], "enum": ["s3cret"] });
    let inner = json!({ "type": "object", "properties": { "key": secret("x-nebula-secret"), "host": { "type": "string" } },
        "default": { "key": "s3cret", "host": "a" }, "examples": [{ "key": "s3cret", "host": "b" }] });
    let input = json!({ "type": "object",
        "properties": { "password": secret("writeOnly"), "login": { "$ref": "#/$defs/Login" }, "many": { "items": inner } },
        "additionalProperties": { "writeOnly": true }, "$defs": { "Login": inner } });
    let mut descriptor = descriptor(input, secret("writeOnly"));
    let example = json!({ "password": "s3cret", "login": { "key": "s3cret", "host": "c" }, "many": [{ "key": "s3cret" }],
        "more": "s3cret" });
    descriptor.listing.examples = vec![serde_json::from_value(json!({ "title": "x", "input": example })).unwrap()];
    let document = Document::of(&descriptor);
    assert!(!document.to_string().contains("s3cret"), "{document}");
    let example = &document.as_json()["x-nebula"]["listing"]["examples"][0]["input"];
    assert_eq!(*example, json!({ "login": { "host": "c" }, "many": [{}] }));
    assert_eq!(document.as_json()["$defs"]["Login"]["default"], json!({ "host": "a" }));
    valid(&document).unwrap();
}

#[test]
fn references_in_a_circle_come_to_an_end() {
    let both = json!([{ "$ref": "#" }, { "$ref": "#" }]);
    let input = json!({ "oneOf": both, "allOf": both, "default": { "a": { "b": [1] } } });
    let document = Document::of(&descriptor(input, json!(true)));
    assert_eq!(document.as_json()["$defs"]["input"]["default"], json!({ "a": { "b": [1] } }));
}

#[test]
fn the_vocabulary_refuses_what_it_does_not_know() {
    let fine = Document::of(&descriptor(holding("string"), json!(true))).into_json();
    valid(&Document(fine.clone())).unwrap();
    let changes: [(&str, Value); 14] = [
        ("/x-nebula/effect", json!("sometimes")),
        ("/x-nebula/kind", json!("trigger")),
        ("/x-nebula/colour", json!("red")),
        ("/x-nebula/capabilities", json!([{ "kind": "net", "target": { "exact": "example.com" } }])),
        ("/x-nebula/ports", json!(["a"])),
        ("/x-nebula/timeout", json!(10)),
        ("/x-nebula/limits", json!({ "rate": "10/s" })),
        ("/$id", json!("urn:other:demo.act:1.2")),
        ("/title", json!(7)),
        ("/colour", json!("red")),
        ("/$defs/input/properties/tree/x-nebula", json!({ "widget": "knob" })),
        ("/$defs/T/properties/leaf/x-nebula-colour", json!("red")),
        ("/$defs/T/properties/inner/x-nebula-type", json!({ "parameter": "/a", "of": {} })),
        ("/$defs/T/properties/leaf/minLength", json!(-1)),
    ];
    for (pointer, value) in changes {
        let mut changed = fine.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap()[name] = value;
        assert!(valid(&Document(changed)).is_err(), "{pointer}");
    }
    for gone in ["$id", "$schema", "title", "x-nebula", "$defs"] {
        let mut changed = fine.clone();
        changed.as_object_mut().unwrap().remove(gone);
        assert!(valid(&Document(changed)).is_err(), "{gone}");
    }
}

#[test]
fn a_document_of_a_trigger_says_so() {
    let mut descriptor = descriptor(json!({ "type": "object" }), json!(true));
    descriptor.trigger = Some(serde_json::from_value(json!({ "every": "1m 30s" })).unwrap());
    assert_eq!(descriptor.kind(), ActionKind::Trigger);
    let document = Document::of(&descriptor);
    assert_eq!(document.as_json()["x-nebula"]["kind"], "trigger");
    valid(&document).unwrap();
}

#[test]
fn nothing_of_the_lock_is_missing() {
    let mut descriptor = descriptor(holding("string"), holding("string"));
    let scheme =
        json!([{ "name": "key", "credential": "demo.key", "scheme": "bearer", "description": "", "required": true }]);
    descriptor.credentials = serde_json::from_value(scheme).unwrap();
    let document = Document::of(&descriptor);
    assert_eq!(Lock::from_descriptors([&described(&document)]), Lock::from_descriptors([&descriptor]));
    assert_eq!(described(&document), descriptor);
    assert_eq!(Document::of(&described(&document)), document);
}

#[test]
fn every_member_of_the_vocabulary_is_in_the_documentation() {
    let page = include_str!("../../../docs/schema.md");
    let vocabulary: Value = serde_json::from_str(vocabulary()).unwrap();
    let mut names = Vec::new();
    collect(&vocabulary, &mut names);
    assert!(names.len() > 60);
    for name in names {
        assert!(page.contains(&format!("`{name}`")), "docs/schema.md says nothing of `{name}`");
    }
}

#[test]
fn the_words_of_the_vocabulary_are_those_of_the_model() {
    let vocabulary: Value = serde_json::from_str(vocabulary()).unwrap();
    let words = |pointer: &str| -> Vec<String> {
        serde_json::from_value(vocabulary.pointer(pointer).unwrap_or(&Value::Null).clone()).unwrap()
    };
    assert_eq!(words("/$defs/need/properties/kind/enum"), CapabilityKind::ALL.map(|kind| kind.as_str().to_owned()));
    let kinds = [ActionKind::Simple, ActionKind::Process, ActionKind::Trigger];
    assert_eq!(words("/$defs/action/properties/kind/enum"), kinds.map(|kind| kind.as_str().to_owned()));
    let effects = [EffectClass::Pure, EffectClass::Idempotent, EffectClass::AtMostOnce];
    assert_eq!(words("/$defs/action/properties/effect/enum"), effects.map(|effect| effect.as_str().to_owned()));
    let most = &vocabulary["$defs"]["retry"]["properties"]["max_attempts"]["maximum"];
    assert_eq!(*most, json!(RetryPolicy::MAX_ATTEMPTS));
}

#[test]
fn every_duration_is_one_for_the_vocabulary() {
    let vocabulary: Value = serde_json::from_str(vocabulary()).unwrap();
    let validator = jsonschema::options().build(&vocabulary["$defs"]["duration"]).unwrap();
    for nanos in [0, 1, 1_000, 1_500_000, 999_999_999, 1_000_000_000, 61_000_000_000, 3_661_000_000_001, u64::MAX] {
        let text = DurationText::new(std::time::Duration::from_nanos(nanos)).to_string();
        assert!(validator.is_valid(&json!(text)), "{text}");
    }
    assert!(!validator.is_valid(&json!("10")) && !validator.is_valid(&json!("-1s")));
}

#[test]
fn every_scheme_of_credentials_is_one_for_the_vocabulary() {
    let mut descriptor = descriptor(json!({ "type": "object" }), json!(true));
    for scheme in [
        CredentialScheme::Bearer,
        CredentialScheme::Basic,
        CredentialScheme::Header("X-Api-Key".into()),
        CredentialScheme::Query("key".into()),
        CredentialScheme::Stored,
        CredentialScheme::Custom,
    ] {
        let slot = json!([{ "name": "key", "credential": "demo.key", "description": "", "required": true }]);
        descriptor.credentials = serde_json::from_value(slot).unwrap();
        descriptor.credentials[0].scheme = scheme;
        valid(&Document::of(&descriptor)).unwrap();
    }
}

fn collect<'v>(schema: &'v Value, names: &mut Vec<&'v str>) {
    match schema {
        Value::Object(map) => {
            names.extend(
                map.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.as_str()),
            );
            map.values().for_each(|inner| collect(inner, names));
        }
        Value::Array(all) => all.iter().for_each(|inner| collect(inner, names)),
        _ => {}
    }
}
