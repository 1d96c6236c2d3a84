//! The protocol with one thing left out.

/// A mistake that somebody could make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mutant {
    /// A commit is not asked for the fence of its claim.
    NoFence,
    /// A commit is asked for the status of the execution alone: running goes to running.
    StatusOnlyCas,
    /// The same start key starts another execution.
    NoUniqueStart,
    /// The queue decides what is looked at: no sweep finds what a lost hint has left.
    QueueAsTruth,
    /// Who ends a node writes that down, and looks in a transaction of its own whether the join may begin.
    FanInOutsideTransaction,
    /// Requests are gone from the inbox when they are read, not when what they led to is durable.
    AckBeforeCommit,
    /// A task is ended by the number of its row, which the next task may have by then.
    RowidReuse,
    /// An attempt begins before its start is durable.
    EffectBeforeRecord,
    /// An interrupted attempt is repeated whatever it may have done.
    RepeatAtMostOnce,
    /// A request to a parked execution does not make it due.
    SilentRequest,
    /// An execution is parked as if nothing had come while it was driven.
    BlindPark,
    /// Claims are counted, and whatever comes of them.
    CountNeverReset,
    /// An execution is driven however often that has been tried.
    NeverPutAway,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::NoFence,
        Self::StatusOnlyCas,
        Self::NoUniqueStart,
        Self::QueueAsTruth,
        Self::FanInOutsideTransaction,
        Self::AckBeforeCommit,
        Self::RowidReuse,
        Self::EffectBeforeRecord,
        Self::RepeatAtMostOnce,
        Self::SilentRequest,
        Self::BlindPark,
        Self::CountNeverReset,
        Self::NeverPutAway,
    ];
}
