//! JSON as text, written and read within the limits.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::code;
use crate::error::{ExprError, Outcome};
use crate::function::{Args, Function, Size, Topic, Work, row};
use crate::number::Num;
use crate::val::{Text, Val, View};

pub(in crate::function::library) static FUNCTIONS: [Function; 3] = [
    row(
        Topic::Conversion,
        "json(value: any): string",
        "The value as JSON in one line, its members in the order of their names.",
        json,
    )
    .example("json({b: [1, null], a: \"x\"})", r#""{\"a\":\"x\",\"b\":[1,null]}""#)
    .costs(Work::Deep, Size::Unknown),
    row(
        Topic::Conversion,
        "jsonPretty(value: any): string",
        "The value as JSON over several lines, indented by two spaces.",
        json_pretty,
    )
    .example("jsonPretty({a: [1, 2]})", r#""{\n  \"a\": [\n    1,\n    2\n  ]\n}""#)
    .costs(Work::Deep, Size::Unknown),
    row(Topic::Conversion, "parseJson(text: string): any", "The value that JSON text spells.", parse_json)
        .example(r#"parseJson("[1, {\"a\": null}]")"#, "[1, {\"a\": null}]")
        .costs(Work::Text, Size::Unknown),
];

fn json<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    written(args, false)
}

fn json_pretty<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    written(args, true)
}

fn written<'a>(args: &mut Args<'_, 'a>, pretty: bool) -> Outcome<Val<'a>> {
    let value = args.value(0)?;
    let mut writer = Writer { args, out: String::new(), pretty };
    writer.value(&value, 0)?;
    Ok(Val::made(writer.out))
}

struct Writer<'w, 'e, 'a> {
    args: &'w mut Args<'e, 'a>,
    out: String,
    pretty: bool,
}

impl<'a> Writer<'_, '_, 'a> {
    fn value(&mut self, value: &Val<'a>, depth: u32) -> Outcome<()> {
        let span = self.args.span();
        self.args.eval.spend(1, span)?;
        match value.view() {
            View::Null => self.push("null"),
            View::Str(text) => self.text(text),
            View::List(items) => {
                self.args.eval.depth_fits(depth, span)?;
                self.push("[")?;
                for (at, item) in items.iter().enumerate() {
                    self.next(at, depth + 1)?;
                    self.value(&item, depth + 1)?;
                }
                self.close("]", items.len(), depth)
            }
            View::Object(members) => {
                self.args.eval.depth_fits(depth, span)?;
                self.push("{")?;
                for (at, (name, member)) in members.iter().enumerate() {
                    self.next(at, depth + 1)?;
                    self.text(&name)?;
                    self.push(if self.pretty { ": " } else { ":" })?;
                    self.value(&member, depth + 1)?;
                }
                self.close("}", members.len(), depth)
            }
            // What leaves an expression is written as it leaves.
            View::Time(_) | View::Duration(_) | View::Bytes(_) => {
                let leaves = self.args.eval.json_of(value, span)?;
                self.text(leaves.as_str().unwrap_or_default())
            }
            other => self.push(&other.text().unwrap_or_default()),
        }
    }

    fn next(&mut self, at: usize, depth: u32) -> Outcome<()> {
        if at > 0 {
            self.push(",")?;
        }
        self.line(depth)
    }

    fn close(&mut self, bracket: &str, count: usize, depth: u32) -> Outcome<()> {
        if count > 0 {
            self.line(depth)?;
        }
        self.push(bracket)
    }

    fn line(&mut self, depth: u32) -> Outcome<()> {
        if !self.pretty {
            return Ok(());
        }
        self.push("\n")?;
        (0..depth).try_for_each(|_| self.push("  "))
    }

    fn text(&mut self, text: &str) -> Outcome<()> {
        // Never shorter in quotes: what does not fit is not written.
        self.args.eval.string_fits(self.out.len() + text.len(), self.args.span())?;
        self.push(&serde_json::to_string(text).unwrap_or_default())
    }

    fn push(&mut self, text: &str) -> Outcome<()> {
        let span = self.args.span();
        self.args.eval.append(&mut self.out, text, span)
    }
}

fn parse_json<'a>(args: &mut Args<'_, 'a>) -> Outcome<Val<'a>> {
    let text = args.text(0)?;
    args.eval.spend(text.len() as u64 / 2, args.span())?;
    let mut problem = None;
    let mut reader = serde_json::Deserializer::from_str(&text);
    let value = Reading { args, problem: &mut problem }.deserialize(&mut reader);
    match value.and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(error) => Err(problem.unwrap_or_else(|| {
            let place = format!("line {}, column {}", error.line(), error.column());
            let what = error.to_string();
            let what = what.split_once(" at line").map_or(&*what, |(what, _)| what);
            Box::new(
                ExprError::new(code::NOT_CONVERTIBLE, args.expr(0).span(), format!("the text is not JSON: {what}"))
                    .label(format!("in its {place}")),
            )
        })),
    }
}

/// Reads one value, and pays for it before it is made. How deep it may be the reader of texts sees to.
struct Reading<'r, 'e, 'a> {
    args: &'r mut Args<'e, 'a>,
    /// Why reading was stopped, if it was not for the text.
    problem: &'r mut Option<Box<ExprError>>,
}

impl<'e, 'a> Reading<'_, 'e, 'a> {
    fn part(&mut self) -> Reading<'_, 'e, 'a> {
        Reading { args: &mut *self.args, problem: &mut *self.problem }
    }

    /// Keeps an error of the language while one of the reader ends the reading.
    fn or_stop<T, E: Error>(&mut self, result: Outcome<T>) -> Result<T, E> {
        result.map_err(|error| {
            *self.problem = Some(error);
            E::custom("stopped")
        })
    }
}

impl<'de, 'a> DeserializeSeed<'de> for Reading<'_, '_, 'a> {
    type Value = Val<'a>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Val<'a>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de, 'a> Visitor<'de> for Reading<'_, '_, 'a> {
    type Value = Val<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Val<'a>, E> {
        Ok(Val::NULL)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Val<'a>, E> {
        Ok(Val::Bool(flag))
    }

    fn visit_i64<E: Error>(self, int: i64) -> Result<Val<'a>, E> {
        Ok(Val::Num(Num::Int(int)))
    }

    fn visit_u64<E: Error>(self, int: u64) -> Result<Val<'a>, E> {
        Ok(Val::Num(Num::from(int)))
    }

    fn visit_f64<E: Error>(self, float: f64) -> Result<Val<'a>, E> {
        Ok(Val::Num(Num::Float(float)))
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<Val<'a>, E> {
        let made = self.args.made(text.to_owned());
        self.or_stop(made)
    }

    fn visit_seq<S: SeqAccess<'de>>(mut self, mut seq: S) -> Result<Val<'a>, S::Error> {
        let span = self.args.span();
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.part())? {
            let fits = self.args.eval.list_fits(items.len() + 1, span);
            self.or_stop(fits)?;
            // Growing keeps up to as much again.
            let paid = self.args.eval.charge(size_of::<Val<'_>>(), span);
            self.or_stop(paid)?;
            items.push(item);
        }
        let list = self.args.made_list(items);
        self.or_stop(list)
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<Val<'a>, M::Error> {
        let span = self.args.span();
        let mut members = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            let paid = self.args.eval.charge(name.len() + 2 * size_of::<Val<'_>>(), span);
            self.or_stop(paid)?;
            let fits = self.args.eval.list_fits(members.len() + 1, span);
            self.or_stop(fits)?;
            let value = map.next_value_seed(self.part())?;
            members.insert(Text::from(std::borrow::Cow::Owned(name)), value);
        }
        let object = self.args.made_object(members);
        self.or_stop(object)
    }
}
