//! Programs: found once, started with nothing but what the call gives, and ended with all that they have started.

#[cfg(unix)]
mod checks;
#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod find;
#[cfg(unix)]
mod folder;
#[cfg(unix)]
mod group;
#[cfg(unix)]
mod pipes;
#[cfg(unix)]
mod run;

#[cfg(not(unix))]
pub(crate) use self::elsewhere::{Programs, Run, Running, run};
#[cfg(unix)]
pub(crate) use self::{
    find::Programs,
    group::Running,
    run::{Run, run},
};
