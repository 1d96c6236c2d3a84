//! 100,000 rows through the actions over data, from JSON in to JSON out.

use criterion::{Criterion, criterion_group, criterion_main};
use nebula_actions::{
    csv::{CsvFormat, CsvParse},
    data::{DataAggregate, DataFilter, DataSort},
};
use nebula_sdk::testing::call;
use serde_json::json;

const ROWS: usize = 100_000;

fn rows(criterion: &mut Criterion) {
    let mut text = "id,region,name,total,paid\n".to_owned();
    for i in 0..ROWS {
        let region = ["north", "south", "east", "west"][i % 4];
        text += &format!("{i},{region},\"customer, {i}\",{}.{:02},{}\n", (i * 7_919) % 1_000, i % 100, i % 3 == 0);
    }
    let parse = json!({ "text": text });
    let rows = call::<CsvParse>(&parse).output()["rows"].take();
    let filter = json!({ "items": rows, "where": "$item.total > 500 && $item.paid" });
    let sort = json!({ "items": rows, "by": [{ "key": "$item.total", "order": "desc" }, { "key": "$item.name" }] });
    let aggregate = json!({
        "items": rows,
        "group_by": { "region": "$item.region" },
        "values": { "n": { "count": true }, "sum": { "sum": "$item.total" }, "max": { "max": "$item.total" } },
    });
    let format = json!({ "rows": rows, "columns": ["id", "region", "name", "total", "paid"] });

    let mut group = criterion.benchmark_group("100k rows");
    group.sample_size(10);
    group.bench_function("csv.parse", |b| b.iter(|| call::<CsvParse>(&parse).output()));
    group.bench_function("data.filter", |b| b.iter(|| call::<DataFilter>(&filter).output()));
    group.bench_function("data.sort", |b| b.iter(|| call::<DataSort>(&sort).output()));
    group.bench_function("data.aggregate", |b| b.iter(|| call::<DataAggregate>(&aggregate).output()));
    group.bench_function("csv.format", |b| b.iter(|| call::<CsvFormat>(&format).output()));
    group.finish();
}

criterion_group!(benches, rows);
criterion_main!(benches);
