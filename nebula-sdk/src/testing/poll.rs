//! One poll of one trigger.

use std::marker::PhantomData;

use nebula_ports::{
    action::ActionOutput,
    model::{Failure, PollOutput},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{Call, FakeHost, call};
use crate::{TriggerAction, adapt};

/// A poll of the trigger `T`, being prepared.
#[must_use = "nothing is polled before `found()`, `failure()` or `run()`"]
#[derive(Debug)]
pub struct Poll<T> {
    call: Call,
    trigger: PhantomData<fn() -> T>,
}

/// What a poll of the trigger `T` has found.
#[derive(Debug, Clone)]
pub struct FoundEvents<T> {
    output: PollOutput,
    trigger: PhantomData<fn() -> T>,
}

/// Prepares a poll of the trigger `T` with this configuration: JSON, or a value of its type. It is the first one, without a
/// cursor, against an empty host and without credentials.
///
/// ```
/// use nebula_sdk::{prelude::*, testing};
///
/// /// Counts.
/// #[derive(Action)]
/// #[action(id = "demo.count", version = "1.0", pure, poll = "1m")]
/// struct Count;
///
/// impl TriggerAction for Count {
///     type Config = ();
///     type Event = u64;
///     type Cursor = u64;
///
///     async fn poll(&self, (): (), last: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<u64, u64>> {
///         let next = last.unwrap_or(0) + 1;
///         Ok(Polled::up_to(next).event(next.to_string(), next))
///     }
/// }
///
/// let first = testing::poll::<Count>(json!({})).found();
/// assert_eq!((first.keys(), first.events::<u64>(), first.cursor()), (vec!["1"], vec![1], Some(1)));
/// let second = testing::poll::<Count>(json!({})).after(&first).found();
/// assert_eq!(second.keys(), ["2"]);
/// ```
///
/// # Panics
/// When the configuration cannot be written as JSON.
#[track_caller]
pub fn poll<T: TriggerAction>(config: impl Serialize) -> Poll<T> {
    Poll { call: call::<T>(config), trigger: PhantomData }
}

// === impl Poll ===

impl<T: TriggerAction> Poll<T> {
    /// Polls with this host, which keeps what the trigger does.
    pub fn host(mut self, host: &FakeHost) -> Self {
        self.call = self.call.host(host);
        self
    }

    /// Fills a credential slot.
    pub fn credential(mut self, slot: &str, secret: &str) -> Self {
        self.call = self.call.credential(slot, secret);
        self
    }

    /// Goes on from this cursor.
    ///
    /// # Panics
    /// When it cannot be written as JSON.
    #[track_caller]
    pub fn cursor(mut self, cursor: &T::Cursor) -> Self {
        let cursor = serde_json::to_value(cursor).expect("the cursor of a test can be written as JSON");
        self.call = self.call.state(cursor);
        self
    }

    /// Goes on from where another poll has come to.
    pub fn after(mut self, found: &FoundEvents<T>) -> Self {
        if let Some(cursor) = &found.output.cursor {
            self.call = self.call.state(cursor.clone());
        }
        self
    }

    /// Polls on this thread.
    ///
    /// # Errors
    /// What the trigger fails with.
    ///
    /// # Panics
    /// When it waits for something that never comes.
    #[track_caller]
    pub fn run(self) -> Result<FoundEvents<T>, Failure> {
        match self.call.run()? {
            ActionOutput::Polled(output) => Ok(FoundEvents { output, trigger: PhantomData }),
            other => panic!("a trigger answers with what it has found, and this is {other:?}"),
        }
    }

    /// Polls, and returns what was found.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    #[track_caller]
    pub fn found(self) -> FoundEvents<T> {
        match self.run() {
            Ok(found) => found,
            Err(failure) => panic!("the poll failed: {failure} ({:?}, {})", failure.kind, failure.code),
        }
    }

    /// Polls, and returns why that failed.
    ///
    /// # Panics
    /// When it does not fail.
    #[must_use]
    #[track_caller]
    pub fn failure(self) -> Failure {
        match self.run() {
            Err(failure) => failure,
            Ok(found) => panic!("the poll did not fail: {:?}", found.output),
        }
    }
}

// === impl FoundEvents ===

impl<T: TriggerAction> FoundEvents<T> {
    /// The keys of the events, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        self.output.events.iter().map(|event| event.key.as_str()).collect()
    }

    /// The events, in order, as a workflow gets them.
    ///
    /// # Panics
    /// When one is no `E`.
    #[must_use]
    #[track_caller]
    pub fn events<E: DeserializeOwned>(&self) -> Vec<E> {
        let read = |event: &nebula_ports::model::PolledEvent| match serde_json::from_value(event.event.clone()) {
            Ok(event) => event,
            Err(error) => panic!("the event `{}` is no `{}`: {error}", event.key, std::any::type_name::<E>()),
        };
        self.output.events.iter().map(read).collect()
    }

    /// From where the next poll goes on; `None` when that is where this one did.
    ///
    /// # Panics
    /// When what is written cannot be read again: the type of the cursor is wrong.
    #[must_use]
    #[track_caller]
    pub fn cursor(&self) -> Option<T::Cursor> {
        self.output.cursor.as_ref().map(|kept| match adapt::cursor(kept) {
            Ok(cursor) => cursor,
            Err(error) => panic!("{error}"),
        })
    }

    /// When the next poll follows; `None` = after the trigger's interval.
    #[must_use]
    pub fn wait(&self) -> Option<std::time::Duration> {
        self.output.wait.map(nebula_ports::time::DurationText::get)
    }
}
