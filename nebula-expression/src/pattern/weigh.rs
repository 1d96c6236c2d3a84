//! The size of a pattern before it is built, so that a small text cannot ask for a huge program.

mod class;

use regex_syntax::ast::{Ast, Flag, Flags, FlagsItemKind, GroupKind, Repetition, RepetitionKind, RepetitionRange};

/// What building costs, in tenths of a microsecond as measured, rounded up.
mod cost {
    pub(super) const LITERAL: u64 = 2;
    /// A literal or a range when case is ignored: the other cases have to be found, for every so many
    /// characters of a class at the price of one.
    pub(super) const FOLDED: u64 = 25;
    pub(super) const FOLDED_CHARACTERS: u64 = 5;
    /// A class of letters or signs when case is ignored, and one that may be all of Unicode.
    pub(super) const FOLDED_WIDE: u64 = 9_000;
    pub(super) const FOLDED_ALL: u64 = 40_000;
    pub(super) const DOT: u64 = 35;
    pub(super) const RANGE: u64 = 80;
    /// `\p{…}`, hundreds of ranges.
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
}

pub(super) fn weigh(ast: &Ast) -> Weighed {
    let size = size(ast, Mode { folded: false });
    Weighed { weight: u32::try_from(size.weight).unwrap_or(u32::MAX), build: size.build }
}

/// The flags in force that matter for the size.
#[derive(Clone, Copy)]
struct Mode {
    folded: bool,
}

impl Mode {
    fn with(mut self, flags: &Flags) -> Self {
        let mut value = true;
        for item in &flags.items {
            match item.kind {
                FlagsItemKind::Negation => value = false,
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
}

impl Size {
    fn one(build: u64) -> Self {
        Self { weight: 1, build }
    }

    fn and(self, other: Self) -> Self {
        let weight = self.weight.saturating_add(other.weight);
        Self { weight, build: self.build.saturating_add(other.build) }
    }
}

/// The parser's limit on nesting bounds the recursion.
fn size(ast: &Ast, mut mode: Mode) -> Size {
    match ast {
        Ast::Empty(_) | Ast::Flags(_) => Size { weight: 0, build: 1 },
        Ast::Literal(_) => Size::one(class::literal(mode)),
        Ast::Dot(_) => Size::one(cost::DOT),
        // They match nothing, but may fail.
        Ast::Assertion(_) => Size::one(cost::LITERAL),
        Ast::ClassUnicode(class) => Size::one(class::property(class, mode)),
        Ast::ClassPerl(_) => Size::one(class::perl(mode)),
        Ast::ClassBracketed(class) => Size::one(class::bracketed(class, mode)),
        Ast::Repetition(repeated) => repetition(repeated, mode),
        Ast::Group(group) => {
            let own = match &group.kind {
                GroupKind::NonCapturing(flags) => {
                    mode = mode.with(flags);
                    cost::GROUP
                }
                _ => cost::CAPTURE,
            };
            let inner = size(&group.ast, mode);
            Size { build: inner.build.saturating_add(own), ..inner }
        }
        Ast::Alternation(alternation) => in_turn(&alternation.asts, mode, Size { weight: 1, build: 1 }),
        Ast::Concat(concat) => in_turn(&concat.asts, mode, Size { weight: 0, build: 0 }),
    }
}

/// Flags set in one part hold in the next ones too, branches of an alternation included.
fn in_turn(parts: &[Ast], mut mode: Mode, mut all: Size) -> Size {
    for part in parts {
        all = all.and(size(part, mode));
        mode = mode.after(part);
    }
    all
}

fn repetition(repetition: &Repetition, mode: Mode) -> Size {
    let (least, most) = match &repetition.op.kind {
        RepetitionKind::ZeroOrOne => (0, Some(1)),
        RepetitionKind::ZeroOrMore => (0, None),
        RepetitionKind::OneOrMore => (1, None),
        RepetitionKind::Range(RepetitionRange::Exactly(count)) => (*count, Some(*count)),
        RepetitionKind::Range(RepetitionRange::AtLeast(least)) => (*least, None),
        RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
    };
    let inner = size(&repetition.ast, mode);
    let copies = u64::from(most.unwrap_or(least).max(1));
    Size {
        weight: inner.weight.saturating_mul(copies).saturating_add(1),
        build: inner.build.saturating_mul(copies).saturating_add(if least == 0 { cost::OPTION } else { 1 }),
    }
}
