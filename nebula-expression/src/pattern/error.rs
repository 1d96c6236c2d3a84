//! Why a text is not a pattern.

use std::ops::Range;

use regex_syntax::{ast, hir};

use super::MAX_PATTERN;

/// What is wrong with a pattern or a replacement, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PatternError {
    /// One clause, without a full stop.
    pub(crate) message: String,
    /// The bytes of the text it is about.
    pub(crate) at: Range<usize>,
    /// The way out, if there is one to name.
    pub(crate) help: Option<String>,
}

impl PatternError {
    pub(super) fn new(message: impl Into<String>, at: Range<usize>, help: impl Into<String>) -> Self {
        Self { message: message.into(), at, help: Some(help.into()) }
    }

    pub(super) fn too_long(text: &str) -> Self {
        let help = format!("patterns have up to {MAX_PATTERN} bytes; split the work over several");
        Self::new(format!("the pattern has {} bytes", text.len()), 0..text.len(), help)
    }

    pub(super) fn too_large(text: &str) -> Self {
        let help = "repeat fewer times or use narrower classes: `\\p{…}` is hundreds of ranges each time, `\\w` is \
                    four; where case is ignored, write `(?s:.)` instead of `[\\s\\S]`";
        Self::new("the pattern is too large once its repetitions are written out", 0..text.len(), help)
    }

    /// A mistake of form.
    pub(super) fn syntax(error: &ast::Error) -> Self {
        use ast::ErrorKind as Kind;
        let help = match error.kind() {
            Kind::UnsupportedLookAround => Some(
                "look-around is not supported; match the surroundings too and take a group out of it, \
                 or test with a second pattern",
            ),
            Kind::UnsupportedBackreference => {
                Some("backreferences are not supported; capture both places and compare the groups")
            }
            Kind::RepetitionMissing => Some("put what to repeat before it, or a backslash for the sign itself"),
            Kind::GroupUnopened | Kind::GroupUnclosed => Some("a parenthesis itself is written `\\(` or `\\)`"),
            Kind::ClassUnclosed => Some("a bracket itself is written `\\[`"),
            Kind::EscapeUnrecognized => {
                Some("only signs and `\\d \\w \\s \\b \\p{…} \\n \\t` and their like are escaped")
            }
            Kind::EscapeUnexpectedEof => Some("a backslash itself is written `\\\\`"),
            Kind::RepetitionCountInvalid => Some("the smaller number comes first, as in `{2,5}`"),
            Kind::NestLimitExceeded(_) => Some("use fewer groups within groups"),
            Kind::GroupNameDuplicate { .. } => Some("give each group a name of its own"),
            _ => None,
        };
        Self::spanned(error.kind().to_string(), error.span(), error.pattern(), help)
    }

    /// A mistake of meaning, such as a property Unicode does not have.
    pub(super) fn meaning(error: &hir::Error) -> Self {
        let help = match error.kind() {
            hir::ErrorKind::UnicodePropertyNotFound | hir::ErrorKind::UnicodePropertyValueNotFound => {
                Some("properties are such as `\\p{L}` letters, `\\p{Lu}` capitals, `\\p{N}` numbers, `\\p{Greek}`")
            }
            _ => None,
        };
        Self::spanned(error.kind().to_string(), error.span(), error.pattern(), help)
    }

    /// Places between two characters are shown as the next one.
    fn spanned(message: String, span: &ast::Span, text: &str, help: Option<&str>) -> Self {
        let (start, mut end) = (span.start.offset, span.end.offset);
        if start == end {
            end += text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        }
        Self { message, at: start..end, help: help.map(str::to_owned) }
    }
}
