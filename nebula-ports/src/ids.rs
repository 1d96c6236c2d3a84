//! New identifiers and randomness as a port, so that a run can be repeated from a seed.

use std::fmt;

use uuid::Uuid;

use crate::model::{CommitId, ExecutionId, RequestId};

/// A source of identifiers and random numbers.
pub trait IdSource: Send + Sync + fmt::Debug {
    /// A UUID of version 7: later ones sort after earlier ones within a process.
    fn uuid(&self) -> Uuid;

    /// 64 random bits; for jitter and nonces of tests, never for keys.
    fn random(&self) -> u64;

    /// A new execution's id.
    fn execution_id(&self) -> ExecutionId {
        ExecutionId::from_uuid(self.uuid())
    }

    /// A new commit's id.
    fn commit_id(&self) -> CommitId {
        CommitId(self.uuid())
    }

    /// A new request's id.
    fn request_id(&self) -> RequestId {
        RequestId(self.uuid())
    }
}
