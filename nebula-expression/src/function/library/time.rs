//! Instants and durations. Where either is wanted, text that spells one is taken too.

pub(super) mod parts;

use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::number::Num;
use crate::time::{Duration, Problem, Time, Unit};
use crate::val::{Val, View};

pub(super) static FUNCTIONS: [Function; 12] = [
    row(
        Topic::Time,
        "timestamp(value: string | number | timestamp, format: string? = null): timestamp",
        "The time that a text spells, in RFC 3339 or in a format such as \"%d.%m.%Y %H:%M\"; of a number, that many \
         seconds since 1970, or milliseconds with the format \"millisecond\".",
        timestamp,
    )
    .example("timestamp(\"31.01.2026\", \"%d.%m.%Y\")", "\"2026-01-31T00:00:00Z\"")
    .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "duration(value: string | duration): duration",
        "The duration that a text spells, such as \"90m\", \"1h 30m\", \"2 days\" or \"PT1H30M\".",
        duration,
    )
    .example("duration(\"1h 30m\")", "\"PT1H30M\"")
    .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "plus(time: timestamp, by: duration): timestamp",
        "The time a duration later; days and months go by the calendar of its zone.",
        plus,
    )
    .example("timestamp(\"2026-01-31T12:00:00Z\").plus(\"1 month\")", "\"2026-02-28T12:00:00Z\"")
    .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "minus(time: timestamp, by: duration): timestamp",
        "The time a duration earlier; days and months go by the calendar of its zone.",
        minus,
    )
    .example("timestamp(\"2026-01-31T12:00:00Z\").minus(\"90m\")", "\"2026-01-31T10:30:00Z\"")
    .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "diff(later: timestamp, earlier: timestamp): duration",
        "The exact time between two, negative when the first is the earlier one.",
        diff,
    )
    .example("diff(\"2026-01-02\", \"2026-01-01\")", "\"PT24H\"")
    .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "diffIn(later: timestamp, earlier: timestamp, unit: string): number",
        "How many of a unit lie between two times; days and longer go by the calendar of the first one's zone.",
        diff_in,
    )
    .example("diffIn(\"2026-03-01\", \"2026-02-01\", \"days\")", "28")
    .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "total(duration: duration, unit: string): number",
        "How many of a unit a duration is, with days of 24 hours.",
        total,
    )
    .example("total(\"1h 30m\", \"hours\")", "1.5")
    .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "startOf(time: timestamp, unit: string): timestamp",
        "The first instant of the year, quarter, month, week, day, hour, minute or second it is in; weeks begin on \
         Monday.",
        start_of,
    )
    .example("startOf(\"2026-01-31T12:00:00Z\", \"month\")", "\"2026-01-01T00:00:00Z\"")
    .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "endOf(time: timestamp, unit: string): timestamp",
        "The last nanosecond of the year, quarter, month, week, day, hour, minute or second it is in.",
        end_of,
    )
    .example("endOf(\"2026-01-31T12:00:00Z\", \"day\")", "\"2026-01-31T23:59:59.999999999Z\"")
    .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "format(time: timestamp, format: string): string",
        "The time in a format such as \"%Y-%m-%d %H:%M\".",
        format,
    )
    .example("format(\"2026-01-31T12:00:00Z\", \"%d.%m.%Y\")", "\"31.01.2026\"")
    .costs(Work::Text, Size::Unknown),
    row(
        Topic::Time,
        "setZone(time: timestamp, zone: string): timestamp",
        "The same instant seen in a zone such as \"Europe/Oslo\" or \"+02:00\".",
        set_zone,
    )
    .example("setZone(\"2026-01-31T12:00:00Z\", \"Europe/Oslo\")", "\"2026-01-31T13:00:00+01:00\"")
    .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "zoneName(time: timestamp): string",
        "The name of the zone the time is seen in, or its offset when it has none.",
        zone_name,
    )
    .example("zoneName(\"2026-01-31T12:00:00+02:00\")", "\"+02:00\"")
    .costs(Work::Text, Size::One),
];

fn timestamp<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let format = args.text_if(1)?;
    let time = match (value.view(), format) {
        (View::Time(time), _) => Ok(time.clone()),
        (View::Str(text), None) => {
            args.eval.spend_bytes(text.len(), args.call.span())?;
            Time::parse(text)
        }
        (View::Str(text), Some(format)) => {
            args.eval.spend_bytes(text.len(), args.call.span())?;
            Time::parse_as(text, &format)
        }
        (View::Num(num), None) => since_1970(num, Unit::Second),
        (View::Num(num), Some(unit)) => match Unit::named(&unit) {
            Ok(unit @ (Unit::Second | Unit::Millisecond)) => since_1970(num, unit),
            _ => {
                let message = "a number counts seconds or milliseconds since 1970".into();
                return Err(args.problem(1, message, Some("write \"second\" or \"millisecond\"".into())));
            }
        },
        (other, _) => return Err(args.refuse(0, other, "a string, a number or a timestamp", "now()")),
    };
    at(args, time)
}

/// To the microsecond when there is a fraction; too large a number is out of every range.
fn since_1970(num: Num, unit: Unit) -> Result<Time, Problem> {
    match (num.whole(), unit, num) {
        (Some(count), Unit::Millisecond, _) => Time::from_unix_ms(count),
        (Some(count), _, _) => Time::from_unix(count),
        (None, Unit::Millisecond, Num::Float(count)) => Time::from_unix_fraction(count / 1e3),
        (None, _, Num::Float(count)) => Time::from_unix_fraction(count),
        (None, _, _) => Time::from_unix(i64::MAX),
    }
}

fn duration<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    args.duration(0).map(Val::Duration)
}

fn plus<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (time, by) = (args.time(0)?, args.duration(1)?);
    at(args, time.plus(&by))
}

fn minus<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (time, by) = (args.time(0)?, args.duration(1)?);
    at(args, time.minus(&by))
}

fn diff<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (later, earlier) = (args.time(0)?, args.time(1)?);
    let between: Result<Duration, Problem> = later.diff(&earlier);
    between.map(Val::Duration).map_err(|problem| args.problem(0, problem.message, problem.help))
}

fn diff_in<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (later, earlier, unit) = (args.time(0)?, args.time(1)?, unit(args, 2)?);
    number(args, later.diff_in(&earlier, unit))
}

fn total<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (duration, unit) = (args.duration(0)?, unit(args, 1)?);
    number(args, duration.total(unit))
}

fn start_of<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (time, unit) = (args.time(0)?, unit(args, 1)?);
    at(args, time.start_of(unit))
}

fn end_of<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (time, unit) = (args.time(0)?, unit(args, 1)?);
    at(args, time.end_of(unit))
}

fn format<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (time, format) = (args.time(0)?, args.text(1)?);
    match time.format(&format) {
        Ok(text) => args.made(text),
        Err(problem) => Err(args.problem(1, problem.message, problem.help)),
    }
}

fn set_zone<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let (time, zone) = (args.time(0)?, args.text(1)?);
    time.set_zone(&zone).map(Val::Time).map_err(|problem| args.problem(1, problem.message, problem.help))
}

fn zone_name<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let time = args.time(0)?;
    args.made(time.zone_name())
}

fn unit(args: &mut Args<'_, '_>, at: usize) -> Outcome<Unit> {
    let name = args.text(at)?;
    Unit::named(&name).map_err(|problem| args.problem(at, problem.message, problem.help))
}

fn at<'a>(args: &Args<'_, 'a>, time: Result<Time, Problem>) -> Outcome<Val<'a>> {
    time.map(Val::Time).map_err(|problem| args.problem(0, problem.message, problem.help))
}

fn number<'a>(args: &Args<'_, 'a>, count: Result<f64, Problem>) -> Outcome<Val<'a>> {
    let num = Num::Float(count.map_err(|problem| args.problem(0, problem.message, problem.help))?);
    Ok(Val::Num(num.whole().map_or(num, Num::Int)))
}
