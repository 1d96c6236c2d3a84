//! Mistakes of resources: in the slots of nodes, and in what is configured.

use std::sync::Arc;

use async_trait::async_trait;
use nebula_ports::{
    action::{ActionOutput, CallContext, DynAction},
    diagnostic::Diagnostic,
    memory::ManualClock,
    model::{
        ActionDescriptor, CapabilityKind, CapabilityManifest, CapabilityRequest, EffectClass, Failure, ResourceKind,
        ResourceSlot, Target,
    },
    resource::ArcResource,
};
use serde_json::{Value, json};

use crate::{
    catalogue::Catalogue,
    definition::{parse, parse_resources},
    fixture::{
        descriptor,
        thing::{self, Thing},
    },
    plan::{self, Policy},
};

/// An action with slots for one exclusive and one shared resource.
struct Holder(ActionDescriptor);

#[async_trait]
impl DynAction for Holder {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.0
    }

    fn resources(&self) -> Vec<ArcResource> {
        let url = json!({
            "type": "object",
            "properties": { "url": { "type": "string" } },
            "required": ["url"],
            "additionalProperties": false
        });
        let mut door = thing::descriptor("test.door", ResourceKind::Exclusive);
        door.config_schema = url;
        let target = Target::Parameter("/url".to_owned());
        door.capabilities = CapabilityManifest(vec![CapabilityRequest { kind: CapabilityKind::Net, target }]);
        let free = thing::descriptor("test.free", ResourceKind::Shared);
        let thing = |descriptor| {
            Arc::new(Thing { descriptor, log: Arc::default(), clock: ManualClock::default() }) as ArcResource
        };
        vec![thing(door), thing(free)]
    }

    async fn run(&self, _: Value, _: CallContext) -> Result<ActionOutput, Failure> {
        Ok(ActionOutput::Done(Value::Null))
    }
}

fn catalogue() -> Catalogue {
    let slot = |name: &str, id: &str| ResourceSlot {
        name: name.into(),
        resource: id.parse().unwrap(),
        description: String::new(),
        required: true,
    };
    let resources = vec![slot("door", "test.door"), slot("back", "test.door"), slot("free", "test.free")];
    let descriptor = ActionDescriptor { resources, ..descriptor("test.hold", EffectClass::Pure) };
    Catalogue::new([Arc::new(Holder(descriptor)) as _]).unwrap()
}

const TWO: &str = "one: { type: test.door, config: { url: 'https://a.de/' } }
two: { type: test.door, config: { url: 'https://b.de/' } }
";

/// What is found of one node with these resources: code, pointer and help.
fn found(configs: &str, resources: &str, grants: &[&str]) -> Vec<(&'static str, String, String)> {
    let parsed = parse_resources(configs);
    assert_eq!(parsed.diagnostics, []);
    let mut catalogue = catalogue();
    let mut all = catalogue.configure(&parsed.configs);
    let text = format!("nebula: 1\nid: t\nnodes: [{{ id: n, action: test.hold@1, resources: {resources} }}]\n");
    let policy: Policy = super::super::grants(grants);
    match plan::plan(&parse(&text).workflow.unwrap(), &catalogue, &policy) {
        Ok(planned) => all.extend(planned.notes),
        Err(found) => all.extend(found),
    }
    let told = |one: Diagnostic| (one.code, one.pointer, one.help.unwrap_or_default());
    all.into_iter().map(told).collect()
}

#[track_caller]
fn one(found: &[(&'static str, String, String)], code: &str, pointer: &str, help: &str) {
    let [(found_code, found_pointer, found_help)] = found else { panic!("not one finding: {found:#?}") };
    assert_eq!((*found_code, found_pointer.as_str()), (code, pointer), "{found:#?}");
    assert!(found_help.contains(help), "{found:#?}");
}

const GRANTS: [&str; 1] = ["net:*:443"];

#[test]
fn of_slots() {
    let fine = "{ door: one, back: two }";
    assert_eq!(found(TWO, fine, &GRANTS), []);
    // What has no configuration to be given is there by itself, and can be named.
    assert_eq!(found(TWO, "{ door: one, back: two, free: test.free }", &GRANTS), []);
    let at = |slot: &str| format!("/nodes/0/resources/{slot}");
    one(
        &found(TWO, "{ door: one, back: two, dor: one }", &GRANTS),
        "P0504",
        &at("dor"),
        "it has `door`, `back`, `free`",
    );
    one(&found(TWO, "{ door: oen, back: two }", &GRANTS), "P0505", &at("door"), "did you mean `one`?");
    one(&found(TWO, "{ door: one, back: two, free: two }", &GRANTS), "P0506", &at("free"), "configure one: `free:");
    one(&found(TWO, "{ door: one }", &GRANTS), "P0507", "/nodes/0/action", "add `resources: { back: one }`");
    one(&found(TWO, "{ door: one, back: one }", &GRANTS), "P0509", &at("back"), "would wait for itself");
    let none = found("", "{}", &GRANTS);
    assert_eq!(none.iter().map(|one| one.0).collect::<Vec<_>>(), ["P0507", "P0507"]);
    assert!(none[0].2.contains("`door: { type: test.door, config: { url: .. } }`"), "{none:#?}");
}

#[test]
fn of_grants() {
    let some = found(TWO, "{ door: one, back: two }", &["net:a.de:443"]);
    one(&some, "P0508", "/nodes/0/resources/back", "--grant net:b.de:443");
    let inward = TWO.replace("https://b.de/", "http://127.0.0.1:80/");
    one(&found(&inward, "{ door: one, back: two }", &["net:*:*"]), "P0508", "/nodes/0/resources/back", "127.0.0.1:80");
    let nowhere = TWO.replace("https://b.de/", "b.de");
    one(&found(&nowhere, "{ door: one, back: two }", &GRANTS), "P0502", "/nodes/0/resources/back", "--resources");
}

#[test]
fn of_configurations() {
    let fine = "{ door: one, back: two }";
    let wrong = |from: &str, to: &str| found(&TWO.replace(from, to), fine, &GRANTS);
    one(&wrong("two: { type: test.door", "two: { type: test.dor"), "P0501", "/two/type", "did you mean `test.door`?");
    let wrongs = wrong("{ url: 'https://b.de/' }", "{ ulr: 'https://b.de/' }");
    assert!(wrongs.iter().any(|(code, at, _)| *code == "P0502" && at.starts_with("/two/config")), "{wrongs:#?}");
    let wrongs = wrong("'https://b.de/' } }", "'https://b.de/' }, credentials: { key: x } }");
    one(&wrongs, "P0503", "/two/credentials/key", "it takes no credentials");
    let error = catalogue().with_resources(&parse_resources("x: { type: test.dor }").configs).unwrap_err();
    assert_eq!(error[0].code, "P0501");
    let parsed = parse_resources("one: { typ: test.door }\n'two words': { type: test.free, config: 7 }\nthree: 3\n");
    let codes: Vec<_> = parsed.diagnostics.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["D0201", "D0204", "D0203", "D0203"], "{:#?}", parsed.diagnostics);
    assert!(parse_resources("").diagnostics.is_empty() && parse_resources("# nothing\n").diagnostics.is_empty());
}
