//! What a terminal would obey, spelled out: names and texts from data are shown, never carried out.

use std::borrow::Cow;

/// The text with control characters spelled out, besides ends of lines, tabs, and colours: those are mostly ours, and do no
/// harm where they are not.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut seen = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(length) = colour(rest) {
            seen.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        if is_obeyed(character) {
            seen.extend(character.escape_unicode());
        } else {
            seen.push(character);
        }
        rest = &rest[character.len_utf8()..];
    }
    Cow::Owned(seen)
}

/// Words about data, which may have names from anywhere in them: on one line, and without colours of their own.
pub(crate) fn spelled(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for character in text.chars() {
        if is_obeyed(character) || character.is_control() {
            seen.extend(character.escape_unicode());
        } else {
            seen.push(character);
        }
    }
    seen
}

fn is_obeyed(character: char) -> bool {
    // Marks that turn the order of what follows belong to them.
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How long the colour at the start is, as in `ESC [ 1 ; 31 m`.
fn colour(text: &str) -> Option<usize> {
    let digits = text.strip_prefix("\u{1b}[")?;
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    digits[end..].starts_with('m').then_some(2 + end + 1)
}

#[cfg(test)]
mod tests;
