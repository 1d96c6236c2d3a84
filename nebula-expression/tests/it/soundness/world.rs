//! Random types, random data of these types, and a scope that shows both.

use std::cell::RefCell;
use std::collections::BTreeMap;

use nebula_expression::ty::{Member, ObjectType, Rest, TextFormat, TextType};
use nebula_expression::{NodeView, Root, Scope, Slot, Type, TypeScope, execution_type};
use serde_json::{Map, Value, json};
use smol_str::SmolStr;

use super::random::Random;

const NAMES: [&str; 12] = ["a", "b", "c", "id", "name", "items", "two words", "in", "qty", "größe", "let", "key"];
pub(super) const TEXTS: [&str; 14] = [
    "",
    "a",
    "b",
    "x, y",
    "Grüße",
    "12",
    "-1.5",
    "true",
    "2026-01-02T03:04:05Z",
    "PT1H",
    "day",
    "YWJj",
    "a b\\nc",
    "0",
];
const TIMES: [&str; 4] =
    ["2026-01-02T03:04:05Z", "1999-12-31T23:59:59.5+01:00", "2024-02-29T00:00:00Z", "9999-12-31T00:00:00Z"];

/// What expressions see, and what is known of it before.
pub(super) struct World {
    pub(super) input: (Type, Value),
    vars: (Type, Value),
    /// The element and its number, inside of a loop.
    item: Option<(Type, Value)>,
    index: u64,
    done: (Type, Value),
    /// A node that may have been skipped.
    perhaps: (Type, Option<Value>),
    /// Whether something may be anything.
    pub(super) has_any: bool,
    execution: Value,
    now: Value,
    /// What an evaluation has asked for.
    asked: RefCell<Vec<(Root, Option<String>)>>,
}

impl World {
    pub(super) fn random(random: &mut Random) -> Self {
        let open = random.percent(30);
        let mut of = |depth: usize| {
            let ty = match depth {
                0 => a_type(random, 3, open),
                _ => an_object(random, depth, open),
            };
            let value = a_value(random, &ty);
            (ty, value)
        };
        let (input, vars, done, perhaps, item) = (of(4), of(2), of(3), of(0), of(0));
        let world = Self {
            input,
            vars,
            item: random.percent(50).then_some(item),
            index: random.below(4) as u64,
            done,
            perhaps: (perhaps.0, random.percent(50).then_some(perhaps.1)),
            has_any: open,
            execution: json!({"id": "e1", "started_at": "2026-01-02T03:04:05Z"}),
            now: json!("2026-03-04T05:06:07Z"),
            asked: RefCell::default(),
        };
        debug_assert!(super::member::admits(&world.input.0, &world.input.1), "{} {}", world.input.0, world.input.1);
        world
    }

    /// What was asked for since this was asked.
    pub(super) fn take_asked(&self) -> Vec<(Root, Option<String>)> {
        self.asked.take()
    }

    fn note(&self, root: Root, node: Option<&str>) {
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|(known, id)| *known == root && id.as_deref() == node) {
            asked.push((root, node.map(str::to_owned)));
        }
    }

    /// Every root with its spelling and type, and whether it may be absent.
    pub(super) fn starts(&self) -> Vec<(&'static str, Type, bool)> {
        let mut starts = vec![
            ("$input", self.input.0.clone(), false),
            ("$input", self.input.0.clone(), false),
            ("$vars", self.vars.0.clone(), false),
            ("$nodes.done.result", self.done.0.clone(), false),
            ("$nodes['per haps'].result", self.perhaps.0.clone(), true),
            ("$nodes.done.attempts", Type::Integer, false),
            ("$nodes['per haps'].skipped", Type::Bool, false),
            ("$execution", execution_type(), false),
            ("$now", Type::Timestamp, false),
        ];
        if let Some((ty, _)) = &self.item {
            starts.push(("$item", ty.clone(), false));
            starts.push(("$index", Type::Integer, false));
        }
        starts
    }

    /// For the message of a failed case.
    pub(super) fn describe(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, ty: &Type, value: Option<&Value>| {
            let value = value.map_or_else(|| "absent".to_owned(), ToString::to_string);
            text.push_str(&format!("{name}: {ty}\n    {}\n    = {value}\n", ty.to_schema()));
        };
        line("$input", &self.input.0, Some(&self.input.1));
        line("$vars", &self.vars.0, Some(&self.vars.1));
        line("$nodes.done.result", &self.done.0, Some(&self.done.1));
        line("$nodes['per haps'].result", &self.perhaps.0, self.perhaps.1.as_ref());
        if let Some((ty, value)) = &self.item {
            line("$item", ty, Some(value));
        }
        text
    }
}

impl Scope for World {
    fn input(&self) -> Option<&Value> {
        self.note(Root::Input, None);
        Some(&self.input.1)
    }

    fn node(&self, id: &str) -> Option<NodeView<'_>> {
        self.note(Root::Nodes, Some(id));
        let completed = NodeView { result: None, error: None, status: "completed", attempts: 1, port: None };
        match (id, &self.perhaps.1) {
            ("done", _) => Some(NodeView { result: Some(&self.done.1), ..completed }),
            ("per haps", Some(result)) => Some(NodeView { result: Some(result), ..completed }),
            ("per haps", None) => Some(NodeView { status: "skipped", attempts: 0, ..completed }),
            _ => None,
        }
    }

    fn item(&self) -> Option<&Value> {
        self.note(Root::Item, None);
        self.item.as_ref().map(|(_, value)| value)
    }

    fn index(&self) -> Option<u64> {
        self.note(Root::Index, None);
        self.item.as_ref().map(|_| self.index)
    }

    fn execution(&self) -> Option<&Value> {
        self.note(Root::Execution, None);
        Some(&self.execution)
    }

    fn vars(&self) -> Option<&Value> {
        self.note(Root::Vars, None);
        Some(&self.vars.1)
    }

    fn now(&self) -> Option<&Value> {
        self.note(Root::Now, None);
        Some(&self.now)
    }
}

impl TypeScope for World {
    fn root(&self, root: Root) -> Option<Slot> {
        match root {
            Root::Input => Some(Slot::always(self.input.0.clone())),
            Root::Vars => Some(Slot::always(self.vars.0.clone())),
            Root::Item => self.item.as_ref().map(|(ty, _)| Slot::always(ty.clone())),
            Root::Index => self.item.as_ref().map(|_| Slot::always(Type::Integer)),
            Root::Execution => Some(Slot::always(execution_type())),
            Root::Now => Some(Slot::always(Type::Timestamp)),
            Root::Nodes | Root::Trigger | Root::Workflow => None,
        }
    }

    fn node(&self, id: &str) -> Option<Slot> {
        match id {
            "done" => Some(Slot::always(self.done.0.clone())),
            "per haps" => Some(Slot::maybe(self.perhaps.0.clone())),
            _ => None,
        }
    }

    fn node_ids(&self) -> Vec<SmolStr> {
        vec!["done".into(), "per haps".into()]
    }
}

/// A type of data; with `open`, parts of it may be anything.
pub(super) fn a_type(random: &mut Random, depth: usize, open: bool) -> Type {
    let ty = match random.below(if depth == 0 { 11 } else { 20 }) {
        0 | 1 => Type::Bool,
        2 => Type::Number,
        3 | 4 => Type::Integer,
        5 | 6 => Type::text(),
        7 => an_enum(random),
        8 => Type::formatted(TextFormat::DateTime),
        9 if open => Type::Any,
        9 => Type::Number,
        10 => Type::union([a_type(random, 0, false), a_type(random, 0, false)]),
        11..=14 => Type::list(a_type(random, depth - 1, open)),
        15 => Type::map(a_type(random, depth - 1, open)),
        _ => an_object(random, depth - 1, open),
    };
    if random.percent(20) { ty.nullable() } else { ty }
}

fn an_enum(random: &mut Random) -> Type {
    let many = 1 + random.below(3);
    Type::union((0..many).map(|_| Type::literal(TEXTS[random.below(TEXTS.len())])).collect::<Vec<_>>())
}

fn an_object(random: &mut Random, depth: usize, open: bool) -> Type {
    let mut members = BTreeMap::new();
    for _ in 0..1 + random.below(5) {
        let ty = a_type(random, depth, open);
        let member = if random.percent(30) { Member::optional(ty) } else { Member::required(ty) };
        members.insert(SmolStr::new(random.pick(&NAMES)), member);
    }
    let rest = match random.below(10) {
        0 => Rest::of(a_type(random, 0, open)),
        1..=3 if open => Rest::Open,
        _ => Rest::Closed,
    };
    Type::object(members, rest)
}

/// A value of the type.
pub(super) fn a_value(random: &mut Random, ty: &Type) -> Value {
    match ty {
        Type::Any => a_value_of_any(random),
        Type::Never | Type::Null => Value::Null,
        Type::Bool => Value::Bool(random.percent(50)),
        Type::Integer => an_integer(random),
        Type::Number if random.percent(40) => an_integer(random),
        Type::Number => json!(*random.pick(&[0.5, -2.75, 1e300, 0.1, 3.0, -0.0, 1e-300, 12.25])),
        Type::Text(TextType { values: Some(values), .. }) => json!(values[random.below(values.len())].as_str()),
        Type::Text(TextType { format: Some(TextFormat::DateTime), .. }) => json!(random.pick(&TIMES)),
        Type::Text(_) => json!(random.pick(&TEXTS)),
        Type::Timestamp => json!(random.pick(&TIMES)),
        Type::Duration => json!("PT1H"),
        Type::Bytes => json!("YWJj"),
        Type::List(element) => {
            let many = random.below(4);
            (0..many).map(|_| a_value(random, element)).collect()
        }
        Type::Object(object) => an_object_of(random, object),
        Type::Union(types) => {
            let one = random.pick(types).clone();
            a_value(random, &one)
        }
    }
}

fn an_integer(random: &mut Random) -> Value {
    match random.below(24) {
        0 => json!(i64::MIN),
        1 => json!(u64::MAX),
        2 => json!(2.0),
        3 => json!(-1),
        4 => json!(1_700_000_000),
        _ => json!(random.below(6)),
    }
}

fn an_object_of(random: &mut Random, object: &ObjectType) -> Value {
    let mut map = Map::new();
    for (name, member) in &object.members {
        if member.required || random.percent(50) {
            map.insert(name.to_string(), a_value(random, &member.ty));
        }
    }
    let rest = match &object.rest {
        Rest::Closed => None,
        Rest::Open => Some(Type::Any),
        Rest::Of(ty) => Some(ty.clone()),
    };
    if let Some(ty) = rest {
        for _ in 0..random.below(3) {
            let name = *random.pick(&NAMES);
            if !object.members.contains_key(name) {
                map.insert(name.to_owned(), a_value(random, &ty));
            }
        }
    }
    Value::Object(map)
}

fn a_value_of_any(random: &mut Random) -> Value {
    let ty = a_type(random, 1, false);
    a_value(random, &ty)
}
