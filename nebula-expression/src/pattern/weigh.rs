//! The size of a pattern before it is built, so that a small text cannot ask for a huge program.

mod class;

use regex_syntax::ast::{Ast, Flag, Flags, FlagsItemKind, GroupKind, Repetition, RepetitionKind, RepetitionRange};

/// What building costs, in tenths of a microsecond as measured, rounded up.
mod cost {
    pub(super) const LITERAL: u64 = 2;
    /// A literal or a range when case is ignored: the other cases have to be found, for every so many
    /// characters of a class at the price of one.
    pub(super) const FOLDED: u64 = 25;
    pub(super) const FOLDED_CHARACTERS: u64 = 10;
    /// A class of letters or signs when case is ignored, and one that may be all of Unicode.
    pub(super) const FOLDED_WIDE: u64 = 6_500;
    pub(super) const FOLDED_ALL: u64 = 40_000;
    pub(super) const DOT: u64 = 35;
    pub(super) const RANGE: u64 = 60;
    pub(super) const DIGIT: u64 = 150;
    pub(super) const SPACE: u64 = 40;
    /// `\w` and `\p{…}`, hundreds of ranges; and `\D`, with all that is left around them.
    pub(super) const WIDE: u64 = 1900;
    pub(super) const NEGATION: u64 = 35;
    pub(super) const GROUP: u64 = 10;
    /// A group to capture, and what may be left out.
    pub(super) const CAPTURE: u64 = 45;
    pub(super) const OPTION: u64 = 45;
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

pub(super) fn weigh(ast: &Ast) -> Weighed {
    let mut walk = Walk { rescans: false };
    let size = walk.size(ast, true, Mode { folded: false, unicode: true });
    Weighed { weight: u32::try_from(size.weight).unwrap_or(u32::MAX), build: size.build, rescans: walk.rescans }
}

/// The flags in force that matter for the size.
#[derive(Clone, Copy)]
struct Mode {
    folded: bool,
    unicode: bool,
}

impl Mode {
    fn with(mut self, flags: &Flags) -> Self {
        let mut value = true;
        for item in &flags.items {
            match item.kind {
                FlagsItemKind::Negation => value = false,
                FlagsItemKind::Flag(Flag::Unicode) => self.unicode = value,
                FlagsItemKind::Flag(Flag::CaseInsensitive) => self.folded = value,
                FlagsItemKind::Flag(_) => {}
            }
        }
        self
    }

    /// The flags in force after `ast`: those set between the parts last to the end of the group.
    fn after(self, ast: &Ast) -> Self {
        match ast {
            Ast::Flags(set) => self.with(&set.flags),
            Ast::Concat(concat) => concat.asts.iter().fold(self, Self::after),
            Ast::Alternation(alternation) => alternation.asts.iter().fold(self, Self::after),
            _ => self,
        }
    }
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

    fn and(self, other: Self, nullable: bool) -> Self {
        let weight = self.weight.saturating_add(other.weight);
        Self { weight, build: self.build.saturating_add(other.build), nullable }
    }
}

struct Walk {
    rescans: bool,
}

impl Walk {
    /// `ends`: whether what follows may be empty. The parser's limit on nesting bounds the recursion.
    fn size(&mut self, ast: &Ast, ends: bool, mut mode: Mode) -> Size {
        match ast {
            Ast::Empty(_) | Ast::Flags(_) => Size { weight: 0, build: 1, nullable: true },
            Ast::Literal(_) => Size::one(class::literal(mode)),
            Ast::Dot(_) => Size::one(cost::DOT),
            // They match nothing, but may fail.
            Ast::Assertion(_) => Size::one(cost::LITERAL),
            Ast::ClassUnicode(class) => Size::one(class::property(class, mode)),
            // Case does not matter to these by themselves.
            Ast::ClassPerl(class) => Size::one(class::perl(class, Mode { folded: false, ..mode })),
            Ast::ClassBracketed(class) => Size::one(class::bracketed(class, mode)),
            Ast::Repetition(repetition) => self.repetition(repetition, ends, mode),
            Ast::Group(group) => {
                let own = match &group.kind {
                    GroupKind::NonCapturing(flags) => {
                        mode = mode.with(flags);
                        cost::GROUP
                    }
                    _ => cost::CAPTURE,
                };
                let inner = self.size(&group.ast, ends, mode);
                Size { build: inner.build.saturating_add(own), ..inner }
            }
            Ast::Alternation(alternation) => {
                let mut all = Size::one(1);
                for branch in &alternation.asts {
                    let size = self.size(branch, ends, mode);
                    all = all.and(size, all.nullable || size.nullable);
                    mode = mode.after(branch);
                }
                all
            }
            Ast::Concat(concat) => {
                let modes = concat.asts.iter().scan(mode, |mode, part| {
                    let before = *mode;
                    *mode = before.after(part);
                    Some(before)
                });
                let parts: Vec<(&Ast, Mode)> = concat.asts.iter().zip(modes).collect();
                let mut all = Size { weight: 0, build: 0, nullable: true };
                for (part, mode) in parts.into_iter().rev() {
                    let size = self.size(part, ends && all.nullable, mode);
                    all = all.and(size, all.nullable && size.nullable);
                }
                all
            }
        }
    }

    fn repetition(&mut self, repetition: &Repetition, ends: bool, mode: Mode) -> Size {
        let (least, most) = match &repetition.op.kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(count)) => (*count, Some(*count)),
            RepetitionKind::Range(RepetitionRange::AtLeast(least)) => (*least, None),
            RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
        };
        // After one of several that must be, more has to follow.
        let inner = self.size(&repetition.ast, ends && least <= 1, mode);
        if most.is_none() && !ends {
            self.rescans = true;
        }
        let copies = u64::from(most.unwrap_or(least).max(1));
        Size {
            weight: inner.weight.saturating_mul(copies).saturating_add(1),
            build: inner.build.saturating_mul(copies).saturating_add(if least == 0 { cost::OPTION } else { 1 }),
            nullable: least == 0 || inner.nullable,
        }
    }
}
