//! The source of an example, as far as a reader without a parser needs it: rustfmt has put it in order.

use std::{collections::BTreeSet, ops::Range};

/// Line and column of a name, both from 1.
pub(super) type Place = (usize, usize);

/// A file of Rust.
pub(super) struct Source(String);

// === impl Source ===

impl Source {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// The structs of this file that actions give.
    pub(super) fn outputs(&self) -> BTreeSet<String> {
        let named = self.0.lines().filter_map(|line| {
            let line = line.trim();
            let rest =
                ["type Output = ", "type Event = ", ") -> Result<"].iter().find_map(|form| line.strip_prefix(form))?;
            rest.split([';', '>']).next()
        });
        named.filter(|name| self.0.contains(&format!("struct {name} {{\n"))).map(str::to_owned).collect()
    }

    /// From the first line of a trigger's body to its last, from 1; there is one at most.
    pub(super) fn lines_of_triggers(&self) -> Range<usize> {
        let mut lines = (1..).zip(self.0.lines());
        let Some((first, _)) = lines.find(|(_, line)| line.starts_with("impl TriggerAction for ")) else { return 0..0 };
        let last = lines.find(|(_, line)| *line == "}").map_or(first, |(last, _)| last);
        first..last + 1
    }

    /// The names of a struct's fields.
    pub(super) fn fields(&self, name: &str) -> Vec<String> {
        self.declarations(name).map(|(_, field)| field.to_owned()).collect()
    }

    /// Where `step.field` stands.
    pub(super) fn uses(&self, field: &str, steps: &[&str]) -> BTreeSet<Place> {
        let mut found = BTreeSet::new();
        for (number, line) in self.0.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for step in steps {
                let path = format!("{step}.{field}");
                for (at, _) in line.match_indices(&path) {
                    let is_whole = !line[..at].ends_with(in_a_name) && !line[at + path.len()..].starts_with(in_a_name);
                    if is_whole {
                        let before = line[..at].chars().count() + step.len() + 1;
                        found.insert((number + 1, before + 1));
                    }
                }
            }
        }
        found
    }

    /// The file with another name for one field, where it is declared and nowhere else.
    pub(super) fn renamed(&self, name: &str, field: &str) -> String {
        let (line, _) = self.declarations(name).find(|(_, other)| *other == field).unwrap();
        let lines = self.0.lines().enumerate().map(|(number, text)| {
            let text =
                if number == line { text.replacen(field, &format!("{field}_renamed"), 1) } else { text.to_owned() };
            text + "\n"
        });
        lines.collect()
    }

    /// The fields of a struct, each with its line from 0.
    fn declarations(&self, name: &str) -> impl Iterator<Item = (usize, &str)> {
        let head = format!("struct {name} {{");
        let lines = self.0.lines().enumerate();
        let body =
            lines.skip_while(move |(_, line)| !line.ends_with(&head)).skip(1).take_while(|(_, line)| *line != "}");
        body.filter_map(|(number, line)| {
            let line = line.trim().trim_start_matches("pub ");
            let (field, _) = line.split_once(": ")?;
            field.chars().all(in_a_name).then_some((number, field))
        })
    }
}

fn in_a_name(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}
