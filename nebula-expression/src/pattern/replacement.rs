//! What a match is replaced by: text with references to the groups.

use super::Pattern;
use super::error::PatternError;
use crate::nearest::nearest;

/// A replacement for the matches of one pattern: `$1` to `$99` and `${name}` stand for groups, `$0` for
/// the match, `$$` for a dollar sign.
#[derive(Clone, Debug)]
pub(crate) struct Replacement(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Group(usize),
}

impl Replacement {
    pub(crate) fn new(text: &str, pattern: &Pattern) -> Result<Self, PatternError> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(dollar) = text[at..].find('$').map(|offset| at + offset) {
            literal.push_str(&text[at..dollar]);
            let (end, group) = reference(text, dollar, pattern)?;
            match group {
                Some(group) => {
                    pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    pieces.push(Piece::Group(group));
                }
                None => literal.push('$'),
            }
            at = end;
        }
        literal.push_str(&text[at..]);
        pieces.push(Piece::Text(literal));
        Ok(Self(pieces))
    }

    /// Whether a group other than the match itself is in it.
    pub(super) fn has_groups(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Group(1..)))
    }

    fn parts<'a>(&'a self, group: impl Fn(usize) -> &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(move |piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Group(number) => group(*number),
        })
    }

    /// How long it is with the groups of a match.
    pub(super) fn expanded_len<'a>(&'a self, group: impl Fn(usize) -> &'a str) -> usize {
        self.parts(group).fold(0, |sum: usize, part| sum.saturating_add(part.len()))
    }

    pub(super) fn expand<'a>(&'a self, group: impl Fn(usize) -> &'a str, out: &mut String) {
        out.extend(self.parts(group));
    }
}

/// Where the reference at `dollar` ends, and its group; none for a dollar sign.
fn reference(text: &str, dollar: usize, pattern: &Pattern) -> Result<(usize, Option<usize>), PatternError> {
    let rest = &text[dollar + 1..];
    if rest.starts_with('$') {
        return Ok((dollar + 2, None));
    }
    if let Some(inner) = rest.strip_prefix('{') {
        let Some((name, _)) = inner.split_once('}') else {
            let help = "close the name with `}`, or write `$$` for a dollar sign";
            return Err(PatternError::new("the reference to a group does not end", dollar..text.len(), help));
        };
        let end = dollar + name.len() + 3;
        let group = match name.parse::<usize>() {
            Ok(number) => Some(number).filter(|number| *number < pattern.regex.captures_len()),
            Err(_) => pattern.regex.capture_names().position(|known| known == Some(name)),
        };
        return match group {
            Some(group) => Ok((end, Some(group))),
            None => Err(unknown(name, dollar..end, pattern)),
        };
    }
    let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let Ok(number) = rest[..digits].parse::<usize>() else {
        return Ok((dollar + 1, None));
    };
    if number >= pattern.regex.captures_len() {
        return Err(unknown(&rest[..digits], dollar..dollar + 1 + digits, pattern));
    }
    Ok((dollar + 1 + digits, Some(number)))
}

fn unknown(name: &str, at: std::ops::Range<usize>, pattern: &Pattern) -> PatternError {
    let names = pattern.regex.capture_names().flatten();
    let help = match (nearest(name, names), pattern.regex.captures_len() - 1) {
        (Some(known), _) => format!("did you mean `${{{known}}}`?"),
        (None, 0) => "the pattern has no groups; write `$$` for a dollar sign".into(),
        (None, 1) => "the pattern has one group, `$1`; write `$$` for a dollar sign".into(),
        (None, count) => format!("the pattern has {count} groups; write `$$` for a dollar sign"),
    };
    PatternError::new(format!("the pattern has no group `{}`", at_most(name)), at, help)
}

/// A name as long as a message should show it.
fn at_most(name: &str) -> &str {
    name.char_indices().nth(40).map_or(name, |(end, _)| &name[..end])
}
