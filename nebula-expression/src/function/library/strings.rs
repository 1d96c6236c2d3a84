//! Text.

pub(super) mod parts;
pub(super) mod patterns;

use crate::encode;
use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::val::{Text, Val};

pub(super) static FUNCTIONS: [Function; 12] = [
    row(Topic::Strings, "lower(text: string): string", "The text in lower case.", lower)
        .example("lower(\"ÄB\")", "\"äb\"")
        .costs(Work::Text, Size::Same),
    row(Topic::Strings, "upper(text: string): string", "The text in upper case.", upper)
        .example("upper(\"äb\")", "\"ÄB\"")
        .costs(Work::Text, Size::Same),
    row(
        Topic::Strings,
        "title(text: string): string",
        "The text with every word in lower case after a capital.",
        title,
    )
    .example("title(\"ada LOVELACE\")", "\"Ada Lovelace\"")
    .costs(Work::Items, Size::Same),
    row(
        Topic::Strings,
        "capitalize(text: string): string",
        "The text with its first letter as a capital and the rest as it is.",
        capitalize,
    )
    .example("capitalize(\"to do: API\")", "\"To do: API\"")
    .costs(Work::Text, Size::Same),
    row(Topic::Strings, "trim(text: string): string", "The text without white space around it.", trim)
        .example("trim(\" a \")", "\"a\"")
        .costs(Work::Text, Size::Same),
    row(Topic::Strings, "trimStart(text: string): string", "The text without white space before it.", trim_start)
        .example("trimStart(\" a \")", "\"a \"")
        .costs(Work::Text, Size::Same),
    row(Topic::Strings, "trimEnd(text: string): string", "The text without white space after it.", trim_end)
        .example("trimEnd(\" a \")", "\" a\"")
        .costs(Work::Text, Size::Same),
    row(
        Topic::Strings,
        "contains(text: string, part: string): bool",
        "Whether the text has the part in it; for lists write `x in list`.",
        contains,
    )
    .example("\"workflow\".contains(\"flow\")", "true")
    .costs(Work::Text, Size::One),
    row(
        Topic::Strings,
        "startsWith(text: string, part: string): bool",
        "Whether the text begins with the part.",
        starts_with,
    )
    .example("\"workflow\".startsWith(\"work\")", "true")
    .costs(Work::Text, Size::One),
    row(
        Topic::Strings,
        "endsWith(text: string, part: string): bool",
        "Whether the text ends with the part.",
        ends_with,
    )
    .example("\"workflow\".endsWith(\"flow\")", "true")
    .costs(Work::Text, Size::One),
    row(
        Topic::Strings,
        "replace(text: string, part: string, with: string): string",
        "The text with another in place of the first occurrence of the part.",
        replace,
    )
    .example("\"a-b-c\".replace(\"-\", \"+\")", "\"a+b-c\"")
    .costs(Work::Text, Size::Sum),
    row(
        Topic::Strings,
        "replaceAll(text: string, part: string, with: string): string",
        "The text with another in place of every occurrence of the part.",
        replace_all,
    )
    .example("\"a-b-c\".replaceAll(\"-\", \"+\")", "\"a+b+c\"")
    .costs(Work::Text, Size::Unknown),
];

fn lower<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = cased(args)?;
    args.made(text.to_lowercase())
}

fn upper<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = cased(args)?;
    args.made(text.to_uppercase())
}

/// A text whose case is changed: letters that are not ASCII are looked up one by one.
fn cased<'a>(args: &mut Args<'_, 'a>) -> Outcome<Text<'a>> {
    let text = args.text(0)?;
    fits_either_way(args, &text)?;
    if !text.is_ascii() {
        args.eval.spend_bytes(text.len() * 3, args.span())?;
    }
    Ok(text)
}

/// No letter has less than a third of its bytes in the other case: what is too long then is not made.
fn fits_either_way(args: &Args<'_, '_>, text: &str) -> Outcome<()> {
    args.eval.string_fits(text.len() / 3, args.span())
}

fn title<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    fits_either_way(args, &text)?;
    // Letter by letter: with what reading it has cost, a unit for each byte.
    args.eval.spend(text.len() as u64 / 16 * 15, args.span())?;
    args.made(encode::title_case(&text))
}

fn capitalize<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return Ok(Val::borrowed("")) };
    // As in `title`: of one letter that becomes two, only the first is a capital.
    let mut capital = first.to_uppercase();
    let mut out = String::with_capacity(text.len());
    out.extend(capital.next());
    out.extend(capital.flat_map(char::to_lowercase));
    out.push_str(chars.as_str());
    args.made(out)
}

fn trim<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    part(args, str::trim)
}

fn trim_start<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    part(args, str::trim_start)
}

fn trim_end<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    part(args, str::trim_end)
}

/// A part of a text: borrowed as long as the text is.
fn part<'a>(args: &mut Args<'_, 'a>, of: impl for<'t> Fn(&'t str) -> &'t str) -> Outcome<Val<'a>> {
    match args.text(0)? {
        text @ Text::Borrowed(_) => Ok(text.part(of)),
        Text::Made(text) => args.made(of(&text).to_owned()),
    }
}

fn contains<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, part) = (args.text(0)?, args.text(1)?);
    Ok(Val::Bool(text.contains(&*part)))
}

fn starts_with<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, part) = (args.text(0)?, args.text(1)?);
    Ok(Val::Bool(text.starts_with(&*part)))
}

fn ends_with<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (text, part) = (args.text(0)?, args.text(1)?);
    Ok(Val::Bool(text.ends_with(&*part)))
}

fn replace<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    replace_up_to(args, 1)
}

fn replace_all<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    replace_up_to(args, usize::MAX)
}

fn replace_up_to<'a>(args: &mut Args<'_, 'a>, most: usize) -> Outcome<Val<'a>> {
    let (text, part, with) = (args.text(0)?, args.text(1)?, args.text(2)?);
    if part.is_empty() {
        return Err(args.problem(1, "there is nothing to replace in an empty part".into(), None));
    }
    let count = text.matches(&*part).take(most).count();
    if count == 0 {
        return Ok(Val::Str(text));
    }
    let span = args.span();
    // At least `count` parts are in the text: the first difference is no underflow.
    let len = with.len().checked_mul(count).and_then(|more| more.checked_add(text.len() - part.len() * count));
    let len = len.unwrap_or(usize::MAX);
    args.eval.string_fits(len, span)?;
    // What the arguments have is paid for.
    args.eval.spend(count as u64 - 1, span)?;
    args.eval.spend_bytes(len.saturating_sub(text.len() + with.len()), span)?;
    args.made(text.replacen(&*part, &with, count))
}
