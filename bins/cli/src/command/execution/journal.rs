//! `nebula execution journal`.

use std::sync::Arc;

use futures_util::StreamExt as _;
use nebula_ports::{
    Scope,
    blob_store::{BlobStore, BlobStoreExt as _},
    clock::Clock as _,
    model::{ExecutionId, JournalRecord, Payload, Seq},
};
use nebula_runtime::system::SystemClock;

use super::{each_entry, record};
use crate::{
    command::App,
    compose::{self, Storage},
    data_dir::DataDir,
    error::{Result, Stop},
    exit::Exit,
    progress::toned,
    story::{Story, tell},
    when::second,
};

/// Prints the entries; with `--json` each as a JSON value on a line of its own, with large values in it if it is to be
/// `whole`.
pub(super) async fn journal(app: &App, dir: &DataDir, id: ExecutionId, whole: bool) -> Result<Exit> {
    let storage = Storage::look(dir).await?;
    let scope = compose::scope()?;
    record(&storage, &scope, id).await?;
    if whole {
        let blobs = compose::blobs(dir).await?;
        let mut journal = storage.executions.journal(&scope, id, Seq(0));
        while let Some(record) = journal.next().await {
            app.console.json_line(&completed(blobs.as_ref(), &scope, record?).await?);
        }
        storage.close().await?;
        return Ok(Exit::OK);
    }
    let (console, now, mut story) = (app.console, SystemClock::new().now(), Story::default());
    each_entry(&storage, &scope, id, |record| {
        if console.json {
            console.json_line(record);
            return;
        }
        story.apply(&record.entry);
        let telling = tell(&record.entry, &story, now);
        let subject = record.entry.node().map_or_else(String::new, |node| format!("{node}  "));
        let paint = console.paint();
        let text = toned(telling.tone, &telling.text, paint);
        let at = paint.faint(second(record.recorded_at));
        console.line(format_args!("{:>5}  {at}  {subject}{text}", record.seq));
        for detail in &telling.details {
            console.line(format_args!("{:>31}{}", "", paint.hint(detail)));
        }
    })
    .await?;
    storage.close().await?;
    Ok(Exit::OK)
}

/// The entry with its data in it.
async fn completed(blobs: &dyn BlobStore, scope: &Scope, mut record: JournalRecord) -> Result<JournalRecord> {
    let seq = record.seq;
    if let Some(payload) = record.entry.payload_mut()
        && let Payload::Blob(blob) = payload
    {
        let bytes = blobs.get_bytes(scope, blob.digest).await?;
        let value = serde_json::from_slice(&bytes)
            .map_err(|error| Stop::store(format!("the value that entry {seq} refers to is no JSON: {error}")))?;
        *payload = Payload::Inline(Arc::new(value));
    }
    Ok(record)
}
