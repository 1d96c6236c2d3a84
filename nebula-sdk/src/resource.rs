//! Resources in the slots of an action: what is created once and used by many attempts.

mod context;
mod http_client;
mod slot;

use std::future::Future;

use nebula_ports::resource::ArcResource;

pub use self::{
    context::{ResourceContext, ResourceDeclares},
    http_client::{HttpClient, HttpClientConfig, HttpClientHandle},
    slot::Res,
};
use crate::{
    ActionError, Parameters, Result,
    adapt::{Slots, resource::ResourceMetadata},
};

/// Makes a struct a resource: what attempts share, or have for their time. Then implement [`ResourceLifecycle`], and use it in
/// a slot of type [`Res`].
///
/// On a unit struct, or on a struct whose named fields are credential slots: [`Cred<T>`](crate::Cred), or `Option<Cred<T>>` for one
/// that may stay empty. The doc comment is the description. Registering an action registers the resources of its slots.
///
/// | key of `#[resource(..)]` | |
/// |---|---|
/// | `id = "postgres.database"` | required; its type: what a node names must be of it |
/// | `shared`, `exclusive`, `pool(max = 8)` | one of them is required: one for all attempts at the same time, one for one attempt after the other, several for one attempt each. Those that wait are served in the order in which they came |
/// | `pool(min = 1, max = 8, idle = "5m", max_life = "30m")` | how many are kept once it is in use (0), how many there are at most; how long one may stand idle, beyond `min`, and how old one may get, drawn anew for each between 90 and 100 % of it (both without limit) |
/// | `acquire_timeout = "30s"` | longest wait for one; then the attempt fails with the code `resource.timeout`, before it began, as something that may pass. Waiting is not charged to the action's `timeout` |
/// | `health_interval = "30s"` | one that nobody has used for so long is checked before it is given away |
/// | `teardown = "5s"` | longest time of one `check`, `reset` or `close` |
/// | `name = "Database"`, `description = ".."` | for people; from the struct's name and its doc comment when absent |
/// | `capabilities(..)` | what it needs itself: as in [`Action`](derive@crate::Action); `param = "url"` is a parameter of its configuration. Whoever uses it must be granted this too |
/// | `crate = "path"` | where nebula-sdk is, when Cargo.toml does not tell |
///
/// ```
/// use nebula_sdk::{prelude::*, testing::{ActionTestHarness, FakeHost}};
///
/// /// A session at the ledger: logging in takes long, so it is done once.
/// #[derive(Resource)]
/// #[resource(id = "ledger.session", pool(max = 4, idle = "5m"), capabilities(net(param = "url")))]
/// struct LedgerSession { login: Cred<LedgerLogin> }
///
/// /// Who logs in.
/// #[derive(Credential)]
/// #[credential(id = "ledger.login", scheme = bearer)]
/// struct LedgerLogin { key: SecretString }
///
/// /// Where the ledger is.
/// #[derive(Parameters)]
/// struct LedgerConfig {
///     /// Its address.
///     url: String,
/// }
///
/// impl ResourceLifecycle for LedgerSession {
///     type Config = LedgerConfig;
///     type Handle = String;
///
///     async fn create(&self, config: LedgerConfig, ctx: &ResourceContext<Self>) -> Result<String> {
///         let answer = ctx.http().post(format!("{}/login", config.url)).auth(&*self.login).send().await?;
///         answer.error_for_status()?.json()
///     }
/// }
///
/// /// Say which session it is.
/// #[nebula_sdk::action(id = "ledger.whoami", version = "1.0", idempotent)]
/// async fn whoami(session: Res<LedgerSession>) -> Result<String> {
///     Ok(session.to_string())
/// }
///
/// let host = FakeHost::new().answer(200, "\"s-1\"");
/// let t = ActionTestHarness::<Whoami>::new(7)
///     .resource_config::<LedgerSession>("session", json!({ "url": "https://ledger.example.com" }))
///     .host(&host);
/// assert_eq!(t.run_blocking(json!({})).output::<String>(), "s-1");
/// ```
pub use nebula_derive::Resource;

/// What is known of a resource without creating it. Implemented by [`#[derive(Resource)]`](derive@crate::Resource), never
/// by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no resource",
    label = "not a resource",
    note = "write `#[derive(Resource)]` and `#[resource(id = \"namespace.name\", shared)]` above it"
)]
pub trait Resource: Sized + Send + Sync + 'static {
    #[doc(hidden)]
    fn metadata() -> ResourceMetadata;

    #[doc(hidden)]
    fn from_slots(slots: &Slots<'_>) -> Result<Self, ActionError>;

    #[doc(hidden)]
    fn erase() -> ArcResource;
}

/// How a resource begins and ends: a connection, a client, a browser, whatever takes long to make and is used by many
/// attempts.
///
/// The engine creates it when an attempt first needs it, on a task of its own: an attempt that is cancelled while it waits
/// does not throw the creation away. It lives in the memory of one process and is created anew by the next; nothing of it is
/// in the journal.
///
/// | the engine calls | when |
/// |---|---|
/// | [`create`](Self::create) | there is none, or too few for those who wait |
/// | [`check`](Self::check) | nobody has used it for `health_interval`, and somebody is about to |
/// | [`reset`](Self::reset) | an attempt has given it back; not for `shared` |
/// | [`close`](Self::close) | it failed one of the two, is too old, stood idle, was [discarded](Res::discard), or the engine ends |
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// /// A counter that is kept in memory.
/// #[derive(Resource)]
/// #[resource(id = "demo.counter", shared)]
/// struct Counter;
///
/// /// How a counter begins.
/// #[derive(Parameters)]
/// struct CounterConfig {
///     /// The first number.
///     #[param(default = 1)]
///     first: u64,
/// }
///
/// impl ResourceLifecycle for Counter {
///     type Config = CounterConfig;
///     type Handle = std::sync::atomic::AtomicU64;
///
///     async fn create(&self, config: CounterConfig, _: &ResourceContext<Self>) -> Result<Self::Handle> {
///         Ok(config.first.into())
///     }
/// }
///
/// /// Take the next number.
/// #[nebula_sdk::action(id = "demo.next", version = "1.0", at_most_once)]
/// async fn next(counter: Res<Counter>) -> Result<u64> {
///     Ok(counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
/// }
/// # let _ = Registry::new().with::<Next>();
/// ```
#[diagnostic::on_unimplemented(
    message = "the resource `{Self}` cannot be created yet",
    label = "this resource has no `create`",
    note = "write `impl ResourceLifecycle for {Self}` with `Config`, `Handle` and `async fn create`"
)]
pub trait ResourceLifecycle: Resource {
    /// How it is configured; `()` for nothing.
    type Config: Parameters;
    /// What attempts work with. Where several methods need it exclusively, put a lock into it: slots give `&Handle`.
    type Handle: Send + Sync + 'static;

    /// Makes one. It is given up after a minute.
    ///
    /// # Errors
    /// An [`ActionError`]. A transient one, a rate limit or a timeout is tried again, every 100 to 250 ms or when the error
    /// says, as long as an attempt waits for it; any other ends the attempts that wait.
    fn create(
        &self,
        config: Self::Config,
        ctx: &ResourceContext<Self>,
    ) -> impl Future<Output = Result<Self::Handle>> + Send;

    /// Looks whether it still works. Within `teardown`.
    ///
    /// # Errors
    /// Any: it is closed then, and another one is created.
    fn check(&self, handle: &Self::Handle, ctx: &ResourceContext<Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = (handle, ctx);
        std::future::ready(Ok(()))
    }

    /// Makes it as new for the next attempt: ends what the last one left open. The last one may have been dropped at any
    /// `.await`. Within `teardown`.
    ///
    /// # Errors
    /// Any: it is closed then.
    fn reset(&self, handle: &Self::Handle, ctx: &ResourceContext<Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = (handle, ctx);
        std::future::ready(Ok(()))
    }

    /// Ends it. Within `teardown`; what takes longer is dropped. It is not called for a handle that somebody still holds:
    /// that one is dropped when it is let go.
    ///
    /// # Errors
    /// Any: it is told in the log.
    fn close(&self, handle: Self::Handle, ctx: &ResourceContext<Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = ctx;
        drop(handle);
        std::future::ready(Ok(()))
    }
}
