//! The Tokio runtime of a command.

use std::{future::Future, time::Duration};

use crate::error::{Result, Stop};

/// Runs a command's future to its end. What it leaves behind on other threads is not waited for long.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Stop::internal(format!("the runtime does not start: {error}")))?;
    let result = runtime.block_on(future);
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}
