//! jaq: compiled filters. Prepared: the document as a jaq value, which is counted, not copied.

use std::hint::black_box;

use jaq_core::{
    Compiler, Ctx, Native, Vars,
    compile::Filter,
    data,
    load::{Arena, File, Loader},
    unwrap_valr,
};
use jaq_json::Val;
use nebula_expression_peers::Document;
use serde::Deserialize as _;

use crate::Group;

type Data = data::JustLut<Val>;

/// The documented way: with the definitions of the language and of the standard library.
fn filter(source: &str) -> Filter<Native<Data>> {
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(defs).load(&arena, File { code: source, path: () }).unwrap();
    Compiler::default().with_funs(funs).compile(modules).unwrap()
}

fn value(json: &serde_json::Value) -> Val {
    Val::deserialize(json).unwrap()
}

fn measure<T>(group: &mut Group<'_>, document: &Document, source: &str, read: impl Fn(&Val) -> T) -> T {
    let filter = filter(source);
    let first = |input: Val| {
        let ctx = Ctx::<Data>::new(&filter.lut, Vars::new([]));
        let output = filter.id.run((ctx, input)).map(unwrap_valr).next();
        read(&output.unwrap().unwrap())
    };
    let prepared = value(&document.json);
    let answer = first(prepared.clone());
    group.bench_function("jaq, prepared", |b| b.iter(|| first(black_box(&prepared).clone())));
    group.bench_function("jaq, from JSON", |b| b.iter(|| first(value(black_box(&document.json)))));
    answer
}

pub fn path(group: &mut Group<'_>, document: &Document) {
    let is_42 = |value: &Val| matches!(value, Val::Num(number) if number.as_isize() == Some(42));
    assert!(measure(group, document, ".nodes.a.result.b.c", is_42));
}

pub fn predicate(group: &mut Group<'_>, document: &Document) {
    let is_true = |value: &Val| matches!(value, Val::Bool(true));
    assert!(measure(group, document, ".a.b.c > 30 and .d == \"x\"", is_true));
}

pub fn filter_map(group: &mut Group<'_>, document: &Document) {
    let source = ".items | map(select(.price > 50) | .name)";
    assert_eq!(measure(group, document, source, Val::to_string), document.names().to_string());
}

pub fn compile(group: &mut Group<'_>, _: &Document) {
    let source = ".input.a.b.count > 30 and .input.d == \"x\"";
    group.bench_function("jaq", |b| b.iter(|| filter(black_box(source))));
}
