//! The editor's help, without a terminal.

use std::sync::Arc;

use rustyline::highlight::Highlighter as _;

use super::{Assist, wants_more};
use crate::{
    command::expr::{types::Types, values::Values},
    console::Paint,
};

fn assist(paint: Paint) -> Assist {
    let values = Values { vars: Some(serde_json::json!({"region": "eu", "rate": 2})), ..Values::default() };
    Assist { types: Arc::new(Types::of(&values)), paint }
}

fn completed(line: &str) -> Vec<String> {
    let choices = assist(Paint::of(false)).choices(line, line.len());
    choices.pairs.iter().map(|pair| format!("{}{}", &line[..choices.start], pair.replacement)).collect()
}

#[test]
fn commands_are_completed() {
    assert_eq!(completed(":t"), [":type "]);
    assert_eq!(completed(":q"), [":quit"]);
    assert!(completed(":load fi").is_empty());
    assert!(completed(":x").is_empty());
}

#[test]
fn roots_functions_and_members_of_the_data_at_hand_are_completed() {
    for (line, wanted) in [
        ("1 + $va", "1 + $vars"),
        ("$vars.reg", "$vars.region"),
        (":type $vars.ra", ":type $vars.rate"),
        ("$vars.region.startsW", "$vars.region.startsWith("),
    ] {
        let all = completed(line);
        assert!(all.iter().any(|choice| choice == wanted), "{line}: {all:?}");
    }
}

#[test]
fn completion_survives_every_place_of_every_text() {
    for line in ["", ":", ":type", ":type ", ":type ü", "$", "ü.", "$vars.", "f(", "'", "(((((", "\u{0}"] {
        for cursor in 0..=line.len() + 1 {
            let choices = assist(Paint::of(false)).choices(line, cursor);
            assert!(choices.start <= line.len() && line.is_char_boundary(choices.start), "{line} at {cursor}");
        }
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let line = ":type size($input.a) + 1.5 in ['ü']";
    assert_eq!(assist(Paint::of(false)).highlight(line, 0), line);
    let painted = assist(Paint::of(true)).highlight(line, 0).into_owned();
    assert_ne!(painted, line);
    assert_eq!(strip(&painted), line);
}

#[test]
fn an_empty_line_ends_what_an_open_bracket_began() {
    assert!(wants_more("(1 +"));
    assert!(wants_more("(1 +\n2"));
    assert!(!wants_more("(1 +\n"));
    assert!(!wants_more(":set $vars.a = {"));
    assert!(!wants_more(""));
}

fn strip(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        plain.push_str(&rest[..at]);
        rest = rest[at..].find('m').map_or("", |end| &rest[at + end + 1..]);
    }
    plain + rest
}
