//! datalogic-rs: JSONLogic in a session whose arena is reset. Prepared: the document in an arena of its own.

use std::hint::black_box;

use datalogic_rs::{DataValue, Engine, Logic, ParsedData, Session};
use nebula_expression_peers::Document;

use crate::Group;

fn measure<T>(group: &mut Group<'_>, document: &Document, rule: &str, read: impl Fn(&DataValue<'_>) -> T) -> T {
    let engine = Engine::new();
    let logic: Logic = engine.compile(rule).unwrap();
    let mut session: Session<'_> = engine.session();
    let prepared = ParsedData::from_json(&document.text).unwrap();
    let answer = read(session.eval_borrowed(&logic, &prepared).unwrap());
    group.bench_function("datalogic, prepared", |b| {
        b.iter(|| {
            session.reset();
            read(session.eval_borrowed(&logic, black_box(&prepared)).unwrap())
        });
    });
    group.bench_function("datalogic, from JSON", |b| {
        b.iter(|| {
            session.reset();
            read(session.eval_borrowed(&logic, black_box(&document.json)).unwrap())
        });
    });
    answer
}

pub fn path(group: &mut Group<'_>, document: &Document) {
    let rule = r#"{"var": "nodes.a.result.b.c"}"#;
    assert_eq!(measure(group, document, rule, |value| value.as_i64()), Some(42));
}

pub fn predicate(group: &mut Group<'_>, document: &Document) {
    let rule = r#"{"and": [{">": [{"var": "a.b.c"}, 30]}, {"===": [{"var": "d"}, "x"]}]}"#;
    assert_eq!(measure(group, document, rule, |value| value.as_bool()), Some(true));
}

pub fn filter_map(group: &mut Group<'_>, document: &Document) {
    let rule = r#"{"map": [{"filter": [{"var": "items"}, {">": [{"var": "price"}, 50]}]}, {"var": "name"}]}"#;
    assert_eq!(measure(group, document, rule, |value| value.to_string()), document.names().to_string());
}

pub fn compile(group: &mut Group<'_>, _: &Document) {
    let engine = Engine::new();
    let rule = r#"{"and": [{">": [{"var": "a.b.count"}, 30]}, {"===": [{"var": "d"}, "x"]}]}"#;
    group.bench_function("datalogic", |b| b.iter(|| engine.compile(black_box(rule)).unwrap()));
}
