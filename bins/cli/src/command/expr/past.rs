//! What the expressions of a past execution could read, from its journal.

use std::collections::BTreeMap;

use nebula_ports::{
    Scope,
    blob_store::BlobStoreExt as _,
    model::{
        AttemptOutcome, ExecutionId, ExecutionRecord, JournalEntry, NodeId, NodeStatus, Payload, Resolution, Workflow,
    },
};
use serde_json::{Value, json};

use super::values::{NodeValue, Values};
use crate::{
    command::{
        App,
        execution::{each_entry, record},
    },
    compose::{self, Storage},
    data_dir::DataDir,
    error::{Result, Stop},
    story::Story,
};

/// What an execution's journal has of values.
#[derive(Debug, Default)]
struct Past {
    story: Story,
    input: Option<Payload>,
    outputs: BTreeMap<NodeId, Payload>,
}

/// Reads an execution: as its end saw it, when it has ended. Results of nodes that nobody `reads` are left where they
/// are: they may be large.
pub(super) async fn values(app: &App, dir: &DataDir, id: ExecutionId, reads: &dyn Fn(&str) -> bool) -> Result<Values> {
    let storage = Storage::look(dir).await?;
    let scope = compose::scope()?;
    let record = record(&storage, &scope, id).await?;
    let mut past = Past::default();
    each_entry(&storage, &scope, id, |record| past.apply(&record.entry)).await?;
    let definition = storage.workflows.get(&scope, record.definition).await?.map(|stored| stored.definition);
    storage.close().await?;
    if past.story.finished.is_none() {
        app.console.note(format_args!("the execution {id} has not ended: values of its nodes may be missing"));
    }
    past.values(dir, &scope, &record, definition.as_ref(), reads).await
}

// === impl Past ===

impl Past {
    fn apply(&mut self, entry: &JournalEntry) {
        self.story.apply(entry);
        // What is inside of a block has an outcome for each item, which no expression outside can read.
        if entry.node().is_some_and(|node| !node.blocks().is_empty()) {
            return;
        }
        match entry {
            JournalEntry::ExecutionStarted { input, .. } => self.input = Some(input.clone()),
            JournalEntry::AttemptFinished {
                node,
                outcome:
                    AttemptOutcome::Completed { output, .. }
                    | AttemptOutcome::Routed { output, .. }
                    | AttemptOutcome::CompletesAt { output, .. },
                ..
            } => {
                self.outputs.insert(node.id().clone(), output.clone());
            }
            JournalEntry::BlockFinished { node, output, .. } => {
                self.outputs.insert(node.id().clone(), output.clone());
            }
            JournalEntry::NodeResolved { node, resolution: Resolution::Completed { output, .. }, .. } => {
                self.outputs.insert(node.id().clone(), Payload::Inline(output.clone().into()));
            }
            _ => {}
        }
    }

    async fn values(
        &self,
        dir: &DataDir,
        scope: &Scope,
        record: &ExecutionRecord,
        definition: Option<&Workflow>,
        reads: &dyn Fn(&str) -> bool,
    ) -> Result<Values> {
        let mut nodes = BTreeMap::new();
        let ended = self.story.nodes().filter(|(_, node)| node.status.is_terminal());
        for (id, node) in ended.filter(|(id, _)| id.blocks().is_empty() && reads(id.id().as_str())) {
            // A result counts once the node has completed.
            let output = self.outputs.get(id.id()).filter(|_| node.status == NodeStatus::Completed);
            let result = match output {
                Some(payload) => Some(load(dir, scope, payload).await?),
                None => None,
            };
            let error = node.error.as_ref().and_then(|error| serde_json::to_value(error).ok());
            let (status, attempts) = (node.status.as_str(), node.attempts);
            let port = node.port.as_ref().map(ToString::to_string);
            nodes.insert(id.to_string(), NodeValue { result, error, status, attempts, port });
        }
        let input = match &self.input {
            Some(payload) => Some(load(dir, scope, payload).await?),
            None => None,
        };
        let vars = definition.map(|definition| json!(definition.vars));
        Ok(Values {
            input,
            nodes,
            vars,
            execution: Some(json!({ "id": record.id.to_string(), "started_at": record.created_at.to_string() })),
            workflow: Some(json!({ "id": record.workflow.as_str(), "version": record.definition.to_string() })),
            now: self.story.finished.as_ref().map(|end| Value::String(end.at.to_string())),
            ..Values::default()
        })
    }
}

async fn load(dir: &DataDir, scope: &Scope, payload: &Payload) -> Result<Value> {
    match payload {
        Payload::Inline(value) => Ok(Value::clone(value)),
        Payload::Blob(blob) => {
            let bytes = compose::blobs(dir).await?.get_bytes(scope, blob.digest).await?;
            serde_json::from_slice(&bytes)
                .map_err(|error| Stop::store(format!("the blob {} is no JSON: {error}", blob.digest)))
        }
    }
}
