//! JSON and schema agree: what a schema takes can be read, and what is written fits.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use nebula_runtime::{
    catalogue::{Catalogue, CompiledSchema},
    plan::{Policy, plan},
};
use nebula_sdk::{
    Parameters as _,
    document::{self, Document},
    prelude::*,
    reexports::{
        schemars::JsonSchema,
        serde::{Serialize, de::DeserializeOwned},
    },
    testing::{generate, generate_invalid},
};

use crate::{
    param_keys::{Channel, Report},
    parameters::{Amount, Body, HostName, Order, Place, Tree},
};

/// Everything that a field may be.
#[derive(Debug, PartialEq, Parameters)]
#[serde(rename_all = "kebab-case")]
struct Everything {
    /// Numbers of every size.
    numbers: (u8, i8, u16, i16, u32, i32, u64, i64),
    /// Parts.
    #[param(default = 0.5, min = 0, max = 1)]
    part_of_it: f64,
    /// By name.
    #[param(default)]
    by_name: BTreeMap<String, Vec<Option<bool>>>,
    /// Each once.
    #[param(default, unique)]
    once: BTreeSet<u8>,
    /// One letter.
    letter: char,
    /// Boxed.
    boxed: Box<Order>,
    /// Nested.
    #[serde(rename = "the amount")]
    amount: Amount,
    /// Perhaps.
    maybe: Option<Outside>,
    /// A host.
    host: HostName,
    #[serde(skip)]
    kept: u8,
}

/// Tagged outside.
#[derive(Debug, PartialEq, Parameters)]
#[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Outside {
    /// None of it.
    Nothing,
    /// One.
    One(u8),
    /// Several.
    SomeFields {
        /// The first.
        first_field: String,
        /// The second, under a condition.
        #[param(visible_if = "firstField == 'a'")]
        second_field: Option<u8>,
    },
}

/// Tagged inside, with conditions.
#[derive(Debug, PartialEq, Parameters)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Inside {
    /// Plain.
    Plain,
    /// Conditional.
    Conditional {
        /// Which.
        #[param(one_of("a", "b"))]
        which: String,
        /// For a.
        #[param(required_if = "which == 'a'", visible_if = "which == 'a'", pattern = "^x+$")]
        for_a: Option<String>,
    },
}

/// A limit, as the one value.
#[derive(Debug, PartialEq, Parameters)]
#[serde(transparent)]
struct Limit(#[param(min = 1, max = 99)] u8);

/// What serde's attributes say of names and defaults.
#[derive(Debug, PartialEq, Parameters)]
#[serde(rename_all = "UPPERCASE", deny_unknown_fields)]
struct Named {
    /// With a function.
    #[serde(default = "seven")]
    with_a_function: u8,
    /// With the type's own.
    #[serde(default)]
    with_its_own: Vec<Limit>,
    /// With another name.
    #[serde(rename = "x-other")]
    other: Limit,
    /// With a name that is a word in Rust.
    #[serde(rename = "type")]
    sort: u8,
    /// A union of its own.
    which: Which,
}

fn seven() -> u8 {
    7
}

/// Names of variants and their fields.
#[derive(Debug, PartialEq, Parameters)]
#[serde(tag = "of", content = "with", rename_all = "lowercase", rename_all_fields = "SCREAMING-KEBAB-CASE")]
enum Which {
    /// As all.
    FirstOne {
        /// Its field.
        one_field: bool,
    },
    /// On its own.
    #[serde(rename = "2nd", rename_all = "PascalCase")]
    SecondOne {
        /// Its field.
        one_field: bool,
        /// By itself.
        #[serde(rename = "self")]
        another: Limit,
    },
    /// A value.
    Third(Limit),
    /// None.
    Last,
}

/// What stands beside a tag.
#[derive(Debug, PartialEq, Parameters)]
#[serde(tag = "sort")]
enum Carried {
    /// Numbers by name.
    Counts(BTreeMap<String, u8>),
    /// In a box.
    Boxed(Box<Paging>),
    /// With a tag of its own.
    Inner(Inside),
    /// With fields of another.
    Whole(Box<Listing>),
}

/// A page of a list.
#[derive(Debug, PartialEq, Parameters)]
#[serde(rename_all = "camelCase")]
struct Paging {
    /// How many at most.
    #[param(default = 50, min = 1, max = 100)]
    page_size: u32,
    /// Where the last page ended.
    #[param(max_len = 20)]
    after_id: Option<String>,
    /// Which way.
    direction: Direction,
}

/// A way.
#[derive(Debug, PartialEq, Clone, Copy, Parameters)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Direction {
    /// Towards the end.
    Forward,
    /// Towards the begin.
    Back,
}

/// Only some.
#[derive(Debug, PartialEq, Parameters)]
#[param(validate = Only::check)]
struct Only {
    /// No more than this.
    #[param(default = 0.5)]
    below: f64,
    /// Whether that counts.
    #[param(default)]
    inclusive: bool,
    /// A limit for it.
    #[param(visible_if = "inclusive")]
    limit: Option<i64>,
}

impl Only {
    fn check(&self) -> Result<(), String> {
        if self.limit == Some(-987_654_321) { Err("nobody has so few".to_owned()) } else { Ok(()) }
    }
}

/// A list of something, a page at a time.
#[derive(Debug, PartialEq, Parameters)]
struct Listing {
    /// Of what.
    of: String,
    #[serde(flatten)]
    paging: Paging,
    /// Tags.
    #[param(default)]
    tags: BTreeMap<String, u8>,
    #[serde(flatten)]
    only: Only,
}

fn agree<T: DeserializeOwned + Serialize + JsonSchema + PartialEq + Debug>() {
    let document = Document::of_type::<T>();
    let vocabulary = CompiledSchema::new(serde_json::from_str(document::vocabulary()).unwrap());
    assert_eq!(vocabulary.check(document.as_json()), [], "{document}");
    // What the document says is what the schemas say, for the rest of this.
    for (side, own) in [("input", nebula_sdk::schema::input::<T>()), ("output", nebula_sdk::schema::output::<T>())] {
        let (own, told) = (CompiledSchema::new(own), CompiledSchema::new(document.schema(side).unwrap()));
        for value in generate(own.schema(), 8).take(50).chain(generate_invalid(told.schema(), 9).take(50)) {
            assert_eq!(own.check(&value).is_empty(), told.check(&value).is_empty(), "{side} {value}");
        }
    }
    let (taken, written) = (document.schema("input").unwrap(), document.schema("output").unwrap());
    for schema in [&taken, &written] {
        jsonschema::meta::validate(schema).unwrap_or_else(|error| panic!("{error}: {schema}"));
    }
    let fits = [CompiledSchema::new(taken.clone()), CompiledSchema::new(written.clone())];
    let mut read_back = 0;
    for value in generate(&taken, 3).take(150) {
        let read: T = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"));
        let again = serde_json::to_value(&read).unwrap();
        for schema in &fits {
            let wrong = schema.check(&again);
            assert!(wrong.is_empty(), "{value} became {again}: {wrong:?}");
        }
        assert_eq!(serde_json::from_value::<T>(again).unwrap(), read);
        read_back += 1;
    }
    assert_eq!(read_back, 150);
    // What is written can be read, and no value makes reading panic.
    for value in generate(&written, 4).take(50).chain(generate_invalid(&taken, 5).take(100)) {
        drop(serde_json::from_value::<T>(value));
    }
    for value in generate(&written, 6).take(50) {
        let read = serde_json::from_value::<T>(value.clone());
        assert!(read.is_ok(), "{value}: {read:?}");
    }
}

#[test]
fn what_a_schema_takes_can_be_read_and_what_is_written_fits() {
    agree::<Place>();
    agree::<Order>();
    agree::<Body>();
    agree::<Amount>();
    agree::<HostName>();
    agree::<Tree>();
    agree::<Channel>();
    agree::<Outside>();
    agree::<Inside>();
    agree::<Everything>();
    agree::<Paging>();
    agree::<Listing>();
    agree::<Named>();
    agree::<Which>();
    agree::<Carried>();
}

#[test]
fn names_and_defaults_of_serde_are_those_of_schema_references_and_errors() {
    let schema = Named::input_schema();
    let names: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["WHICH", "WITH_A_FUNCTION", "WITH_ITS_OWN", "type", "x-other"]);
    assert_eq!(schema["required"], json!(["x-other", "type", "WHICH"]));
    assert_eq!(schema["properties"]["WITH_A_FUNCTION"]["default"], 7);
    assert_eq!(schema["properties"]["WITH_ITS_OWN"]["default"], json!([]));
    let workflow: Workflow<Named, u8> = Workflow::new("named", |f, input: Expr<Named>| {
        let paging = Paging { page_size: 1, after_id: None, direction: Direction::Back };
        let only = Only { below: 1.0, inclusive: false, limit: None };
        f.add("list", List::call().of(text!("{} {}", input.with_a_function, input.sort)).paging(paging).only(only));
        input.with_a_function.clone()
    });
    let definition = workflow.definition().unwrap();
    assert_eq!(definition.output.unwrap().to_json(), json!({ "$expr": "$input.WITH_A_FUNCTION" }));
    let of = definition.nodes[0].parameters["of"].to_json();
    assert_eq!(of, json!({ "$template": "{{ $input.WITH_A_FUNCTION }} {{ $input.type }}" }));
    let which = |value: Value| Named::decode(&json!({ "x-other": 1, "type": 2, "WHICH": value }));
    assert!(which(json!({ "of": "firstone", "with": { "ONE-FIELD": true } })).is_ok());
    assert!(which(json!({ "of": "2nd", "with": { "OneField": true, "self": 3 } })).is_ok());
    let error = which(json!({ "of": "2nd", "with": { "OneField": true, "self": "x" } })).unwrap_err();
    assert_eq!(error.failure().pointer.as_deref(), Some("/WHICH/with/self"));
}

#[test]
fn inputs_that_the_author_s_function_refuses_are_the_only_ones_that_cannot_be_read() {
    let schema = Report::input_schema();
    jsonschema::meta::validate(&schema).unwrap();
    let (mut fine, mut refused) = (0, 0);
    for value in generate(&schema, 1).take(200) {
        match Report::decode(&value) {
            Ok(_) => fine += 1,
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains("is odd") || text.contains("heavy paper"), "{text}: {value}");
                refused += 1;
            }
        }
    }
    assert!(fine > 50 && refused > 5, "{fine} {refused}");
}

/// Send a report.
#[derive(Action)]
#[action(id = "demo.report", version = "1.0", pure)]
struct SendReport;

impl SimpleAction for SendReport {
    type Input = Report;
    type Output = bool;

    async fn execute(&self, _: Report, _: &ActionContext<Self>) -> Result<bool> {
        Ok(true)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "values are written where they are given")]
fn mistakes(parameters: Value) -> Vec<String> {
    let catalogue = Catalogue::new(Registry::new().with::<SendReport>()).unwrap();
    let definition = json!({
        "nebula": 1, "id": "t", "nodes": [{ "id": "a", "action": "demo.report@1", "parameters": parameters }]
    });
    let parsed = nebula_runtime::definition::parse(&definition.to_string());
    match plan(&parsed.workflow.unwrap(), &catalogue, &Policy::default()) {
        Ok(planned) => planned.notes.iter().map(ToString::to_string).collect(),
        Err(found) => found.iter().map(|one| format!("{} {} {}", one.code, one.pointer, one.message)).collect(),
    }
}

#[test]
fn a_plan_finds_what_the_author_s_function_and_conditions_refuse() {
    let with = |more: Value| {
        let mut value = json!({ "channel": "mail", "slug": "a" });
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        mistakes(value)
    };
    assert_eq!(with(json!({})), [""; 0]);
    assert_eq!(with(json!({ "copies": 3 })), ["P0203 /nodes/0/parameters/copies 3 is odd"]);
    assert_eq!(
        with(json!({ "channel": "web" })),
        ["P0203 /nodes/0/parameters `demo.report@1.0`: `url` is missing: it is required when `channel == 'web'`"]
    );
    assert_eq!(with(json!({ "channel": { "$expr": "$input.x" }, "url": "https://a.b" })), [""; 0]);
    assert_eq!(
        with(json!({ "slug": { "$expr": "$input.x" } })),
        ["P0206 /nodes/0/parameters/slug `slug` takes no expression"]
    );
    assert_eq!(
        with(json!({ "rows": [] })),
        ["P0207 /nodes/0/parameters/rows `rows` takes an expression, and this is a value"]
    );
}

/// List something.
#[derive(Action)]
#[action(id = "demo.list", version = "1.0", pure)]
struct List;

impl SimpleAction for List {
    type Input = Listing;
    type Output = Listing;

    async fn execute(&self, input: Listing, _: &ActionContext<Self>) -> Result<Listing> {
        Ok(input)
    }
}

#[test]
fn fields_of_a_flattened_struct_stand_among_the_others() {
    let schema = Listing::input_schema();
    let names: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["afterId", "below", "direction", "inclusive", "limit", "of", "pageSize", "tags"]);
    assert_eq!(schema["required"], json!(["of", "direction"]));
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(
        schema["x-nebula"]["order"],
        json!(["of", "pageSize", "afterId", "direction", "tags", "below", "inclusive", "limit"])
    );
    assert!(schema["allOf"].as_array().is_some_and(|rules| rules.len() == 1));

    let text = r#"{ "of": "cats", "direction": "BACK", "limit": 3, "below": 2.5 }"#;
    let listing: Listing = serde_json::from_str(text).unwrap();
    assert_eq!((listing.paging.page_size, listing.only.limit, listing.only.below), (50, Some(3), 2.5));
    let refused = |text: &str| serde_json::from_str::<Listing>(text).unwrap_err().to_string();
    assert!(refused(r#"{ "of": "cats", "direction": "BACK", "nope": 3 }"#).contains("unknown field `nope`"));
    assert!(refused(r#"{ "of": "cats" }"#).contains("missing field `direction`"));
    assert!(refused(r#"{ "of": "cats", "direction": "BACK", "limit": -987654321 }"#).contains("nobody has so few"));
}

#[test]
fn a_flattened_struct_is_given_and_read_without_a_name_between() {
    let workflow: Workflow<Listing, u32> = Workflow::new("list", |f, input: Expr<Listing>| {
        let whole = Paging { page_size: 10, after_id: None, direction: Direction::Forward };
        let only = Only { below: 1.0, inclusive: false, limit: None };
        let first = f.add("first", List::call().of(&input.of).paging(whole).only(only));
        let paging = Paging::of(|paging| paging.page_size(&first.paging.page_size).direction(&input.paging.direction));
        let only = Only::of(|only| only.below(&input.only.below));
        let second = f.add("second", List::call().of("dogs").paging(paging).only(only));
        second.paging.page_size.clone()
    });
    let definition = workflow.definition().unwrap();
    let parameters = serde_json::to_value(&definition.nodes[1].parameters).unwrap();
    assert_eq!(parameters["pageSize"], json!({ "$expr": "$nodes.first.result.pageSize" }));
    assert_eq!(parameters["direction"], json!({ "$expr": "$input.direction" }));
    assert_eq!(parameters["below"], json!({ "$expr": "$input.below" }));
    let input = json!({ "of": "cats", "direction": "BACK", "below": 2.0 });
    let run = nebula_sdk::testing::TestFlow::new(7).flow(workflow).action::<List>().run_blocking(input);
    assert_eq!(run.output::<u32>(), 10);
}

#[test]
fn a_flattened_struct_that_only_a_run_knows_is_a_mistake_of_the_workflow() {
    let workflow: Workflow<Paging, Listing> = Workflow::new("list", |f, input: Expr<Paging>| {
        f.add("list", List::call().of("cats").paging(&input).only(Only { below: 1.0, inclusive: false, limit: None }))
    });
    let error = workflow.definition().unwrap_err().to_string();
    assert!(error.contains("its members stand among the other parameters"), "{error}");
}
