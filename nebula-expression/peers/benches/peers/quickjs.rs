//! QuickJS by rquickjs: a function compiled once. Prepared: the object is already inside.

use std::hint::black_box;

use nebula_expression_peers::Document;
use rquickjs::{Context, Function, Runtime, Value};

use crate::Group;

fn inside(work: impl FnOnce(&rquickjs::Ctx<'_>)) {
    let runtime = Runtime::new().unwrap();
    let context = Context::full(&runtime).unwrap();
    context.with(|ctx| work(&ctx));
}

pub fn path(group: &mut Group<'_>, document: &Document) {
    inside(|ctx| {
        let function: Function<'_> = ctx.eval("(v) => v.nodes.a.result.b.c").unwrap();
        let value = ctx.json_parse(document.text.as_str()).unwrap();
        assert_eq!(function.call::<_, i64>((value.clone(),)).unwrap(), 42);
        group.bench_function("quickjs, prepared", |b| {
            b.iter(|| function.call::<_, i64>((black_box(&value).clone(),)).unwrap());
        });
        group.bench_function("quickjs, from JSON text", |b| {
            b.iter(|| {
                let value = ctx.json_parse(black_box(document.text.as_str())).unwrap();
                function.call::<_, i64>((value,)).unwrap()
            });
        });
    });
}

pub fn predicate(group: &mut Group<'_>, document: &Document) {
    inside(|ctx| {
        let function: Function<'_> = ctx.eval("(v) => v.a.b.c > 30 && v.d === \"x\"").unwrap();
        let value = ctx.json_parse(document.text.as_str()).unwrap();
        assert!(function.call::<_, bool>((value.clone(),)).unwrap());
        group.bench_function("quickjs, prepared", |b| {
            b.iter(|| function.call::<_, bool>((black_box(&value).clone(),)).unwrap());
        });
        group.bench_function("quickjs, from JSON text", |b| {
            b.iter(|| {
                let value = ctx.json_parse(black_box(document.text.as_str())).unwrap();
                function.call::<_, bool>((value,)).unwrap()
            });
        });
    });
}

pub fn filter_map(group: &mut Group<'_>, document: &Document) {
    inside(|ctx| {
        let source = "(v) => v.items.filter(x => x.price > 50).map(x => x.name)";
        let function: Function<'_> = ctx.eval(source).unwrap();
        let value = ctx.json_parse(document.text.as_str()).unwrap();
        assert_eq!(json(&function, value.clone()), document.names().to_string());
        group.bench_function("quickjs, prepared", |b| b.iter(|| json(&function, black_box(&value).clone())));
        group.bench_function("quickjs, from JSON text", |b| {
            b.iter(|| json(&function, ctx.json_parse(black_box(document.text.as_str())).unwrap()));
        });
    });
}

/// The result as JSON text.
fn json<'js>(function: &Function<'js>, value: Value<'js>) -> String {
    let result: Value<'js> = function.call((value,)).unwrap();
    function.ctx().json_stringify(result).unwrap().unwrap().to_string().unwrap()
}

pub fn compile(group: &mut Group<'_>, _: &Document) {
    inside(|ctx| {
        group.bench_function("quickjs, in a context", |b| {
            b.iter(|| ctx.eval::<Function<'_>, _>(black_box("(v) => v.a.b.count > 30 && v.d === 'x'")).unwrap());
        });
    });
}
