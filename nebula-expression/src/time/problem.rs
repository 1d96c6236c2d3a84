//! Why a time or a duration could not be made.

/// What is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// One clause, without a full stop.
    pub(crate) message: String,
    /// The way out, if there is one to name.
    pub(crate) help: Option<String>,
}

/// As much of a mistaken text as a message shows.
const SHOWN: usize = 60;

impl Problem {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()) }
    }

    pub(super) fn out_of_range() -> Self {
        Self::new("the time is out of range", "years 0 to 9999 can be written")
    }

    pub(super) fn duration_out_of_range() -> Self {
        Self::new("the duration is out of range", "durations reach 10000 years")
    }
}

/// `text` in backquotes, cut when long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => format!("`{text}`"),
        Some((end, _)) => format!("`{}…`", &text[..end]),
    }
}
