//! The chain of a journal: each entry has a value made of the value before it and of all that is stored of the entry, and
//! the execution's row has the last one. A change, a hole, an exchange and a cut are found by computing it again.
//!
//! It finds damage. It is no signature: whoever may write to the store can compute it too.

use std::fmt;

use crate::{
    error::{Error, ErrorKind},
    model::{Digest, ExecutionId, Fence, Seq},
    time::Timestamp,
};

/// An entry as it is stored, beside its place in the chain.
#[derive(Debug, Clone, Copy)]
pub struct StoredEntry<'a> {
    /// Its position.
    pub seq: Seq,
    /// The claim it was written under.
    pub fence: Fence,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// The very bytes that are stored of it.
    pub bytes: &'a [u8],
}

/// What is wrong with a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// Entries are missing, or stand where they do not belong.
    Gap {
        /// The position that had to follow.
        expected: Seq,
        /// The one that does.
        found: Seq,
    },
    /// An entry, or its place in the chain, is not what was written.
    Changed {
        /// Its position.
        seq: Seq,
    },
    /// An entry is what was written, and yet no entry that this program can read.
    Unreadable {
        /// Its position.
        seq: Seq,
        /// Why not.
        reason: String,
    },
    /// The journal ends somewhere else than its execution says.
    Length {
        /// The last entry that is there.
        journal: Seq,
        /// The last one according to the execution.
        execution: Seq,
    },
    /// The journal is whole in itself, and not the one that the execution says it has.
    Head {
        /// Its last entry.
        seq: Seq,
    },
}

/// Computes a chain again, entry by entry, and compares.
#[derive(Debug, Clone)]
pub struct ChainCheck {
    last: Seq,
    head: Digest,
}

/// What an execution has before its first entry.
#[must_use]
pub fn beginning(execution: ExecutionId) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"nebula journal 1\0");
    hasher.update(execution.as_uuid().as_bytes());
    Digest::from_bytes(*hasher.finalize().as_bytes())
}

/// The value of an entry that follows `previous`. All that comes before the entry's own bytes has a fixed length, so no two
/// entries give the same input.
#[must_use]
pub fn link(previous: Digest, entry: StoredEntry<'_>) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(previous.as_bytes());
    hasher.update(&entry.seq.0.to_le_bytes());
    hasher.update(&entry.fence.0.to_le_bytes());
    hasher.update(&entry.recorded_at.as_micros().to_le_bytes());
    hasher.update(entry.bytes);
    Digest::from_bytes(*hasher.finalize().as_bytes())
}

// === impl ChainCheck ===

impl ChainCheck {
    /// Of a journal that is read from its first entry.
    #[must_use]
    pub fn new(execution: ExecutionId) -> Self {
        Self { last: Seq(0), head: beginning(execution) }
    }

    /// Of a journal that is read from the entry after `last`, whose value is `head`.
    #[must_use]
    pub const fn after(last: Seq, head: Digest) -> Self {
        Self { last, head }
    }

    /// The position of the last entry that was taken.
    #[must_use]
    pub const fn last(&self) -> Seq {
        self.last
    }

    /// Takes the next entry, whose stored value is `chain`.
    ///
    /// # Errors
    /// [`Damage::Gap`] and [`Damage::Changed`].
    pub fn take(&mut self, entry: StoredEntry<'_>, chain: Digest) -> Result<(), Damage> {
        let expected = self.last.plus(1);
        if entry.seq != expected {
            return Err(Damage::Gap { expected, found: entry.seq });
        }
        if link(self.head, entry) != chain {
            return Err(Damage::Changed { seq: entry.seq });
        }
        self.last = entry.seq;
        self.head = chain;
        Ok(())
    }

    /// Compares the end of the journal with what the execution's row says of it.
    ///
    /// # Errors
    /// [`Damage::Length`] and [`Damage::Head`].
    pub fn end(&self, seq: Seq, head: Digest) -> Result<(), Damage> {
        if self.last != seq {
            return Err(Damage::Length { journal: self.last, execution: seq });
        }
        if self.head != head {
            return Err(Damage::Head { seq });
        }
        Ok(())
    }
}

// === impl Damage ===

impl Damage {
    /// The stable word for its sort.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "gap",
            Self::Changed { .. } => "changed",
            Self::Unreadable { .. } => "unreadable",
            Self::Length { .. } => "length",
            Self::Head { .. } => "head",
        }
    }

    /// The first position at which something is wrong.
    #[must_use]
    pub const fn seq(&self) -> Seq {
        match self {
            Self::Gap { expected: seq, .. }
            | Self::Changed { seq }
            | Self::Unreadable { seq, .. }
            | Self::Head { seq } => *seq,
            Self::Length { journal, execution } => {
                if journal.0 < execution.0 {
                    journal.plus(1)
                } else {
                    execution.plus(1)
                }
            }
        }
    }

    /// As a `corrupt` error of `operation`, which names the execution, the position and the sort of damage.
    #[must_use]
    pub fn into_error(self, operation: &'static str, execution: ExecutionId) -> Error {
        Error::new(ErrorKind::Corrupt, operation, self.to_string())
            .with_context("execution", execution)
            .with_context("seq", self.seq())
            .with_context("damage", self.code())
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { expected, found } => {
                write!(f, "the journal is damaged: {found} stands where entry {expected} has to be")
            }
            Self::Changed { seq } => write!(f, "the journal is damaged: entry {seq} is not what was written"),
            Self::Unreadable { seq, reason } => {
                write!(f, "entry {seq} of the journal cannot be read, though it is what was written: {reason}")
            }
            Self::Length { journal, execution } => {
                write!(f, "the journal is damaged: it ends at {journal}, its execution at {execution}")
            }
            Self::Head { seq } => {
                write!(f, "the journal is damaged: its last entry, {seq}, is not the one that its execution names")
            }
        }
    }
}

impl std::error::Error for Damage {}

#[cfg(test)]
mod tests;
