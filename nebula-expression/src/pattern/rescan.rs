//! Whether finding all matches may look at the same text again and again.
//!
//! A search that has found a match goes on as long as a better one is possible. When every step of an
//! endless repetition is itself the end of a match, no search looks much further than the match it returns.
//! Where something has to follow the repetition, a search may run to the end of the text, settle on a short
//! match, and the next one runs again. It cannot when every match has to leave the repetition by a character
//! that the repetition does not take, as in `"[^"]*"`: over text that was looked through in vain, no later
//! match ends either.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};

pub(super) fn rescans(pattern: &Hir) -> bool {
    risky(pattern, &After { nullable: true, first: None }, true)
}

/// What follows a part of the pattern.
struct After {
    /// It may be empty, whatever the text.
    nullable: bool,
    /// It begins with one of these.
    first: Option<ClassUnicode>,
}

/// `always`: whether every match goes through this part. The parser's limit on nesting bounds the recursion.
fn risky(part: &Hir, after: &After, always: bool) -> bool {
    match part.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
        HirKind::Capture(capture) => risky(&capture.sub, after, always),
        HirKind::Alternation(branches) => branches.iter().any(|branch| risky(branch, after, false)),
        HirKind::Repetition(repetition) => {
            // After one of several that must be, more has to follow.
            let within = After { nullable: after.nullable && repetition.min <= 1, first: None };
            risky(&repetition.sub, &within, false) || endless(repetition, after, always)
        }
        HirKind::Concat(parts) => {
            let mut rest = After { nullable: after.nullable, first: after.first.clone() };
            for part in parts.iter().rev() {
                if risky(part, &rest, always) {
                    return true;
                }
                rest = before(part, rest);
            }
            false
        }
    }
}

fn endless(repetition: &Repetition, after: &After, always: bool) -> bool {
    if repetition.max.is_some() || after.nullable {
        return false;
    }
    let (Some(mut taken), Some(leaving)) = (single(&repetition.sub), &after.first) else { return true };
    taken.intersect(leaving);
    !always || !taken.ranges().is_empty()
}

/// What follows the part before `part`.
fn before(part: &Hir, after: After) -> After {
    let properties = part.properties();
    let nullable = properties.minimum_len() == Some(0) && properties.look_set().is_empty();
    let first = if matches!(part.kind(), HirKind::Empty) { after.first } else { first(part) };
    After { nullable: after.nullable && nullable, first }
}

/// What a part begins with, when that is certain.
fn first(part: &Hir) -> Option<ClassUnicode> {
    match part.kind() {
        HirKind::Capture(capture) => first(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => first(&repetition.sub),
        HirKind::Concat(parts) => first(parts.first()?),
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok()?.chars().next().map(only),
        _ => single(part),
    }
}

/// The characters of a part that is always one character.
fn single(part: &Hir) -> Option<ClassUnicode> {
    match part.kind() {
        HirKind::Capture(capture) => single(&capture.sub),
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        HirKind::Class(Class::Bytes(class)) => class.to_unicode_class(),
        HirKind::Literal(literal) => {
            let mut chars = std::str::from_utf8(&literal.0).ok()?.chars();
            chars.next().filter(|_| chars.next().is_none()).map(only)
        }
        _ => None,
    }
}

fn only(c: char) -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new(c, c)])
}
