//! The keys of `#[param(..)]`: what each becomes in the schema, and who honours it.

use insta::assert_json_snapshot;
use nebula_runtime::catalogue::CompiledSchema;
use nebula_sdk::{Parameters as _, prelude::*};

/// How a report is sent.
#[derive(Debug, PartialEq, Parameters)]
#[param(validate = not_both)]
pub(super) struct Report {
    /// What is in it.
    #[param(options("short" = "The numbers only", "long" = "Everything"), default = "short", widget = radio)]
    kind: String,
    /// How it goes out.
    #[param(order = 1, group = "Delivery")]
    channel: Channel,
    /// Where to post it.
    #[param(
        visible_if = "channel == 'web'",
        required_if = "channel == 'web'",
        format = "uri",
        placeholder = "https://example.com/hook",
        group = "Delivery",
        order = 2
    )]
    url: Option<String>,
    /// How often to try, in fives.
    #[param(step = 5, min = 5, max = 50, default = 10, widget = slider, visible_if = "channel in ['web', 'mail']")]
    tries: u8,
    /// A name for it.
    #[param(pattern = "^[a-z][a-z0-9-]*$", expression = never)]
    slug: String,
    /// Tags, each once.
    #[param(unique, max_items = 3, default)]
    tags: Vec<String>,
    /// How much paper.
    #[param(one_of(80, 120), default = 80)]
    paper: u16,
    /// An even number.
    #[param(validate = even, default = 2)]
    copies: u32,
    /// The rows.
    #[param(expression = only)]
    rows: Option<Vec<Value>>,
    /// A point.
    #[param(schema = point_schema, example = Point(1, 2))]
    at: Option<Point>,
    /// Anything, in a shape of its own.
    #[param(schema = json!({ "type": "object", "minProperties": 1 }), widget = json)]
    extra: Option<Value>,
}

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq, Parameters)]
#[serde(rename_all = "snake_case")]
pub(super) enum Channel {
    /// By mail.
    Mail,
    /// By a request.
    Web,
    /// Nowhere.
    None,
}

/// No schema of its own.
#[derive(
    Debug, Clone, Copy, PartialEq, nebula_sdk::reexports::serde::Serialize, nebula_sdk::reexports::serde::Deserialize,
)]
#[serde(crate = "nebula_sdk::reexports::serde")]
pub(super) struct Point(i64, i64);

fn point_schema() -> Value {
    json!({ "type": "array", "prefixItems": [{ "type": "integer" }, { "type": "integer" }], "minItems": 2, "maxItems": 2 })
}

fn even(number: &u32) -> Result<(), String> {
    if number.is_multiple_of(2) { Ok(()) } else { Err(format!("{number} is odd")) }
}

fn not_both(report: &Report) -> Result<(), &'static str> {
    if report.kind == "long" && report.paper == 80 { Err("long reports go on heavy paper") } else { Ok(()) }
}

#[expect(clippy::needless_pass_by_value, reason = "values are written where they are given")]
fn check(value: Value) -> Vec<String> {
    let schema = CompiledSchema::new(Report::input_schema());
    schema.compile().unwrap();
    schema.check(&value).into_iter().map(|found| format!("{}: {}", found.pointer, found.message)).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "values are written where they are given")]
fn with(more: Value) -> Value {
    let mut value = json!({ "channel": "mail", "slug": "a" });
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    value
}

#[test]
fn every_key_has_its_place_in_the_schema() {
    assert_json_snapshot!(Report::input_schema());
}

#[test]
fn steps_patterns_choices_and_unique_lists_are_checked() {
    assert_eq!(check(with(json!({}))), [""; 0]);
    assert_eq!(check(with(json!({ "tries": 12 }))), ["/tries: `12` is not a multiple of 5"]);
    assert_eq!(check(with(json!({ "slug": "A" }))), ["/slug: `A` does not match the pattern `^[a-z][a-z0-9-]*$`"]);
    assert_eq!(check(with(json!({ "tags": ["a", "a"] }))), ["/tags: the list has an item twice"]);
    assert_eq!(check(with(json!({ "paper": 100 }))), ["/paper: `100` is not one of `80`, `120`"]);
    assert_eq!(check(with(json!({ "kind": "shrot" }))), ["/kind: `shrot` is not one of `short`, `long`"]);
    assert_eq!(check(with(json!({ "at": [1] }))), ["/at: the list is too short: at least 2 items"]);
    assert_eq!(check(with(json!({ "extra": {} }))), ["/extra: the object is too small: at least 1 keys"]);
}

#[test]
fn conditions_require_and_forbid() {
    assert_eq!(check(with(json!({ "channel": "web", "url": "https://a.b" }))), [""; 0]);
    assert_eq!(
        check(with(json!({ "channel": "web" }))),
        [": `url` is missing: it is required when `channel == 'web'`"]
    );
    assert_eq!(
        check(with(json!({ "url": "https://a.b" }))),
        ["/url: `url` has no use here: it is for when `channel == 'web'`"]
    );
    // The default is what it would be anyway.
    assert_eq!(check(with(json!({ "channel": "none", "tries": 10 }))), [""; 0]);
    assert_eq!(
        check(with(json!({ "channel": "none", "tries": 15 }))),
        ["/tries: `tries` has no use here: it is for when `channel in ['web', 'mail']`"]
    );
}

#[test]
fn an_author_s_function_sees_what_is_read_and_says_where_it_is_wrong() {
    let failure = Report::decode(&with(json!({ "copies": 3 }))).unwrap_err();
    let failure = nebula_sdk::Failure::from(failure);
    assert_eq!((failure.message.as_str(), failure.pointer.as_deref()), ("3 is odd", Some("/copies")));
    let failure = nebula_sdk::Failure::from(Report::decode(&with(json!({ "kind": "long" }))).unwrap_err());
    assert_eq!(failure.message, "long reports go on heavy paper");
    let report = Report::decode(&with(json!({ "at": [1, 2], "copies": 4 }))).unwrap();
    assert_eq!((report.at, report.copies), (Some(Point(1, 2)), 4));
}

/// Conditions of every form.
#[derive(Parameters)]
struct Forms {
    /// A number.
    #[param(default = 5)]
    size: u8,
    /// A flag.
    #[param(default)]
    flag: bool,
    /// Perhaps.
    name: Option<String>,
    /// Large.
    #[param(visible_if = "size >= 10 && !flag")]
    large: Option<u8>,
    /// Small, as the default is.
    #[param(visible_if = "size < 10 || flag")]
    small: Option<u8>,
    /// With a name.
    #[param(visible_if = "name != null", required_if = "name == 'x'")]
    named: Option<u8>,
}

#[test]
fn conditions_look_at_defaults_of_what_is_absent() {
    let schema = CompiledSchema::new(Forms::input_schema());
    let fits = |value: Value| schema.check(&value).is_empty();
    assert!(fits(json!({ "small": 1 })));
    assert!(!fits(json!({ "large": 1 })));
    assert!(fits(json!({ "large": 1, "size": 10 })));
    assert!(!fits(json!({ "small": 1, "size": 10 })));
    assert!(fits(json!({ "small": 1, "size": 10, "flag": true })));
    assert!(!fits(json!({ "named": 1 })));
    assert!(fits(json!({ "named": 1, "name": "y" })));
    assert!(fits(json!({ "name": "y" })));
    assert!(!fits(json!({ "name": "x" })));
}
