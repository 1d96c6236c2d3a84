//! What has happened, over one seed or many: faults that never occur test nothing.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// Counts by name. Clones share the counts.
#[derive(Debug, Clone, Default)]
pub struct Counters(Arc<Mutex<BTreeMap<&'static str, u64>>>);

/// What has to have happened at least once in a few hundred seeds.
pub(crate) const MUST_HAPPEN: [&str; 28] = [
    "answer of a claim lost",
    "answer of a commit lost, applied",
    "answer of a commit lost, not applied",
    "answer of a renewal lost",
    "answer of a start lost, applied",
    "blob not stored",
    "call repeated with its key",
    "commit fenced",
    "commit recognised",
    "dead letter",
    "dead letter taken up again",
    "execution cancelled",
    "execution completed",
    "execution started twice with its key",
    "hint doubled",
    "hint lost",
    "lease lost at renewal",
    "node in doubt, completed by hand",
    "node in doubt, retried by hand",
    "process crashed",
    "process crashed between two steps",
    "process cut off",
    "process ended by what it took up",
    "process frozen",
    "signal sent",
    "signal sent past every engine",
    "transient failure",
    "wait ended by its deadline",
];

impl Counters {
    pub(crate) fn count(&self, name: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += 1;
    }

    /// Adds what another run has counted.
    pub fn add(&self, other: &Self) {
        let other = other.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, count) in other {
            *own.entry(name).or_default() += count;
        }
    }

    /// What should have happened by now, and has not.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        MUST_HAPPEN.into_iter().filter(|name| !own.contains_key(name)).collect()
    }
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, count) in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            writeln!(f, "{count:>12}  {name}")?;
        }
        Ok(())
    }
}
