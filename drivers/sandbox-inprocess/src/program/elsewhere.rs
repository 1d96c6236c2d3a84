//! Systems without process groups: nothing is run, for nothing could be ended.

use std::{marker::PhantomData, sync::Arc};

use nebula_ports::{
    clock::Clock,
    host::{ProgramCall, ProgramOutput},
    model::{Failure, FailureKind},
};
use tokio_util::sync::CancellationToken;

use crate::permit::Permit;

#[derive(Debug)]
pub(crate) struct Programs(PhantomData<()>);

#[derive(Debug)]
pub(crate) struct Running(PhantomData<()>);

#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) programs: &'a Arc<Programs>,
    pub(crate) permit: &'a Arc<Permit>,
    pub(crate) running: &'a Arc<Running>,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) cancel: &'a CancellationToken,
}

impl Programs {
    pub(crate) fn of_this_process() -> Self {
        Self(PhantomData)
    }
}

impl Running {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }

    pub(crate) fn end(&self) {}
}

pub(crate) async fn run(_: Run<'_>, call: ProgramCall) -> Result<ProgramOutput, Failure> {
    let message = format!("`{}` cannot be run: programs are run on Unix only", call.program);
    Err(Failure::new(FailureKind::Permanent, "exec.unsupported", message).before_effect())
}
