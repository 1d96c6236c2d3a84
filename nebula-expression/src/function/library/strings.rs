//! Text.

use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::val::{Text, Val};

pub(super) static FUNCTIONS: [Function; 6] = [
    row(Topic::Strings, "lower(text: string): string", "The text in lower case.", lower)
        .example("lower(\"ÄB\")", "\"äb\"")
        .costs(Work::Text, Size::Same),
    row(Topic::Strings, "upper(text: string): string", "The text in upper case.", upper)
        .example("upper(\"äb\")", "\"ÄB\"")
        .costs(Work::Text, Size::Same),
    row(Topic::Strings, "trim(text: string): string", "The text without white space around it.", trim)
        .example("trim(\" a \")", "\"a\"")
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
];

fn lower<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.made(text.to_lowercase())
}

fn upper<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.made(text.to_uppercase())
}

fn trim<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    part(args, |text| text.trim())
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
