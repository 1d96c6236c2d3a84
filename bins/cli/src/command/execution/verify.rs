//! `nebula execution verify`: whether what is kept is what was written.

use nebula_ports::{Scope, execution_repo::ExecutionFilter, model::ExecutionId};
use nebula_runtime::verify::{self, Finding, Stores, Verified};
use serde::Serialize;

use crate::{
    args::VerifyArgs,
    command::App,
    compose::{self, PAGE, Storage},
    console::Console,
    data_dir::DataDir,
    error::{Result, Stop},
    exit::Exit,
    runtime,
    tally::Tally,
};

/// What was read, and what of it is damaged.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) executions: u64,
    pub(crate) entries: u64,
    pub(crate) values: u64,
    pub(crate) damaged: Vec<Finding>,
}

/// Checks one execution, or all of them.
pub(super) fn verify(app: &App, args: &VerifyArgs) -> Result<Exit> {
    let dir = DataDir::new(&app.program, &args.data);
    runtime::block_on(async {
        let storage = Storage::look(&dir).await?;
        let (scope, blobs) = (compose::scope()?, compose::blobs(&dir).await?);
        let stores = Stores { executions: &*storage.executions, workflows: &*storage.workflows, blobs: &*blobs };
        let mut report = Report::default();
        match args.id {
            Some(id) => report.take(one(stores, &scope, id).await?),
            None => all(app.console, args.quiet, stores, &scope, &mut report).await?,
        }
        storage.close().await?;
        Ok(report.print(app.console))
    })
}

async fn one(stores: Stores<'_>, scope: &Scope, id: ExecutionId) -> Result<Verified> {
    match verify::verify(stores, scope, id).await {
        Err(error) if error.kind() == nebula_ports::ErrorKind::NotFound => {
            Err(Stop::not_found("execution", format!("there is no execution {id}"))
                .with_help("`nebula execution list` shows what there is"))
        }
        verified => Ok(verified?),
    }
}

/// Newest first, page by page: what is started meanwhile is not looked at.
pub(crate) async fn all(
    console: Console,
    quiet: bool,
    stores: Stores<'_>,
    scope: &Scope,
    report: &mut Report,
) -> Result<()> {
    let mut tally = Tally::new(console, quiet, "executions checked");
    let mut filter = ExecutionFilter { limit: PAGE, ..ExecutionFilter::default() };
    loop {
        let page = stores.executions.list(scope, &filter).await?;
        for record in &page {
            report.take(one(stores, scope, record.id).await?);
            tally.reached(report.executions, None);
        }
        filter.before = page.last().map(|record| record.id);
        if page.len() < PAGE {
            tally.finish();
            return Ok(());
        }
    }
}

// === impl Report ===

impl Report {
    fn take(&mut self, verified: Verified) {
        self.executions += 1;
        self.entries += verified.entries;
        self.values += verified.values;
        self.damaged.extend(verified.findings);
    }

    /// What is damaged, alone; with `--json` all of it.
    pub(crate) fn print_damage(&self, console: Console) {
        if console.json {
            console.value(self);
            return;
        }
        for Finding { execution, message, .. } in &self.damaged {
            console.line(format_args!("{execution}  {}", console.paint().bad(message)));
        }
    }

    fn print(&self, console: Console) -> Exit {
        self.print_damage(console);
        if !console.json {
            let what =
                if self.damaged.is_empty() { "all is as it was written" } else { "the damaged were left as they are" };
            console.note(format_args!(
                "checked {} executions with {} entries and {} large values: {what}",
                self.executions, self.entries, self.values
            ));
        }
        if self.damaged.is_empty() { Exit::OK } else { Exit::DAMAGED }
    }
}
