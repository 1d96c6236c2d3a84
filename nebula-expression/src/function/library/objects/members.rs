//! Members of objects, by names that are data.

use std::collections::BTreeMap;

use super::super::text_of;
use super::typing;
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::val::{Items, Text, Val, View};

/// What one more member takes: a search, and a copy of its name.
const MEMBER: u64 = 4;

pub(in super::super) static FUNCTIONS: [Function; 6] = [
    row(
        Topic::Objects,
        "entries(object: map<T>): list<object>",
        "The members as objects with `key` and `value`, in the order of their names.",
        entries,
    )
    .typed(typing::entries)
    .example("{a: 1}.entries()", "[{\"key\": \"a\", \"value\": 1}]")
    .costs(Work::Items, Size::Unknown),
    row(
        Topic::Objects,
        "fromEntries(entries: list<object>): object",
        "An object of entries with `key` and `value`; of two with the same key the last counts.",
        from_entries,
    )
    .typed(typing::from_entries)
    .example("fromEntries([{key: \"a\", value: 1}])", "{\"a\": 1}")
    .costs(Work::Deep, Size::Unknown),
    row(
        Topic::Objects,
        "get(value: object | list, path: string, default: any = null): any",
        "What names and positions, with dots between them, lead to; the default if that is nothing or null.",
        get,
    )
    .typed(typing::get)
    .example("{a: {b: [5]}}.get(\"a.b.0\")", "5")
    .costs(Work::Text, Size::Sum),
    row(
        Topic::Objects,
        "merge(object: object, ...more: object): object",
        "An object with the members of all; of two with the same name the last counts.",
        merge,
    )
    .typed(typing::merge)
    .example("merge({a: 1, b: 2}, {b: 3})", "{\"a\": 1, \"b\": 3}")
    .costs(Work::Deep, Size::Unknown),
    row(Topic::Objects, "pick(object: object, names: list<string>): object", "Only the members of these names.", pick)
        .typed(typing::pick)
        .example("{a: 1, b: 2}.pick([\"a\"])", "{\"a\": 1}")
        .costs(Work::Deep, Size::Unknown),
    row(
        Topic::Objects,
        "omit(object: object, names: list<string>): object",
        "All members but those of these names.",
        omit,
    )
    .typed(typing::omit)
    .example("{a: 1, b: 2}.omit([\"a\"])", "{\"b\": 2}")
    .costs(Work::Deep, Size::Unknown),
];

fn entries<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let object = args.object(0)?;
    let (members, span) = (object.members(), args.span());
    args.eval.spend(MEMBER * members.len() as u64, span)?;
    args.eval.list_fits(members.len(), span)?;
    let mut made = Vec::with_capacity(members.len());
    for (name, value) in members.iter() {
        let entry = [(Text::Borrowed("key"), Val::Str(name)), (Text::Borrowed("value"), value)];
        made.push(args.made_object(BTreeMap::from(entry))?);
    }
    args.made_list(made)
}

fn from_entries<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let list = args.list(0)?;
    let mut made = BTreeMap::new();
    for (at, entry) in list.items().iter().enumerate() {
        let View::Object(members) = entry.view() else {
            return Err(args.refuse_item(0, at, entry.view(), "objects with `key` and `value`"));
        };
        let (Some(key), Some(value)) = (members.get("key"), members.get("value")) else {
            let absent = if members.get("key").is_some() { "value" } else { "key" };
            return Err(bad_entry(args, format!("element {at} has no `{absent}`")));
        };
        let Some(key) = text_of(&key) else {
            let message = format!("the key of element {at} is {}, and `fromEntries` needs a string", key.view().kind());
            return Err(bad_entry(args, message));
        };
        insert(args, &mut made, key, value)?;
    }
    args.made_object(made)
}

#[cold]
fn bad_entry(args: &Args<'_, '_>, message: String) -> Box<ExprError> {
    let error = ExprError::new(code::ARGUMENT_TYPE, args.expr(0).span(), message);
    Box::new(error.label("objects with `key` and `value`").help("make them: `list.map(x => {key: …, value: …})`"))
}

/// One more member, paid for.
fn insert<'a>(
    args: &mut Args<'_, 'a>,
    members: &mut BTreeMap<Text<'a>, Val<'a>>,
    name: Text<'a>,
    value: Val<'a>,
) -> Outcome<()> {
    let span = args.span();
    args.eval.spend(MEMBER, span)?;
    args.eval.spend_bytes(name.len(), span)?;
    members.insert(name, value);
    args.eval.list_fits(members.len(), span)
}

fn get<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let mut value = args.value(0)?;
    if !matches!(value.view(), View::Object(_) | View::List(_)) {
        return Err(args.refuse(0, value.view(), "an object or a list", "{}"));
    }
    let (path, span) = (args.text(1)?, args.span());
    for name in path.split('.') {
        args.eval.spend(1, span)?;
        let next = match value.view() {
            View::Object(members) => members.get(name),
            View::List(items) => element(items, name),
            _ => None,
        };
        value = next.unwrap_or(Val::NULL);
        if value.is_null() {
            break;
        }
    }
    if value.is_null() && args.has(2) { args.value(2) } else { Ok(value) }
}

fn element<'a>(items: Items<'_, 'a>, position: &str) -> Option<Val<'a>> {
    let digits = position.bytes().all(|byte| byte.is_ascii_digit());
    items.get(position.parse().ok().filter(|_| digits)?)
}

fn merge<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let mut merged = BTreeMap::new();
    for at in 0..args.len() {
        let object = args.object(at)?;
        for (name, value) in object.members().iter() {
            insert(args, &mut merged, name, value)?;
        }
    }
    args.made_object(merged)
}

fn pick<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let View::Object(members) = value.view() else {
        return Err(args.refuse(0, value.view(), "an object", "{}"));
    };
    let mut picked = BTreeMap::new();
    for name in names(args)? {
        if let Some(value) = members.get(&name) {
            insert(args, &mut picked, name, value)?;
        }
    }
    args.made_object(picked)
}

fn omit<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let object = args.object(0)?;
    let omitted: std::collections::BTreeSet<Text<'a>> = names(args)?.into_iter().collect();
    let mut kept = BTreeMap::new();
    for (name, value) in object.members().iter() {
        if !omitted.contains(&name) {
            insert(args, &mut kept, name, value)?;
        }
    }
    args.made_object(kept)
}

fn names<'a>(args: &mut Args<'_, 'a>) -> Outcome<Vec<Text<'a>>> {
    let list = args.list(1)?;
    let span = args.span();
    args.eval.charge(list.items().len() * size_of::<Text<'_>>(), span)?;
    let mut names = Vec::with_capacity(list.items().len());
    for (at, item) in list.items().iter().enumerate() {
        let Some(name) = text_of(&item) else {
            return Err(args.refuse_item(1, at, item.view(), "names"));
        };
        args.eval.spend_bytes(name.len(), span)?;
        names.push(name);
    }
    Ok(names)
}
