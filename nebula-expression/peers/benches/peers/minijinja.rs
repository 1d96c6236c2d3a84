//! MiniJinja: compiled expressions. Prepared: the document as one of its values, which is counted, not copied.

use std::hint::black_box;

use minijinja::{Environment, Value, value::Serde};
use nebula_expression_peers::Document;

use crate::Group;

fn measure<T>(group: &mut Group<'_>, document: &Document, source: &str, read: impl Fn(Value) -> T) -> T {
    let environment = Environment::new();
    let expression = environment.compile_expression(source).unwrap();
    let prepared = Value::from(Serde(&document.json));
    let answer = read(expression.eval(prepared.clone()).unwrap());
    group.bench_function("minijinja, prepared", |b| {
        b.iter(|| read(expression.eval(black_box(&prepared).clone()).unwrap()));
    });
    group.bench_function("minijinja, from JSON", |b| {
        b.iter(|| read(expression.eval(Value::from(Serde(black_box(&document.json)))).unwrap()));
    });
    answer
}

pub fn path(group: &mut Group<'_>, document: &Document) {
    assert_eq!(measure(group, document, "nodes.a.result.b.c", |value| value.as_i64()), Some(42));
}

pub fn predicate(group: &mut Group<'_>, document: &Document) {
    assert!(measure(group, document, "a.b.c > 30 and d == \"x\"", |value| value.is_true()));
}

pub fn filter_map(group: &mut Group<'_>, document: &Document) {
    // There are no lambdas: attributes have to do.
    let source = "items|selectattr('price', 'gt', 50)|map(attribute='name')|list";
    let names = measure(group, document, source, |value| serde_json::to_value(&value).unwrap());
    assert_eq!(names, document.names());
}

pub fn compile(group: &mut Group<'_>, _: &Document) {
    let environment = Environment::new();
    let source = "input.a.b.count > 30 and input.d == 'x'";
    group.bench_function("minijinja", |b| b.iter(|| environment.compile_expression(black_box(source)).unwrap()));
}
