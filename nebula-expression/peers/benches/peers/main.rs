//! Four workloads over parsed JSON: a path, a predicate, a filter with a map, a compilation; each by every engine.
//!
//! Every answer is compared with the expected one before it is timed.

mod cel;
mod cpu_time;
mod datalogic;
mod hand_written;
mod jaq;
mod minijinja;
mod nebula;
mod quickjs;
mod rhai;

use std::time::Duration;

use cpu_time::CpuTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use nebula_expression_peers::Document;

type Group<'a> = BenchmarkGroup<'a, CpuTime>;
type Work = fn(&mut Group<'_>, &Document);

fn compare(criterion: &mut Criterion<CpuTime>, name: &str, document: &Document, engines: &[Work]) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(40).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for engine in engines {
        engine(&mut group, document);
    }
    group.finish();
}

fn path(criterion: &mut Criterion<CpuTime>) {
    let engines = [
        hand_written::path,
        nebula::path,
        quickjs::path,
        rhai::path,
        datalogic::path,
        minijinja::path,
        cel::path,
        jaq::path,
    ];
    compare(criterion, "path", &Document::small(), &engines);
}

fn predicate(criterion: &mut Criterion<CpuTime>) {
    let engines = [
        hand_written::predicate,
        nebula::predicate,
        quickjs::predicate,
        rhai::predicate,
        datalogic::predicate,
        minijinja::predicate,
        cel::predicate,
        jaq::predicate,
    ];
    compare(criterion, "predicate", &Document::small(), &engines);
}

fn filter_map(criterion: &mut Criterion<CpuTime>) {
    let engines = [
        hand_written::filter_map,
        nebula::filter_map,
        quickjs::filter_map,
        rhai::filter_map,
        datalogic::filter_map,
        minijinja::filter_map,
        cel::filter_map,
        jaq::filter_map,
    ];
    compare(criterion, "filter and map", &Document::items(), &engines);
}

fn compile(criterion: &mut Criterion<CpuTime>) {
    let engines = [
        nebula::compile,
        quickjs::compile,
        rhai::compile,
        datalogic::compile,
        minijinja::compile,
        cel::compile,
        jaq::compile,
    ];
    compare(criterion, "compile", &Document::small(), &engines);
}

criterion_group! {
    name = all;
    config = Criterion::default().with_measurement(CpuTime);
    targets = path, predicate, filter_map, compile
}
criterion_main!(all);
