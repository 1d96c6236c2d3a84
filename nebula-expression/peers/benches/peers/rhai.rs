//! Rhai: its tree walker and its bytecode machine. Prepared: a scope with the document as a Rhai object.

use std::hint::black_box;

use nebula_expression_peers::Document;
use rhai::{
    Dynamic, Engine, Scope,
    grain::{Compiler, Vm},
    serde::{from_dynamic, to_dynamic},
};
use serde_json::Value;

use crate::Group;

fn scope(json: &Value) -> Scope<'static> {
    let mut scope = Scope::new();
    scope.push_constant_dynamic("v", to_dynamic(json).unwrap());
    scope
}

fn measure<T>(group: &mut Group<'_>, document: &Document, source: &str, read: impl Fn(Dynamic) -> T) -> [T; 2] {
    let engine = Engine::new();
    let ast = engine.compile(source).unwrap();
    let program = Compiler::new().compile(&ast).into_shared();
    // Native functions such as `filter` reach closures in bytecode only by a detour.
    let calls_back = program.makes_fn_pointers();
    let mut vm = Vm::new(&engine);
    let mut by_vm = |scope: &mut Scope<'_>| {
        let value =
            if calls_back { vm.eval_with_callbacks(scope, &program) } else { vm.eval_with_scope(scope, &program) };
        read(value.unwrap())
    };

    let mut prepared = scope(&document.json);
    let by_tree = read(engine.eval_ast_with_scope(&mut prepared, &ast).unwrap());
    let by_bytecode = by_vm(&mut prepared);
    group.bench_function("rhai, prepared", |b| {
        b.iter(|| read(engine.eval_ast_with_scope(black_box(&mut prepared), &ast).unwrap()));
    });
    group.bench_function("rhai bytecode, prepared", |b| {
        b.iter(|| by_vm(black_box(&mut prepared)));
    });
    group.bench_function("rhai, from JSON", |b| {
        b.iter(|| {
            let mut fresh = scope(black_box(&document.json));
            read(engine.eval_ast_with_scope(&mut fresh, &ast).unwrap())
        });
    });
    [by_tree, by_bytecode]
}

pub fn path(group: &mut Group<'_>, document: &Document) {
    let answers = measure(group, document, "v.nodes.a.result.b.c", |value| value.as_int().unwrap());
    assert_eq!(answers, [42, 42]);
}

pub fn predicate(group: &mut Group<'_>, document: &Document) {
    let source = "v.a.b.c > 30 && v.d == \"x\"";
    let answers = measure(group, document, source, |value| value.as_bool().unwrap());
    assert_eq!(answers, [true, true]);
}

pub fn filter_map(group: &mut Group<'_>, document: &Document) {
    let source = "v.items.filter(|x| x.price > 50.0).map(|x| x.name)";
    let answers = measure(group, document, source, |value| from_dynamic::<Value>(&value).unwrap());
    assert_eq!(answers, [document.names(), document.names()]);
}

pub fn compile(group: &mut Group<'_>, _: &Document) {
    let engine = Engine::new();
    let source = "input.a.b.count > 30 && input.d == \"x\" ";
    group.bench_function("rhai", |b| b.iter(|| engine.compile_expression(black_box(source)).unwrap()));
    group.bench_function("rhai bytecode", |b| {
        b.iter(|| Compiler::new().compile(&engine.compile_expression(black_box(source)).unwrap()));
    });
}
