//! Durations from and to text.

use std::fmt;

use jiff::SignedDuration;

use super::duration::{Duration, Parts};
use super::problem::{Problem, quoted};
use crate::nearest::nearest;

/// Room for every unit once, written out.
const LONGEST: usize = 128;

/// What one unit is: so many months, days, or nanoseconds.
#[derive(Clone, Copy)]
enum Step {
    Months(i64),
    Days(i64),
    Nanos(i128),
}

const SECOND: i128 = 1_000_000_000;

/// The words of each unit. `M` is not among them: it could be either.
const WORDS: [(&[&str], Step); 9] = [
    (&["y", "yr", "yrs", "year", "years"], Step::Months(12)),
    (&["quarter", "quarters"], Step::Months(3)),
    (&["mo", "month", "months"], Step::Months(1)),
    (&["w", "wk", "wks", "week", "weeks"], Step::Days(7)),
    (&["d", "day", "days"], Step::Days(1)),
    (&["h", "hr", "hrs", "hour", "hours"], Step::Nanos(3600 * SECOND)),
    (&["m", "min", "mins", "minute", "minutes"], Step::Nanos(60 * SECOND)),
    (&["s", "sec", "secs", "second", "seconds"], Step::Nanos(SECOND)),
    (&["ms", "millisecond", "milliseconds"], Step::Nanos(SECOND / 1000)),
];

impl Duration {
    /// `90m`, `1h 30m`, `2 days`, or ISO 8601 as in `PT1H30M`; a minus before it all negates.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        if text.len() > LONGEST {
            return Err(not_one(text));
        }
        let mut rest = text.trim_ascii();
        let negative = rest.starts_with('-');
        rest = rest.strip_prefix(['-', '+']).unwrap_or(rest).trim_ascii_start();
        let mut sum = Sum::default();
        match rest.strip_prefix(['P', 'p']) {
            Some(iso) => sum.iso(iso).ok_or_else(|| not_one(text))?,
            None => sum.words(rest, text)?,
        }
        let duration = sum.finish()?;
        Ok(if negative { -&duration } else { duration })
    }
}

fn not_one(text: &str) -> Problem {
    let help = "durations look like `90m`, `1h 30m`, `2 days`, `1mo`, or `PT1H30M`";
    Problem::new(format!("{} is not a duration", quoted(text)), help)
}

/// The parts read so far. Texts are short and numbers too: nothing here can overflow.
#[derive(Default)]
struct Sum {
    months: i64,
    days: i64,
    nanos: i128,
}

impl Sum {
    fn words(&mut self, mut rest: &str, text: &str) -> Result<(), Problem> {
        loop {
            let (number, after) = Number::read(rest).ok_or_else(|| not_one(text))?;
            let after = after.trim_ascii_start();
            let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
            let (word, after) = after.split_at(end);
            let step = step_of(word).ok_or_else(|| unknown_unit(word, text))?;
            self.add(number, step, false).ok_or_else(|| fraction(text))?;
            rest = after.trim_ascii_start();
            if rest.is_empty() {
                return Ok(());
            }
        }
    }

    /// What follows the `P`. Each part may have its own sign, as those of a sum may.
    fn iso(&mut self, mut rest: &str) -> Option<()> {
        let mut parts: &[(char, Step)] =
            &[('Y', Step::Months(12)), ('M', Step::Months(1)), ('W', Step::Days(7)), ('D', Step::Days(1))];
        let mut in_time = false;
        loop {
            if !in_time && let Some(time) = rest.strip_prefix(['T', 't']) {
                (rest, in_time) = (time, true);
                parts =
                    &[('H', Step::Nanos(3600 * SECOND)), ('M', Step::Nanos(60 * SECOND)), ('S', Step::Nanos(SECOND))];
            }
            let negative = rest.starts_with('-');
            let (number, after) = Number::read(rest.strip_prefix(['-', '+']).unwrap_or(rest))?;
            let designator = after.chars().next()?;
            // In order and each once: what stands before this one is no longer awaited.
            let place = parts.iter().position(|(known, _)| designator.eq_ignore_ascii_case(known))?;
            self.add(number, parts[place].1, negative)?;
            parts = &parts[place + 1..];
            rest = &after[designator.len_utf8()..];
            if rest.is_empty() {
                return Some(());
            }
        }
    }

    /// None when there is a fraction of what cannot be divided.
    fn add(&mut self, number: Number, step: Step, negative: bool) -> Option<()> {
        let sign = if negative { -1 } else { 1 };
        match step {
            Step::Nanos(nanos) => {
                self.nanos += i128::from(sign)
                    * (i128::from(number.whole) * nanos + i128::from(number.billionths) * nanos / SECOND);
            }
            _ if number.billionths != 0 => return None,
            Step::Months(months) => self.months += sign * number.whole * months,
            Step::Days(days) => self.days += sign * number.whole * days,
        }
        Some(())
    }

    fn finish(self) -> Result<Duration, Problem> {
        let seconds = i64::try_from(self.nanos / SECOND).map_err(|_| Problem::duration_out_of_range())?;
        Duration::of(self.months, self.days, SignedDuration::new(seconds, (self.nanos % SECOND) as i32))
    }
}

/// A decimal without a sign.
#[derive(Clone, Copy)]
struct Number {
    whole: i64,
    billionths: i64,
}

impl Number {
    /// The number `text` begins with, and what follows it. Up to 12 digits before the point, 9 after.
    fn read(text: &str) -> Option<(Self, &str)> {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, mut rest) = text.split_at(digits(text));
        if whole.is_empty() || whole.len() > 12 {
            return None;
        }
        let mut billionths = 0;
        if let Some(after) = rest.strip_prefix(['.', ',']) {
            let (decimals, after) = after.split_at(digits(after));
            if decimals.is_empty() || decimals.len() > 9 {
                return None;
            }
            billionths = format!("{decimals:0<9}").parse().ok()?;
            rest = after;
        }
        Some((Self { whole: whole.parse().ok()?, billionths }, rest))
    }
}

fn step_of(word: &str) -> Option<Step> {
    WORDS.iter().find(|(words, _)| words.contains(&word)).map(|(_, step)| *step)
}

fn fraction(text: &str) -> Problem {
    let message = format!("{}: days, weeks, months and years have no fractions", quoted(text));
    Problem::new(message, "write what you mean in smaller units, such as `1d 12h`")
}

fn unknown_unit(word: &str, text: &str) -> Problem {
    if word.is_empty() {
        return Problem::new(format!("{} has a number without a unit", quoted(text)), "add the unit, as in `90m`");
    }
    let known = WORDS.iter().flat_map(|(words, _)| words.iter().copied());
    let help = match nearest(word, known) {
        _ if word == "M" => "`m` is minutes, `mo` is months".into(),
        Some(known) => format!("did you mean `{known}`?"),
        None => "units are `y`, `mo`, `w`, `d`, `h`, `m`, `s` and `ms`".into(),
    };
    Problem::new(format!("there is no unit {}", quoted(word)), help)
}

/// ISO 8601. One minus stands before it all when every part is negative, else before each that is.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { months, days, time } = *self.parts();
        let seconds = time.as_secs();
        let parts = [i64::from(months), i64::from(days), seconds, i64::from(time.subsec_nanos())];
        let negative = parts.iter().all(|part| *part <= 0) && parts.iter().any(|part| *part < 0);
        f.write_str(if negative { "-P" } else { "P" })?;
        let signed = |value: i64| if negative { -value } else { value };
        for (value, designator) in [(months / 12, 'Y'), (months % 12, 'M'), (days, 'D')] {
            if value != 0 {
                write!(f, "{}{designator}", signed(value.into()))?;
            }
        }
        if time.is_zero() {
            return if months == 0 && days == 0 { f.write_str("T0S") } else { Ok(()) };
        }
        f.write_str("T")?;
        for (value, designator) in [(seconds / 3600, 'H'), (seconds % 3600 / 60, 'M')] {
            if value != 0 {
                write!(f, "{}{designator}", signed(value))?;
            }
        }
        let (last, nanos) = (seconds % 60, time.subsec_nanos());
        if last == 0 && nanos == 0 {
            return Ok(());
        }
        let minus = if !negative && time.is_negative() { "-" } else { "" };
        write!(f, "{minus}{}", last.abs())?;
        if nanos != 0 {
            let decimals = format!("{:09}", nanos.abs());
            write!(f, ".{}", decimals.trim_end_matches('0'))?;
        }
        f.write_str("S")
    }
}
