//! Bounds, patterns and the rules that have no structure.

use serde_json::{Map, Value};

use super::{Differ, Impact, Side};

/// Keyword, whether it is a lower bound, and the words for it.
const BOUNDS: [(&str, bool, &str, &str); 12] = [
    ("minimum", true, "numbers are at least", ""),
    ("exclusiveMinimum", true, "numbers are more than", ""),
    ("maximum", false, "numbers are at most", ""),
    ("exclusiveMaximum", false, "numbers are less than", ""),
    ("minLength", true, "texts have at least", " characters"),
    ("maxLength", false, "texts have at most", " characters"),
    ("minItems", true, "lists have at least", " items"),
    ("maxItems", false, "lists have at most", " items"),
    ("minProperties", true, "objects have at least", " members"),
    ("maxProperties", false, "objects have at most", " members"),
    ("minContains", true, "lists hold at least", " such items"),
    ("maxContains", false, "lists hold at most", " such items"),
];

/// Rules that are there, not there, or another: keyword, and what it says.
const RULES: [(&str, &str); 16] = [
    ("pattern", "the pattern of texts"),
    ("format", "the format of texts"),
    ("contentEncoding", "the encoding of texts"),
    ("contentMediaType", "the media type of texts"),
    ("not", "what is not possible"),
    ("if", "a condition"),
    ("then", "what follows from a condition"),
    ("else", "what follows without a condition"),
    ("contains", "what lists hold"),
    ("propertyNames", "the names of members"),
    ("patternProperties", "the members by pattern"),
    ("dependentRequired", "what members need"),
    ("dependentSchemas", "what members need"),
    ("unevaluatedProperties", "other members"),
    ("unevaluatedItems", "other items"),
    ("$dynamicRef", "a reference"),
];

impl Differ<'_> {
    pub(super) fn bounds(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, at: &str) {
        for (keyword, is_lower, words, unit) in BOUNDS {
            let number = |schema: &Map<String, Value>| schema.get(keyword).and_then(Value::as_f64);
            let zero = if is_lower && !unit.is_empty() { Some(0.0) } else { None };
            let (before, now) = (number(old).or(zero), number(new).or(zero));
            let text = new.get(keyword).map_or_else(|| "0".to_owned(), Value::to_string);
            match (before, now) {
                (Some(before), Some(now)) if (before < now) == is_lower && (before - now).abs() > 0.0 => {
                    self.narrower(at, &format!("{words} {text}{unit}"));
                }
                (Some(before), Some(now)) if (before - now).abs() > 0.0 => {
                    self.wider(at, &format!("{words} {text}{unit}"));
                }
                (None, Some(_)) => self.narrower(at, &format!("{words} {text}{unit}")),
                (Some(_), None) => self.wider(at, &format!("`{keyword}` holds no more")),
                _ => {}
            }
        }
        self.steps(old, new, at);
        let unique = |schema: &Map<String, Value>| schema.get("uniqueItems") == Some(&Value::Bool(true));
        match (unique(old), unique(new)) {
            (false, true) => self.narrower(at, "lists have no item twice"),
            (true, false) => self.wider(at, "lists may have an item twice"),
            _ => {}
        }
    }

    fn steps(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, at: &str) {
        let step = |schema: &Map<String, Value>| schema.get("multipleOf").and_then(Value::as_f64);
        let divides = |small: f64, large: f64| ((large / small) - (large / small).round()).abs() < 1e-9;
        match (step(old), step(new)) {
            (Some(before), Some(now)) if (before - now).abs() > 0.0 => {
                let message = format!("numbers are multiples of {now}");
                if divides(before, now) {
                    self.narrower(at, &message);
                } else if divides(now, before) {
                    self.wider(at, &message);
                } else {
                    self.say(at, &message, Impact::Breaking);
                }
            }
            (None, Some(now)) => self.narrower(at, &format!("numbers are multiples of {now}")),
            (Some(before), None) => self.wider(at, &format!("numbers need not be multiples of {before}")),
            _ => {}
        }
    }

    /// Keywords that are compared as a whole.
    pub(super) fn rules(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, at: &str) {
        let own = old.keys().chain(new.keys()).filter(|name| name.starts_with("x-nebula-"));
        let mut keywords: Vec<(&str, &str)> = own.map(|name| (name.as_str(), "")).collect();
        keywords.extend(RULES);
        keywords.sort_unstable();
        keywords.dedup();
        for (keyword, words) in keywords {
            let words = if words.is_empty() { format!("`{keyword}`") } else { words.to_owned() };
            match (old.get(keyword), new.get(keyword)) {
                (None, Some(now)) => self.narrower(at, &format!("{words} is new: {}", brief(now))),
                (Some(_), None) => self.wider(at, &format!("{words} is no more said")),
                (Some(before), Some(now)) if before != now => {
                    self.say(at, &format!("{words} is another: {}", brief(now)), Impact::Breaking);
                }
                _ => {}
            }
        }
        if self.side == Side::Input {
            match (old.get("default"), new.get("default")) {
                (Some(before), Some(now)) if before != now => {
                    self.say(at, &format!("its default is {now}, and was {before}"), Impact::Breaking);
                }
                (Some(before), None) => self.say(at, &format!("its default {before} is gone"), Impact::Breaking),
                (None, Some(now)) => self.say(at, &format!("it has a default: {now}"), Impact::Addition),
                _ => {}
            }
        }
    }
}

/// A rule in a sentence, when it is short.
fn brief(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.as_str().map_or_else(|| value.to_string(), |text| format!("`{text}`"));
    if text.chars().count() <= LONGEST {
        text
    } else {
        format!("{}…", text.chars().take(LONGEST).collect::<String>())
    }
}
