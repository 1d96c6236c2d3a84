//! Programs: found once, started with nothing but what the call gives, and ended with all that they have started.

mod checks;
mod find;
mod folder;
mod group;
mod pipes;
mod run;

pub(crate) use self::{
    find::Programs,
    group::Running,
    run::{Run, run},
};
