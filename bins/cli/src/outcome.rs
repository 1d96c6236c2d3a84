//! How an execution ended, or why it stands still: the result, what to do next, the exit code.

use nebula_ports::model::{ExecutionId, ExecutionStatus, Failure, NodeAddress, SignalName};
use nebula_runtime::engine::RunEnd;
use serde::Serialize;
use serde_json::Value;

use crate::{console::Console, data_dir::DataDir, exit::Exit, story::Story, watch::Watched};

/// Prints an execution's outcome.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reporter<'a> {
    pub(crate) console: Console,
    pub(crate) dir: &'a DataDir,
    pub(crate) id: ExecutionId,
}

/// What `--json` prints. Every key is always there.
#[derive(Debug, Serialize)]
struct Report<'a> {
    execution_id: ExecutionId,
    status: ExecutionStatus,
    output: Option<&'a Value>,
    error: Option<&'a Failure>,
}

// === impl Reporter ===

impl Reporter<'_> {
    /// Prints the outcome; the result on standard output as the last thing.
    pub(crate) fn report(&self, watched: &Watched, story: &Story) -> Exit {
        match watched {
            Watched::Ended(end) => self.ended(end, story),
            Watched::InDoubt(nodes) => {
                self.decide(nodes);
                self.print(ExecutionStatus::Waiting, None, None);
                Exit::NEEDS_DECISION
            }
            Watched::Interrupted(record) => {
                let state = if record.is_some() { "parked" } else { "stopped" };
                let command = self.dir.command(format_args!("execution resume {}", self.id));
                self.console.note(format_args!("{state}; resume it with `{command}`"));
                let status = record.as_ref().map_or(ExecutionStatus::Running, |record| record.status);
                self.print(status, None, None);
                Exit::INTERRUPTED
            }
        }
    }

    /// Says what can be done, when nodes wait for a decision.
    pub(crate) fn advise(&self, story: &Story) {
        self.decide(&story.in_doubt());
        self.awaits(&story.awaited());
    }

    fn ended(&self, end: &RunEnd, story: &Story) -> Exit {
        let exit = match end.status {
            ExecutionStatus::Completed => Exit::OK,
            ExecutionStatus::Failed | ExecutionStatus::Cancelled => {
                self.failed(end);
                Exit::FAILED
            }
            _ => {
                let in_doubt = story.in_doubt();
                if in_doubt.is_empty() {
                    let reason = end.waiting_for.as_deref().unwrap_or("it waits for a request");
                    self.console.note(format_args!("it stands still: {reason}"));
                    self.awaits(&story.awaited());
                } else {
                    self.decide(&in_doubt);
                }
                Exit::NEEDS_DECISION
            }
        };
        self.print(end.status, end.output.as_deref(), end.error.as_ref());
        exit
    }

    fn failed(&self, end: &RunEnd) {
        let paint = self.console.paint_notes();
        let verdict = paint.bad(if end.status == ExecutionStatus::Failed { "error" } else { "cancelled" });
        match &end.error {
            Some(error) => {
                self.console.note(format_args!("{verdict}: {error} [{}]", error.code));
                if let Some(help) = &error.help {
                    self.console.note(format_args!("{}: {help}", paint.hint("help")));
                }
            }
            None => self.console.note(format_args!("{verdict}: the execution has {}", end.status)),
        }
        let command = self.dir.command(format_args!("execution show {}", self.id));
        self.console.note(format_args!("see `{command}`"));
    }

    /// How to send the signals that nodes wait for.
    fn awaits(&self, signals: &[SignalName]) {
        for name in signals {
            let command = self.dir.command(format_args!("execution signal {} {name} --payload '{{…}}'", self.id));
            self.console.note(format_args!("  send it with:   {command}"));
        }
    }

    /// How to decide about nodes that were interrupted.
    fn decide(&self, nodes: &[NodeAddress]) {
        let paint = self.console.paint_notes();
        let resume = |decision: String| self.dir.command(format_args!("execution resume {} {decision}", self.id));
        for node in nodes {
            let doubt = paint.bad(format_args!("`{node}` is in doubt"));
            self.console.note(format_args!(
                "{doubt}: it was interrupted, and repeating it could do its work twice. Find out what happened, then"
            ));
            self.console.note(format_args!("  it did nothing, run it:   {}", resume(format!("--retry {node}"))));
            self.console
                .note(format_args!("  it worked, with result:   {}", resume(format!("--complete '{node}={{…}}'"))));
            self.console.note(format_args!("  give it up:               {}", resume(format!("--fail {node}"))));
        }
    }

    fn print(&self, status: ExecutionStatus, output: Option<&Value>, error: Option<&Failure>) {
        if self.console.json {
            self.console.value(&Report { execution_id: self.id, status, output, error });
        } else if status == ExecutionStatus::Completed {
            self.console.value(&output);
        }
    }
}

// === impl Watched ===

impl Watched {
    /// Whether the engine is to be left as it is, at once.
    pub(crate) const fn is_abrupt(&self) -> bool {
        matches!(self, Self::Interrupted(None))
    }
}
