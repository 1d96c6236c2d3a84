//! Text and patterns. A pattern matches anywhere in a text unless it has `^` and `$`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::ast::Expr;
use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::pattern::Pattern;
use crate::ty::{Member, Rest, Type};
use crate::val::{Text, Val};

pub(in crate::function::library) static FUNCTIONS: [Function; 6] = [
    row(
        Topic::Strings,
        "matches(text: string, pattern: string): bool",
        "Whether the pattern occurs in the text; `^` and `$` bind it to the ends.",
        matches,
    )
    .pattern_at(1)
    .example("\"INV-42\".matches(r\"^INV-\\d+$\")", "true")
    .costs(Work::Pattern, Size::One),
    row(
        Topic::Strings,
        "extract(text: string, pattern: string): string?",
        "The first match of the pattern, or its first group if it has one; null if there is none.",
        extract,
    )
    .pattern_at(1)
    .example("\"order INV-42\".extract(r\"INV-(\\d+)\")", "\"42\"")
    .costs(Work::Pattern, Size::Unknown),
    row(
        Topic::Strings,
        "extractAll(text: string, pattern: string): list<string>",
        "Every match of the pattern, or the first group of each if it has one.",
        extract_all,
    )
    .pattern_at(1)
    .example("\"1 and 23\".extractAll(r\"\\d+\")", "[\"1\", \"23\"]")
    .costs(Work::Pattern, Size::Unknown),
    row(
        Topic::Strings,
        "captures(text: string, pattern: string): map<string?>?",
        "The groups of the first match by name and by number, \"0\" is all of it; null if there is none.",
        captures,
    )
    .pattern_at(1)
    .typed(type_of_captures)
    .example(
        "\"2026-03\".captures(r\"(?<year>\\d+)-(\\d+)\")",
        "{\"0\": \"2026-03\", \"1\": \"2026\", \"2\": \"03\", \"year\": \"2026\"}",
    )
    .costs(Work::Pattern, Size::Unknown),
    row(
        Topic::Strings,
        "replacePattern(text: string, pattern: string, with: string): string",
        "The text with another in place of every match; `$1` or `${name}` in it is a group, `$$` a dollar sign.",
        replace_pattern,
    )
    .pattern_at(1)
    .example("\"a1b22\".replacePattern(r\"(\\d+)\", \"<$1>\")", "\"a<1>b<22>\"")
    .costs(Work::Pattern, Size::Unknown),
    row(
        Topic::Strings,
        "splitPattern(text: string, pattern: string): list<string>",
        "What stands between the matches of the pattern.",
        split_pattern,
    )
    .pattern_at(1)
    .example("\"a, b;c\".splitPattern(r\"[,;]\\s*\")", "[\"a\", \"b\", \"c\"]")
    .costs(Work::Pattern, Size::Unknown),
];

/// The text and the pattern; the first search is paid for.
fn search<'a>(args: &mut Args<'_, 'a>) -> Outcome<(Text<'a>, Cow<'a, Pattern>)> {
    let (text, pattern) = (args.text(0)?, args.pattern(1)?);
    let span = args.span();
    args.eval.spend(pattern.units(text.len()), span)?;
    Ok((text, pattern))
}

fn matches<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, pattern) = search(args)?;
    Ok(Val::Bool(pattern.is_match(&text)))
}

/// Pays for the groups of the first match; false if there is none.
fn found(args: &mut Args<'_, '_>, text: &str, pattern: &Pattern) -> Outcome<bool> {
    let found = pattern.find_at(text);
    let units = found.as_ref().map_or(0, |found| pattern.group_units(found.len()));
    args.eval.spend(units, args.call.span())?;
    Ok(found.is_some())
}

fn extract<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, pattern) = search(args)?;
    if !found(args, &text, &pattern)? {
        return Ok(Val::NULL);
    }
    match &text {
        Text::Borrowed(text) => Ok(pattern.extract(text).map_or(Val::NULL, Val::borrowed)),
        Text::Made(text) => match pattern.extract(text) {
            Some(found) => args.made(found.to_owned()),
            None => Ok(Val::NULL),
        },
    }
}

fn extract_all<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, pattern) = search(args)?;
    let span = args.span();
    args.cuts(&text, |args, text| {
        let mut bounds = args.eval.bounds();
        bounds.bytes = usize::MAX;
        let all = pattern.extract_all(text, &mut bounds);
        args.eval.settle(all, bounds, span)
    })
}

fn split_pattern<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, pattern) = search(args)?;
    let span = args.span();
    args.cuts(&text, |args, text| {
        let mut bounds = args.eval.bounds();
        bounds.bytes = usize::MAX;
        let parts = pattern.split(text, &mut bounds);
        args.eval.settle(parts, bounds, span)
    })
}

fn captures<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, pattern) = search(args)?;
    if !found(args, &text, &pattern)? {
        return Ok(Val::NULL);
    }
    let Some(captured) = pattern.captures(&text) else { return Ok(Val::NULL) };
    let names = captured.named.into_iter();
    let numbers = std::iter::once(Some(captured.whole)).chain(captured.groups);
    let numbered = numbers.enumerate().map(|(number, group)| (number.to_string(), group));
    let mut members = BTreeMap::new();
    for (name, group) in numbered.chain(names) {
        let group = match group {
            Some(group) => args.made(group.to_owned())?,
            None => Val::NULL,
        };
        members.insert(Text::from(Cow::Owned(name)), group);
    }
    args.eval.spend(members.len() as u64, args.call.span())?;
    args.made_object(members)
}

/// The groups are known when the pattern is. Those in something optional may take no part in a match.
fn type_of_captures(_: &[Type], args: &[Expr]) -> Option<Type> {
    let pattern = args.get(1)?.literal()?.as_str()?;
    let group = || Member::required(Type::text().nullable());
    let groups = Pattern::groups_of(pattern)?;
    let mut members: BTreeMap<SmolStr, Member> = groups.into_iter().map(|name| (name.into(), group())).collect();
    members.insert("0".into(), Member::required(Type::text()));
    Some(Type::object(members, Rest::Closed).nullable())
}

fn replace_pattern<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, pattern) = search(args)?;
    let with = args.replacement(2, &pattern)?;
    let span = args.span();
    let mut bounds = args.eval.bounds();
    let replaced = pattern.replace_all(&text, &with, &mut bounds);
    let replaced = args.eval.settle(replaced, bounds, span)?;
    args.eval.spend_bytes(replaced.len(), span)?;
    args.made(replaced)
}
