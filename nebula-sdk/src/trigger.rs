//! Triggers: actions that start executions.

use std::{fmt, future::Future, time::Duration};

use serde::{Serialize, de::DeserializeOwned};

use crate::{Action, ActionContext, ActionError, Output, Parameters, port::NoneOfThem};

/// An action that says how often it is polled. Implemented by `#[derive(Action)]`, never by hand.
#[diagnostic::on_unimplemented(
    message = "the trigger `{Self}` does not say how often it is polled",
    label = "this trigger has no `poll`",
    note = "add `poll = \"60s\"` to its `#[action(..)]`: how long to wait between two polls"
)]
pub trait Polls {}

/// An action that starts executions: it is polled, and each event that it finds starts one.
///
/// A workflow names it under `triggers:`, with its configuration and with what an event becomes: the input of the execution.
/// It is made anew for every poll, with its credentials in its fields, and keeps nothing but the cursor that it returns:
/// the next poll is given that, also in another process.
///
/// Each event has a key, and one key starts one execution, however often a poll finds it. A crash between the start of the
/// executions and the writing of the cursor repeats the poll with the old cursor, and starts nothing twice. Therefore a
/// trigger is `pure` or `idempotent`. A poll that fails is tried again after a wait that grows; it keeps no other trigger
/// from being polled. Dropping the future ends the poll, as `timeout` does; before an orderly end of the process
/// [`ActionContext::cancelled`] completes.
///
/// What it looks at, its parameters say: with others, or with another major version, it is another trigger, without a cursor
/// and with keys of its own. `idempotent(key(url))` names those that count, so that the others can be changed.
///
/// ```
/// use nebula_sdk::{prelude::*, testing};
///
/// /// Posts of a board that are new.
/// #[derive(Action)]
/// #[action(id = "board.new_posts", version = "1.0", pure, poll = "60s", capabilities(net("board.example.com:443")))]
/// struct NewPosts;
///
/// /// Which board.
/// #[derive(Parameters)]
/// struct Board {
///     /// Its name.
///     name: String,
/// }
///
/// /// Something that somebody wrote.
/// #[derive(Parameters)]
/// struct Post {
///     /// Its number, growing.
///     id: u64,
///     /// What it says.
///     text: String,
/// }
///
/// impl TriggerAction for NewPosts {
///     type Config = Board;
///     type Event = Post;
///     type Cursor = u64;
///
///     async fn poll(&self, board: Board, last: Option<u64>, ctx: &ActionContext<Self>) -> Result<Polled<Post, u64>> {
///         let last = last.unwrap_or(0);
///         let url = format!("https://board.example.com/{}/posts?after={last}", board.name);
///         let posts: Vec<Post> = ctx.http().get(url).send().await?.error_for_status()?.json()?;
///         let last = posts.last().map_or(last, |post| post.id);
///         Ok(Polled::up_to(last).events(posts.into_iter().map(|post| (post.id.to_string(), post))))
///     }
/// }
///
/// let host = testing::FakeHost::new().answer(200, r#"[{ "id": 7, "text": "hello" }]"#);
/// let polled = testing::poll::<NewPosts>(json!({ "name": "ops" })).host(&host).found();
/// assert_eq!((polled.keys(), polled.cursor()), (vec!["7"], Some(7)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no trigger",
    label = "not a `TriggerAction`",
    note = "write `impl TriggerAction for {Self}` with `Config`, `Event`, `Cursor` and `async fn poll`"
)]
pub trait TriggerAction: Action<Port: NoneOfThem> + Polls {
    /// What says where to look: the parameters of the trigger.
    type Config: Parameters;
    /// What it finds.
    type Event: Output;
    /// From where the next poll goes on. It stands in a row of the store: at most 64 KiB of JSON, no secrets. A new version
    /// of the action must be able to read what the old one kept, else the poll fails with the bug `trigger.cursor`.
    type Cursor: Serialize + DeserializeOwned + Send;

    /// Looks once. `cursor` is `None` as long as no poll has returned one.
    ///
    /// # Errors
    /// An [`ActionError`]; its kind decides how soon it is looked again.
    fn poll(
        &self,
        config: Self::Config,
        cursor: Option<Self::Cursor>,
        ctx: &ActionContext<Self>,
    ) -> impl Future<Output = Result<Polled<Self::Event, Self::Cursor>, ActionError>> + Send;
}

/// What a poll has found.
///
/// At most 1,000 events: what is more waits for the next poll, which can be had [`at_once`](Self::at_once).
#[must_use = "what was found is lost unless the poll returns it"]
pub struct Polled<E, C> {
    pub(crate) events: Vec<(String, E)>,
    pub(crate) cursor: Option<C>,
    pub(crate) wait: Option<Duration>,
}

// === impl Polled ===

impl<E, C> Polled<E, C> {
    /// Nothing is found yet, and the next poll goes on from here. It is kept when all events of this poll have started their
    /// executions.
    pub const fn up_to(cursor: C) -> Self {
        Self { events: Vec::new(), cursor: Some(cursor), wait: None }
    }

    /// Nothing is found yet, and the next poll goes on from where this one did.
    pub const fn unmoved() -> Self {
        Self { events: Vec::new(), cursor: None, wait: None }
    }

    /// With an event. The key tells it from all other events of this trigger, and is the same in every poll that finds it:
    /// the number of a message, the hash of a line; never the time of the poll. It has 1 to 512 bytes.
    pub fn event(mut self, key: impl Into<String>, event: E) -> Self {
        self.events.push((key.into(), event));
        self
    }

    /// With several events and their keys, see [`event`](Self::event). Executions are started in this order.
    pub fn events<K: Into<String>>(mut self, events: impl IntoIterator<Item = (K, E)>) -> Self {
        self.events.extend(events.into_iter().map(|(key, event)| (key.into(), event)));
        self
    }

    /// The next poll follows at once: there is more.
    pub const fn at_once(self) -> Self {
        self.after(Duration::ZERO)
    }

    /// The next poll follows after this time in the place of the trigger's interval.
    pub const fn after(mut self, wait: Duration) -> Self {
        self.wait = Some(wait);
        self
    }
}

impl<E, C> fmt::Debug for Polled<E, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&String> = self.events.iter().map(|(key, _)| key).collect();
        f.debug_struct("Polled").field("events", &keys).field("wait", &self.wait).finish_non_exhaustive()
    }
}
