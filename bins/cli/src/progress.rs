//! A run on standard error while it runs: a line for each thing that happened, and on a terminal a spinner for each node
//! that takes longer than a second.

use std::{collections::BTreeMap, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use nebula_ports::{
    model::{ExecutionId, JournalEntry, NodeAddress, NodeStatus},
    progress::Progress as Reached,
    time::Timestamp,
};
use nebula_runtime::engine::EngineEventKind;

use crate::{
    console::{Console, Paint},
    story::{Story, Telling, Tone, tell},
    visible::spelled,
    when::{lasting, until},
};

/// A node that runs gets a spinner after this time.
const SPINNER_AFTER: Duration = Duration::from_secs(1);
/// A line about how far a node is comes no more often.
const SAY_EVERY: Duration = Duration::from_secs(2);
/// How often spinners turn.
pub(crate) const TICK: Duration = Duration::from_millis(120);
/// Longest column of names.
const WIDEST_NAME: usize = 32;

/// Shows what happens to one execution.
#[derive(Debug)]
pub(crate) struct Progress {
    console: Console,
    view: View,
    story: Story,
    /// Width of the column of names.
    column: usize,
    /// How far nodes that run are, and when that was last said in a line.
    far: BTreeMap<NodeAddress, Far>,
    /// Stands before every line, when several executions are shown.
    label: String,
}

#[derive(Debug)]
struct Far {
    text: String,
    said: Option<Timestamp>,
}

#[derive(Debug)]
enum View {
    Quiet,
    Lines,
    Live { bars: MultiProgress, spinners: BTreeMap<NodeAddress, ProgressBar> },
}

// === impl Progress ===

impl Progress {
    /// For a run of these nodes.
    pub(crate) fn new<'a>(console: Console, quiet: bool, nodes: impl IntoIterator<Item = &'a str>) -> Self {
        let view = if quiet {
            View::Quiet
        } else if console.is_watched() {
            View::Live { bars: MultiProgress::new(), spinners: BTreeMap::new() }
        } else {
            View::Lines
        };
        let widest = nodes.into_iter().map(str::len).max();
        Self {
            console,
            view,
            story: Story::default(),
            column: widest.unwrap_or(8).min(WIDEST_NAME),
            far: BTreeMap::new(),
            label: String::new(),
        }
    }

    /// For an execution of which this had happened before.
    pub(crate) fn resuming(console: Console, quiet: bool, story: Story) -> Self {
        Self { story, ..Self::new(console, quiet, []) }.fitted()
    }

    /// Says with every line which execution it is about. Several views have no spinners: they would be in each other's way.
    pub(crate) fn labelled(self, id: ExecutionId) -> Self {
        let view = if matches!(self.view, View::Quiet) { View::Quiet } else { View::Lines };
        Self { label: format!("{id} "), view, ..self }
    }

    fn fitted(mut self) -> Self {
        let widest = self.story.nodes().map(|(id, _)| id.to_string().len()).max();
        self.column = widest.unwrap_or(8).min(WIDEST_NAME);
        self
    }

    /// What happened so far.
    pub(crate) const fn story(&self) -> &Story {
        &self.story
    }

    /// Whether somebody looks at spinners, which have to be turned with [`tick`](Self::tick).
    pub(crate) const fn is_live(&self) -> bool {
        matches!(self.view, View::Live { .. })
    }

    /// Shows what happened.
    pub(crate) fn event(&mut self, event: &EngineEventKind, now: Timestamp) {
        match event {
            EngineEventKind::Entry(entry) => self.entry(entry, now),
            EngineEventKind::Progress { node, progress, .. } => self.far(node, progress, now),
            EngineEventKind::Parked { wake_at: Some(at), .. } if at.since(now) > SPINNER_AFTER => {
                self.say(format_args!("waiting until {}; it may be interrupted meanwhile", until(*at, now)));
            }
            EngineEventKind::Parked { .. } => {}
            EngineEventKind::Lost => self.say("another process has taken the execution over"),
        }
    }

    /// A line that is about no node.
    pub(crate) fn say(&self, text: impl std::fmt::Display) {
        match &self.view {
            View::Quiet => {}
            View::Lines => self.console.note(format_args!("{}{text}", self.label)),
            View::Live { bars, .. } => bars.suspend(|| self.console.note(format_args!("{}{text}", self.label))),
        }
    }

    /// Turns the spinners.
    pub(crate) fn tick(&mut self, now: Timestamp) {
        let View::Live { bars, spinners } = &mut self.view else { return };
        for (id, node) in self.story.nodes().filter(|(_, node)| node.status == NodeStatus::Running) {
            let Some(since) = node.attempt_at.map(|at| now.since(at)).filter(|since| *since >= SPINNER_AFTER) else {
                continue;
            };
            let spinner = spinners.entry(id.clone()).or_insert_with(|| bars.add(spinner(id, self.column)));
            let far = self.far.get(id).map(|far| format!("  {}", far.text)).unwrap_or_default();
            spinner.set_message(format!("{}{far}", lasting(since)));
            spinner.tick();
        }
    }

    /// Takes the spinners away.
    pub(crate) fn finish(&mut self) {
        if let View::Live { bars, spinners } = &mut self.view {
            spinners.clear();
            // What cannot be wiped off stays.
            let _ = bars.clear();
        }
    }

    /// How far a node is: beside its spinner, or in a line now and then.
    fn far(&mut self, node: &NodeAddress, progress: &Reached, now: Timestamp) {
        let text = progress.to_string();
        if text.is_empty() {
            return;
        }
        let text = spelled(&text);
        let far = self.far.entry(node.clone()).or_insert_with(|| Far { text: String::new(), said: None });
        far.text.clone_from(&text);
        if !matches!(self.view, View::Lines) || far.said.is_some_and(|said| now.since(said) < SAY_EVERY) {
            return;
        }
        far.said = Some(now);
        let telling = Telling { tone: Tone::Faint, text, details: Vec::new() };
        for line in lines(Some(node), &telling, self.column, self.console.paint_notes()) {
            self.say(line);
        }
    }

    fn entry(&mut self, entry: &JournalEntry, now: Timestamp) {
        self.story.apply(entry);
        if let Some(node) = entry.node() {
            self.far.remove(node);
        }
        if let View::Live { spinners, bars } = &mut self.view {
            if let Some(spinner) = entry.node().and_then(|node| spinners.remove(node)) {
                spinner.finish_and_clear();
                bars.remove(&spinner);
            }
            // The spinner says it, when it takes long enough to matter.
            if matches!(entry, JournalEntry::AttemptStarted { attempt: 1, .. }) {
                return;
            }
        }
        let mut telling = tell(entry, &self.story, now);
        if matches!(entry, JournalEntry::ExecutionFinished { .. }) && self.label.is_empty() {
            // The reason is said with the outcome.
            telling.details.clear();
        }
        for line in lines(entry.node(), &telling, self.column, self.console.paint_notes()) {
            self.say(line);
        }
    }
}

/// A telling as lines: the node's name, what happened, details below.
pub(crate) fn lines(node: Option<&NodeAddress>, telling: &Telling, column: usize, paint: Paint) -> Vec<String> {
    let text = toned(telling.tone, &telling.text, paint);
    let (first, indent) = match node {
        Some(node) => (format!("  {:<column$}  {text}", node.to_string()), column + 4),
        None => (text, 2),
    };
    let details = telling.details.iter().map(|detail| format!("{:indent$}{}", "", paint.hint(detail)));
    std::iter::once(first).chain(details).collect()
}

/// A text in its tone's colour.
pub(crate) fn toned(tone: Tone, text: &str, paint: Paint) -> String {
    match tone {
        Tone::Plain => text.to_owned(),
        Tone::Good => paint.good(text),
        Tone::Attention => paint.attention(text),
        Tone::Bad => paint.bad(text),
        Tone::Faint => paint.faint(text),
    }
}

fn spinner(id: &NodeAddress, column: usize) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_prefix(format!("{:<column$}", id.to_string()));
    match ProgressStyle::with_template("{spinner:.cyan} {prefix}  running for {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
