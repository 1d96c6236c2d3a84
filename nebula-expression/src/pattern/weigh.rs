//! The size of a pattern before it is built, so that a small text cannot ask for a huge program.

use regex_syntax::ast::{
    Ast, ClassPerlKind, ClassSet, ClassSetItem, ClassSetRange, Flag, FlagsItemKind, GroupKind, Repetition,
    RepetitionKind, RepetitionRange,
};

/// What building costs, in tenths of a microsecond as measured, rounded up.
mod cost {
    pub(super) const LITERAL: u64 = 2;
    /// A literal or a range when case is ignored: the other cases have to be found.
    pub(super) const FOLDED: u64 = 25;
    pub(super) const FOLDED_RANGE: u64 = 80;
    pub(super) const DOT: u64 = 35;
    pub(super) const DIGIT: u64 = 150;
    pub(super) const SPACE: u64 = 40;
    /// `\w` and `\p{…}`, hundreds of ranges; and `\D`, with all that is left around them.
    pub(super) const WIDE: u64 = 1900;
    pub(super) const NEGATION: u64 = 35;
    pub(super) const GROUP: u64 = 10;
    /// A group to capture: each costs matching a slot in every state.
    pub(super) const CAPTURE: u64 = 45;
}

pub(super) struct Weighed {
    /// Positions of the pattern, with counted repetitions written out.
    pub(super) weight: u32,
    /// What building costs, see [`cost`].
    pub(super) build: u64,
    /// A repetition without end stands before something that may fail. Then a search may have to run to the
    /// end of the text before it can settle on a short match, and again for the next one. Otherwise every
    /// step of an endless repetition is the end of a match, and no search looks further than the match and
    /// what is left of the pattern.
    pub(super) rescans: bool,
}

pub(super) fn weigh(ast: &Ast, text: &str) -> Weighed {
    let mut walk = Walk { folded: folds(text), rescans: false };
    let size = walk.size(ast, true, true);
    Weighed { weight: u32::try_from(size.weight).unwrap_or(u32::MAX), build: size.build, rescans: walk.rescans }
}

/// Whether some flags of the pattern may make it ignore case.
fn folds(text: &str) -> bool {
    text.match_indices("(?").any(|(at, _)| {
        text[at + 2..].bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'-').any(|byte| byte == b'i')
    })
}

#[derive(Clone, Copy)]
struct Size {
    weight: u64,
    build: u64,
    /// Whether it matches the empty text, whatever stands around it.
    nullable: bool,
}

impl Size {
    fn one(build: u64) -> Self {
        Self { weight: 1, build, nullable: false }
    }

    fn and(self, other: Self) -> (u64, u64) {
        (self.weight.saturating_add(other.weight), self.build.saturating_add(other.build))
    }
}

struct Walk {
    folded: bool,
    rescans: bool,
}

impl Walk {
    /// `ends`: whether what follows may be empty. The parser's limit on nesting bounds the recursion.
    fn size(&mut self, ast: &Ast, ends: bool, unicode: bool) -> Size {
        match ast {
            Ast::Empty(_) | Ast::Flags(_) => Size { weight: 0, build: 1, nullable: true },
            Ast::Literal(_) => Size::one(self.literal()),
            Ast::Dot(_) => Size::one(cost::DOT),
            // They match nothing, but may fail.
            Ast::Assertion(_) => Size::one(cost::LITERAL),
            Ast::ClassUnicode(_) => Size::one(cost::WIDE),
            Ast::ClassPerl(class) => Size::one(perl(&class.kind, class.negated, unicode)),
            Ast::ClassBracketed(class) => {
                Size::one(self.set(&class.kind, unicode).saturating_add(negation(class.negated)))
            }
            Ast::Repetition(repetition) => self.repetition(repetition, ends, unicode),
            Ast::Group(group) => {
                let (unicode, own) = match &group.kind {
                    GroupKind::NonCapturing(flags) => (unicode && !turns_off_unicode(&flags.items), cost::GROUP),
                    _ => (unicode, cost::CAPTURE),
                };
                let inner = self.size(&group.ast, ends, unicode);
                Size { build: inner.build.saturating_add(own), ..inner }
            }
            Ast::Alternation(alternation) => {
                let mut all = Size::one(1);
                for branch in &alternation.asts {
                    let branch = self.size(branch, ends, unicode);
                    let (weight, build) = all.and(branch);
                    all = Size { weight, build, nullable: all.nullable || branch.nullable };
                }
                all
            }
            Ast::Concat(concat) => {
                let mut all = Size { weight: 0, build: 0, nullable: true };
                for part in concat.asts.iter().rev() {
                    let part = self.size(part, ends && all.nullable, unicode);
                    let (weight, build) = all.and(part);
                    all = Size { weight, build, nullable: all.nullable && part.nullable };
                }
                all
            }
        }
    }

    fn repetition(&mut self, repetition: &Repetition, ends: bool, unicode: bool) -> Size {
        let (least, most) = match &repetition.op.kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(count)) => (*count, Some(*count)),
            RepetitionKind::Range(RepetitionRange::AtLeast(least)) => (*least, None),
            RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
        };
        // After one of several that must be, more has to follow.
        let inner = self.size(&repetition.ast, ends && least <= 1, unicode);
        if most.is_none() && !ends {
            self.rescans = true;
        }
        let copies = u64::from(most.unwrap_or(least).max(1));
        Size {
            weight: inner.weight.saturating_mul(copies).saturating_add(1),
            build: inner.build.max(1).saturating_mul(copies).saturating_add(1),
            nullable: least == 0 || inner.nullable,
        }
    }

    fn literal(&self) -> u64 {
        if self.folded { cost::FOLDED } else { cost::LITERAL }
    }

    fn range(&self, range: &ClassSetRange) -> u64 {
        let narrow = range.start.c.is_ascii() && range.end.c.is_ascii();
        match (self.folded, narrow) {
            (false, true) => cost::LITERAL,
            (false, false) => cost::DOT,
            (true, true) => cost::FOLDED,
            (true, false) => cost::FOLDED_RANGE,
        }
    }

    fn set(&self, set: &ClassSet, unicode: bool) -> u64 {
        match set {
            ClassSet::Item(item) => self.item(item, unicode),
            ClassSet::BinaryOp(op) => {
                self.set(&op.lhs, unicode).saturating_add(self.set(&op.rhs, unicode)).saturating_add(cost::NEGATION)
            }
        }
    }

    fn item(&self, item: &ClassSetItem, unicode: bool) -> u64 {
        match item {
            ClassSetItem::Empty(_) => 1,
            ClassSetItem::Literal(_) => self.literal(),
            ClassSetItem::Range(range) => self.range(range),
            ClassSetItem::Ascii(class) => self.literal() * 4 + negation(class.negated),
            ClassSetItem::Unicode(_) => cost::WIDE,
            ClassSetItem::Perl(class) => perl(&class.kind, class.negated, unicode),
            ClassSetItem::Bracketed(class) => self.set(&class.kind, unicode).saturating_add(negation(class.negated)),
            ClassSetItem::Union(union) => {
                union.items.iter().fold(1, |sum: u64, item| sum.saturating_add(self.item(item, unicode)))
            }
        }
    }
}

fn perl(kind: &ClassPerlKind, negated: bool, unicode: bool) -> u64 {
    let plain = match kind {
        _ if !unicode => cost::LITERAL * 4,
        ClassPerlKind::Digit => cost::DIGIT,
        ClassPerlKind::Space => cost::SPACE,
        ClassPerlKind::Word => cost::WIDE,
    };
    // What is left around many ranges takes about twice as many states at the edges.
    if negated { plain * 2 + cost::NEGATION } else { plain }
}

fn negation(negated: bool) -> u64 {
    if negated { cost::NEGATION } else { 0 }
}

/// Whether flags such as `-u` make the classes ASCII.
fn turns_off_unicode(items: &[regex_syntax::ast::FlagsItem]) -> bool {
    let mut negated = false;
    for item in items {
        match item.kind {
            FlagsItemKind::Negation => negated = true,
            FlagsItemKind::Flag(Flag::Unicode) => return negated,
            FlagsItemKind::Flag(_) => {}
        }
    }
    false
}
