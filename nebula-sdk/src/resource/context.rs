//! What a resource sees of the world.

use std::{fmt, marker::PhantomData};

use nebula_ports::{model::ResourceName, resource};

use crate::{Env, ExecCall, FilesRead, FilesWrite, Http, Random, Result, Timestamp, cap};

/// A resource's own place: its name, and the doors that it declares. Open as long as it lives.
///
/// Every use of a door is checked against the grants of the runs that use the resource.
pub struct ResourceContext<R> {
    context: resource::ResourceContext,
    resource: PhantomData<fn() -> R>,
}

/// The resource declares the capability `C`. Implemented by [`#[derive(Resource)]`](derive@crate::Resource) from
/// `capabilities(..)`, never by hand.
#[diagnostic::on_unimplemented(
    message = "the resource `{Self}` does not declare the capability `{C}`",
    label = "`{Self}` does not declare `{C}`",
    note = "add to `#[resource(..)]` of `{Self}` what the call needs:\n\
            `capabilities(net(\"example.com:443\"))` or `net(param = \"url\")` for `http()`,\n\
            `capabilities(fs_read(\"/data\"))` or `fs_read(param = \"path\")` for `files_read()`,\n\
            `capabilities(fs_write(\"/data\"))` or `fs_write(param = \"path\")` for `files_write()`,\n\
            `capabilities(env(\"HOME\"))` for `env()`,\n\
            `capabilities(exec(\"git\"))` or `exec(param = \"program\")` for `exec()`,\n\
            `capabilities(random)` for `random()`,\n\
            `capabilities(wall_clock)` for `wall_clock()`;\n\
            `param` is a parameter of its configuration"
)]
pub trait ResourceDeclares<C> {}

// === impl ResourceContext ===

impl<R> ResourceContext<R> {
    pub(crate) fn new(context: resource::ResourceContext) -> Self {
        Self { context, resource: PhantomData }
    }

    /// The name under which nodes use it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.resource_name().as_str()
    }

    fn resource_name(&self) -> &ResourceName {
        &self.context.name
    }

    /// HTTP, within `capabilities(net(..))`.
    #[must_use]
    pub fn http(&self) -> Http<'_>
    where
        R: ResourceDeclares<cap::Net>,
    {
        Http::new(&*self.context.host)
    }

    /// Reading files, within `capabilities(fs_read(..))`.
    #[must_use]
    pub fn files_read(&self) -> FilesRead<'_>
    where
        R: ResourceDeclares<cap::FsRead>,
    {
        FilesRead::new(&*self.context.host)
    }

    /// Writing files, within `capabilities(fs_write(..))`.
    #[must_use]
    pub fn files_write(&self) -> FilesWrite<'_>
    where
        R: ResourceDeclares<cap::FsWrite>,
    {
        FilesWrite::new(&*self.context.host)
    }

    /// Environment variables, within `capabilities(env(..))`.
    #[must_use]
    pub fn env(&self) -> Env<'_>
    where
        R: ResourceDeclares<cap::Env>,
    {
        Env::new(&*self.context.host)
    }

    /// A program to be run, within `capabilities(exec(..))`.
    pub fn exec(&self, program: impl Into<String>) -> ExecCall<'_>
    where
        R: ResourceDeclares<cap::Exec>,
    {
        ExecCall::new(&*self.context.host, program.into())
    }

    /// Random numbers, for resources that declare `capabilities(random)`.
    #[must_use]
    pub fn random(&self) -> Random<'_>
    where
        R: ResourceDeclares<cap::Random>,
    {
        Random::new(&*self.context.host)
    }

    /// The time of day, for resources that declare `capabilities(wall_clock)`. It is the clock of the engine.
    ///
    /// # Errors
    /// `Denied` where what runs the action has no clock to give.
    pub fn wall_clock(&self) -> Result<Timestamp>
    where
        R: ResourceDeclares<cap::WallClock>,
    {
        Ok(self.context.host.wall_clock()?)
    }
}

impl<R> Clone for ResourceContext<R> {
    fn clone(&self) -> Self {
        Self::new(self.context.clone())
    }
}

impl<R> fmt::Debug for ResourceContext<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.context, f)
    }
}
