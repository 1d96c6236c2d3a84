//! cel: compiled programs. Prepared: a context with the document's members as CEL values.

use std::{hint::black_box, sync::Arc};

use cel::{Context, Env, Program, Value, to_value};
use nebula_expression_peers::Document;

use crate::Group;

fn context(env: &Arc<Env>, json: &serde_json::Value) -> Context<'static, 'static> {
    let mut context = Context::with_env(Arc::clone(env));
    for (name, value) in json.as_object().into_iter().flatten() {
        context.add_variable_from_value(name.as_str(), to_value(value).unwrap());
    }
    context
}

fn measure<T>(
    group: &mut Group<'_>,
    document: &Document,
    source: &str,
    run: impl Fn(&Program, &Context<'_, '_>) -> T,
) -> T {
    let env = Arc::new(Env::stdlib());
    let program = env.compile(source).unwrap();
    let prepared = context(&env, &document.json);
    let answer = run(&program, &prepared);
    group.bench_function("cel, prepared", |b| b.iter(|| run(&program, black_box(&prepared))));
    group.bench_function("cel, from JSON", |b| {
        b.iter(|| run(&program, &context(&env, black_box(&document.json))));
    });
    answer
}

/// By reference where that is possible: `execute` would copy what it hands out.
fn scalar(program: &Program, context: &Context<'_, '_>) -> Value {
    let value = Value::resolve_val(program.expression(), context).unwrap();
    Value::try_from(&*value).unwrap()
}

pub fn path(group: &mut Group<'_>, document: &Document) {
    assert_eq!(measure(group, document, "nodes.a.result.b.c", scalar), Value::Int(42));
}

pub fn predicate(group: &mut Group<'_>, document: &Document) {
    assert_eq!(measure(group, document, "a.b.c > 30 && d == \"x\"", scalar), Value::Bool(true));
}

pub fn filter_map(group: &mut Group<'_>, document: &Document) {
    let source = "items.filter(x, x.price > 50.0).map(x, x.name)";
    let names = measure(group, document, source, |program, context| program.execute(context).unwrap().json().unwrap());
    assert_eq!(names, document.names());
}

pub fn compile(group: &mut Group<'_>, _: &Document) {
    let env = Env::stdlib();
    let source = "input.a.b.count > 30 && input.d == \"x\" ";
    group.bench_function("cel", |b| b.iter(|| env.compile(black_box(source)).unwrap()));
}
