//! Listens to what is logged during a run, so that no secret is; all of it goes on to whoever listens in the test.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use tracing::{
    Dispatch, Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::testing::canary::Canaries;

/// The span of those who do not listen to it.
const UNHEARD: u64 = u64::MAX;

/// Runs `work` and gives the first line that shows a secret, in words that do not.
pub(super) fn listen<T>(canaries: &Arc<Canaries>, work: impl FnOnce() -> T) -> (T, Option<String>) {
    // Nobody has to listen where there is nothing to be heard.
    if canaries.is_empty() {
        return (work(), None);
    }
    let heard = Arc::new(Mutex::new(None));
    let next = tracing::dispatcher::get_default(Clone::clone);
    let listener = Listener { next, canaries: Arc::clone(canaries), heard: Arc::clone(&heard) };
    let result = tracing::subscriber::with_default(listener, work);
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner).take();
    (result, heard)
}

struct Listener {
    next: Dispatch,
    canaries: Arc<Canaries>,
    heard: Arc<Mutex<Option<String>>>,
}

/// The values of a line.
struct Line(String);

// === impl Listener ===

impl Listener {
    fn hear(&self, metadata: &Metadata<'_>, what: &str, line: &Line) {
        let Some(name) = self.canaries.find(&line.0) else { return };
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.get_or_insert_with(|| {
            let target = metadata.target();
            format!("{what} of `{target}` in the log shows the secret of the credential `{name}`")
        });
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(String::new());
        span.record(&mut line);
        self.hear(span.metadata(), "a span", &line);
        if self.next.enabled(span.metadata()) { self.next.new_span(span) } else { Id::from_u64(UNHEARD) }
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        if let Some(name) = self.canaries.find(&line.0) {
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.get_or_insert_with(|| format!("a span in the log shows the secret of the credential `{name}`"));
        }
        if span.into_u64() != UNHEARD {
            self.next.record(span, values);
        }
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        if span.into_u64() != UNHEARD && follows.into_u64() != UNHEARD {
            self.next.record_follows_from(span, follows);
        }
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.hear(event.metadata(), "a line", &line);
        if self.next.enabled(event.metadata()) {
            self.next.event(event);
        }
    }

    fn enter(&self, span: &Id) {
        if span.into_u64() != UNHEARD {
            self.next.enter(span);
        }
    }

    fn exit(&self, span: &Id) {
        if span.into_u64() != UNHEARD {
            self.next.exit(span);
        }
    }

    fn clone_span(&self, span: &Id) -> Id {
        if span.into_u64() == UNHEARD { span.clone() } else { self.next.clone_span(span) }
    }

    fn try_close(&self, span: Id) -> bool {
        span.into_u64() != UNHEARD && self.next.try_close(span)
    }
}

// === impl Line ===

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push_str(&format!("{}={value}\n", field.name()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push_str(&format!("{}={value:?}\n", field.name()));
    }
}
