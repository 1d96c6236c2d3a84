//! `nebula execution show`: how an execution stands, as a tree of its nodes.

use std::collections::HashMap;

use nebula_ports::{
    clock::Clock as _,
    model::{ExecutionId, ExecutionRecord, NodeId, NodeStatus, Workflow},
    time::Timestamp,
};
use nebula_runtime::system::SystemClock;
use serde_json::{Value, json};

use super::{record, story};
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
            format!("started {}", second(record.created_at)),
        ];
        if let Some(error) = self.story.finished.as_ref().and_then(|end| end.error.as_ref()) {
            lines.push(paint.bad(format_args!("{error} [{}]", error.code)));
            lines.extend(error.help.iter().map(|help| paint.hint(format_args!("help: {help}"))));
        }
        lines.push(String::new());
        for Branch { node, prefix, child_prefix } in tree(definition, self.story) {
            let state = self.story.node(node);
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

    /// Where a node stands, how often it was tried, how long it took.
    fn node(&self, state: Option<&NodeStory>) -> String {
        let Some(state) = state else {
            return self.paint.faint(if self.story.finished.is_some() { "not reached" } else { "pending" });
        };
        if self.story.finished.is_some() && !state.status.is_terminal() {
            return self.paint.faint("not finished");
        }
        let mut text = match state.status {
            NodeStatus::Skipped => state.skipped.as_ref().map_or_else(|| "skipped".to_owned(), skipped),
            NodeStatus::InDoubt => "in doubt".to_owned(),
            NodeStatus::RetryScheduled => "failed, tries again".to_owned(),
            NodeStatus::WaitingTimer => "waits".to_owned(),
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

/// A node's line in the tree.
struct Branch<'a> {
    node: &'a NodeId,
    prefix: String,
    child_prefix: String,
}

/// Every node once, below the earlier node that is farthest from the start. Without a definition: a list.
fn tree<'a>(definition: Option<&'a Workflow>, story: &'a Story) -> Vec<Branch<'a>> {
    let Some(definition) = definition else {
        return story
            .nodes()
            .map(|(node, _)| Branch { node, prefix: String::new(), child_prefix: String::new() })
            .collect();
    };
    let depths = depths(definition);
    let mut children: HashMap<Option<&NodeId>, Vec<&NodeId>> = HashMap::new();
    for node in &definition.nodes {
        let parents = definition.connections.iter().filter(|connection| connection.to == node.id);
        let parent = parents.map(|connection| &connection.from).max_by_key(|from| depths.get(from).copied());
        children.entry(parent).or_default().push(&node.id);
    }
    let mut branches = Vec::with_capacity(definition.nodes.len());
    // A stack of its own: a chain of thousands of nodes is legal.
    let mut stack: Vec<(&NodeId, String, String)> = Vec::new();
    let roots = children.get(&None).into_iter().flatten().rev();
    stack.extend(roots.map(|root| (*root, String::new(), String::new())));
    while let Some((node, prefix, child_prefix)) = stack.pop() {
        let below = children.get(&Some(node)).map_or(&[][..], Vec::as_slice);
        for (place, child) in below.iter().enumerate().rev() {
            let (elbow, rail) = if place + 1 == below.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            stack.push((child, format!("{child_prefix}{elbow}"), format!("{child_prefix}{rail}")));
        }
        branches.push(Branch { node, prefix, child_prefix });
    }
    branches
}

/// The longest way to each node, in connections.
fn depths(definition: &Workflow) -> HashMap<&NodeId, usize> {
    let mut waits: HashMap<&NodeId, usize> = definition.nodes.iter().map(|node| (&node.id, 0)).collect();
    let mut after: HashMap<&NodeId, Vec<&NodeId>> = HashMap::new();
    for connection in &definition.connections {
        *waits.entry(&connection.to).or_default() += 1;
        after.entry(&connection.from).or_default().push(&connection.to);
    }
    let mut depths: HashMap<&NodeId, usize> = HashMap::new();
    let mut ready: Vec<&NodeId> = waits.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    while let Some(node) = ready.pop() {
        let depth = *depths.entry(node).or_default();
        for next in after.get(node).into_iter().flatten() {
            let known = depths.entry(next).or_default();
            *known = (*known).max(depth + 1);
            if let Some(count) = waits.get_mut(next) {
                *count -= 1;
                if *count == 0 {
                    ready.push(next);
                }
            }
        }
    }
    depths
}

fn as_json(record: &ExecutionRecord, story: &Story, definition: Option<&Workflow>) -> Value {
    let ids: Vec<&NodeId> = match definition {
        Some(definition) => definition.nodes.iter().map(|node| &node.id).collect(),
        None => story.nodes().map(|(id, _)| id).collect(),
    };
    let nodes: Vec<Value> = ids
        .into_iter()
        .map(|id| {
            let state = story.node(id);
            json!({
                "id": id,
                "status": state.map_or(NodeStatus::Pending, |state| state.status),
                "attempts": state.map_or(0, |state| state.attempts),
                "started_at": state.and_then(|state| state.started_at),
                "ended_at": state.and_then(|state| state.ended_at),
                "wake_at": state.and_then(|state| state.wake_at),
                "error": state.and_then(|state| state.error.as_ref()),
                "skipped": state.and_then(|state| state.skipped.as_ref()),
            })
        })
        .collect();
    let error = story.finished.as_ref().and_then(|end| end.error.as_ref());
    json!({ "execution": record, "error": error, "nodes": nodes })
}
