//! What a time is made of. All but seconds since 1970 depend on the zone it is seen in.

use crate::error::Outcome;
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::number::Num;
use crate::time::Time;
use crate::val::Val;

pub(in crate::function::library) static FUNCTIONS: [Function; 14] = [
    row(Topic::Time, "year(time: timestamp): integer", "Its year, 0 to 9999.", |args| part(args, Time::year))
        .example("year(\"2026-01-31T12:34:56.789Z\")", "2026")
        .costs(Work::Text, Size::One),
    row(Topic::Time, "quarter(time: timestamp): integer", "Its quarter of the year, 1 to 4.", |args| {
        part(args, Time::quarter)
    })
    .example("quarter(\"2026-01-31T12:34:56.789Z\")", "1")
    .costs(Work::Text, Size::One),
    row(Topic::Time, "month(time: timestamp): integer", "Its month, 1 to 12.", |args| part(args, Time::month))
        .example("month(\"2026-01-31T12:34:56.789Z\")", "1")
        .costs(Work::Text, Size::One),
    row(
        Topic::Time,
        "week(time: timestamp): integer",
        "Its week of ISO 8601, 1 to 53: the first one has the year's first Thursday.",
        |args| part(args, Time::week),
    )
    .example("week(\"2026-01-31T12:34:56.789Z\")", "5")
    .costs(Work::Text, Size::One),
    row(Topic::Time, "day(time: timestamp): integer", "Its day of the month, 1 to 31.", |args| part(args, Time::day))
        .example("day(\"2026-01-31T12:34:56.789Z\")", "31")
        .costs(Work::Text, Size::One),
    row(Topic::Time, "weekday(time: timestamp): integer", "Its day of the week: 1 is Monday, 7 is Sunday.", |args| {
        part(args, Time::weekday)
    })
    .example("weekday(\"2026-01-31T12:34:56.789Z\")", "6")
    .costs(Work::Text, Size::One),
    row(Topic::Time, "dayOfYear(time: timestamp): integer", "Its day of the year, 1 to 366.", |args| {
        part(args, Time::day_of_year)
    })
    .example("dayOfYear(\"2026-01-31T12:34:56.789Z\")", "31")
    .costs(Work::Text, Size::One),
    row(Topic::Time, "daysInMonth(time: timestamp): integer", "How many days its month has.", |args| {
        part(args, Time::days_in_month)
    })
    .example("daysInMonth(\"2026-01-31T12:34:56.789Z\")", "31")
    .costs(Work::Text, Size::One),
    row(Topic::Time, "hour(time: timestamp): integer", "Its hour, 0 to 23.", |args| part(args, Time::hour))
        .example("hour(\"2026-01-31T12:34:56.789Z\")", "12")
        .costs(Work::Text, Size::One),
    row(Topic::Time, "minute(time: timestamp): integer", "Its minute, 0 to 59.", |args| part(args, Time::minute))
        .example("minute(\"2026-01-31T12:34:56.789Z\")", "34")
        .costs(Work::Text, Size::One),
    row(Topic::Time, "second(time: timestamp): integer", "Its second, 0 to 59.", |args| part(args, Time::second))
        .example("second(\"2026-01-31T12:34:56.789Z\")", "56")
        .costs(Work::Text, Size::One),
    row(Topic::Time, "millisecond(time: timestamp): integer", "Its millisecond, 0 to 999.", |args| {
        part(args, Time::millisecond)
    })
    .example("millisecond(\"2026-01-31T12:34:56.789Z\")", "789")
    .costs(Work::Text, Size::One),
    row(Topic::Time, "unix(time: timestamp): integer", "Whole seconds since 1970.", |args| part(args, Time::unix))
        .example("unix(\"2026-01-31T12:34:56.789Z\")", "1769862896")
        .costs(Work::Text, Size::One),
    row(Topic::Time, "unixMs(time: timestamp): integer", "Whole milliseconds since 1970.", |args| {
        part(args, Time::unix_ms)
    })
    .example("unixMs(\"2026-01-31T12:34:56.789Z\")", "1769862896789")
    .costs(Work::Text, Size::One),
];

fn part<'a>(args: &mut Args<'_, 'a>, of: fn(&Time) -> i64) -> Outcome<Val<'a>> {
    let time = args.time(0)?;
    Ok(Val::Num(Num::Int(of(&time))))
}
