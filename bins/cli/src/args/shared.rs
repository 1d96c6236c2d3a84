//! What several commands take.

use std::path::PathBuf;

use clap::Args;
use nebula_ports::model::{ExecutionId, Grant};

/// Where runs and secrets are kept.
#[derive(Debug, Clone, Args)]
pub(crate) struct DataDirArgs {
    /// The folder that keeps runs and secrets
    #[arg(long, value_name = "DIR", env = "NEBULA_DATA_DIR", hide_env_values = true, default_value = ".nebula")]
    pub(crate) data_dir: PathBuf,
}

/// A data folder whose secrets are opened.
#[derive(Debug, Clone, Args)]
pub(crate) struct VaultArgs {
    #[command(flatten)]
    pub(crate) data: DataDirArgs,
    /// The environment variable with the passphrase of the secrets, instead of a key file in the data folder
    #[arg(long, value_name = "VAR")]
    pub(crate) passphrase_env: Option<String>,
}

/// What may be done.
#[derive(Debug, Args)]
pub(crate) struct GrantArgs {
    /// Allow something: `net:HOST:PORT`, `fs_read:PATH`, `fs_write:PATH`, `env:NAME` or `exec:PROGRAM`; may be repeated
    #[arg(long = "grant", value_name = "GRANT")]
    pub(crate) grants: Vec<Grant>,
}

/// What nodes can use.
#[derive(Debug, Args)]
pub(crate) struct ResourceArgs {
    /// The resources that nodes can use (YAML or JSON): names, each with `type`, `config` and `credentials`
    #[arg(long, value_name = "FILE")]
    pub(crate) resources: Option<PathBuf>,
}

/// Where executions run.
#[derive(Debug, Args)]
pub(crate) struct StationArgs {
    #[command(flatten)]
    pub(crate) resources: ResourceArgs,
    #[command(flatten)]
    pub(crate) vault: VaultArgs,
}

/// An execution that is looked at.
#[derive(Debug, Args)]
pub(crate) struct ExecutionArgs {
    /// The execution
    pub(crate) id: ExecutionId,
    #[command(flatten)]
    pub(crate) data: DataDirArgs,
}
