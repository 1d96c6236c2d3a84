//! `nebula check`: what is wrong in workflows, without anything being granted or run.

use nebula_ports::diagnostic::Severity;
use nebula_runtime::plan::Policy;

use super::App;
use crate::{
    args::CheckArgs,
    definition::Definition,
    error::{Result, Stop},
    exit::Exit,
    render::{Finding, summary},
    resources,
};

/// Checks every file, also after one that is wrong.
pub(super) fn check(app: &App, args: &CheckArgs) -> Result<Exit> {
    let (app, resources) = resources::configured(app, &args.resources)?;
    let console = &app.console;
    resources.draw(console, Severity::Note);
    let mut findings: Vec<Finding> = resources.findings();
    let mut failed = usize::from(resources.is_wrong());
    for path in &args.files {
        match Definition::read(path) {
            Ok(mut definition) => {
                let planned = definition.plan(&app.catalogue, &Policy::default());
                failed += usize::from(planned.is_none());
                definition.draw(console, Severity::Note);
                findings.extend(definition.findings());
            }
            Err(stop) => {
                failed += 1;
                console.stop(&stop);
                if console.json {
                    findings.push(unreadable(path, &stop));
                }
            }
        }
    }
    if console.json {
        console.value(&findings);
    }
    let files = args.files.len() + usize::from(args.resources.resources.is_some());
    let (plural, paint) = (if files == 1 { "" } else { "s" }, console.paint_notes());
    let count = summary(findings.iter().map(|finding| finding.diagnostic.severity));
    let count = count.map_or_else(String::new, |count| format!(" ({count})"));
    if failed == 0 {
        console.note(format_args!("{}: {files} file{plural} checked{count}", paint.good("ok")));
        Ok(Exit::OK)
    } else {
        let verdict = paint.bad("failed");
        console.note(format_args!("{verdict}: {files} file{plural} checked, {failed} with errors{count}"));
        Ok(Exit::BAD_INPUT)
    }
}

/// A file that could not be read, among the findings.
fn unreadable(path: &std::path::Path, stop: &Stop) -> Finding {
    let mut diagnostic = nebula_ports::diagnostic::Diagnostic::error(stop.code, "", stop.message.as_str());
    diagnostic.help.clone_from(&stop.help);
    Finding { file: path.display().to_string(), line: None, column: None, diagnostic }
}
