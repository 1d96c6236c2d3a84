//! What classes of characters cost to build.

use regex_syntax::ast::{ClassBracketed, ClassSet, ClassSetItem, ClassSetRange, ClassUnicode, ClassUnicodeKind};

use super::{Mode, cost};

/// Scripts that are not as large as Unicode itself, for when case is ignored.
const SCRIPTS: [&str; 8] = ["latin", "greek", "cyrillic", "arabic", "hebrew", "hiragana", "katakana", "thai"];

pub(super) fn literal(mode: Mode) -> u64 {
    if mode.folded { cost::FOLDED } else { cost::LITERAL }
}

/// `[…]`.
pub(super) fn bracketed(class: &ClassBracketed, mode: Mode) -> u64 {
    let plain = set(&class.kind, mode);
    // What is left around many ranges takes about twice as many states.
    if class.negated { plain.saturating_mul(2).saturating_add(cost::NEGATION) } else { plain }
}

/// `\d` and its like, as wide as they get: [`ascii`](super::super::ascii) has written them out before.
pub(super) fn perl(mode: Mode) -> u64 {
    if mode.folded { cost::FOLDED_ALL } else { cost::WIDE }
}

/// `\p{…}`.
pub(super) fn property(class: &ClassUnicode, mode: Mode) -> u64 {
    if !mode.folded {
        return cost::WIDE;
    }
    let category = |letter: char| "LMNPSZlmnpsz".contains(letter);
    let narrow = match &class.kind {
        ClassUnicodeKind::OneLetter(letter) => category(*letter),
        ClassUnicodeKind::Named(name) if name.len() <= 2 => name.starts_with(category),
        ClassUnicodeKind::Named(name) => SCRIPTS.iter().any(|script| name.eq_ignore_ascii_case(script)),
        ClassUnicodeKind::NamedValue { .. } => false,
    };
    if narrow && !class.is_negated() { cost::FOLDED_WIDE } else { cost::FOLDED_ALL }
}

fn set(set: &ClassSet, mode: Mode) -> u64 {
    match set {
        ClassSet::Item(item) => self::item(item, mode),
        ClassSet::BinaryOp(op) => {
            let both = self::set(&op.lhs, mode).saturating_add(self::set(&op.rhs, mode));
            both.saturating_add(cost::NEGATION)
        }
    }
}

fn item(item: &ClassSetItem, mode: Mode) -> u64 {
    match item {
        ClassSetItem::Empty(_) => 1,
        ClassSetItem::Literal(_) => literal(mode),
        ClassSetItem::Range(range) => self::range(range, mode),
        ClassSetItem::Ascii(class) => literal(mode) * 4 + ascii_negation(class.negated, mode),
        ClassSetItem::Unicode(class) => property(class, mode),
        ClassSetItem::Perl(_) => perl(mode),
        ClassSetItem::Bracketed(class) => inner(class, mode),
        ClassSetItem::Union(union) => {
            union.items.iter().fold(1, |sum: u64, item| sum.saturating_add(self::item(item, mode)))
        }
    }
}

/// A bracket within brackets: what it leaves is folded again with the others.
fn inner(class: &ClassBracketed, mode: Mode) -> u64 {
    set(&class.kind, mode).saturating_add(ascii_negation(class.negated, mode))
}

fn ascii_negation(negated: bool, mode: Mode) -> u64 {
    match negated {
        true if mode.folded => cost::FOLDED_ALL,
        _ => negation(negated),
    }
}

fn range(range: &ClassSetRange, mode: Mode) -> u64 {
    let (start, end) = (u32::from(range.start.c), u32::from(range.end.c));
    match (mode.folded, end < 0x80) {
        (false, true) => cost::LITERAL,
        (false, false) => cost::RANGE,
        (true, _) => cost::FOLDED * 2 + u64::from(end.saturating_sub(start)) / cost::FOLDED_CHARACTERS,
    }
}

fn negation(negated: bool) -> u64 {
    if negated { cost::NEGATION } else { 0 }
}
