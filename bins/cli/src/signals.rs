//! Ctrl-C and SIGTERM, from when this is made on: the process does not end by itself any more.

use crate::error::{Result, Stop};

/// Requests to end.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Listens. Needs a Tokio runtime.
    pub(crate) fn listen() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let failed = |error| Stop::internal(format!("signals cannot be listened to: {error}"));
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
        })
    }

    /// Returns at the next one. Dropping the future loses none.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    /// Listens. Needs a Tokio runtime.
    pub(crate) fn listen() -> Result<Self> {
        Ok(Self {})
    }

    /// Returns at the next one. Dropping the future loses none.
    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // It cannot be listened to: then none comes.
            std::future::pending::<()>().await;
        }
    }
}
