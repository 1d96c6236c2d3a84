//! How long real programs took on a real machine; nothing decides by it.

use std::time::{Duration, Instant};

/// Wall time since it was started.
pub(crate) struct Stopwatch(Instant);

// === impl Stopwatch ===

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "measures real programs; there is no engine and so no Clock port here"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "measures real programs; there is no engine and so no Clock port here"
    )]
    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
