//! The Common Expression Language and this one: facts in CEL's spelling, in the sections of its conformance suite,
//! with what CEL makes of them and what happens here. `docs/cel.md` is made of this table.

mod language;
mod libraries;

use std::fmt::Write;

use nebula_expression::Limits;
use serde_json::Value;

use crate::table::outcome;

/// One expression and what it is worth.
struct Fact {
    /// As CEL spells it.
    source: &'static str,
    /// What CEL says: JSON, or `!` for an error.
    cel: &'static str,
    /// What it is here, and which deviation that is; `None` if it is the same.
    here: Option<(&'static str, Why)>,
    /// How to get CEL's value here.
    instead: Option<&'static str>,
}

/// The declared deviations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    OneNumber,
    Division,
    Finite,
    Range,
    LeftToRight,
    Equality,
    OrderOfBooleans,
    InText,
    Absent,
    Keys,
    ListsOnly,
    Macros,
    Branches,
    Optionals,
    Let,
    Literals,
    Names,
    BooleanText,
    Text,
    Instants,
}

const WHY: [(Why, &str, &str); 20] = [
    (
        Why::OneNumber,
        "One type of number",
        "`int`, `uint` and `double` are one: whole as long as it is whole, so `1 + 1.5` is no error.",
    ),
    (
        Why::Division,
        "True division",
        "`/` keeps the fraction, as JSON has no other number; `div` rounds down and `trunc(a / b)` is CEL's.",
    ),
    (Why::Finite, "No infinity, no NaN", "They cannot be written as JSON; what would make one is an error."),
    (
        Why::Range,
        "Whole numbers up to 2^64 - 1",
        "From -2^63, in one range instead of two; beyond it is an error as in CEL.",
    ),
    (
        Why::LeftToRight,
        "Conditions from left to right",
        "An error on the left of `&&` and `||`, and in `all` and `exists`, stays one: CEL drops it if the right side decides. Not to drop it is predictable, and finds mistakes.",
    ),
    (
        Why::Equality,
        "Types that can never be equal",
        "`==` is false and a warning of the checker (E0508), where CEL's checker refuses.",
    ),
    (
        Why::OrderOfBooleans,
        "No order of true and false",
        "`<` on booleans is a mistake more often than meant; `sort` orders them.",
    ),
    (Why::InText, "`in` looks into text", "As in most languages; CEL has `contains` only."),
    (
        Why::Absent,
        "Null counts as absent",
        "`has(x)` is false of null, and of every path that leads nowhere: schemas tell optional and nullable apart, data often do not. `\"a\" in object` asks for the key alone.",
    ),
    (Why::Keys, "Keys are strings", "Objects are JSON objects."),
    (
        Why::ListsOnly,
        "Macros take lists",
        "For an object write `keys()`, `values()`, `entries()`, `mapValues` or `filterEntries`.",
    ),
    (
        Why::Macros,
        "One way to write a function",
        "`x => …` or `(x, index) => …`; of CEL's forms only the one with a single name is read.",
    ),
    (
        Why::Branches,
        "Branches of different types",
        "`a ? 1 : \"x\"` has the type `integer | string`, where CEL's checker refuses.",
    ),
    (
        Why::Optionals,
        "`?.` and `??` for optionals",
        "There are no values of an optional type: `a?.b` is null where `a` is, and `x ?? y` gives a default.",
    ),
    (Why::Let, "`let` for `cel.bind`", "`let x = … in …`."),
    (
        Why::Literals,
        "Fewer literals",
        "No hexadecimal and unsigned numbers, bytes, triple quotes and remarks; escapes are those of JSON and `\\u{…}`.",
    ),
    (
        Why::Names,
        "Other names",
        "One name for each function and no name spaces; the error of a foreign name says ours.",
    ),
    (Why::BooleanText, "Only `true` and `false` are read as booleans", "`bool(\"t\")` is an error."),
    (
        Why::Text,
        "Functions on text",
        "`indexOf` gives null and not -1, `replace` replaces the first and `replaceAll` all, `format` is for times: text is put together by `f\"…{{ x }}…\"`.",
    ),
    (
        Why::Instants,
        "Instants and durations",
        "Outside an expression they are RFC 3339 and ISO 8601 text; the year 0 is one, the last two days of 9999 are not, and a duration may be 10,000 years.",
    ),
];

/// The sections of the suite without facts here, and why.
const ABSENT: [(&str, &str); 11] = [
    ("block_ext", "a form for optimisers, not for people"),
    ("dynamic", "protocol buffers' `Any`, `Struct` and wrappers"),
    ("enums", "enums of protocol buffers; enums of JSON Schema are strings with known values"),
    ("namespace", "there are no packages; data are read through roots such as `$input`"),
    ("network_ext", "no addresses and networks"),
    ("plumbing", "the protocol of the suite"),
    ("proto2", "messages of protocol buffers"),
    ("proto2_ext", "messages of protocol buffers"),
    ("proto3", "messages of protocol buffers"),
    ("unknowns", "evaluation with inputs that are not known yet; the checker answers that with types"),
    ("wrappers", "wrappers of protocol buffers"),
];

const fn same(source: &'static str, cel: &'static str) -> Fact {
    Fact { source, cel, here: None, instead: None }
}

const fn differs(source: &'static str, cel: &'static str, here: &'static str, why: Why) -> Fact {
    Fact { source, cel, here: Some((here, why)), instead: None }
}

impl Fact {
    const fn instead(mut self, source: &'static str) -> Self {
        self.instead = Some(source);
        self
    }
}

fn facts() -> impl Iterator<Item = (&'static str, &'static Fact)> {
    let sections = language::FACTS.iter().chain(libraries::FACTS);
    sections.flat_map(|(section, facts)| facts.iter().map(move |fact| (*section, fact)))
}

/// Whether an outcome is the one that is expected.
fn is(found: &str, expected: &str) -> bool {
    match expected {
        "!" => found.starts_with('!'),
        code if code.starts_with('!') => found == code,
        json => found.parse().ok() == Some(json.parse::<Value>().expect("the table holds JSON")),
    }
}

#[test]
fn every_fact_is_as_the_table_says() {
    let mut wrong = Vec::new();
    for (section, fact) in facts() {
        let found = outcome(fact.source, &Limits::default());
        let expected = fact.here.map_or(fact.cel, |(here, _)| here);
        if !is(&found, expected) {
            wrong.push(format!("{section}: {}\n    expected {expected}\n    found    {found}", fact.source));
        }
        if fact.here.is_some() && is(&found, fact.cel) {
            wrong.push(format!("{section}: {}\n    does not differ", fact.source));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_to_write_instead_is_worth_what_cel_says() {
    let mut wrong = Vec::new();
    for (section, fact) in facts() {
        let Some(instead) = fact.instead else { continue };
        let found = outcome(instead, &Limits::default());
        if !is(&found, fact.cel) {
            wrong.push(format!(
                "{section}: {} -> {instead}\n    CEL says {}\n    found    {found}",
                fact.source, fact.cel
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_says_what_the_table_says() {
    let page = include_str!("../../../docs/cel.md");
    for part in [summary(), sections(), deviations()] {
        assert!(page.contains(&part), "docs/cel.md lacks this:\n{part}");
    }
}

fn summary() -> String {
    let (all, differing) = (facts().count(), facts().filter(|(_, fact)| fact.here.is_some()).count());
    let instead = facts().filter(|(_, fact)| fact.instead.is_some()).count();
    format!(
        "{all} facts: {} the same, {differing} different. Of those, {instead} have another spelling here with CEL's value.\n",
        all - differing
    )
}

fn sections() -> String {
    let mut table = "| section | facts | same | different |\n|---|---|---|---|\n".to_owned();
    for (name, facts) in language::FACTS.iter().chain(libraries::FACTS) {
        let differing = facts.iter().filter(|fact| fact.here.is_some()).count();
        let _ = writeln!(table, "| {name} | {} | {} | {differing} |", facts.len(), facts.len() - differing);
    }
    table.push_str("\n| section that does not apply | why |\n|---|---|\n");
    for (name, why) in ABSENT {
        let _ = writeln!(table, "| {name} | {why} |");
    }
    table
}

fn deviations() -> String {
    let mut page = String::new();
    for (why, title, text) in WHY {
        let of: Vec<_> = facts().filter(|(_, fact)| fact.here.is_some_and(|(_, is)| is == why)).collect();
        let _ = writeln!(page, "### {title}\n\n{text}\n\n| expression | CEL | here | instead |\n|---|---|---|---|");
        for (_, fact) in of {
            let here = fact.here.map_or("", |(here, _)| here);
            let instead = fact.instead.map_or_else(String::new, code);
            let (cel, here) = (value(fact.cel), value(here));
            let _ = writeln!(page, "| {} | {cel} | {here} | {instead} |", code(fact.source));
        }
        page.push('\n');
    }
    page.trim_end().to_owned()
}

fn value(text: &str) -> String {
    match text.strip_prefix('!') {
        Some("") => "error".to_owned(),
        Some(code) => code.to_owned(),
        None => code(text),
    }
}

/// Code in a cell of a table.
fn code(text: &str) -> String {
    format!("`` {} ``", text.replace('|', "\\|"))
}

#[test]
fn every_deviation_is_used_and_each_section_has_one_place() {
    for (why, title, _) in WHY {
        assert!(facts().any(|(_, fact)| fact.here.is_some_and(|(_, is)| is == why)), "{title}");
    }
    let mut names: Vec<&str> = language::FACTS.iter().chain(libraries::FACTS).map(|(name, _)| *name).collect();
    names.extend(ABSENT.map(|(name, _)| name));
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "a section stands twice");
    assert!(facts().count() >= 300, "the table has shrunk");
}
