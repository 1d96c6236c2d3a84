//! What a value breaks of a schema, in words for people: the place, what was expected, what was probably meant.

use std::{collections::HashSet, fmt::Write as _};

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use nebula_expression::nearest;
use serde_json::Value;

use super::condition::Condition;

/// One thing in a value that breaks its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer into the value.
    pub pointer: String,
    /// Whether the place is the key at `pointer` rather than its value: a key the schema does not know.
    pub at_key: bool,
    /// One sentence, lower case, no period.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The key whose absence this is.
    missing: Option<String>,
    /// The key that was probably meant.
    meant: Option<String>,
}

/// Turns a validator's errors into violations.
pub(super) struct Explainer<'a> {
    schema: &'a Value,
    is_unknown: &'a dyn Fn(&str) -> bool,
}

// === impl Violation ===

impl Violation {
    pub(super) fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), at_key: false, message: message.into(), help: None, missing: None, meant: None }
    }

    pub(super) fn with_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

// === impl Explainer ===

impl<'a> Explainer<'a> {
    pub(super) fn new(schema: &'a Value, is_unknown: &'a dyn Fn(&str) -> bool) -> Self {
        Self { schema, is_unknown }
    }

    pub(super) fn explain<'e>(&self, errors: impl IntoIterator<Item = ValidationError<'e>>) -> Vec<Violation> {
        let mut found = Vec::new();
        for error in errors {
            self.one(&error, &mut found);
        }
        // A misspelt key is one mistake, not also the absence of what was meant.
        let misspelt: HashSet<String> = found
            .iter()
            .filter_map(|violation| {
                let parent = violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                Some(join(parent, violation.meant.as_ref()?))
            })
            .collect();
        found.retain(|violation| {
            violation.missing.as_ref().is_none_or(|key| !misspelt.contains(&join(&violation.pointer, key)))
        });
        // The same mistake is often reported by several keywords.
        let mut seen = HashSet::new();
        found.retain(|violation| seen.insert((violation.pointer.clone(), violation.message.clone())));
        found
    }

    fn one(&self, error: &ValidationError<'_>, found: &mut Vec<Violation>) {
        let pointer = error.instance_path().as_str();
        let instance: &Value = error.instance();
        if let Some(condition) = Condition::behind(self.schema, error.schema_path().as_str(), pointer) {
            if !condition.is_open(self.is_unknown) {
                found.push(condition.violation(pointer));
            }
            return;
        }
        if self.may_pass(error, pointer) {
            return;
        }
        let at = |message: String| Violation::at(pointer, message);
        match error.kind() {
            Kind::Required { property } => {
                let property = property.as_str().unwrap_or_default();
                let help = self.describe_property(error, property);
                let violation = at(format!("`{property}` is missing")).with_help(help);
                found.push(Violation { missing: Some(property.to_owned()), ..violation });
            }
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let mut known = self.known_properties(error);
                // A key that is there already is not what was meant.
                known.retain(|key| instance.get(key).is_none());
                found.extend(unexpected.iter().map(|key| unknown_key(pointer, key, &known)));
            }
            Kind::FalseSchema => {
                let (parent, key) = pointer.rsplit_once('/').unwrap_or(("", pointer));
                let key = unescape(key);
                found.push(match excluded_by(error.evaluation_path().as_str()) {
                    Some(other) => at(format!("`{key}` cannot be given together with `{other}`")),
                    None => unknown_key(parent, &key, &[]),
                });
            }
            Kind::Enum { options } => {
                found.push(one_of(pointer, instance, options.as_array().map_or(&[], Vec::as_slice)));
            }
            Kind::Constant { expected_value } => {
                found.push(at(format!("expected {}, found {}", brief(expected_value), brief(instance))));
            }
            Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
                self.branches(pointer, instance, context, found);
            }
            Kind::PropertyNames { error } => {
                found.push(at(format!("a key is not allowed here: {}", error.masked())));
            }
            kind => found.push(at(plain_message(kind, instance)).with_help(plain_help(kind, instance))),
        }
    }

    /// Whether a value that is not known yet could make this error go away.
    fn may_pass(&self, error: &ValidationError<'_>, pointer: &str) -> bool {
        let here_or_above = || {
            pointer.match_indices('/').any(|(end, _)| (self.is_unknown)(&pointer[..end])) || (self.is_unknown)(pointer)
        };
        if here_or_above() {
            return true;
        }
        // Keys and lengths are known even where values are not; everything else that looks inside is not.
        let looks_inside = matches!(
            error.kind(),
            Kind::Constant { .. }
                | Kind::Enum { .. }
                | Kind::Contains
                | Kind::Not { .. }
                | Kind::UniqueItems
                | Kind::OneOfMultipleValid { .. }
                | Kind::UnevaluatedItems { .. }
                | Kind::UnevaluatedProperties { .. }
        );
        let path = error.evaluation_path().as_str();
        let conditional = ["/then/", "/else/", "/dependentSchemas/"].iter().any(|part| path.contains(part));
        (looks_inside || conditional) && self.has_unknown_inside(error.instance(), pointer)
    }

    fn has_unknown_inside(&self, value: &Value, pointer: &str) -> bool {
        (self.is_unknown)(pointer)
            || match value {
                Value::Object(fields) => {
                    fields.iter().any(|(key, value)| self.has_unknown_inside(value, &join(pointer, key)))
                }
                Value::Array(items) => {
                    items.iter().enumerate().any(|(i, value)| self.has_unknown_inside(value, &format!("{pointer}/{i}")))
                }
                _ => false,
            }
    }

    /// No branch of `oneOf` or `anyOf` fits: reports inside the branch that was meant.
    fn branches(
        &self,
        pointer: &str,
        instance: &Value,
        context: &[Vec<ValidationError<'static>>],
        found: &mut Vec<Violation>,
    ) {
        let mut reports: Vec<Branch> = Vec::with_capacity(context.len());
        for errors in context {
            let mut violations = Vec::new();
            for error in errors {
                self.one(error, &mut violations);
            }
            if violations.is_empty() {
                // Only what is not known yet speaks against this branch.
                return;
            }
            reports.push(Branch::new(pointer, errors, violations));
        }
        if reports.iter().all(|branch| branch.expected_type.is_some()) {
            let mut types: Vec<&str> = reports.iter().filter_map(|branch| branch.expected_type.as_deref()).collect();
            types.dedup();
            found.push(Violation::at(pointer, format!("expected {}, found {}", types.join(" or "), brief(instance))));
            return;
        }
        // All branches of an enum with a tag fail on the tag: its value is unknown.
        let tags: Vec<_> = reports.iter().filter_map(|branch| branch.tag.as_ref()).collect();
        if tags.len() == reports.len() && tags.iter().all(|(place, _)| *place == tags[0].0) {
            let place = tags[0].0.clone();
            let options: Vec<Value> = tags.iter().flat_map(|(_, options)| options.iter().cloned()).collect();
            let inner = instance.pointer(&place[pointer.len()..]).unwrap_or(instance);
            found.push(one_of(&place, inner, &options));
            return;
        }
        if let Some(violations) = alternatives(pointer, instance, &reports) {
            found.extend(violations);
            return;
        }
        let best = reports
            .into_iter()
            .min_by_key(|branch| (branch.expected_type.is_some(), branch.tag.is_some(), branch.violations.len()));
        found.extend(best.into_iter().flat_map(|branch| branch.violations));
    }

    /// The keys a schema object knows, where `additionalProperties` or the like stands in it.
    fn known_properties(&self, error: &ValidationError<'_>) -> Vec<String> {
        let Some(object) = self.schema_around(error) else { return Vec::new() };
        let mut known = Vec::new();
        collect_properties(object, &mut known, 0);
        known
    }

    fn describe_property(&self, error: &ValidationError<'_>, property: &str) -> Option<String> {
        let schema = self.schema_around(error)?.get("properties")?.get(property)?;
        let description = schema.get("description").and_then(Value::as_str)?;
        let first = description.lines().next()?.trim().trim_end_matches('.');
        (!first.is_empty()).then(|| format!("`{property}`: {first}"))
    }

    fn schema_around(&self, error: &ValidationError<'_>) -> Option<&'a Value> {
        let path = error.schema_path().as_str();
        self.schema.pointer(path.rsplit_once('/').map_or("", |(parent, _)| parent))
    }
}

/// What one alternative has against a value.
struct Branch {
    violations: Vec<Violation>,
    /// The type it wants, when that alone is wrong.
    expected_type: Option<String>,
    /// Where and what its distinguishing constant is, when that is wrong.
    tag: Option<(String, Vec<Value>)>,
}

impl Branch {
    fn new(pointer: &str, errors: &[ValidationError<'_>], violations: Vec<Violation>) -> Self {
        let expected_type = errors.iter().find_map(|error| match error.kind() {
            Kind::Type { kind } if error.instance_path().as_str() == pointer => Some(type_names(kind)),
            _ => None,
        });
        let tag = errors.iter().find_map(|error| {
            let place = error.instance_path().as_str();
            match error.kind() {
                Kind::Constant { expected_value } => Some((place.to_owned(), vec![(**expected_value).clone()])),
                Kind::Enum { options } if place == pointer => {
                    Some((place.to_owned(), options.as_array().cloned().unwrap_or_default()))
                }
                _ => None,
            }
        });
        Self { violations, expected_type, tag }
    }
}

/// What is said when each branch has a key of its own and none of these keys is there; `None` when it is not so.
fn alternatives(pointer: &str, instance: &Value, reports: &[Branch]) -> Option<Vec<Violation>> {
    let mut wanted: Vec<String> = Vec::new();
    // A branch of another type was not meant.
    for branch in reports.iter().filter(|branch| branch.expected_type.is_none()) {
        let missing = branch.violations.iter().filter(|violation| violation.pointer == pointer);
        let key = missing.filter_map(|violation| violation.missing.as_ref()).next()?;
        if !wanted.contains(key) {
            wanted.push(key.clone());
        }
    }
    if wanted.len() < 2 {
        return None;
    }
    let is_unknown = |key: &str| {
        let place = join(pointer, key);
        let refused = |branch: &Branch| branch.violations.iter().any(|found| found.at_key && found.pointer == place);
        reports.iter().all(|branch| branch.expected_type.is_some() || refused(branch))
    };
    let unknown: Vec<_> = instance
        .as_object()?
        .keys()
        .filter(|key| is_unknown(key))
        .map(|key| unknown_key(pointer, key, &wanted))
        .collect();
    if !unknown.is_empty() {
        return Some(unknown);
    }
    let names: Vec<_> = wanted.iter().map(|name| format!("`{name}`")).collect();
    Some(vec![Violation::at(pointer, format!("one of {} is missing", names.join(", ")))])
}

/// The key beside which another one is not allowed, when a schema's path says that it is about that.
fn excluded_by(path: &str) -> Option<String> {
    let (_, rule) = path.rsplit_once("/dependentSchemas/")?;
    let (other, place) = rule.split_once("/properties/")?;
    (!other.contains('/') && !place.contains('/')).then(|| unescape(other))
}

fn collect_properties(schema: &Value, known: &mut Vec<String>, depth: usize) {
    if let Some(Value::Object(properties)) = schema.get("properties") {
        known.extend(properties.keys().cloned());
    }
    if depth < 4 {
        for key in ["allOf", "anyOf", "oneOf"] {
            for branch in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
                collect_properties(branch, known, depth + 1);
            }
        }
    }
}

fn unknown_key(parent: &str, key: &str, known: &[String]) -> Violation {
    const LISTED: usize = 12;
    let meant = nearest(key, known.iter().map(String::as_str));
    let help = match meant {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => None,
        None => {
            let more = if known.len() > LISTED { ", …" } else { "" };
            let names: Vec<_> = known.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
            Some(format!("there is also {}{more}", names.join(", ")))
        }
    };
    let violation = Violation::at(join(parent, key), format!("there is no `{key}` here")).with_help(help);
    Violation { at_key: true, meant: meant.map(str::to_owned), ..violation }
}

fn one_of(pointer: &str, found: &Value, options: &[Value]) -> Violation {
    let near = found
        .as_str()
        .and_then(|word| nearest(word, options.iter().filter_map(Value::as_str)))
        .map(|near| format!("did you mean `{near}`?"));
    let mut list = String::new();
    for (i, option) in options.iter().enumerate() {
        let _ = write!(list, "{}{}", if i == 0 { "" } else { ", " }, brief(option));
    }
    Violation::at(pointer, format!("{} is not one of {list}", brief(found))).with_help(near)
}

fn plain_message(kind: &Kind, found: &Value) -> String {
    let length = |limit: &u64, what: &str| format!("{limit} {what}{}", if *limit == 1 { "" } else { "s" });
    match kind {
        Kind::Type { kind } => format!("expected {}, found {}", type_names(kind), brief(found)),
        Kind::Minimum { limit } => format!("{} is too small: at least {limit}", brief(found)),
        Kind::Maximum { limit } => format!("{} is too large: at most {limit}", brief(found)),
        Kind::ExclusiveMinimum { limit } => format!("{} is too small: more than {limit}", brief(found)),
        Kind::ExclusiveMaximum { limit } => format!("{} is too large: less than {limit}", brief(found)),
        Kind::MultipleOf { multiple_of } => format!("{} is not a multiple of {multiple_of}", brief(found)),
        Kind::MinLength { limit: 1 } => "the text may not be empty".to_owned(),
        Kind::MinLength { limit } => format!("{} is too short: at least {}", brief(found), length(limit, "character")),
        Kind::MaxLength { limit } => format!("{} is too long: at most {}", brief(found), length(limit, "character")),
        Kind::MinItems { limit } => format!("the list is too short: at least {}", length(limit, "item")),
        Kind::MaxItems { limit } => format!("the list is too long: at most {}", length(limit, "item")),
        Kind::AdditionalItems { limit } => format!("the list is too long: at most {limit} items"),
        Kind::MinProperties { limit } => format!("the object is too small: at least {limit} keys"),
        Kind::MaxProperties { limit } => format!("the object is too large: at most {limit} keys"),
        Kind::UniqueItems => "the list has an item twice".to_owned(),
        Kind::Contains => "the list has no item of the wanted kind".to_owned(),
        Kind::Pattern { pattern } => format!("{} does not match the pattern `{pattern}`", brief(found)),
        Kind::Format { format } => format!("{} is no {format}", brief(found)),
        Kind::OneOfMultipleValid { .. } => "this fits several alternatives of which it may fit only one".to_owned(),
        Kind::Not { .. } => format!("{} is what is not allowed here", brief(found)),
        Kind::Custom { message, .. } => message.clone(),
        other => format!("{} breaks the rule `{}`", brief(found), other.keyword()),
    }
}

/// What to write instead, where the type alone tells.
fn plain_help(kind: &Kind, found: &Value) -> Option<String> {
    let Kind::Type { kind } = kind else { return None };
    let expected = type_names(kind);
    match (expected.as_str(), found) {
        ("string", Value::Number(_) | Value::Bool(_)) => Some(format!("put it in quotes: `\"{found}\"`")),
        ("integer" | "number" | "boolean", Value::String(text)) if is_of_type(&expected, text) => {
            Some(format!("leave out the quotes: `{text}`"))
        }
        ("array", _) => Some("write a list: `[…]`, or a line with `- …` for each item".to_owned()),
        ("object", _) => {
            Some("write an object: `{ key: value }`, or a line with `key: value` for each field".to_owned())
        }
        _ => None,
    }
}

fn is_of_type(expected: &str, text: &str) -> bool {
    match serde_json::from_str(text) {
        Ok(Value::Number(number)) => expected == "number" || (expected == "integer" && !number.is_f64()),
        Ok(Value::Bool(_)) => expected == "boolean",
        _ => false,
    }
}

fn type_names(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(set) => {
            let names: Vec<String> = set.iter().map(|one| one.to_string()).collect();
            names.join(" or ")
        }
    }
}

/// A value in a sentence: small ones as they are, large ones by their kind.
pub(crate) fn brief(value: &Value) -> String {
    const LONGEST: usize = 40;
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) if text.chars().count() > LONGEST => {
            format!("`{}…`", text.chars().take(LONGEST).collect::<String>())
        }
        Value::String(text) => format!("`{text}`"),
        scalar => format!("`{scalar}`"),
    }
}

fn join(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}
