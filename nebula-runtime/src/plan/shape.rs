//! What a JSON Schema says about a path into the values it describes.

use nebula_expression::Segment;
use serde_json::Value;

/// The answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape<'s> {
    /// There is such a part, or the schema does not say. The number of segments after which it may be absent, if it may.
    Possible { optional_after: Option<usize> },
    /// There is none.
    Absent {
        /// The index of the segment that leads nowhere.
        segment: usize,
        /// What there is instead.
        known: Vec<&'s str>,
        /// Whether the schema rules it out; otherwise it only does not mention it.
        is_closed: bool,
    },
    /// A member of something that has no members.
    NoMembers {
        /// The index of the segment.
        segment: usize,
        /// What it is.
        kind: &'s str,
    },
}

/// Follows a path through a schema.
pub(super) fn follow<'s>(root: &'s Value, segments: &[Segment]) -> Shape<'s> {
    let mut optional_after = None;
    let mut here = root;
    for (i, segment) in segments.iter().enumerate() {
        here = match resolve(root, here) {
            Some(schema) => schema,
            None => return Shape::Possible { optional_after },
        };
        let kind = here.get("type").and_then(Value::as_str);
        let next = match segment {
            Segment::Field(name) => {
                if let Some(kind) = kind.filter(|kind| *kind != "object") {
                    return Shape::NoMembers { segment: i, kind };
                }
                match member(here, name) {
                    Member::Known { schema, is_optional } => {
                        if is_optional && optional_after.is_none() {
                            optional_after = Some(i + 1);
                        }
                        Some(schema)
                    }
                    Member::Absent { known, is_closed } => return Shape::Absent { segment: i, known, is_closed },
                    Member::Unknown => None,
                }
            }
            Segment::Index(_) | Segment::Dynamic => here.get("items").filter(|_| kind == Some("array")),
        };
        match next {
            Some(schema) => here = schema,
            None => return Shape::Possible { optional_after },
        }
    }
    Shape::Possible { optional_after }
}

enum Member<'s> {
    Known { schema: &'s Value, is_optional: bool },
    Absent { known: Vec<&'s str>, is_closed: bool },
    Unknown,
}

fn member<'s>(schema: &'s Value, name: &str) -> Member<'s> {
    let properties = schema.get("properties").and_then(Value::as_object);
    if let Some(found) = properties.and_then(|properties| properties.get(name)) {
        let is_required = schema
            .get("required")
            .and_then(Value::as_array)
            .is_some_and(|names| names.iter().any(|known| known == name));
        return Member::Known { schema: found, is_optional: !is_required && found.get("default").is_none() };
    }
    // Combined schemas may know more.
    const MORE: [&str; 8] = [
        "allOf",
        "anyOf",
        "oneOf",
        "patternProperties",
        "if",
        "dependentSchemas",
        "$dynamicRef",
        "unevaluatedProperties",
    ];
    if MORE.iter().any(|key| schema.get(key).is_some()) {
        return Member::Unknown;
    }
    let known: Vec<&str> = properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    match schema.get("additionalProperties") {
        Some(Value::Bool(false)) => Member::Absent { known, is_closed: true },
        Some(extra @ Value::Object(_)) => Member::Known { schema: extra, is_optional: true },
        // An explicit `true` says that other names are to be expected.
        Some(_) => Member::Unknown,
        None if known.is_empty() => Member::Unknown,
        None => Member::Absent { known, is_closed: false },
    }
}

/// Follows references, and looks through "this or null". `None` when the schema says nothing that can be used.
fn resolve<'s>(root: &'s Value, mut schema: &'s Value) -> Option<&'s Value> {
    const HOPS: usize = 16;
    for _ in 0..HOPS {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            schema = root.pointer(target.strip_prefix('#')?)?;
            continue;
        }
        let Some(branches) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) else {
            return schema.is_object().then_some(schema);
        };
        let is_null = |branch: &&Value| branch.get("type").is_some_and(|kind| kind == "null");
        let mut others = branches.iter().filter(|branch| !is_null(branch));
        match (others.next(), others.next()) {
            (Some(only), None) if schema.get("properties").is_none() => schema = only,
            _ => return schema.get("properties").map(|_| schema),
        }
    }
    None
}
