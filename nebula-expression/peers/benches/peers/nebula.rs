//! nebula-expression: evaluates over borrowed JSON, so nothing is prepared.

use std::hint::black_box;

use nebula_expression::{Expression, Limits, NodeView, Scope};
use nebula_expression_peers::Document;
use serde_json::Value;

use crate::Group;

/// A finished node with a result, and an input.
struct Run<'a> {
    input: &'a Value,
    result: &'a Value,
}

impl Scope for Run<'_> {
    fn input(&self) -> Option<&Value> {
        Some(self.input)
    }

    fn node(&self, id: &str) -> Option<NodeView<'_>> {
        let view = NodeView { result: Some(self.result), error: None, status: "completed", attempts: 1, port: None };
        (id == "a").then_some(view)
    }
}

fn parse(source: &str) -> Expression {
    Expression::parse(source).unwrap_or_else(|errors| panic!("{errors:?}"))
}

pub fn path(group: &mut Group<'_>, document: &Document) {
    let run = Run { input: &document.json, result: &document.json["nodes"]["a"]["result"] };
    let (expression, limits) = (parse("$nodes.a.result.b.c"), Limits::default());
    assert_eq!(*expression.evaluate(&run, &limits).unwrap(), 42);
    group.bench_function("nebula", |b| b.iter(|| black_box(expression.evaluate(black_box(&run), &limits).is_ok())));
}

pub fn predicate(group: &mut Group<'_>, document: &Document) {
    let run = Run { input: &document.json, result: &document.json };
    let (expression, limits) = (parse("$input.a.b.c > 30 && $input.d == \"x\""), Limits::default());
    assert_eq!(expression.evaluate_bool(&run, &limits), Ok(true));
    group.bench_function("nebula", |b| b.iter(|| expression.evaluate_bool(black_box(&run), &limits).is_ok()));
}

pub fn filter_map(group: &mut Group<'_>, document: &Document) {
    let run = Run { input: &document.json, result: &document.json };
    let expression = parse("$nodes.a.result.items.filter(x => x.price > 50).map(x => x.name)");
    let limits = Limits::default();
    assert_eq!(*expression.evaluate(&run, &limits).unwrap(), document.names());
    group.bench_function("nebula", |b| {
        b.iter(|| expression.evaluate(black_box(&run), &limits).unwrap().into_owned());
    });
}

pub fn compile(group: &mut Group<'_>, _: &Document) {
    let source = "$input.a.b.count > 30 && $input.d == 'x'";
    assert_eq!(source.len(), 40, "the target is for forty characters");
    group.bench_function("nebula", |b| b.iter(|| Expression::parse(black_box(source)).unwrap()));
}
