//! Reading and writing parameters.

use std::collections::BTreeMap;

use nebula_sdk::{Parameters as _, prelude::*};

/// A place.
#[derive(Debug, Clone, PartialEq, Parameters)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place {
    /// Its name.
    #[param(min_len = 1, example = "Oslo")]
    pub(super) place_name: String,
    /// How many.
    #[param(default = 7, min = 1, max = 14)]
    pub(super) day_count: u8,
    /// How long to wait.
    #[param(default = "1m 30s")]
    pub(super) wait: DurationText,
    /// A language.
    #[param(default = "en", label = "Language code")]
    #[serde(rename = "lang")]
    pub(super) language: String,
    /// Where, when it is known.
    pub(super) point: Option<Point>,
    /// Notes by name.
    #[param(default)]
    pub(super) notes: BTreeMap<String, Value>,
    #[serde(skip)]
    pub(super) cached: bool,
}

/// A point on the map.
#[derive(Debug, Clone, PartialEq, Parameters)]
pub(super) struct Point {
    /// Latitude and longitude.
    #[param(min_items = 2, max_items = 2)]
    pub(super) coordinates: Vec<f64>,
}

/// How to compare.
#[derive(Debug, Clone, Copy, PartialEq, Parameters)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub(super) enum Order {
    /// The smallest first.
    SmallFirst,
    BigFirst,
    #[serde(rename = "?")]
    Any,
}

/// Where a body comes from.
#[derive(Debug, Clone, PartialEq, Parameters)]
#[serde(tag = "from", rename_all = "snake_case")]
pub(super) enum Body {
    /// There is none.
    Nothing,
    /// Written here.
    Text {
        /// The text.
        #[param(default = "hello", max_len = 100)]
        text: String,
    },
    /// A place.
    Place(Place),
}

/// A value with its unit.
#[derive(Debug, Clone, PartialEq, Parameters)]
#[serde(tag = "unit", content = "value")]
pub(super) enum Amount {
    /// Without unit.
    None,
    /// Metres.
    Metres(f64),
    /// A span.
    Span {
        /// From.
        from: i64,
        /// To.
        to: i64,
    },
}

/// A filter.
#[derive(Debug, Clone, PartialEq, Parameters)]
pub(super) enum Filter {
    /// Keep all.
    All,
    /// Keep these.
    Where(ItemExpr),
}

/// A host name.
#[derive(Debug, Clone, PartialEq, Parameters)]
pub(super) struct HostName(#[param(format = "hostname")] pub(super) String);

/// A tree.
#[derive(Debug, Clone, PartialEq, Parameters)]
pub(super) struct Tree {
    /// Below.
    #[param(default)]
    pub(super) children: Vec<Self>,
    /// Beside.
    pub(super) next: Option<Box<Tree>>,
}

fn oslo() -> Place {
    Place {
        place_name: "Oslo".into(),
        day_count: 7,
        wait: "1m 30s".parse().unwrap(),
        language: "en".into(),
        point: None,
        notes: BTreeMap::new(),
        cached: false,
    }
}

#[test]
fn absent_values_take_their_default_and_none_is_not_written() {
    let read = Place::decode(&json!({ "placeName": "Oslo" })).unwrap();
    assert_eq!(read, oslo());
    assert_eq!(
        serde_json::to_value(read).unwrap(),
        json!({ "placeName": "Oslo", "dayCount": 7, "wait": "1m 30s", "lang": "en", "notes": {} })
    );
}

#[test]
fn an_error_says_where_as_a_json_pointer() {
    let wrong = [
        (json!({ "placeName": 3 }), "/placeName", "invalid type"),
        (json!({}), "", "missing field `placeName`"),
        (json!({ "placeName": "a", "point": { "coordinates": [1, "b"] } }), "/point/coordinates/1", "invalid type"),
        (json!({ "placeName": "a", "wait": "soon" }), "/wait", "`soon` is not a duration"),
        (json!({ "placeName": "a", "cached": true }), "/cached", "unknown field `cached`"),
        (json!({ "place_name": "a" }), "/place_name", "unknown field `place_name`"),
    ];
    for (input, pointer, message) in wrong {
        let error = Place::decode(&input).unwrap_err();
        assert_eq!(error.failure().pointer.as_deref(), Some(pointer), "{input}");
        assert!(error.failure().message.contains(message), "{error}");
        assert_eq!(error.kind(), nebula_sdk::FailureKind::Invalid);
    }
}

#[test]
fn enums_are_written_as_serde_writes_them() {
    for (order, word) in [(Order::SmallFirst, "SMALL-FIRST"), (Order::BigFirst, "BIG-FIRST"), (Order::Any, "?")] {
        assert_eq!(serde_json::to_value(order).unwrap(), json!(word));
        assert_eq!(serde_json::from_value::<Order>(json!(word)).unwrap(), order);
    }
    for (body, json) in [
        (Body::Nothing, json!({ "from": "nothing" })),
        (Body::Text { text: "hello".into() }, json!({ "from": "text" })),
        (Body::Place(oslo()), json!({ "from": "place", "placeName": "Oslo" })),
    ] {
        assert_eq!(Body::decode(&json).unwrap(), body);
        assert_eq!(Body::decode(&serde_json::to_value(&body).unwrap()).unwrap(), body);
    }
    for (amount, json) in [
        (Amount::None, json!({ "unit": "None" })),
        (Amount::Metres(2.5), json!({ "unit": "Metres", "value": 2.5 })),
        (Amount::Span { from: 1, to: 2 }, json!({ "unit": "Span", "value": { "from": 1, "to": 2 } })),
    ] {
        assert_eq!(serde_json::to_value(&amount).unwrap(), json);
        assert_eq!(Amount::decode(&json).unwrap(), amount);
    }
    assert_eq!(serde_json::to_value(Filter::All).unwrap(), json!("All"));
}

#[test]
fn a_newtype_is_what_it_holds() {
    assert_eq!(serde_json::to_value(HostName("a.b".into())).unwrap(), json!("a.b"));
    assert_eq!(serde_json::from_value::<HostName>(json!("a.b")).unwrap(), HostName("a.b".into()));
}

#[test]
fn a_type_may_contain_itself() {
    let tree = json!({ "children": [{ "children": [] }], "next": { "children": [] } });
    let read = Tree::decode(&tree).unwrap();
    assert_eq!(read.children.len(), 1);
    assert_eq!(serde_json::to_value(read).unwrap(), tree);
}

#[test]
fn an_expression_is_parsed_with_the_input_and_evaluated_for_each_item() {
    let filter: Filter = serde_json::from_value(json!({ "Where": "$item.temp > 30 && $index < 2" })).unwrap();
    let Filter::Where(expr) = filter else { panic!("a filter with an expression") };
    assert!(expr.eval_bool(&json!({ "temp": 31 }), 0).unwrap());
    assert!(!expr.eval_bool(&json!({ "temp": 31 }), 2).unwrap());
    assert_eq!(expr.eval(&json!({ "temp": 3 }), 0).unwrap(), json!(false));

    let failed = expr.eval(&json!({}), 1).unwrap_err();
    assert!(failed.code().starts_with("expression.e"), "{failed:?}");
    assert!(failed.to_string().contains("item 1"), "{failed}");
}

/// With an expression.
#[derive(Parameters)]
struct Keep {
    /// Which items.
    keep: ItemExpr,
}

#[test]
fn a_mistake_in_an_expression_is_an_error_of_the_input_with_its_place() {
    let error = Keep::decode(&json!({ "keep": "$item.temp >" })).err().unwrap();
    assert_eq!(error.failure().pointer.as_deref(), Some("/keep"));
    assert!(error.to_string().contains("$item.temp >"), "{error}");
}

#[test]
fn no_parameters_are_an_empty_object() {
    assert!(<()>::decode(&json!({})).is_ok());
    let error = <()>::decode(&json!({ "a/b": 1 })).unwrap_err();
    assert_eq!(error.failure().pointer.as_deref(), Some("/a~1b"));
}
