//! An execution as stores keep it, and what is written to one.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;
use uuid::Uuid;

use super::{
    Digest, ExecutionId, ExecutionStatus, Failure, JournalEntry, NodeAddress, PortName, SignalName, TenantId,
    WorkflowId,
};
use crate::time::Timestamp;

/// Position in a journal; the first entry has 1, 0 = nothing written. Gapless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Seq(pub u64);

/// Grows with every claim; what is written under an older one does not land.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Fence(pub u64);

/// Which copy of its data a store is: it is raised when a copy takes the place of another one, as after a restore. Part of every
/// fence, so that none that the other copy has handed out counts any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub u32);

/// A worker process.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HolderId(pub SmolStr);

/// Makes a commit recognisable, so that one whose answer was lost can be asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommitId(pub Uuid);

/// Makes a request recognisable: the same id is accepted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub Uuid);

/// Chosen by the caller of a start: the same key starts one execution only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StartKey(pub SmolStr);

/// The right to write to an execution until somebody else claims it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Which execution.
    pub execution: ExecutionId,
    /// Whose lease.
    pub holder: HolderId,
    /// Its fencing token.
    pub fence: Fence,
    /// When others may claim. Liveness only: what may be written is decided by the fence.
    pub until: Timestamp,
}

/// An execution's row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExecutionRecord {
    /// Its id.
    pub id: ExecutionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The workflow's slug.
    pub workflow: WorkflowId,
    /// The very definition it runs.
    pub definition: Digest,
    /// The very plan it runs.
    pub plan: Digest,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// Last journal entry.
    pub seq: Seq,
    /// That entry's place in the journal's [`chain`](crate::chain).
    pub chain: Digest,
    /// Last claim.
    pub fence: Fence,
    /// Who holds it.
    pub holder: Option<HolderId>,
    /// Until when, when held.
    pub lease_until: Option<Timestamp>,
    /// When it is to be claimed next; absent = not before a request.
    pub wake_at: Option<Timestamp>,
    /// What it waits for, in words.
    pub waiting_for: Option<String>,
    /// How often it was claimed since something last came of it: a commit with an entry that is
    /// [progress](JournalEntry::is_progress) makes it 0, and a claim that is handed back without one does not count.
    pub claims_without_progress: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// A start: the row and its first entries, in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct NewExecution {
    /// Its id, from the `IdSource`.
    pub id: ExecutionId,
    /// The workflow's slug.
    pub workflow: WorkflowId,
    /// The definition, stored before.
    pub definition: Digest,
    /// The plan.
    pub plan: Digest,
    /// The caller's key, when it gave one.
    pub key: Option<StartKey>,
    /// Digest of the input: the same key with another input is refused.
    pub input: Digest,
    /// The first entries; the first is `ExecutionStarted`.
    pub entries: Vec<JournalEntry>,
    /// What follows: usually `Running` under the caller's own claim, else `Park` for whoever claims first.
    pub next: NextState,
    /// Who drives it at once, and for how long; `None` leaves it to a claim.
    pub claim: Option<(HolderId, std::time::Duration)>,
}

/// What a commit leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextState {
    /// Goes on under the same lease.
    Running {
        /// `Running`, or `Cancelling` while attempts are being ended.
        status: ExecutionStatus,
    },
    /// Nothing to do now: the lease is given up.
    Park {
        /// `Waiting`, `Pending` or `Running` (= may be claimed at once by anybody).
        status: ExecutionStatus,
        /// When to claim again. With requests waiting in the inbox the store makes this *now*.
        wake_at: Option<Timestamp>,
        /// What it waits for, in words.
        waiting_for: Option<String>,
    },
    /// The end: the lease is given up and nothing follows.
    Finish {
        /// A terminal status.
        status: ExecutionStatus,
    },
}

/// One commit of one execution. All of it lands, or nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// The right to write.
    pub lease: Lease,
    /// The journal's last entry as the writer knows it.
    pub expected: Seq,
    /// Makes the commit recognisable.
    pub commit: CommitId,
    /// What is appended.
    pub entries: Vec<JournalEntry>,
    /// Requests that the entries deal with: they leave the inbox.
    pub consumed: Vec<RequestId>,
    /// What it leaves behind.
    pub next: NextState,
}

/// Something asked of an execution; needs no lease.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// End it.
    Cancel {
        /// Why, for people.
        reason: String,
    },
    /// Decide about a node in doubt.
    Resolve {
        /// The node.
        node: NodeAddress,
        /// The decision.
        resolution: Resolution,
    },
    /// Tell it something that one of its nodes waits for, or will.
    Signal {
        /// The signal's name.
        name: SignalName,
        /// What it brings: at most [`Request::SIGNAL_LIMIT`] bytes of JSON.
        payload: Value,
    },
}

/// What somebody found out about an interrupted attempt that may not be repeated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Resolution {
    /// The effect had not happened: run it again.
    Retry,
    /// The effect had happened, with this result.
    Completed {
        /// The node's result.
        output: Value,
        /// The port it leaves by, when its action has ports.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        port: Option<PortName>,
    },
    /// Give up.
    Failed {
        /// Why.
        error: Failure,
    },
}

/// A request that was accepted and not dealt with yet.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxItem {
    /// Its id.
    pub id: RequestId,
    /// What is asked.
    pub request: Request,
}

/// What a claim hands over.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The row, as it is under the claim.
    pub record: ExecutionRecord,
    /// The right to write.
    pub lease: Lease,
    /// Requests waiting.
    pub inbox: Vec<InboxItem>,
}

// === impl Seq, Generation, Fence ===

impl Seq {
    /// The position `by` entries further.
    #[must_use]
    pub const fn plus(self, by: usize) -> Self {
        Self(self.0 + by as u64)
    }
}

impl Generation {
    /// Of a store that is new.
    pub const FIRST: Self = Self(1);

    /// Claims of one execution in one generation: far more than there will be.
    const CLAIMS: u32 = 40;

    /// The generation after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Fences up to this one were handed out by generations before.
    #[must_use]
    pub const fn floor(self) -> Fence {
        Fence((self.0.saturating_sub(1) as u64) << Self::CLAIMS)
    }
}

impl Fence {
    /// The fence of the next claim in a store of this generation: above this one, and above all that were handed out in
    /// generations before, also those that this copy of the data knows nothing of.
    #[must_use]
    pub const fn next(self, generation: Generation) -> Self {
        let floor = generation.floor();
        Self(if self.0 > floor.0 { self.0 } else { floor.0 } + 1)
    }

    /// Whether it was handed out in this generation; nothing lands under one that was not.
    #[must_use]
    pub const fn is_of(self, generation: Generation) -> bool {
        self.0 > generation.floor().0
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for HolderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// === impl Request ===

impl Request {
    /// Longest JSON text of a signal's payload, in bytes. What is larger goes to the blob store, and the signal says where.
    pub const SIGNAL_LIMIT: usize = super::Payload::INLINE_LIMIT;
}

// === impl NextState ===

impl NextState {
    /// The status that the row gets.
    #[must_use]
    pub const fn status(&self) -> ExecutionStatus {
        match self {
            Self::Running { status } | Self::Park { status, .. } | Self::Finish { status } => *status,
        }
    }
}
