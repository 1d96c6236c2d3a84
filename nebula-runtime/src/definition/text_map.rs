//! From a place inside a string's value to its place in the file, across quotes, escapes, folding and indentation.

use std::ops::Range;

/// Where the bytes `part` of `string` are in `text`, when `string` is written at `place`. `None` when the two cannot be
/// matched.
pub(super) fn file_range(text: &str, place: &Range<usize>, string: &str, part: Range<usize>) -> Option<Range<usize>> {
    let source = text.get(place.clone())?;
    let part = floor(string, part.start)..floor(string, part.end.max(part.start));
    if source == string {
        return Some(place.start + part.start..place.start + part.end);
    }
    let body = Body::of(source);
    let (mut at_source, mut at_string) = (body.start, 0);
    let mut start = None;
    // The last position before which everything matched, so that a range never takes in the white space after it.
    let mut end_of_last = at_source;
    while at_string <= string.len() {
        if at_string == part.end && start.is_some() && part.end > part.start {
            return Some(place.start + start?..place.start + end_of_last);
        }
        let next = string[at_string..].chars().next();
        let step = match next {
            Some(c) => body.step(source, at_source, c)?,
            None => Step { skip: 0, take: 0 },
        };
        if at_string == part.start {
            start = Some(at_source + step.skip);
            if part.start == part.end {
                let here = place.start + at_source + step.skip;
                return Some(here..here);
            }
        }
        let Some(c) = next else { break };
        at_source += step.skip + step.take;
        end_of_last = at_source;
        at_string += c.len_utf8();
    }
    None
}

/// How a string is written.
struct Body {
    style: Style,
    /// Where its characters begin, after the quote or the header of a block.
    start: usize,
    /// Spaces before each line of a block that are not part of it.
    indent: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Block,
}

/// What to pass over before a character, and the length of its spelling.
struct Step {
    skip: usize,
    take: usize,
}

impl Body {
    fn of(source: &str) -> Self {
        match source.as_bytes().first() {
            Some(b'\'') => Self { style: Style::Single, start: 1, indent: 0 },
            Some(b'"') => Self { style: Style::Double, start: 1, indent: 0 },
            Some(b'|' | b'>') => {
                let start = source.find('\n').map_or(source.len(), |at| at + 1);
                let first = source[start..].lines().find(|line| !line.trim().is_empty());
                let indent = first.map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
                Self { style: Style::Block, start, indent }
            }
            _ => Self { style: Style::Plain, start: 0, indent: 0 },
        }
    }

    /// How the character `c` of the string is spelled at `at` of the source.
    fn step(&self, source: &str, at: usize, c: char) -> Option<Step> {
        let mut rest = &source[at..];
        let mut skip = 0;
        if self.style == Style::Block && source[..at].ends_with('\n') {
            skip = rest.bytes().take(self.indent).take_while(|b| *b == b' ').count();
            rest = &rest[skip..];
        }
        match self.style {
            Style::Single if c == '\'' && rest.starts_with("''") => return Some(Step { skip, take: 2 }),
            Style::Double if rest.starts_with('\\') && !rest.starts_with("\\\n") => {
                return Some(Step { skip, take: escape_length(rest) });
            }
            _ => {}
        }
        if rest.starts_with(c) {
            return Some(Step { skip, take: c.len_utf8() });
        }
        let white = white_length(rest);
        if c == ' ' || c == '\n' {
            // Breaks that are folded into one character; what indents the next line belongs to what follows.
            let take = rest.find('\n').filter(|found| *found < white).map_or(white, |found| found + 1);
            return (white > 0).then_some(Step { skip, take });
        }
        // A line break and indentation that the string does not have.
        let mut passed = white;
        if self.style == Style::Double && rest.starts_with("\\\n") {
            passed = 2 + white_length(&rest[2..]);
        }
        let after = &rest[passed..];
        if self.style == Style::Double && after.starts_with('\\') {
            return Some(Step { skip: skip + passed, take: escape_length(after) });
        }
        (passed > 0 && after.starts_with(c)).then(|| Step { skip: skip + passed, take: c.len_utf8() })
    }
}

fn white_length(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t', '\n', '\r']).len()
}

/// The length of the escape that `text` begins with.
fn escape_length(text: &str) -> usize {
    let hex = |text: &str| match text.as_bytes().get(1) {
        Some(b'x') => 4,
        Some(b'u') => 6,
        Some(b'U') => 10,
        _ => 2,
    };
    let mut length = hex(text);
    // Two escapes that are one character.
    let is_high_surrogate = text
        .get(2..4)
        .is_some_and(|digits| length == 6 && matches!(digits.to_ascii_lowercase().as_str(), "d8" | "d9" | "da" | "db"));
    if is_high_surrogate {
        length += 6;
    }
    let length = length.min(text.len());
    (length..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
