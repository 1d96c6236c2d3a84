//! How an action says that it is alive, and how far it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far an attempt is. For those who watch: nothing is decided by it, and no journal has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// How much is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<u64>,
    /// Of how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// What it is at, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Where an attempt says that it is alive.
pub trait Pulse: Send + Sync + fmt::Debug {
    /// It is alive, and so far. Returns at once.
    fn beat(&self, progress: Progress);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unheard;

// === impl Progress ===

impl Progress {
    /// Alive, and nothing more.
    #[must_use]
    pub fn alive() -> Self {
        Self::default()
    }

    /// So many of so many.
    #[must_use]
    pub fn of(done: u64, total: u64) -> Self {
        Self { done: Some(done), total: Some(total), message: None }
    }

    /// So many, of nobody knows how many.
    #[must_use]
    pub fn done(done: u64) -> Self {
        Self { done: Some(done), ..Self::default() }
    }

    /// What it is at, in a few words.
    #[must_use]
    pub fn with_message(self, message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..self }
    }
}

impl fmt::Display for Progress {
    /// `40 % (4 of 10), reading`; empty when it is only alive.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.done, self.total) {
            (Some(done), Some(total)) if total > 0 => {
                let percent = u128::from(done.min(total)) * 100 / u128::from(total);
                write!(f, "{percent} % ({done} of {total})")?;
            }
            (Some(done), _) => write!(f, "{done} done")?,
            (None, _) => {}
        }
        match &self.message {
            Some(message) if self.done.is_some() => write!(f, ", {message}"),
            Some(message) => f.write_str(message),
            None => Ok(()),
        }
    }
}

// === impl Unheard ===

impl Pulse for Unheard {
    fn beat(&self, _: Progress) {}
}

#[cfg(test)]
mod tests;
