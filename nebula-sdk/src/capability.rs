//! Capabilities as types: what an action did not declare, its context does not offer.

/// The capabilities.
pub mod cap {
    /// Talking to hosts: `capabilities(net("example.com:443"))`.
    #[derive(Debug)]
    pub enum Net {}

    /// Reading files: `capabilities(fs_read("/data"))`.
    #[derive(Debug)]
    pub enum FsRead {}

    /// Writing files: `capabilities(fs_write("/data"))`.
    #[derive(Debug)]
    pub enum FsWrite {}

    /// Saying that it is alive: `heartbeat = "30s"`.
    #[derive(Debug)]
    pub enum Heartbeat {}

    /// Reading environment variables: `capabilities(env("HOME"))`.
    #[derive(Debug)]
    pub enum Env {}

    /// Running programs: `capabilities(exec("git"))`.
    #[derive(Debug)]
    pub enum Exec {}

    /// Storing and reading blobs: `capabilities(blob)`.
    #[derive(Debug)]
    pub enum Blob {}

    /// Random numbers: `capabilities(random)`.
    #[derive(Debug)]
    pub enum Random {}

    /// The time of day: `capabilities(wall_clock)`.
    #[derive(Debug)]
    pub enum WallClock {}
}

/// The action declares the capability `C`. Implemented by `#[derive(Action)]` from `capabilities(..)`, never by hand.
#[diagnostic::on_unimplemented(
    message = "the action `{Self}` does not declare the capability `{C}`",
    label = "`{Self}` does not declare `{C}`",
    note = "add to `#[action(..)]` of `{Self}` what the call needs:\n\
            `capabilities(net(\"example.com:443\"))` or `net(param = \"url\")` for `http()`,\n\
            `capabilities(fs_read(\"/data\"))` or `fs_read(param = \"path\")` for `files_read()`,\n\
            `capabilities(fs_write(\"/data\"))` or `fs_write(param = \"path\")` for `files_write()`,\n\
            `capabilities(env(\"HOME\"))` for `env()`,\n\
            `capabilities(exec(\"git\"))` or `exec(param = \"program\")` for `exec()`,\n\
            `capabilities(blob)` for `blobs()`,\n\
            `capabilities(random)` for `random()`,\n\
            `capabilities(wall_clock)` for `wall_clock()`,\n\
            `heartbeat = \"30s\"` for `heartbeat()`"
)]
pub trait Declares<C> {}
