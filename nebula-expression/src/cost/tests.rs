use serde_json::{Value, json};

use crate::{Expression, Limits, Scope};

struct Input(Value);

impl Scope for Input {
    fn input(&self) -> Option<&Value> {
        Some(&self.0)
    }
}

fn cost(text: &str) -> String {
    Expression::parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}")).cost().to_string()
}

#[test]
fn costs_are_polynomials_of_sizes() {
    for (text, expected) in [
        ("1", "1"),
        ("$input.a.b", "3"),
        ("$input.a ?? 1", "4"),
        ("$input.items.size()", "3 + 0.06·|$input.items|"),
        ("$input.items.filter(i => i.qty > 5)", "4 + 6.06·|$input.items|"),
    ] {
        let found = cost(text);
        assert!(found.starts_with(expected.split(" + ").next().unwrap()), "{text}: {found}");
    }
    assert!(cost("$input.a.map(x => $input.b.map(y => x + y))").contains("|$input.a|·|$input.b|"));
    assert!(cost("$input.a.map(x => x.tags.size())").contains("|$input.a[*].tags|"));
}

#[test]
fn an_estimate_is_near_what_is_spent() {
    let items: Vec<Value> = (0..1_000).map(|n| json!({"id": n, "qty": n % 7, "tags": ["a", "b"]})).collect();
    let scope = Input(json!({"items": items, "text": "x".repeat(1_000), "n": 3}));
    for text in [
        "$input.n * 2 + 1",
        "$input.items.filter(i => i.qty > 5).size()",
        "$input.items.map(i => i.qty * 2).exists(q => q > 100)",
        "$input.items.all(i => i.tags.exists(t => t == 'zz') == false)",
        "$input.text.upper().contains('Y')",
        "$input.items.map(i => {id: i.id})",
    ] {
        let expr = Expression::parse(text).unwrap();
        let (_, spent) = expr.evaluate_counted(&scope, &Limits::default());
        let estimate = expr.estimate(&scope);
        assert!(estimate.units >= spent, "{text}: {} < {spent}", estimate.units);
        assert!(estimate.units <= 4 * spent + 50, "{text}: {} > 4 x {spent}", estimate.units);
    }
}

#[test]
fn the_largest_path_is_named() {
    let scope = Input(json!({"a": [1, 2], "b": vec![0; 500]}));
    let estimate = Expression::parse("$input.a.map(x => $input.b.map(y => x + y))").unwrap().estimate(&scope);
    assert_eq!(estimate.largest, Some(("$input.b".to_owned(), 500)));
}

#[test]
fn hostile_nesting_has_a_short_answer() {
    let nested = "$input.a.map(x => ".repeat(14) + "1" + &")".repeat(14);
    let nested = Expression::parse(&nested).unwrap();
    let cost = nested.cost();
    assert!(cost.to_string().len() < 20_000);
    assert_eq!(cost.worst(|_| Some(u64::MAX)), Some(u64::MAX));
    let wide = vec!["$input.a.map(x => x.b.size())"; 400].join(" == ");
    assert!(Expression::parse(&wide).is_err());
    let wide = format!("[{}]", (0..400).map(|n| format!("$input.a{n}.map(x => x)")).collect::<Vec<_>>().join(", "));
    assert!(Expression::parse(&wide).unwrap().cost().to_string().len() < 20_000);
}

#[test]
fn what_is_certainly_too_much_is_not_begun() {
    let list: Vec<u32> = (0..200).collect();
    let scope = Input(json!({ "a": list }));
    let nested = "$input.a.map(a => $input.a.map(b => $input.a.map(c => $input.a.map(d => a + b + c + d))))";
    let (result, spent) = Expression::parse(nested).unwrap().evaluate_counted(&scope, &Limits::default());
    let error = result.unwrap_err();
    assert_eq!(error.code, "E0703");
    assert_eq!(error.help.as_deref(), Some("`$input.a` has 200 elements: use less data, or a node for the work"));
    assert!(spent < 20_000, "{spent}");
    // The same number of steps, if it did not end at once.
    let early = "$input.a.all(a => $input.a.all(b => $input.a.all(c => $input.a.all(d => a > 0))))";
    assert_eq!(
        Expression::parse(early).unwrap().evaluate(&scope, &Limits::default()).map(|v| v.into_owned()),
        Ok(json!(false))
    );
}

#[test]
fn what_grows_by_sharing_is_seen_before_it_leaves() {
    let scope = Input(json!({ "x": 1 }));
    let doubled = |pair: &str| {
        let bindings: Vec<String> =
            (1..26).map(|n| format!("let a{n} = {}", pair.replace('_', &format!("a{}", n - 1)))).collect();
        format!("let a0 = {} in {} in a25", pair.replace('_', "$input.x"), bindings.join(" in "))
    };
    let nested = "range(200).map(a => range(0, 200).map(b => range(200).map(c => a)))".to_owned();
    for text in [doubled("[_, _]"), doubled("{l: _, r: _}"), nested] {
        let expr = Expression::parse(&text).unwrap();
        let (result, spent) = expr.evaluate_counted(&scope, &Limits::default());
        assert_eq!(result.unwrap_err().code, "E0703", "{text}");
        assert!(expr.estimate(&scope).least > 1_000_000, "{text}");
        assert!(spent < 20_000, "{text}: {spent}");
    }
    // Looked at from outside it is small.
    let small = Expression::parse(&doubled("[_, _]").replace(" in a25", " in size(a25)")).unwrap();
    assert_eq!(small.evaluate(&scope, &Limits::default()).map(|v| v.into_owned()), Ok(json!(2)));
}
