//! Work that would keep an engine's thread busy goes where it hinders nobody; small work is not worth the way.

use nebula_sdk::{ActionContext, Result};

/// Items above which work is moved.
const ITEMS: usize = 1_000;
/// Bytes of text above which work is moved.
const BYTES: usize = 256 * 1024;

/// Does work over so many items.
pub(crate) async fn over_items<A, T: Send + 'static>(
    ctx: &ActionContext<A>,
    items: usize,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    if items > ITEMS { ctx.blocking(work).await? } else { work() }
}

/// Does work over so many bytes of text.
pub(crate) async fn over_bytes<A, T: Send + 'static>(
    ctx: &ActionContext<A>,
    bytes: usize,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    if bytes > BYTES { ctx.blocking(work).await? } else { work() }
}
