//! `nebula execution journal`.

use nebula_ports::{clock::Clock as _, model::ExecutionId};
use nebula_runtime::system::SystemClock;

use super::{each_entry, record};
use crate::{
    command::App,
    compose::{self, Storage},
    data_dir::DataDir,
    error::Result,
    exit::Exit,
    progress::toned,
    story::{Story, tell},
    when::second,
};

/// Prints the entries; with `--json` each as a JSON value on a line of its own.
pub(super) async fn journal(app: &App, dir: &DataDir, id: ExecutionId) -> Result<Exit> {
    let storage = Storage::look(dir).await?;
    let scope = compose::scope()?;
    record(&storage, &scope, id).await?;
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
