//! `nebula execution show`: how an execution stands, as a tree of its nodes.

use nebula_ports::{
    clock::Clock as _,
    model::{ExecutionId, ExecutionRecord, NodeAddress, NodeStatus, Workflow},
    time::Timestamp,
};
use nebula_runtime::system::SystemClock;
use serde_json::{Value, json};

use super::{
    record, story,
    tree::{Branch, tree},
};
use crate::{
    command::App,
    compose::{self, Storage},
    console::Paint,
    data_dir::DataDir,
    error::Result,
    exit::Exit,
    outcome::Reporter,
    progress::toned,
    story::{NodeStory, Story, Tone, skipped},
    when::{lasting, second, until},
};

/// Prints the row, then each node below the last node it waited for.
pub(super) async fn show(app: &App, dir: &DataDir, id: ExecutionId) -> Result<Exit> {
    let storage = Storage::look(dir).await?;
    let scope = compose::scope()?;
    let record = record(&storage, &scope, id).await?;
    let story = story(&storage, &scope, id).await?;
    let definition = storage.workflows.get(&scope, record.definition).await?.map(|stored| stored.definition);
    let now = SystemClock::new().now();
    let console = app.console;
    if console.json {
        console.value(&as_json(&record, &story, definition.as_ref()));
    } else {
        let page = Page { record: &record, story: &story, paint: console.paint(), now };
        for line in page.lines(definition.as_ref()) {
            console.line(line);
        }
        Reporter { console, dir, id }.advise(&story);
    }
    storage.close().await?;
    Ok(Exit::OK)
}

struct Page<'a> {
    record: &'a ExecutionRecord,
    story: &'a Story,
    paint: Paint,
    now: Timestamp,
}

// === impl Page ===

impl Page<'_> {
    fn lines(&self, definition: Option<&Workflow>) -> Vec<String> {
        let (record, paint) = (self.record, self.paint);
        let mut lines = vec![
            format!("{}  {}", paint.strong(&record.workflow), record.id),
            format!("{}{}", self.status(), self.lasted()),
            format!("started {}{}", second(record.created_at), self.started_by()),
        ];
        if let Some(error) = self.story.finished.as_ref().and_then(|end| end.error.as_ref()) {
            lines.push(paint.bad(format_args!("{error} [{}]", error.code)));
            lines.extend(error.help.iter().map(|help| paint.hint(format_args!("help: {help}"))));
        }
        lines.push(String::new());
        for Branch { node, prefix, child_prefix } in tree(definition, self.story) {
            let state = self.story.node(&node);
            lines.push(format!("{}{node}  {}", paint.faint(&prefix), self.node(state)));
            let failed = state.filter(|state| !matches!(state.status, NodeStatus::Completed | NodeStatus::Skipped));
            if let Some(error) = failed.and_then(|state| state.error.as_ref()) {
                let indent = paint.faint(&child_prefix);
                lines.push(format!("{indent}  {}", paint.bad(format_args!("{error} [{}]", error.code))));
                lines.extend(
                    error.help.iter().map(|help| format!("{indent}  {}", paint.hint(format_args!("help: {help}")))),
                );
            }
        }
        lines
    }

    fn status(&self) -> String {
        let record = self.record;
        let text = match (&record.waiting_for, record.wake_at) {
            (Some(reason), Some(at)) if reason.starts_with("the signal") => {
                format!("{}, for {} or until {}", record.status, before_time(reason), until(at, self.now))
            }
            (Some(_), Some(at)) => format!("{}, until {}", record.status, until(at, self.now)),
            (Some(reason), None) => format!("{}, for {reason}", record.status),
            (None, _) => record.status.to_string(),
        };
        let tone = match record.status.as_str() {
            "completed" => Tone::Good,
            "failed" => Tone::Bad,
            _ => Tone::Attention,
        };
        toned(tone, &text, self.paint)
    }

    fn lasted(&self) -> String {
        match &self.story.finished {
            Some(end) => format!(" in {}", lasting(end.at.since(self.record.created_at))),
            None => String::new(),
        }
    }

    /// The trigger and the key of its event; nothing for one that somebody has started.
    fn started_by(&self) -> String {
        match &self.story.trigger {
            Some(firing) => format!(" by the trigger `{}`, event `{}`", firing.trigger, firing.key),
            None => String::new(),
        }
    }

    /// Where a node stands, how often it was tried, how long it took.
    fn node(&self, state: Option<&NodeStory>) -> String {
        let Some(state) = state else {
            return self.paint.faint(if self.story.finished.is_some() { "not reached" } else { "pending" });
        };
        if self.story.finished.is_some() && !state.status.is_terminal() {
            return self.paint.faint("not finished");
        }
        let mut text = match state.status {
            NodeStatus::Skipped => {
                state.skipped.as_ref().map_or_else(|| "skipped".to_owned(), |reason| skipped(reason, self.story))
            }
            NodeStatus::InDoubt => "in doubt".to_owned(),
            NodeStatus::RetryScheduled => "failed, tries again".to_owned(),
            NodeStatus::WaitingTimer => "waits".to_owned(),
            NodeStatus::WaitingSignal => match &state.signal {
                Some((name, _)) => format!("waits for the signal `{name}`"),
                None => "waits for a signal".to_owned(),
            },
            status => status.to_string(),
        };
        match (state.started_at, state.ended_at, state.wake_at) {
            (Some(start), Some(end), _) => text.push_str(&format!(" in {}", lasting(end.since(start)))),
            (_, _, Some(at)) => text.push_str(&format!(" until {}", until(at, self.now))),
            (Some(start), None, None) if state.status == NodeStatus::Running => {
                text.push_str(&format!(" since {}", second(start)));
            }
            _ => {}
        }
        if state.attempts > 1 {
            text.push_str(&format!(", {} attempts", state.attempts));
        }
        let tone = match state.status {
            NodeStatus::Completed => Tone::Good,
            NodeStatus::Failed | NodeStatus::InDoubt => Tone::Bad,
            NodeStatus::Skipped | NodeStatus::Cancelled => Tone::Faint,
            _ => Tone::Attention,
        };
        toned(tone, &text, self.paint)
    }
}

/// The nodes of the workflow in its order, then what happened inside of blocks.
fn listed(definition: Option<&Workflow>, story: &Story) -> Vec<NodeAddress> {
    let own = definition.into_iter().flat_map(|definition| &definition.nodes).map(|node| node.id.clone().into());
    let told = story.nodes().map(|(id, _)| id);
    let others = told.filter(|id| definition.is_none() || !id.blocks().is_empty()).cloned();
    own.chain(others).collect()
}

/// What is waited for without the time, which is said in another way.
fn before_time(reason: &str) -> &str {
    reason.rsplit_once(" or ").map_or(reason, |(signals, _)| signals)
}

fn as_json(record: &ExecutionRecord, story: &Story, definition: Option<&Workflow>) -> Value {
    let nodes: Vec<Value> = listed(definition, story)
        .into_iter()
        .map(|id| {
            let state = story.node(&id);
            json!({
                "id": id,
                "status": state.map_or(NodeStatus::Pending, |state| state.status),
                "attempts": state.map_or(0, |state| state.attempts),
                "started_at": state.and_then(|state| state.started_at),
                "ended_at": state.and_then(|state| state.ended_at),
                "wake_at": state.and_then(|state| state.wake_at),
                "signal": state.and_then(|state| state.signal.as_ref()).map(|(name, _)| name),
                "error": state.and_then(|state| state.error.as_ref()),
                "skipped": state.and_then(|state| state.skipped.as_ref()),
            })
        })
        .collect();
    let error = story.finished.as_ref().and_then(|end| end.error.as_ref());
    json!({ "execution": record, "trigger": story.trigger, "error": error, "nodes": nodes })
}
