//! The file that configures resources: read, checked against their types, and everything that was found wrong in it.

use std::{path::Path, sync::Arc};

use nebula_ports::diagnostic::{Diagnostic, Severity};
use nebula_runtime::definition::{ParsedResources, SourceMap, parse_resources};

use crate::{
    args::ResourceArgs,
    command::App,
    console::Console,
    definition::read_text,
    error::{Result, Stop},
    render::{Finding, SourceText, summary, width},
};

/// What was found in the file; nothing when there is none.
#[derive(Debug, Default)]
pub(crate) struct ResourceFile {
    read: Option<(String, SourceMap)>,
    diagnostics: Vec<Diagnostic>,
}

/// The app with the resources that the command line names. Mistakes are not told yet: those of a definition are told
/// together with them.
pub(crate) fn configured(app: &App, args: &ResourceArgs) -> Result<(App, ResourceFile)> {
    let Some(path) = &args.resources else { return Ok((app.clone(), ResourceFile::default())) };
    let name = if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() };
    let ParsedResources { configs, map, mut diagnostics } = parse_resources(&read_text(path, &name)?);
    let mut app = app.clone();
    let mut found = Arc::make_mut(&mut app.catalogue).configure(&configs);
    map.locate_all(&mut found);
    diagnostics.extend(found);
    Ok((app, ResourceFile { read: Some((name, map)), diagnostics }))
}

/// The app with the resources that the command line names, where nothing else is to be told.
///
/// # Errors
/// When anything is wrong with them.
pub(crate) fn required(app: &App, args: &ResourceArgs) -> Result<App> {
    let (app, file) = configured(app, args)?;
    file.draw(&app.console, Severity::Warning);
    file.refuse()?;
    Ok(app)
}

// === impl ResourceFile ===

impl ResourceFile {
    /// Draws the findings that are at least so bad.
    pub(crate) fn draw(&self, console: &Console, least: Severity) {
        let Some(source) = self.source() else { return };
        for diagnostic in self.diagnostics.iter().filter(|diagnostic| diagnostic.severity <= least) {
            console.note(source.draw(diagnostic, console.paint_notes().is_on(), width()));
            console.note("");
        }
    }

    /// The findings with their places.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.source().map_or_else(Vec::new, |source| {
            self.diagnostics.iter().map(|diagnostic| source.finding(diagnostic)).collect()
        })
    }

    pub(crate) fn is_wrong(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// # Errors
    /// Why nothing was started, when there are errors; the findings have to be drawn before.
    pub(crate) fn refuse(&self) -> Result<()> {
        let Some(source) = self.source().filter(|_| self.is_wrong()) else { return Ok(()) };
        let errors = self.diagnostics.iter().filter(|one| one.is_error()).map(|one| one.severity);
        let count = summary(errors).unwrap_or_else(|| "an error".to_owned());
        Err(Stop::input("resources", format!("{} has {count}; nothing was started", source.name))
            .with_diagnostics(self.findings()))
    }

    fn source(&self) -> Option<SourceText<'_>> {
        self.read.as_ref().map(|(name, map)| SourceText { name, text: map.text() })
    }
}
