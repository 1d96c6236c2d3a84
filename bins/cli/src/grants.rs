//! What the command line allows a run.

use nebula_ports::model::Grants;

use crate::{
    args::GrantArgs,
    error::{Result, Stop},
};

/// The grants, with the current folder as the place where relative paths start.
pub(crate) fn grants(args: &GrantArgs) -> Result<Grants> {
    let folder = std::env::current_dir()
        .map_err(|error| Stop::input("current_folder", format!("the current folder cannot be named: {error}")))?;
    let base_dir = folder.into_os_string().into_string().map_err(|folder| {
        Stop::input("current_folder", format!("the current folder is not UTF-8: {}", folder.to_string_lossy()))
    })?;
    Ok(Grants { items: args.grants.clone(), base_dir: Some(base_dir) })
}
