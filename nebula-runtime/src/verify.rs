//! Whether what is kept of an execution is what was written: its journal and the journal's chain, its definition, its large
//! values. Nothing is changed, and an execution that goes on meanwhile is no finding.

use std::collections::HashSet;

use futures_util::{StreamExt as _, TryStreamExt as _};
use nebula_ports::{
    Scope,
    blob_store::BlobStore,
    chain::Damage,
    error::{Error, ErrorKind, Result},
    execution_repo::ExecutionRepo,
    model::{Digest, ExecutionId, ExecutionRecord, Payload, Seq},
    workflow_repo::WorkflowRepo,
};
use serde::Serialize;

/// Where to look.
#[derive(Debug, Clone, Copy)]
pub struct Stores<'a> {
    /// Rows and journals.
    pub executions: &'a dyn ExecutionRepo,
    /// Definitions.
    pub workflows: &'a dyn WorkflowRepo,
    /// Large values.
    pub blobs: &'a dyn BlobStore,
}

/// What was read of an execution, and what of it is damaged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Journal entries that were read.
    pub entries: u64,
    /// Large values that were read, each once.
    pub values: u64,
    /// What is not as it was written, at most one finding about the journal itself: what stands behind it cannot be judged.
    pub findings: Vec<Finding>,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whose.
    pub execution: ExecutionId,
    /// The journal's position.
    pub seq: Option<Seq>,
    /// The sort of damage: that of a journal's [`Damage`], `definition` or `value`.
    pub damage: String,
    /// What is wrong, for people.
    pub message: String,
}

/// Reads all that is kept of an execution, in bounded memory.
///
/// # Errors
/// `NotFound`; what a store says that cannot be reached. Damage is no error: it is what was looked for.
pub async fn verify(stores: Stores<'_>, scope: &Scope, id: ExecutionId) -> Result<Verified> {
    let record =
        stores.executions.get(scope, id).await?.ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "verify.execution", format!("there is no execution {id}"))
        })?;
    let mut looking = Looking { stores, scope, id, seen: HashSet::new(), verified: Verified::default() };
    looking.definition(&record).await?;
    match looking.journal(&record).await {
        Err(error) if error.kind() == ErrorKind::Corrupt => looking.find_error(&error),
        read => read?,
    }
    Ok(looking.verified)
}

struct Looking<'a> {
    stores: Stores<'a>,
    scope: &'a Scope,
    id: ExecutionId,
    seen: HashSet<Digest>,
    verified: Verified,
}

// === impl Looking ===

impl Looking<'_> {
    async fn definition(&mut self, record: &ExecutionRecord) -> Result<()> {
        let digest = record.definition;
        match self.stores.workflows.get(self.scope, digest).await {
            Ok(Some(_)) => {}
            Ok(None) => self.find(None, "definition", format!("the definition {digest} is not there")),
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                self.find(None, "definition", format!("the definition {digest} is damaged: {error}"));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The row was read before the journal, so the journal may be longer by now; it is not shorter.
    async fn journal(&mut self, record: &ExecutionRecord) -> Result<()> {
        let mut journal = self.stores.executions.journal(self.scope, self.id, Seq(0));
        let mut last = Seq(0);
        while let Some(entry) = journal.next().await {
            let mut entry = entry?;
            if entry.seq != last.plus(1) {
                return Err(self.damaged(Damage::Gap { expected: last.plus(1), found: entry.seq }));
            }
            last = entry.seq;
            if last == record.seq && entry.chain != record.chain {
                return Err(self.damaged(Damage::Head { seq: last }));
            }
            self.verified.entries += 1;
            if let Some(Payload::Blob(blob)) = entry.entry.payload_mut() {
                self.value(last, blob.digest).await?;
            }
        }
        if last.0 < record.seq.0 {
            return Err(self.damaged(Damage::Length { journal: last, execution: record.seq }));
        }
        Ok(())
    }

    async fn value(&mut self, seq: Seq, digest: Digest) -> Result<()> {
        if !self.seen.insert(digest) {
            return Ok(());
        }
        self.verified.values += 1;
        let read = async {
            let content = self.stores.blobs.get(self.scope, digest).await?;
            // The store compares what it gives with the digest.
            content.try_for_each(|_| std::future::ready(Ok(()))).await
        };
        match read.await {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.find(Some(seq), "value", format!("the value {digest} of entry {seq} is not there"));
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                self.find(Some(seq), "value", format!("the value {digest} of entry {seq} is damaged"));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn damaged(&self, damage: Damage) -> Error {
        damage.into_error("verify.journal", self.id)
    }

    /// Damage that a store told of.
    fn find_error(&mut self, error: &Error) {
        let fact = |wanted| error.context().iter().find(|(key, _)| *key == wanted).map(|(_, value)| value.as_str());
        let seq = fact("seq").and_then(|seq| seq.parse().ok()).map(Seq);
        let damage = fact("damage").unwrap_or("unreadable").to_owned();
        self.find(seq, damage, error.message().to_owned());
    }

    fn find(&mut self, seq: Option<Seq>, damage: impl Into<String>, message: String) {
        self.verified.findings.push(Finding { execution: self.id, seq, damage: damage.into(), message });
    }
}
