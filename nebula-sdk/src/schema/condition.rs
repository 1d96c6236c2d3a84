//! Conditions on parameters, as JSON Schema: `if`, `then`, beside the properties.

use serde_json::{Map, Value, json};

use super::{Field, Presence};

/// A condition on the parameters of one object.
#[derive(Debug, Clone)]
pub enum Condition {
    Compare(&'static str, Comparison, Value),
    OneOf(&'static str, Vec<Value>),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// How a parameter is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

// === impl Condition ===

impl Condition {
    pub fn compare(name: &'static str, how: Comparison, with: Value) -> Self {
        Self::Compare(name, how, with)
    }

    pub fn one_of(name: &'static str, values: Vec<Value>) -> Self {
        Self::OneOf(name, values)
    }

    #[expect(clippy::should_implement_trait, reason = "one of a family of constructors")]
    pub fn not(inner: Self) -> Self {
        Self::Not(Box::new(inner))
    }

    pub fn all(parts: Vec<Self>) -> Self {
        Self::All(parts)
    }

    pub fn any(parts: Vec<Self>) -> Self {
        Self::Any(parts)
    }

    /// The schema of objects for which it holds.
    fn schema(&self, fields: &[Field]) -> Value {
        let list = |parts: &[Self]| -> Vec<Value> { parts.iter().map(|part| part.schema(fields)).collect() };
        match self {
            Self::Compare(name, Comparison::Equal, Value::Null) => json!({ "not": { "required": [name] } }),
            Self::Compare(name, Comparison::Unequal, Value::Null) => json!({ "required": [name] }),
            Self::Compare(name, Comparison::Unequal, with) => {
                json!({ "not": Self::Compare(name, Comparison::Equal, with.clone()).schema(fields) })
            }
            Self::Compare(name, how, with) => {
                let keyword = match how {
                    Comparison::Equal | Comparison::Unequal => "const",
                    Comparison::Less => "exclusiveMaximum",
                    Comparison::AtMost => "maximum",
                    Comparison::More => "exclusiveMinimum",
                    Comparison::AtLeast => "minimum",
                };
                let by_default = default(fields, name).is_some_and(|value| how.holds(value, with));
                property(name, &json!({ keyword: with }), by_default)
            }
            Self::OneOf(name, values) => {
                let given: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
                let by_default = default(fields, name).is_some_and(|value| given.iter().any(|one| equal(one, value)));
                // An absent one is null.
                property(name, &json!({ "enum": given }), by_default || given.len() < values.len())
            }
            Self::Not(inner) => json!({ "not": inner.schema(fields) }),
            Self::All(parts) => json!({ "allOf": list(parts) }),
            Self::Any(parts) => json!({ "anyOf": list(parts) }),
        }
    }

    /// The names of the parameters that it looks at.
    fn reads(&self, found: &mut Vec<&'static str>) {
        match self {
            Self::Compare(name, ..) | Self::OneOf(name, _) => {
                if !found.contains(name) {
                    found.push(name);
                }
            }
            Self::Not(inner) => inner.reads(found),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.reads(found)),
        }
    }
}

impl Comparison {
    fn holds(self, value: &Value, with: &Value) -> bool {
        let numbers = || Some((value.as_f64()?, with.as_f64()?));
        match self {
            Self::Equal => equal(value, with),
            Self::Unequal => !equal(value, with),
            Self::Less => numbers().is_some_and(|(value, with)| value < with),
            Self::AtMost => numbers().is_some_and(|(value, with)| value <= with),
            Self::More => numbers().is_some_and(|(value, with)| value > with),
            Self::AtLeast => numbers().is_some_and(|(value, with)| value >= with),
        }
    }
}

/// Whether two values are the same: `1` and `1.0` are, as in JSON Schema.
fn equal(one: &Value, other: &Value) -> bool {
    one == other || matches!((one.as_f64(), other.as_f64()), (Some(one), Some(other)) if one == other)
}

fn default<'f>(fields: &'f [Field], name: &str) -> Option<&'f Value> {
    fields.iter().find(|field| field.name == name).and_then(|field| match &field.presence {
        Presence::Default(value) => Some(value),
        Presence::Required | Presence::Optional => None,
    })
}

fn property(name: &str, schema: &Value, absent_holds: bool) -> Value {
    let mut map = Map::new();
    map.insert("properties".into(), json!({ name: schema }));
    if !absent_holds {
        map.insert("required".into(), json!([name]));
    }
    map.into()
}

/// What the conditions of the fields come to. `x-nebula` holds the condition as written and what it reads: messages and
/// plans need both.
pub(super) fn rules(fields: &[Field]) -> Vec<Value> {
    let mut rules = Vec::new();
    for field in fields {
        for (key, text, condition) in &field.when {
            let holds = condition.schema(fields);
            let mut reads = Vec::new();
            condition.reads(&mut reads);
            let facts = json!({ *key: text, "reads": reads, "of": field.name });
            rules.push(if *key == "required_if" {
                json!({ "if": holds, "then": { "required": [field.name] }, "x-nebula": facts })
            } else {
                // Writing a value with a default always writes it: the default says nothing, and so may be there.
                let only = match &field.presence {
                    Presence::Default(value) => json!({ "const": value }),
                    Presence::Required | Presence::Optional => Value::Bool(false),
                };
                let then = json!({ "properties": { field.name: only } });
                json!({ "if": { "not": holds }, "then": then, "x-nebula": facts })
            });
        }
    }
    rules
}
