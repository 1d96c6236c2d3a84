//! Numbers and texts.

use serde_json::{Map, Number, Value};

use super::{Maker, Mode, pattern};

/// Characters in texts at random: plain ones, and those that break what is careless.
const CHARS: [char; 16] = ['a', 'b', 'z', 'A', '0', '9', ' ', '-', '_', '.', '"', '\\', '\n', 'é', '漢', '🦀'];
/// Texts without a bound are no longer than this.
const LONG: u64 = 24;

impl Maker<'_> {
    pub(super) fn integer(&mut self, schema: &Map<String, Value>) -> Value {
        let (least, most) = whole_range(schema);
        let step = schema.get("multipleOf").and_then(Value::as_i64).map_or(1, i128::from).max(1);
        let mut number = match self.mode {
            Mode::Least => least.unwrap_or_else(|| most.map_or(0, |most| most.min(0))),
            Mode::Most => most.unwrap_or_else(|| least.map_or(i128::from(i64::MAX), |least| least.max(1 << 53))),
            _ => {
                let (low, high) = (least.unwrap_or(-1_000), most.unwrap_or(1_000));
                let edges = [low, high, 0, 1, -1, low + 1, high - 1];
                if self.mode == Mode::Edges {
                    (*self.random.pick(&edges)).clamp(low, high.max(low))
                } else {
                    self.random.between(low, high)
                }
            }
        };
        number = number.div_euclid(step) * step;
        if least.is_some_and(|least| number < least) {
            number += step;
        }
        i64::try_from(number).map_or_else(|_| u64::try_from(number).unwrap_or(u64::MAX).into(), Value::from)
    }

    pub(super) fn number(&mut self, schema: &Map<String, Value>) -> Value {
        let bound = |names: [&str; 2]| names.iter().find_map(|name| schema.get(*name)?.as_f64());
        let (least, most) = (bound(["minimum", "exclusiveMinimum"]), bound(["maximum", "exclusiveMaximum"]));
        let (low, high) = (least.unwrap_or(-1e6), most.unwrap_or(1e6));
        let mut number = match self.mode {
            Mode::Least => least.unwrap_or(0.0_f64.min(high)),
            Mode::Most => most.unwrap_or(1e300),
            Mode::Edges => (*self.random.pick(&[low, high, 0.0, 0.5, -0.5, 1e-9])).clamp(low, high.max(low)),
            _ => low + (high - low) * self.random.fraction(),
        };
        if let Some(step) = schema.get("multipleOf").and_then(Value::as_f64).filter(|step| *step > 0.0) {
            number = (number / step).round() * step;
        }
        Number::from_f64(number).map_or(Value::Null, Value::Number)
    }

    pub(super) fn text(&mut self, schema: &Map<String, Value>) -> Value {
        if let Some(facts) = schema.get("x-nebula-expression") {
            return expression(&facts["result"]).into();
        }
        if schema.contains_key("x-nebula-template") {
            return (*self.random.pick(&["", "text", "{{ $index }}"])).into();
        }
        if let Some(samples) = schema.get("format").and_then(Value::as_str).and_then(samples) {
            return match self.mode {
                Mode::Least => samples[0],
                _ => *self.random.pick(samples),
            }
            .into();
        }
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
            && let Some(text) = pattern::matching(pattern, self.random, self.mode)
        {
            return text.into();
        }
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
        let least = bound("minLength").unwrap_or(0);
        let most = bound("maxLength").unwrap_or(least + LONG);
        let length = match self.mode {
            Mode::Least => least,
            Mode::Most => most.min(10_000),
            Mode::Edges if self.random.one_in(2) => least,
            _ => u64::try_from(self.random.between(least.into(), most.min(least + LONG).into())).unwrap_or(least),
        };
        (0..length).map(|_| *self.random.pick(&CHARS)).collect::<String>().into()
    }
}

fn whole_range(schema: &Map<String, Value>) -> (Option<i128>, Option<i128>) {
    let whole = |name: &str| {
        let value = schema.get(name)?;
        value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from)).or_else(|| rounded(value.as_f64()?))
    };
    let least = whole("minimum").or_else(|| Some(whole("exclusiveMinimum")? + 1));
    let most = whole("maximum").or_else(|| Some(whole("exclusiveMaximum")? - 1));
    (least, most)
}

fn rounded(number: f64) -> Option<i128> {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be within the range")]
    (number.abs() < 9e18).then(|| number.round() as i128)
}

/// An expression that gives what is wanted.
fn expression(result: &Value) -> &'static str {
    match result["type"].as_str() {
        Some("boolean") => "$index >= 0",
        Some("string") => "string($index)",
        Some("array") => "[$item]",
        Some("object") => "{ item: $item }",
        Some("null") => "null",
        _ => "$index",
    }
}

/// Texts of a format, the plainest first.
fn samples(format: &str) -> Option<&'static [&'static str]> {
    Some(match format {
        "date-time" => &["2026-01-01T00:00:00Z", "2024-02-29T23:59:59.999+02:00", "1970-01-01T00:00:00-12:00"],
        "date" => &["2026-01-01", "2024-02-29", "0001-01-01"],
        "time" => &["00:00:00Z", "23:59:59.5+01:00"],
        "duration-text" => &["0s", "250ms", "1m 30s", "2h", "1.5s"],
        "duration" => &["PT0S", "P1DT12H", "P2W"],
        "email" => &["a@b.cd", "ada.lovelace+tag@example.com"],
        "hostname" => &["a", "example.com", "xn--bcher-kva.example"],
        "ipv4" => &["0.0.0.0", "255.255.255.255", "10.0.0.1"],
        "ipv6" => &["::", "2001:db8::1", "::ffff:10.0.0.1"],
        "uri" => &["https://example.com", "http://a.b/c?d=e#f", "urn:isbn:0451450523"],
        "uri-reference" => &["", "/a/b", "https://example.com/?q=1"],
        "uri-template" => &["/a", "https://example.com/{id}"],
        "iri" => &["https://example.com", "https://bücher.example/ä"],
        "iri-reference" => &["", "/ä"],
        "uuid" => &["00000000-0000-0000-0000-000000000000", "01976a50-0000-7000-8000-000000000001"],
        "json-pointer" => &["", "/a/0/b~1c"],
        "relative-json-pointer" => &["0", "1/a"],
        "regex" => &["a", "^[a-z]+$"],
        _ => return None,
    })
}
