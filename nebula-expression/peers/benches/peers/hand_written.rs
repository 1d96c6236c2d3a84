//! What the same work costs without a language.

use std::hint::black_box;

use nebula_expression_peers::{DEARER_THAN, Document};
use serde_json::Value;

use crate::Group;

pub fn path(group: &mut Group<'_>, document: &Document) {
    let read = |json: &Value| -> Option<i64> {
        json.get("nodes")?.get("a")?.get("result")?.get("b")?.get("c").and_then(Value::as_i64)
    };
    assert_eq!(read(&document.json), Some(42));
    group.bench_function("hand-written", |b| b.iter(|| read(black_box(&document.json))));
}

pub fn predicate(group: &mut Group<'_>, document: &Document) {
    let test = |json: &Value| {
        let c = json.get("a").and_then(|a| a.get("b")).and_then(|b| b.get("c")).and_then(Value::as_i64);
        c.is_some_and(|c| c > 30) && json.get("d").and_then(Value::as_str) == Some("x")
    };
    assert!(test(&document.json));
    group.bench_function("hand-written", |b| b.iter(|| test(black_box(&document.json))));
}

pub fn filter_map(group: &mut Group<'_>, document: &Document) {
    let names = |json: &Value| -> Value {
        let items = json.get("items").and_then(Value::as_array).into_iter().flatten();
        let dear = items.filter(|item| item.get("price").and_then(Value::as_f64).is_some_and(|p| p > DEARER_THAN));
        dear.filter_map(|item| item.get("name").cloned()).collect()
    };
    assert_eq!(names(&document.json), document.names());
    group.bench_function("hand-written", |b| b.iter(|| names(black_box(&document.json))));
}
