//! A workflow file: read, planned, and everything that was found wrong in it.

use std::{
    io::{self, Read as _},
    path::Path,
};

use nebula_ports::{
    diagnostic::{Diagnostic, Severity},
    model::Workflow,
};
use nebula_runtime::{
    catalogue::Catalogue,
    definition::{self, Draft, MAX_TEXT, Parsed, SourceMap},
    plan::{self, Planned, Policy},
};

use crate::{
    console::Console,
    error::{Result, Stop},
    render::{Finding, SourceText, summary, width},
};

/// A definition as far as it could be read.
#[derive(Debug)]
pub(crate) struct Definition {
    /// The file, as it was named.
    pub(crate) name: String,
    /// The workflow, when its text has no error.
    pub(crate) workflow: Option<Workflow>,
    /// What could be read of it, when there is one.
    draft: Option<Draft>,
    map: SourceMap,
    diagnostics: Vec<Diagnostic>,
}

// === impl Definition ===

impl Definition {
    /// Reads a file; `-` is standard input.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let name = if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() };
        let text = read_text(path, &name)?;
        let Parsed { workflow, draft, map, diagnostics } = definition::parse(&text);
        Ok(Self { name, workflow, draft, map, diagnostics })
    }

    /// Plans what was read. `None` when there is an error, in the text or found by planning.
    pub(crate) fn plan(&mut self, catalogue: &Catalogue, policy: &Policy) -> Option<Planned> {
        let (planned, found) = match (&self.workflow, &self.draft) {
            (Some(workflow), _) => match plan::plan(workflow, catalogue, policy) {
                Ok(planned) => {
                    let notes = planned.notes.clone();
                    (Some(planned), notes)
                }
                Err(found) => (None, found),
            },
            // Mistakes in the form do not hide those that planning finds.
            (None, Some(draft)) => (None, plan::review(draft, catalogue, policy)),
            (None, None) => return None,
        };
        self.diagnostics.extend(found);
        self.map.locate_all(&mut self.diagnostics);
        planned
    }

    /// How bad each finding is.
    pub(crate) fn severities(&self) -> impl Iterator<Item = Severity> + '_ {
        self.diagnostics.iter().map(|diagnostic| diagnostic.severity)
    }

    /// The findings with their places.
    pub(crate) fn findings(&self) -> impl Iterator<Item = Finding> + '_ {
        let source = self.source();
        self.diagnostics.iter().map(move |diagnostic| source.finding(diagnostic))
    }

    /// Draws the findings that are at least so bad.
    pub(crate) fn draw(&self, console: &Console, least: Severity) {
        let width = width();
        for diagnostic in self.diagnostics.iter().filter(|diagnostic| diagnostic.severity <= least) {
            console.note(self.source().draw(diagnostic, console.paint_notes().is_on(), width));
            console.note("");
        }
    }

    /// Why nothing was started, when there are errors; the findings have to be drawn before.
    pub(crate) fn refusal(&self) -> Stop {
        let errors = self.severities().filter(|severity| *severity == Severity::Error);
        let count = summary(errors).unwrap_or_else(|| "an error".to_owned());
        Stop::input("definition", format!("{} has {count}; nothing was started", self.name))
            .with_diagnostics(self.findings().collect())
    }

    fn source(&self) -> SourceText<'_> {
        SourceText { name: &self.name, text: self.map.text() }
    }
}

/// Reads a text that people wrote, up to the size that a definition may have.
pub(crate) fn read_text(path: &Path, name: &str) -> Result<String> {
    let cannot = |error: io::Error| Stop::input("unreadable_file", format!("cannot read {name}: {error}"));
    let mut bytes = Vec::new();
    // One byte more than allowed shows that there is too much.
    let limit = MAX_TEXT as u64 + 1;
    if path == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(cannot)?;
    } else {
        let file = std::fs::File::open(path).map_err(cannot)?;
        file.take(limit).read_to_end(&mut bytes).map_err(cannot)?;
    }
    if bytes.len() > MAX_TEXT {
        return Err(Stop::input("too_large", format!("{name} is larger than {MAX_TEXT} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Stop::input("not_text", format!("{name} is not UTF-8 text: the byte at {at} is wrong"))
            .with_help("save it as UTF-8")
    })
}
