//! The targets of the language: a path, a predicate, a compilation, templates, and hostile texts.

#[path = "../tests/it/hostile/cases.rs"]
mod cases;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use nebula_expression::{AnyScope, Expression, Limits, MAX_TEXT, NodeView, Scope, Template};
use serde_json::{Value, json};

/// Two nodes and an input, as an engine would have them at hand.
struct Run {
    input: Value,
    fetch: Value,
}

impl Scope for Run {
    fn input(&self) -> Option<&Value> {
        Some(&self.input)
    }

    fn node(&self, id: &str) -> Option<NodeView<'_>> {
        let result = match id {
            "fetch" => &self.fetch,
            "input" => &self.input,
            _ => return None,
        };
        Some(NodeView { result: Some(result), error: None, status: "completed", attempts: 1, port: None })
    }
}

fn run() -> Run {
    Run {
        input: json!({"a": {"b": {"c": 42}}, "d": "x", "name": "Ada", "n": 3}),
        fetch: json!({"b": {"c": {"d": "deep"}, "e": 1}, "items": [1, 2, 3]}),
    }
}

/// A thousand orders, about 62 KB as text.
fn orders() -> Run {
    let items: Vec<Value> = (0..1_000)
        .map(|n| {
            let status = if n % 3 == 0 { "paid" } else { "open" };
            json!({"id": format!("o-{n}"), "qty": n % 11, "price": 2.5 + f64::from(n % 7), "status": status})
        })
        .collect();
    Run { input: json!({ "items": items }), fetch: Value::Null }
}

fn benches(c: &mut Criterion) {
    let run = run();
    let limits = Limits::default();

    let path = Expression::parse("$nodes.fetch.result.b.c").expect("it is well-formed");
    c.bench_function("path", |b| {
        b.iter(|| black_box(path.evaluate(black_box(&run), &limits).is_ok()));
    });

    let predicate = Expression::parse("$input.a.b.c > 30 && $input.d == \"x\"").expect("it is well-formed");
    c.bench_function("predicate", |b| {
        b.iter(|| black_box(predicate.evaluate_bool(black_box(&run), &limits).is_ok()));
    });

    let guarded = Expression::parse("$input.a?.x?.y ?? $input.d").expect("it is well-formed");
    c.bench_function("default", |b| {
        b.iter(|| black_box(guarded.evaluate(black_box(&run), &limits).is_ok()));
    });

    let template =
        Template::parse("Dear {{ $input.name }}, you have {{ $input.n + 1 }} letters").expect("it is well-formed");
    c.bench_function("template", |b| {
        b.iter(|| black_box(template.evaluate(black_box(&run), &limits).is_ok()));
    });

    let orders = orders();
    let filter = Expression::parse(
        "$input.items.filter(i => i.qty > 5 && i.status == \"paid\").map(i => {id: i.id, total: i.qty * i.price})",
    )
    .expect("it is well-formed");
    c.bench_function("filter and map 1,000", |b| {
        b.iter(|| black_box(filter.evaluate(black_box(&orders), &limits).is_ok()));
    });
    let ids = Expression::parse("$input.items.filter(i => i.qty > 5).map(i => i.id)").expect("it is well-formed");
    c.bench_function("filter and map 1,000 to ids", |b| {
        b.iter(|| black_box(ids.evaluate(black_box(&orders), &limits).is_ok()));
    });
    c.bench_function("hand-written filter and map", |b| {
        b.iter(|| {
            let items = black_box(&orders).input["items"].as_array().expect("it is a list");
            let found: Vec<Value> = items
                .iter()
                .filter(|i| i["qty"].as_f64().is_some_and(|qty| qty > 5.0) && i["status"] == "paid")
                .map(|i| {
                    let total = i["qty"].as_f64().unwrap_or(0.0) * i["price"].as_f64().unwrap_or(0.0);
                    json!({"id": i["id"], "total": total})
                })
                .collect();
            black_box(Value::Array(found))
        });
    });

    c.bench_function("hand-written path", |b| {
        b.iter(|| {
            let found = black_box(&run).node("fetch").and_then(|node| node.result);
            black_box(found.and_then(|v| v.get("b")).and_then(|v| v.get("c")))
        });
    });
    c.bench_function("hand-written predicate", |b| {
        b.iter(|| {
            let input = &black_box(&run).input;
            let c = input.get("a").and_then(|v| v.get("b")).and_then(|v| v.get("c"));
            black_box(
                c.and_then(Value::as_i64).is_some_and(|c| c > 30)
                    && input.get("d").and_then(Value::as_str) == Some("x"),
            )
        });
    });

    let source = "$input.a.b.count > 30 && $input.d == 'x'";
    assert_eq!(source.len(), 40, "the target is for forty characters");
    c.bench_function("compile", |b| {
        b.iter(|| black_box(Expression::parse(black_box(source)).is_ok()));
    });
}

/// Each of these must be answered within 5 ms.
fn hostile(c: &mut Criterion) {
    let run = run();
    let limits = Limits::default();
    let keys: String = (0..1_300).map(|n| format!("k{n}: $now,")).collect();
    let texts = [
        ("50,000 parentheses", "(".repeat(50_000)),
        ("parentheses up to the limit", "(".repeat(MAX_TEXT)),
        ("a full text of ||", format!("{}false", "false || ".repeat(MAX_TEXT / 9 - 1))),
        ("a full text of ??", format!("{}1", "$input.x ?? ".repeat(MAX_TEXT / 12 - 1))),
        ("a full text of +", format!("{}1", "1+".repeat(MAX_TEXT / 2 - 1))),
        ("a full text of keys", format!("{{{keys}}}")),
        ("a full text of mistakes", "foo ".repeat(MAX_TEXT / 4)),
        ("a full text of unknown characters", "# ".repeat(MAX_TEXT / 2)),
        ("a full text of digits", "9".repeat(MAX_TEXT)),
    ];
    let mut group = c.benchmark_group("hostile");
    for (name, text) in &texts {
        group.bench_function(*name, |b| {
            b.iter(|| {
                let parsed = Expression::parse(black_box(text));
                black_box(parsed.is_ok_and(|expr| expr.evaluate(&run, &limits).is_ok()))
            });
        });
    }
    for (name, text, _) in &cases::cases() {
        group.bench_function(*name, |b| {
            b.iter(|| {
                let parsed = Expression::parse(black_box(text));
                black_box(parsed.is_ok_and(|expr| expr.evaluate(&run, &limits).is_ok()))
            });
        });
        group.bench_function(format!("{name}, checked"), |b| {
            b.iter(|| {
                let parsed = Expression::parse(black_box(text));
                black_box(parsed.is_ok_and(|expr| expr.check(&AnyScope).errors.is_empty() && expr.cost().is_constant()))
            });
        });
    }
    let braces = "{{".repeat(30_000);
    group.bench_function("60,000 braces in a template", |b| {
        b.iter(|| black_box(Template::parse(black_box(&braces)).is_ok()));
    });
    group.finish();
}

criterion_group!(all, benches, hostile);
criterion_main!(all);
