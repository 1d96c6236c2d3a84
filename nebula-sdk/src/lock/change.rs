//! What has changed, in words, and what that asks of versions.

use std::fmt;

use nebula_ports::model::InterfaceVersion;
use serde::Serialize;

/// What a change means for those who use an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Nothing that callers have to know.
    Note,
    /// Something is possible that was not: a new minor version.
    Addition,
    /// Something that worked may work no more: a new major version.
    Breaking,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The action, as in `http.request@1`.
    pub action: String,
    /// Where in it: `input/url`, `output`, `capabilities`, …
    pub place: String,
    /// What is so now, in one sentence.
    pub message: String,
    /// What it means for callers.
    pub impact: Impact,
}

/// Whether the version of one action says what has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The action, as in `http.request@1`.
    pub action: String,
    /// Its version before; none for a new action.
    pub old: Option<InterfaceVersion>,
    /// Its version now; none for one that is gone.
    pub new: Option<InterfaceVersion>,
    /// The version that it has to have at least; none when no version could say it, for the action is gone.
    pub needed: Option<InterfaceVersion>,
}

/// Everything that differs between two locks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Comparison {
    /// Every change, by action and place.
    pub changes: Vec<Change>,
    /// One for every action that changed.
    pub verdicts: Vec<Verdict>,
}

// === impl Verdict ===

impl Verdict {
    /// Whether the version says it.
    #[must_use]
    pub fn suffices(&self) -> bool {
        matches!((self.needed, self.new), (Some(needed), Some(new)) if new >= needed)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, old, new, needed } = self;
        match (old, new, needed) {
            (None, Some(new), _) => write!(f, "{action}: new, {new}"),
            (_, Some(new), Some(needed)) if !self.suffices() => write!(f, "{action}: {new} has to become {needed}"),
            (Some(old), Some(new), _) if old == new => write!(f, "{action}: {new}"),
            (Some(old), Some(new), _) => write!(f, "{action}: {old} became {new}"),
            (_, None, _) => write!(f, "{action}: gone, and no version says so"),
        }
    }
}

// === impl Comparison ===

impl Comparison {
    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.verdicts.is_empty()
    }

    /// Whether every version says what has changed; then callers that name a version are not surprised.
    #[must_use]
    pub fn suffices(&self) -> bool {
        self.verdicts.iter().all(Verdict::suffices)
    }
}

/// A paragraph for every action, the worst change first.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for verdict in &self.verdicts {
            writeln!(f, "{verdict}")?;
            let mut changes: Vec<_> = self.changes.iter().filter(|change| change.action == verdict.action).collect();
            changes.sort_by_key(|change| std::cmp::Reverse(change.impact));
            for Change { place, message, impact, .. } in changes {
                let word = match impact {
                    Impact::Breaking => "breaking",
                    Impact::Addition => "added   ",
                    Impact::Note => "note    ",
                };
                writeln!(f, "  {word}  {place}: {message}")?;
            }
        }
        Ok(())
    }
}
