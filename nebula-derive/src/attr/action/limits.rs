//! Keys that bound an action's calls: `deadline`, `max_input`, `max_output`.

use std::time::Duration;

use super::super::{Entry, Slot};
use crate::{ctxt::Ctxt, duration, size};

/// What these keys say, as written.
#[derive(Default)]
pub(crate) struct LimitsAttr {
    pub(crate) deadline: Slot<Duration>,
    pub(crate) max_input: Slot<u64>,
    pub(crate) max_output: Slot<u64>,
}

// === impl LimitsAttr ===

impl LimitsAttr {
    pub(crate) const KEYS: [&str; 3] = ["deadline", "max_input", "max_output"];

    /// Whether the entry was one of these.
    pub(crate) fn entry(&mut self, cx: &Ctxt, entry: &Entry) -> bool {
        let key = &entry.key;
        match entry.word().as_str() {
            "deadline" => {
                self.deadline.set(cx, key, time(cx, entry, "the attempts have no time: give them some"));
            }
            "max_input" => self.max_input.set(cx, key, bytes(cx, entry)),
            "max_output" => self.max_output.set(cx, key, bytes(cx, entry)),
            _ => return false,
        }
        true
    }
}

/// `key = "10s"`; `nothing` is what is wrong with no time at all.
pub(crate) fn time(cx: &Ctxt, entry: &Entry, nothing: &str) -> Option<Duration> {
    let text = entry.text(cx)?;
    let time = duration::read(cx, &text)?;
    if time.is_zero() {
        cx.error(&text, nothing);
        return None;
    }
    Some(time)
}

/// `key = "1MiB"`
fn bytes(cx: &Ctxt, entry: &Entry) -> Option<u64> {
    let text = entry.text(cx)?;
    let bytes = size::read(cx, &text)?;
    if bytes == 0 {
        cx.error(&text, "nothing has no bytes: give it some");
        return None;
    }
    Some(bytes)
}
