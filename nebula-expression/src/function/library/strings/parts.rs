//! Text in parts: cut, found, repeated and filled up. Everything counts code points.

use crate::ast::Expr;
use crate::error::Outcome;
use crate::eval::Eval;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::ty::Type;
use crate::val::{Val, View};

pub(in crate::function::library) static FUNCTIONS: [Function; 8] = [
    row(
        Topic::Strings,
        "split(text: string, separator: string, limit: integer? = null): list<string>",
        "What stands between the separators, or every character when the separator is empty; with a limit, the last \
         of so many parts has all the rest.",
        split,
    )
    .example("\"a,b,c\".split(\",\", 2)", "[\"a\", \"b,c\"]")
    .costs(Work::Items, Size::Same),
    row(Topic::Strings, "lines(text: string): list<string>", "The lines, without what ends them.", lines)
        .example(r#"lines("a\nb\n")"#, "[\"a\", \"b\"]")
        .costs(Work::Items, Size::Same),
    row(Topic::Strings, "words(text: string): list<string>", "What white space separates.", words)
        .example("words(\" to  be \")", "[\"to\", \"be\"]")
        .costs(Work::Items, Size::Same),
    row(
        Topic::Strings,
        "slice(value: string | list<T>, start: integer, end: integer? = null): string | list<T>",
        "The characters or elements from one position up to, not including, another; negative ones count from the \
         end.",
        slice,
    )
    .typed(type_of_slice)
    .example("\"workflow\".slice(-4)", "\"flow\"")
    .costs(Work::Items, Size::Sum),
    row(
        Topic::Strings,
        "indexOf(text: string, part: string): integer?",
        "Where the part first occurs in the text, or null.",
        index_of,
    )
    .example("\"workflow\".indexOf(\"flow\")", "4")
    .costs(Work::Text, Size::One),
    row(
        Topic::Strings,
        "padStart(text: string, length: integer, with: string = \" \"): string",
        "The text, filled up at its start to a length.",
        pad_start,
    )
    .example("\"7\".padStart(3, \"0\")", "\"007\"")
    .costs(Work::Makes, Size::Unknown),
    row(
        Topic::Strings,
        "padEnd(text: string, length: integer, with: string = \" \"): string",
        "The text, filled up at its end to a length.",
        pad_end,
    )
    .example("\"7\".padEnd(3, \".\")", "\"7..\"")
    .costs(Work::Makes, Size::Unknown),
    row(Topic::Strings, "repeat(text: string, times: integer): string", "The text so many times in a row.", repeat)
        .example("repeat(\"ab\", 3)", "\"ababab\"")
        .costs(Work::Makes, Size::Unknown),
];

fn split<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, separator) = (args.text(0)?, args.text(1)?);
    let most = match args.int_if(2)? {
        None => usize::MAX,
        Some(limit) => match usize::try_from(limit) {
            Ok(most @ 1..) => most,
            _ => {
                return Err(args.problem(
                    2,
                    "there is at least one part".into(),
                    Some("the limit is 1 or more".into()),
                ));
            }
        },
    };
    args.cuts(&text, |args, text| {
        if separator.is_empty() {
            // No part is empty, so that `join` with an empty separator gives the text again.
            return characters(args, text, most);
        }
        collect(args, text.splitn(most, &*separator))
    })
}

fn characters<'t>(args: &mut Args<'_, '_>, text: &'t str, most: usize) -> Outcome<Vec<&'t str>> {
    let rest = text.char_indices().nth(most - 1).map_or(text.len(), |(at, _)| at);
    let (each, rest) = text.split_at(rest);
    let parts = each.char_indices().map(|(at, c)| &each[at..at + c.len_utf8()]);
    collect(args, parts.chain(Some(rest).filter(|rest| !rest.is_empty())))
}

fn lines<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.cuts(&text, |args, text| collect(args, text.lines()))
}

fn words<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.cuts(&text, |args, text| collect(args, text.split_whitespace()))
}

/// As many parts as a list may have.
fn collect<'t>(args: &mut Args<'_, '_>, parts: impl Iterator<Item = &'t str>) -> Outcome<Vec<&'t str>> {
    let mut all = Vec::new();
    for part in parts {
        args.eval.list_fits(all.len() + 1, args.span())?;
        all.push(part);
    }
    Ok(all)
}

fn slice<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let (start, end) = (args.int(1)?, args.int_if(2)?);
    match value.view() {
        View::List(items) => {
            let (start, end) =
                (position(start, items.len()), end.map_or(items.len(), |end| position(end, items.len())));
            let len = end.saturating_sub(start);
            args.eval.spend(len as u64, args.call.span())?;
            let kept = items.iter().skip(start).take(len).collect();
            args.made_list(kept)
        }
        View::Str(_) => {
            let text = args.taken_text(value, 0)?;
            // Counting is only needed for what is told from the end.
            let count = if start < 0 || end.is_some_and(|end| end < 0) { text.chars().count() } else { text.len() };
            let (start, end) = (position(start, count), end.map_or(count, |end| position(end, count)));
            let mut starts = text.char_indices().map(|(at, _)| at).skip(start);
            let from = starts.next().unwrap_or(text.len());
            let to = match end.checked_sub(start) {
                None | Some(0) => from,
                Some(len) => starts.nth(len - 1).unwrap_or(text.len()),
            };
            args.cut(&text, from..to)
        }
        other => Err(args.refuse(0, other, "a string or a list", "\"\"")),
    }
}

/// A position within so many, told from the end when negative.
fn position(at: i64, len: usize) -> usize {
    if at < 0 {
        len.saturating_sub(usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX))
    } else {
        usize::try_from(at).map_or(len, |at| at.min(len))
    }
}

/// A part of a text is any text, a part of a list has the same elements.
fn type_of_slice(types: &[Type], _: &[Expr]) -> Option<Type> {
    let parts = types.first()?.alternatives().map(|ty| match ty {
        Type::Text(_) => Type::text(),
        Type::List(_) => ty.clone(),
        _ => Type::Any,
    });
    Some(Type::union(parts.collect::<Vec<_>>()))
}

fn index_of<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, part) = (args.text(0)?, args.text(1)?);
    Ok(text.find(&*part).map_or(Val::NULL, |at| Eval::count(text[..at].chars().count())))
}

fn pad_start<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    pad(args, |text, padding| padding + text)
}

fn pad_end<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    pad(args, |text, padding| text.to_owned() + &padding)
}

fn pad<'a>(args: &mut Args<'_, 'a>, join: fn(&str, String) -> String) -> Outcome<Val<'a>> {
    let (text, length, with) = (args.text(0)?, args.int(1)?, args.text_or(2, " ")?);
    let missing = usize::try_from(length).unwrap_or(0).saturating_sub(text.chars().count());
    if missing == 0 {
        return Ok(Val::Str(text));
    }
    let each = with.chars().count();
    if each == 0 {
        return Err(args.problem(2, "an empty text fills nothing up".into(), None));
    }
    let rest: usize = with.chars().take(missing % each).map(char::len_utf8).sum();
    let whole = with.len().checked_mul(missing / each);
    let len = whole.and_then(|whole| whole.checked_add(rest)?.checked_add(text.len())).unwrap_or(usize::MAX);
    args.eval.string_fits(len, args.span())?;
    args.eval.spend_bytes(len, args.span())?;
    let mut padding = with.repeat(missing / each);
    padding.push_str(with.get(..rest).unwrap_or_default());
    args.made(join(&text, padding))
}

fn repeat<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, times) = (args.text(0)?, args.int(1)?);
    let Ok(times) = usize::try_from(times) else {
        return Err(args.problem(1, format!("a text cannot be repeated {times} times"), None));
    };
    let len = text.len().saturating_mul(times);
    args.eval.string_fits(len, args.span())?;
    args.eval.spend_bytes(len, args.span())?;
    args.made(text.repeat(times))
}
