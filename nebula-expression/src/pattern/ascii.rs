//! `\d`, `\s`, `\w`, `\b` and their opposites are about ASCII, with the very characters of RE2: so `^\w{3,30}$` is
//! small, and lets through what it seems to. What is about all scripts says so: `\p{L}`, `\p{N}`, `.`.
//!
//! They are rewritten after parsing, each in the place it has, so that everything else stays Unicode and what is wrong
//! with a pattern is shown in the text as written.

use regex_syntax::ast::{
    Assertion, AssertionKind, Ast, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, ClassSetRange,
    ClassSetUnion, Flag, Flags, FlagsItem, FlagsItemKind, Group, GroupKind, Literal, LiteralKind, Span,
    SpecialLiteralKind,
};

use super::PatternError;

/// Rewrites the pattern. The parser's limit on nesting bounds the recursion.
///
/// # Errors
/// For the flag that would undo it, and the flag that would say so.
pub(super) fn rewrite(ast: &mut Ast) -> Result<(), PatternError> {
    match ast {
        Ast::Empty(_) | Ast::Literal(_) | Ast::Dot(_) | Ast::ClassUnicode(_) => {}
        Ast::Flags(set) => refuse(&set.flags)?,
        Ast::Assertion(assertion) if of_words(&assertion.kind) => *ast = boundary(assertion),
        Ast::Assertion(_) => {}
        Ast::ClassPerl(class) => *ast = Ast::class_bracketed(written_out(class)),
        Ast::ClassBracketed(class) => rewrite_set(&mut class.kind),
        Ast::Repetition(repetition) => rewrite(&mut repetition.ast)?,
        Ast::Group(group) => {
            if let GroupKind::NonCapturing(flags) = &group.kind {
                refuse(flags)?;
            }
            rewrite(&mut group.ast)?;
        }
        Ast::Alternation(branches) => branches.asts.iter_mut().try_for_each(rewrite)?,
        Ast::Concat(parts) => parts.asts.iter_mut().try_for_each(rewrite)?,
    }
    Ok(())
}

fn rewrite_set(set: &mut ClassSet) {
    match set {
        ClassSet::Item(item) => rewrite_item(item),
        ClassSet::BinaryOp(op) => {
            rewrite_set(&mut op.lhs);
            rewrite_set(&mut op.rhs);
        }
    }
}

fn rewrite_item(item: &mut ClassSetItem) {
    match item {
        ClassSetItem::Perl(class) => *item = ClassSetItem::Bracketed(Box::new(written_out(class))),
        ClassSetItem::Bracketed(class) => rewrite_set(&mut class.kind),
        ClassSetItem::Union(union) => union.items.iter_mut().for_each(rewrite_item),
        _ => {}
    }
}

/// The class as one would write it in brackets.
fn written_out(class: &ClassPerl) -> ClassBracketed {
    let span = class.span;
    let one = |c, kind| ClassSetItem::Literal(Literal { span, kind, c });
    let special = |c, kind| one(c, LiteralKind::Special(kind));
    let range = |start, end| {
        let end_of = |c| Literal { span, kind: LiteralKind::Verbatim, c };
        ClassSetItem::Range(ClassSetRange { span, start: end_of(start), end: end_of(end) })
    };
    let items = match class.kind {
        ClassPerlKind::Digit => vec![range('0', '9')],
        ClassPerlKind::Word => {
            vec![range('0', '9'), range('A', 'Z'), range('a', 'z'), one('_', LiteralKind::Verbatim)]
        }
        ClassPerlKind::Space => vec![
            special('\t', SpecialLiteralKind::Tab),
            special('\n', SpecialLiteralKind::LineFeed),
            special('\x0C', SpecialLiteralKind::FormFeed),
            special('\r', SpecialLiteralKind::CarriageReturn),
            // Escaped, as `(?x)` leaves out spaces.
            special(' ', SpecialLiteralKind::Space),
        ],
    };
    let kind = ClassSet::Item(ClassSetItem::Union(ClassSetUnion { span, items }));
    ClassBracketed { span, negated: class.negated, kind }
}

fn of_words(kind: &AssertionKind) -> bool {
    !matches!(
        kind,
        AssertionKind::StartLine | AssertionKind::EndLine | AssertionKind::StartText | AssertionKind::EndText
    )
}

/// There is no other name for the boundaries of ASCII words than `(?-u:\b)`.
fn boundary(assertion: &Assertion) -> Ast {
    let span = assertion.span;
    let item = |kind| FlagsItem { span, kind };
    let items = vec![item(FlagsItemKind::Negation), item(FlagsItemKind::Flag(Flag::Unicode))];
    Ast::group(Group {
        span,
        kind: GroupKind::NonCapturing(Flags { span, items }),
        ast: Box::new(Ast::assertion(assertion.clone())),
    })
}

fn refuse(flags: &Flags) -> Result<(), PatternError> {
    match flags.items.iter().find(|item| matches!(item.kind, FlagsItemKind::Flag(Flag::Unicode))) {
        None => Ok(()),
        Some(item) => Err(unicode_flag(&item.span)),
    }
}

fn unicode_flag(at: &Span) -> PatternError {
    PatternError::new(
        "the flag `u` is not for use",
        at.start.offset..at.end.offset,
        "leave it out: texts are Unicode, and `\\w \\d \\s \\b` are about ASCII; \
         letters and digits of all scripts are `\\p{L}` and `\\p{N}`",
    )
}
