//! What the functions for lists, objects and numbers take is no more than what is said before the run, when that is
//! said to be exact.

use nebula_expression::{Expression, Limits, Scope};
use serde_json::{Value, json};

struct Large(Value);

impl Scope for Large {
    fn input(&self) -> Option<&Value> {
        Some(&self.0)
    }
}

#[test]
fn an_exact_estimate_is_never_too_low() {
    let scope = Large(json!({
        "list": (0..500).map(|i| i * 7919 % 500).collect::<Vec<_>>(),
        "few": [1, 2],
        "words": (0..500).map(|i| format!("{}{i}", "long word ".repeat(20))).collect::<Vec<_>>(),
        "lists": (0..200).map(|i| [i, i + 1]).collect::<Vec<_>>(),
        "rows": (0..300).map(|i| json!({"key": format!("{}k{i}", "long key ".repeat(20)), "value": i})).collect::<Vec<_>>(),
        "object": (0..300).map(|i| (format!("name{i}"), json!(i))).collect::<serde_json::Map<_, _>>(),
        "small": {"a": 1},
        "a": 1.5,
    }));
    let mut exact = Vec::new();
    for source in [
        "$input.list.at(-1)",
        "$input.list.take(400).size()",
        "$input.list.skip(1).size()",
        "$input.list.reverse().size()",
        "$input.lists.flatten()",
        "$input.list.compact().size()",
        "$input.list.chunk(1)",
        "$input.few.zip($input.list)",
        "range(5000).size()",
        "$input.list.sort()",
        "$input.words.sort()",
        "$input.list.sum()",
        "$input.list.avg()",
        "$input.list.min()",
        "$input.words.max()",
        "$input.list.unique()",
        "$input.lists.unique().size()",
        "$input.words.unique()",
        "$input.list.position(499)",
        "$input.lists.position([1000])",
        "$input.few.intersect($input.list)",
        "$input.few.difference($input.list)",
        "$input.list.sortBy(x => -x).size()",
        "$input.words.sortBy((x, i) => -i).size()",
        "$input.list.uniqueBy(x => x % 7).size()",
        "$input.lists.uniqueBy(x => x[0]).size()",
        "$input.rows.groupBy(x => x.key)",
        "$input.list.takeWhile(x => x >= 0).size()",
        "$input.list.skipWhile(x => x >= 0).size()",
        "$input.object.entries()",
        "$input.rows.fromEntries()",
        "$input.get('small.a')",
        "$input.small.merge($input.object)",
        "$input.object.merge($input.object)",
        "$input.small.pick(keys($input.object))",
        "$input.object.pick(keys($input.object))",
        "$input.object.omit(['a'])",
        "$input.object.mapValues(x => x + 1)",
        "$input.object.filterEntries(x => x > 1).size()",
        "abs($input.a) + floor($input.a) + round($input.a, 1)",
        "pow($input.a, 2) + div($input.a, 2) + mod($input.a, 2) + sqrt($input.a)",
        "least($input.a, 1, 2) + greatest($input.a, 3) + clamp($input.a, 0, 1)",
        "formatNumber($input.a, 2, ',')",
    ] {
        let expr = Expression::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
        let (value, spent) = expr.evaluate_counted(&scope, &Limits::default());
        assert!(value.is_ok(), "{source}: {value:?}");
        let estimate = expr.estimate(&scope);
        if estimate.exact {
            exact.push((source, estimate.units, spent));
        }
    }
    let low: Vec<_> = exact.iter().filter(|(_, units, spent)| units < spent).collect();
    assert!(low.is_empty(), "{low:#?}");
    assert!(exact.len() > 10, "only {} are exact", exact.len());
}
