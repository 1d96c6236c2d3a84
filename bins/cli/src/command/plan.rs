//! `nebula plan`: what would run, before anything does.

use nebula_ports::diagnostic::Severity;
use nebula_runtime::plan::{self, Policy};

use super::App;
use crate::{args::PlanArgs, definition::Definition, error::Result, exit::Exit, grants, resources};

/// Prints the plan, or everything that is wrong: what `run` with the same grants would refuse is an error here too.
pub(super) fn plan(app: &App, args: &PlanArgs) -> Result<Exit> {
    let (app, resources) = resources::configured(app, &args.resources)?;
    let console = &app.console;
    let mut definition = Definition::read(&args.file)?;
    let policy = Policy { grants: grants::grants(&args.grant)?, grants_required: true };
    let planned = definition.plan(&app.catalogue, &policy);
    resources.draw(console, Severity::Note);
    definition.draw(console, Severity::Note);
    let refused = match &planned {
        None => Some(definition.refusal().and(resources.findings())),
        Some(_) => resources.refuse().err(),
    };
    let (Some(planned), None) = (planned, refused.clone()) else {
        let stop = refused.unwrap_or_else(|| definition.refusal());
        if !console.json {
            return Err(stop);
        }
        console.stop(&stop);
        console.value(&stop.diagnostics);
        return Ok(stop.exit);
    };
    if console.json {
        console.value(&plan::explain_json(&planned.plan, &planned.notes));
    } else if args.dot {
        console.raw(plan::explain_dot(&planned.plan).as_bytes());
    } else if args.mermaid {
        console.raw(plan::explain_mermaid(&planned.plan).as_bytes());
    } else {
        // The notes have been drawn.
        console.raw(plan::explain_text(&planned.plan, &[]).as_bytes());
    }
    Ok(Exit::OK)
}
