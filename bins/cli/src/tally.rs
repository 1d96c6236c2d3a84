//! How far a long command is: nothing within the first second, then a line that counts on a terminal, and a line every few
//! seconds elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use nebula_ports::{clock::Clock as _, time::Timestamp};
use nebula_runtime::system::SystemClock;

use crate::console::Console;

const SHOWN_AFTER: Duration = Duration::from_secs(1);
const SAY_EVERY: Duration = Duration::from_secs(5);

/// Counts what is done.
#[derive(Debug)]
pub(crate) struct Tally {
    console: Console,
    quiet: bool,
    what: &'static str,
    clock: SystemClock,
    next: Timestamp,
    bar: Option<ProgressBar>,
}

// === impl Tally ===

impl Tally {
    /// Counts `what`, as in "executions checked".
    pub(crate) fn new(console: Console, quiet: bool, what: &'static str) -> Self {
        let clock = SystemClock::new();
        let next = clock.now().plus(SHOWN_AFTER);
        Self { console, quiet, what, clock, next, bar: None }
    }

    /// So many are done, of so many if that is known.
    pub(crate) fn reached(&mut self, done: u64, of: Option<u64>) {
        let what = self.what;
        if self.quiet || self.clock.now() < self.next {
            return;
        }
        let text = of.map_or_else(|| format!("{done} {what}"), |of| format!("{done} of {of} {what}"));
        if !self.console.is_watched() {
            self.next = self.clock.now().plus(SAY_EVERY);
            self.console.note(text);
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{spinner} {msg}");
            let bar = ProgressBar::new_spinner();
            style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
        });
        bar.set_message(text);
        bar.tick();
    }

    /// Takes the line away.
    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
