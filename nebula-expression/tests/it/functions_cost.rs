//! What the functions for text, times and encodings take is no more than what is said before the run, when that is
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
        "text": "Grüße an alle, a-b 42 ".repeat(200),
        "short": "ü",
        "at": "2026-01-31T09:30:00Z",
        "base64": "YWJj".repeat(500),
        "list": [1, 2, 3, 4, 5, 6, 7, 8],
    }));
    let mut exact = 0;
    for source in [
        "$input.text.lower()",
        "$input.text.title()",
        "$input.text.capitalize()",
        "$input.text.trim()",
        "$input.text.trimStart()",
        "$input.text.trimEnd()",
        "$input.text.contains($input.text)",
        "$input.text.replace('Grüße', $input.text)",
        "$input.short.replace('ü', $input.text)",
        "$input.text.replaceAll('a', 'bb')",
        "$input.text.slice(-10, -5)",
        "$input.list.slice(1)",
        "$input.text.indexOf('zz')",
        "$input.text.padEnd(5000)",
        "$input.short.repeat(500)",
        "timestamp($input.at)",
        "$input.at.plus('1 month').startOf('year')",
        "$input.at.diffIn('2025-01-01', 'days')",
        "$input.at.format('%Y-%m-%d')",
        "$input.at.setZone('Europe/Oslo').year()",
        "$input.text.base64()",
        "$input.base64.base64Decode().size()",
        "$input.text.hex()",
        "$input.text.urlEncode().urlDecode()",
        "$input.text.htmlEscape()",
        "$input.text.stripTags()",
        "$input.text.sha256()",
        "$input.text.md5()",
        "uuid5('dns', $input.text)",
        "json($input.text)",
        "json($input.list)",
        "$input.text.toBytes().fromBytes()",
        "default($input.missing, $input.text)",
        "isEmpty($input.text)",
        "type($input.text)",
        "$input.text.extractAll(r'\\w+')",
        "$input.text.replacePattern(r'\\w+', 'x')",
        "$input.text.splitPattern(r'\\W+')",
    ] {
        let expr = Expression::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
        let (value, spent) = expr.evaluate_counted(&scope, &Limits::default());
        assert!(value.is_ok(), "{source}: {value:?}");
        let estimate = expr.estimate(&scope);
        exact += u32::from(estimate.exact);
        assert!(!estimate.exact || estimate.units >= spent, "{source}: {} < {spent}", estimate.units);
    }
    assert!(exact > 15, "only {exact} are exact");
}
