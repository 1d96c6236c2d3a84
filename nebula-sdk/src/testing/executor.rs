//! The executor of a test: one future on the test's own thread. Nothing runs beside it.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

#[derive(Default)]
struct Woken(AtomicBool);

// === impl Woken ===

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Polls until it is done. When it waits and nobody has woken it, nobody ever will.
///
/// # Panics
/// When it waits for something that never comes.
#[track_caller]
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => assert!(
                woken.0.swap(false, Ordering::SeqCst),
                "the test waits for something that never comes: nothing runs beside it"
            ),
        }
    }
}
