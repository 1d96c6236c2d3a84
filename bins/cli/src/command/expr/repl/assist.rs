//! What the editor does while somebody types: completes, hints, colours, and waits for open brackets.

use std::{borrow::Cow, fmt::Write as _, sync::Arc};

use nebula_expression::{Completion, complete};
use rustyline::{
    Context, Helper,
    completion::{Completer, Pair},
    highlight::{CmdKind, Highlighter},
    hint::Hinter,
    validate::{ValidationContext, ValidationResult, Validator},
};

use super::{
    scan::{Kind, is_open, words},
    session::COMMANDS,
};
use crate::{command::expr::types::Types, console::Paint};

/// Commands whose rest is an expression.
const OF_EXPRESSIONS: [&str; 3] = [":type ", ":cost ", ":paths "];
/// Longest detail beside a completion, in characters.
const DETAIL: usize = 60;

/// The editor's knowledge of the language.
#[derive(Debug)]
pub(super) struct Assist {
    pub(super) types: Arc<Types>,
    pub(super) paint: Paint,
}

/// What can stand at the cursor, from a byte on.
struct Choices {
    start: usize,
    pairs: Vec<Pair>,
}

// === impl Assist ===

impl Assist {
    fn choices(&self, line: &str, cursor: usize) -> Choices {
        let line = line.get(..cursor).unwrap_or(line);
        if line.starts_with(':') && !line.contains(char::is_whitespace) {
            let fitting = COMMANDS.iter().filter(|(name, ..)| name.starts_with(line));
            let pair = |(name, what, does): &(&str, &str, &str)| Pair {
                display: format!("{name}  {does}"),
                replacement: if what.is_empty() { (*name).to_owned() } else { format!("{name} ") },
            };
            return Choices { start: 0, pairs: fitting.map(pair).collect() };
        }
        let start = expression(line);
        if line.starts_with(':') && start == 0 {
            return Choices { start: line.len(), pairs: Vec::new() };
        }
        let source = &line[start..];
        let found = complete(source, source.len(), &*self.types);
        Choices { start: start + found.replace.start as usize, pairs: found.items.iter().map(pair).collect() }
    }
}

impl Helper for Assist {}

impl Completer for Assist {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let Choices { start, pairs } = self.choices(line, pos);
        Ok((start, pairs))
    }
}

impl Hinter for Assist {
    type Hint = String;

    /// The rest of what is begun, when the cursor is at the end.
    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<String> {
        if pos < line.len() {
            return None;
        }
        let Choices { start, pairs } = self.choices(line, pos);
        let begun = line.get(start..).filter(|begun| !begun.is_empty())?;
        let rest = pairs.iter().find_map(|pair| pair.replacement.strip_prefix(begun))?;
        (!rest.is_empty()).then(|| rest.to_owned())
    }
}

impl Highlighter for Assist {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.paint.is_on() {
            return Cow::Borrowed(line);
        }
        let start = expression(line);
        let mut painted = self.paint.strong(&line[..start]);
        if line.starts_with(':') && start == 0 {
            return Cow::Owned(self.paint.strong(line));
        }
        let source = &line[start..];
        for (kind, range) in words(source) {
            let word = &source[range];
            // Writing to a string does not fail.
            let _ = match kind {
                Kind::Root => write!(painted, "{}", self.paint.hint(word)),
                Kind::String => write!(painted, "{}", self.paint.good(word)),
                Kind::Number | Kind::Keyword => write!(painted, "{}", self.paint.attention(word)),
                Kind::Call => write!(painted, "{}", self.paint.strong(word)),
                Kind::Open | Kind::Close | Kind::Other => write!(painted, "{word}"),
            };
        }
        Cow::Owned(painted)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.paint.is_on() { Cow::Owned(self.paint.faint(hint)) } else { Cow::Borrowed(hint) }
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.paint.is_on()
    }
}

impl Validator for Assist {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if wants_more(context.input()) { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

/// Whether a line goes on: a bracket is open, and the last line is not empty.
fn wants_more(input: &str) -> bool {
    let goes_on = input.rsplit('\n').next().is_some_and(|last| !last.trim().is_empty());
    goes_on && !input.trim_start().starts_with(':') && is_open(input)
}

/// Where the expression of a line begins.
fn expression(line: &str) -> usize {
    OF_EXPRESSIONS.iter().find(|command| line.starts_with(**command)).map_or(0, |command| command.len())
}

fn pair(item: &Completion) -> Pair {
    let detail: String = item.detail.chars().take(DETAIL).collect();
    let display = if detail.is_empty() { item.label.clone() } else { format!("{}  {detail}", item.label) };
    Pair { display, replacement: item.insert.clone() }
}

#[cfg(test)]
mod tests;
