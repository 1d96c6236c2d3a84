//! The command line of triggers.

use std::{fmt, path::PathBuf, str::FromStr};

use clap::{Args, Subcommand};
use nebula_ports::model::{TriggerId, WorkflowId};

use super::{DataDirArgs, GrantArgs, StationArgs};

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The workflows whose triggers are registered; without any, those that were registered before are served
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) grant: GrantArgs,
    #[command(flatten)]
    pub(crate) station: StationArgs,
    /// Print no lines
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TriggerCommand {
    /// List the registered triggers
    List(DataDirArgs),
    /// Show how a trigger stands: its cursor, its failures and the events that it has refused
    Show(TriggerArgs),
    /// Poll a trigger no more until it is resumed
    Pause(TriggerArgs),
    /// Let a paused trigger be polled again
    Resume(TriggerArgs),
    /// Poll a trigger now, also a paused one, and run what that starts
    Fire {
        /// The trigger
        name: TriggerName,
        #[command(flatten)]
        station: StationArgs,
    },
    /// Take back the triggers of a workflow and forget their cursors
    Remove {
        /// The workflow
        workflow: WorkflowId,
        #[command(flatten)]
        data: DataDirArgs,
    },
}

/// A trigger that is looked at or changed.
#[derive(Debug, Args)]
pub(crate) struct TriggerArgs {
    /// The trigger
    pub(crate) name: TriggerName,
    #[command(flatten)]
    pub(crate) data: DataDirArgs,
}

/// `WORKFLOW/TRIGGER`
#[derive(Debug, Clone)]
pub(crate) struct TriggerName {
    pub(crate) workflow: WorkflowId,
    pub(crate) trigger: TriggerId,
}

// === impl TriggerName ===

impl FromStr for TriggerName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (workflow, trigger) =
            text.split_once('/').ok_or("a trigger is named with its workflow, as in `announce/lines`")?;
        let workflow = workflow.parse().map_err(|error| format!("{error}"))?;
        let trigger = trigger.parse().map_err(|error| format!("{error}"))?;
        Ok(Self { workflow, trigger })
    }
}

impl fmt::Display for TriggerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.workflow, self.trigger)
    }
}
