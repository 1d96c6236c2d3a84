//! Texts that a pattern matches.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::{Mode, random::Random};

/// What may be repeated without end, is repeated so often more.
const MORE: u32 = 3;

/// A text that the pattern matches, from its first character to its last; none when the pattern cannot be read. Words
/// about the surroundings, as `\b`, are not heeded: what does not match is thrown away by whoever asks.
pub(super) fn matching(pattern: &str, random: &mut Random, mode: Mode) -> Option<String> {
    let hir = regex_syntax::Parser::new().parse(pattern).ok()?;
    let mut text = Vec::new();
    write(&hir, random, mode, &mut text);
    String::from_utf8(text).ok()
}

fn write(hir: &Hir, random: &mut Random, mode: Mode, text: &mut Vec<u8>) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.extend_from_slice(&literal.0),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            if ranges.is_empty() {
                return;
            }
            // Mostly characters that can be read.
            let plain: Vec<_> = ranges.iter().filter(|range| range.start().is_ascii_graphic()).collect();
            let range = if plain.is_empty() || random.one_in(8) { random.pick(ranges) } else { random.pick(&plain) };
            let (start, end) = (u32::from(range.start()), u32::from(range.end()));
            let last = if range.start().is_ascii() && !random.one_in(8) { end.min(126).max(start) } else { end };
            let code = u32::try_from(random.between(start.into(), last.into())).unwrap_or(start);
            let c = char::from_u32(code).unwrap_or(range.start());
            text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        HirKind::Class(Class::Bytes(class)) => {
            if let Some(range) = class.ranges().first() {
                text.push(range.start());
            }
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + MORE).min(repetition.min + 40);
            let times = match mode {
                Mode::Least => repetition.min,
                Mode::Most => most,
                _ => u32::try_from(random.between(repetition.min.into(), most.into())).unwrap_or(repetition.min),
            };
            for _ in 0..times {
                write(&repetition.sub, random, mode, text);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, random, mode, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, random, mode, text)),
        HirKind::Alternation(parts) => write(random.pick(parts), random, mode, text),
    }
}
