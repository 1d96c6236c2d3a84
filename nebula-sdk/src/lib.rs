//! Write actions for Nebula workflows: an ordinary async function over typed input and output, with everything else
//! stated once, as types, doc comments and one attribute.
//!
//! ```
//! use nebula_sdk::{prelude::*, testing::{ActionTestHarness, FakeHost}};
//!
//! /// Key of the weather service.
//! #[derive(Credential)]
//! #[credential(id = "weather.api", scheme = header("X-Api-Key"))]
//! pub struct WeatherApi { key: SecretString }
//!
//! /// Weather of a day.
//! #[derive(Parameters)]
//! pub struct Weather {
//!     /// Degrees Celsius.
//!     pub temp: f64,
//! }
//!
//! /// Fetch the current weather.
//! #[nebula_sdk::action(id = "weather.fetch", version = "1.0", idempotent, timeout = "10s",
//!     capabilities(net("api.example.com:443")), retry(max = 3, backoff = exp("200ms"), jitter))]
//! pub async fn fetch_weather(
//!     /// City to look up.
//!     #[param(min_len = 1, example = "Oslo")]
//!     city: String,
//!     /// Days to look ahead.
//!     #[param(default = 1, min = 1, max = 14)]
//!     days: u8,
//!     key: Cred<WeatherApi>,
//!     ctx: &Ctx,
//! ) -> Result<Weather> {
//!     let url = format!("https://api.example.com/{city}?days={days}");
//!     ctx.http().get(url).auth(&key).send().await?.error_for_status()?.json()
//! }
//!
//! /// What this package offers.
//! pub fn register(registry: &mut Registry) {
//!     registry.register::<FetchWeather>();
//! }
//!
//! #[nebula_sdk::test(seed = 7)]
//! async fn a_busy_service_is_asked_again(t: ActionTestHarness<FetchWeather>) {
//!     let host = FakeHost::new().answer(503, "busy").answer(200, r#"{ "temp": 3.5 }"#);
//!     let run = t.host(&host).run(json!({ "city": "Oslo" })).await;
//!     assert_eq!(run.output::<Weather>().temp, 3.5);
//!     assert_eq!(host.requests()[1].url, "https://api.example.com/Oslo?days=1");
//! }
//! # let host = FakeHost::new().answer(503, "busy").answer(200, r#"{ "temp": 3.5 }"#);
//! # let run = ActionTestHarness::<FetchWeather>::new(7).host(&host).run_blocking(json!({ "city": "Oslo" }));
//! # assert_eq!(run.output::<Weather>().temp, 3.5);
//! # assert_eq!(host.requests()[1].url, "https://api.example.com/Oslo?days=1");
//! # register(&mut Registry::new());
//! ```
//!
//! | to | use |
//! |---|---|
//! | write an action as one function | [`#[nebula_sdk::action]`](macro@action) |
//! | turn input into output | [`SimpleAction`] |
//! | let a node wait, durably | [`ProcessAction`] |
//! | start executions by itself | [`TriggerAction`] |
//! | say what goes in and out | [`Parameters`] |
//! | share a connection, or have one for an attempt | [`#[derive(Resource)]`](derive@Resource) in a slot of type [`Res`] |
//! | hold a secret | [`#[derive(Credential)]`](derive@Credential) in a slot of type [`Cred`] |
//! | send a secret | [`HttpCall::auth`] |
//! | reach the world | [`ActionContext`], within what `capabilities(..)` declares |
//! | hand on large content | [`Blob`], stored and read with [`Blobs`] |
//! | fail | [`ActionError`]: transient, rate limited, invalid, auth, permanent |
//! | offer actions | [`Registry`] |
//! | see a change that breaks callers | [`lock`], `testing::assert_schema_lock` |
//! | put a workflow together in Rust | [`workflow!`], [`#[derive(Workflow)]`](derive@Workflow), or the builder of [`flow`] |
//! | write an expression or a template in Rust | [`expr!`], [`template!`] |
//! | test one action, with its retries and limits | `testing::ActionTestHarness` (feature `testing`) |
//! | test a whole workflow, with mocks, faults and a clock of its own | `testing::TestFlow` (feature `testing`) |
//!
//! An actions crate depends on this crate alone: [`Bytes`], [`Stream`], [`Value`], [`json!`](json) and, in `reexports`,
//! `serde`, `serde_json` and `schemars` are here (JSON of others: `#[derive(nebula_sdk::reexports::serde::Deserialize)]`
//! with `#[serde(crate = "nebula_sdk::reexports::serde")]`).
//!
//! What is not declared does not compile, what is not granted is refused: `ctx.http()` exists for actions that declare
//! `net`, and each request is checked against the grants of the run.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod action;
#[doc(hidden)]
pub mod adapt;
mod blob;
mod capability;
mod context;
mod credential;
mod duration;
mod error;
pub mod expression;
pub mod flow;
mod item;
mod item_expr;
mod item_template;
pub mod lock;
mod output;
mod parameters;
mod pause;
mod port;
pub mod prelude;
mod registry;
mod resource;
#[doc(hidden)]
pub mod schema;
mod trigger;

#[doc(hidden)]
pub mod __private;

#[cfg(feature = "testing")]
pub mod testing;

pub use action::{Action, ActionResult, ProcessAction, SimpleAction};
pub use blob::Blob;
pub use capability::{Declares, cap};
pub use context::{
    ActionContext,
    blobs::Blobs,
    env::Env,
    exec::{ExecCall, ExecOutput},
    files::{FilesRead, FilesWrite},
    http::{Http, HttpCall, HttpResponseExt},
    random::Random,
};
pub use credential::{Cred, Credential, CredentialField, HttpAuth, HttpCredential, SlotField};
pub use duration::DurationText;
pub use error::{ActionError, Result, ResultExt};
pub use item_expr::ItemExpr;
pub use item_template::ItemTemplate;
pub use nebula_ports::{
    action::{ActionOutput, ArcAction, DynAction},
    host::{ByteStream, HttpRequest, HttpResponse, ProgramCall, ProgramStatus},
    model::{
        ActionDescriptor, ActionReference, EffectClass, ExecutionId, Failure, FailureKind, IdempotencyKey, NodeAddress,
        NodeId,
    },
    progress::Progress,
    time::Timestamp,
};
pub use output::Output;
pub use parameters::Parameters;
pub use pause::{Pause, Resumed, UntilSignal, UntilTime};
pub use port::{NoPorts, Ports};
pub use registry::Registry;
pub use resource::{
    HttpClient, HttpClientConfig, HttpClientHandle, Res, Resource, ResourceContext, ResourceDeclares, ResourceLifecycle,
};
pub use trigger::{Polled, Polls, TriggerAction};

// What an actions crate needs of others, so that it depends on this one alone.
pub use bytes::Bytes;
pub use futures_util::{Stream, StreamExt, stream};
pub use secrecy::{ExposeSecret, SecretString};
pub use serde_json::json;

/// Any JSON.
// An alias and no re-export: rustc counts the variant `Value::String` as a second thing named `String`, and would write
// `std::string::String` in every error of a crate that sees the enum.
pub type Value = serde_json::Value;

/// The crates behind derives and values. Hidden for the same reason as `Value` is an alias.
#[doc(hidden)]
pub mod reexports {
    pub use {schemars, serde, serde_json};
}

/// Makes a struct an action: metadata, capability manifest, slots and the erased adapter.
///
/// On a unit struct, or on a struct whose named fields are slots: [`Cred<T>`](Cred) for a credential, [`Res<T>`](Res) for a
/// resource, and with `Option` around it for a slot that may stay empty. The doc comment of the struct is the action's description, that of a field the slot's. Then implement
/// [`SimpleAction`], [`ProcessAction`] or [`TriggerAction`].
///
/// | key of `#[action(..)]` | |
/// |---|---|
/// | `id = "weather.fetch"` | required; has a namespace |
/// | `version = "1.0"` | required; `major.minor` of its interface: the major changes when callers break |
/// | `name = "Fetch weather"` | for people; from the struct's name when absent |
/// | `description = ".."` | for people; the doc comment when absent |
/// | `category = "Weather"`, `tags("forecast", "rain")`, `icon = "cloud-sun"`, `docs = "https://.."` | how catalogues show and find it: `nebula action list`; they change no plan |
/// | `example(title = "Oslo", input = json!({ "name": "Oslo" }))` | an input that shows what it is for; may be repeated; one that cannot be read as the input panics when the action is registered |
/// | `pure`, `idempotent`, `at_most_once` | what repeating it may do; `at_most_once` when absent |
/// | `idempotent(key(order_id, customer))` | idempotent, and the values of these fields of the input are part of [`idempotency_key`](ActionContext::idempotency_key): the same for every attempt, another for another order |
/// | `timeout = "10s"` | limit of one attempt, when the node says nothing |
/// | `deadline = "5m"` | limit of all attempts and the waits between them, when the node says nothing; without limit when absent |
/// | `max_input = "1MiB"`, `max_output = "10MiB"` | largest input and output, as JSON text, in `B`, `KiB`, `MiB` or `GiB`; 256 MiB each when absent; a node cannot raise them. What is larger fails with the code `input.too_large`, before any attempt, or `output.too_large`; neither is tried again |
/// | `concurrency = 4` | most attempts of it at one time in a worker; others wait in the order in which they came. Waiting is in memory, is not charged to `timeout`, and ends with the deadline of the node, the time of the run or a cancellation |
/// | `rate_limit = "10/s"`, `rate_limit("100/m", burst = 5)` | how often a worker begins an attempt of it, in a second (`s`), a minute (`m`) or an hour (`h`): evenly spaced, but for a burst after a pause. Waiting is as with `concurrency` |
/// | `heartbeat = "30s"` | the attempt fails, with the code `attempt.heartbeat` and as one that took too long, when `ctx.heartbeat(Progress::of(3, 10))` was not called for so long; only with this key does that method exist. `nebula run` shows the progress |
/// | `cache = "10m"` | for `pure` actions without slots: how long a worker may give the result of an earlier attempt for the same input, of the same tenant with the same grants. The journal has it as an attempt that is marked `cached`. Kept in memory, 64 MiB in all unless the engine is set otherwise; a result larger than an eighth of that is not kept |
/// | `retry(max = 3, backoff = exp("200ms", max = "10s"), jitter)` | when the node says nothing; `max` counts the first attempt; `backoff` is `exp(..)` (default, from 200 ms) or `fixed("5s")`; `jitter` is `full` (default) or `none`; not for `at_most_once` |
/// | `poll = "60s"` | makes it a trigger, which is polled and starts executions: how long to wait between two polls, when the definition says nothing; 1 second to 366 days. See [`TriggerAction`]; a trigger is `pure` or `idempotent`, and has no `retry`, `deadline`, `heartbeat`, `concurrency`, `rate_limit`, `cache`, `max_input` and `ports` |
/// | `capabilities(..)` | what it needs: `net("host:port")`, `fs_read("/folder")`, `fs_write("/folder")`, `env("NAME")`, `exec("git")`; with `param = "url"` instead of a text, the value of that parameter; `blob`, and for actions that are not `pure` `random` and `wall_clock`, have no bounds and need no grant |
/// | `crate = "path"` | where nebula-sdk is, when Cargo.toml does not tell |
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// /// Which file.
/// #[derive(Parameters)]
/// struct File {
///     /// Path of the file.
///     path: String,
/// }
///
/// /// Count the bytes of a file.
/// #[derive(Action)]
/// #[action(id = "demo.count", version = "1.0", pure, capabilities(fs_read(param = "path")))]
/// struct Count;
///
/// impl SimpleAction for Count {
///     type Input = File;
///     type Output = usize;
///
///     async fn execute(&self, input: File, ctx: &ActionContext<Self>) -> Result<usize> {
///         Ok(ctx.files_read().read_bytes(&input.path, 1_000_000).await?.len())
///     }
/// }
/// # let _ = Registry::new().with::<Count>();
/// ```
pub use nebula_derive::Action;

/// Makes a struct a credential: reading it from what is stored, `Debug` without any of it, and how a request carries it.
///
/// The fields are `SecretString`, or `String` for a part that may be seen; with `Option` they may be absent. One field is
/// stored as the text itself, several as a JSON object: `{"username": "..", "password": ".."}`. No text is empty.
/// [`HttpCall::auth`] puts it where the scheme says; from there on no message about the request, and no address in an
/// answer, holds any of it. Derive no `Debug` beside it.
///
/// | key of `#[credential(..)]` | |
/// |---|---|
/// | `id = "weather.api"` | required; its kind: what a node binds must be of it |
/// | `scheme = bearer` | `Authorization: Bearer ..`; one field |
/// | `scheme = basic` | `Authorization: Basic ..`; the fields `username` and `password` |
/// | `scheme = header("X-Api-Key")` | this header; one field |
/// | `scheme = query("key")` | this parameter of the query; one field |
/// | `scheme = custom` | the action decides what it does with the fields; [`HttpCredential`] may be implemented by hand |
/// | `crate = "path"` | where nebula-sdk is, when Cargo.toml does not tell |
///
/// ```
/// use nebula_sdk::{prelude::*, testing::{FakeHost, call}};
///
/// /// Key of the weather service.
/// #[derive(Credential)]
/// #[credential(id = "weather.api", scheme = header("X-Api-Key"))]
/// struct WeatherApi { key: SecretString }
///
/// /// Ask how warm it is.
/// #[nebula_sdk::action(id = "weather.now", version = "1.0", idempotent, capabilities(net("api.example.com:443")))]
/// async fn weather_now(key: Cred<WeatherApi>, ctx: &Ctx) -> Result<f64> {
///     ctx.http().get("https://api.example.com/now").auth(&key).send().await?.error_for_status()?.json()
/// }
///
/// let host = FakeHost::new().answer(200, "3.5");
/// assert_eq!(call::<WeatherNow>(json!({})).credential("key", "s3cret").host(&host).output(), 3.5);
/// assert_eq!(host.requests()[0].headers, [("X-Api-Key".to_owned(), "s3cret".to_owned())]);
/// assert_eq!(format!("{:?}", *Cred::<WeatherApi>::fake()), "WeatherApi([redacted])");
/// ```
pub use nebula_derive::Credential;

/// Makes an `async fn` an action: the shortest form of [`SimpleAction`] and [`ProcessAction`].
///
/// The types of the arguments decide: `&Ctx` is the [`ActionContext`], [`Cred<T>`](Cred) and [`Res<T>`](Res) are slots, with
/// `Option` around it too; everything else is a parameter, with a doc comment and the attributes of [`Parameters`]. One argument with `#[input]`
/// in place of the parameters takes them as a struct. The action may wait if the function returns
/// `Result<ActionResult<T>>`. The keys are those of [`derive@Action`].
///
/// ```
/// use nebula_sdk::{prelude::*, testing::{FakeHost, call}};
///
/// /// Ask how warm it is.
/// #[nebula_sdk::action(id = "weather.now", version = "1.0", idempotent, capabilities(net("api.example.com:443")))]
/// async fn weather_now(
///     /** City to look up. */
///     #[param(min_len = 1)]
///     city: String,
///     ctx: &Ctx,
/// ) -> Result<f64> {
///     ctx.http().get(format!("https://api.example.com/{city}")).send().await?.error_for_status()?.json()
/// }
///
/// let host = FakeHost::new().answer(200, "3.5");
/// assert_eq!(call::<WeatherNow>(json!({ "city": "Oslo" })).host(&host).output(), 3.5);
/// ```
///
/// It becomes what one would write by hand:
///
/// ```
/// # use nebula_sdk::prelude::*;
/// /// Ask how warm it is.
/// #[derive(Action)]
/// #[action(id = "weather.now", version = "1.0", idempotent, capabilities(net("api.example.com:443")))]
/// struct WeatherNow;
///
/// /// Input of the action `weather.now`.
/// #[derive(Parameters)]
/// struct WeatherNowInput {
///     /// City to look up.
///     #[param(min_len = 1)]
///     city: String,
/// }
///
/// impl SimpleAction for WeatherNow {
///     type Input = WeatherNowInput;
///     type Output = f64;
///
///     async fn execute(&self, input: WeatherNowInput, ctx: &ActionContext<Self>) -> Result<f64> {
///         let city = input.city;
///         ctx.http().get(format!("https://api.example.com/{city}")).send().await?.error_for_status()?.json()
///     }
/// }
/// ```
pub use nebula_derive::action;

/// Makes a struct or an enum parameters (or an output): `Serialize`, `Deserialize` and a JSON Schema that agree.
///
/// `Option` is optional, everything else is required unless it has a default. Doc comments are descriptions; every field
/// has one. Unknown names are errors, when read and in the schema. Derive neither serde's traits nor `JsonSchema` beside
/// it.
///
/// | key of `#[param(..)]` on a field | |
/// |---|---|
/// | `default`, `default = 1` | value when absent, of the field's type; alone: the type's own |
/// | `min`, `max`, `step = 5` | bounds of a number; what it is a multiple of |
/// | `min_len`, `max_len` | bounds of a text, in characters |
/// | `pattern = "^[a-z]+$"` | what a text matches; runs in linear time, so without look-around and backreferences |
/// | `min_items`, `max_items`, `unique` | bounds of a list; no item twice |
/// | `format = "uri"` | a format of JSON Schema 2020-12 |
/// | `one_of("a", "b")`, `options("a" = "What it means")` | the only values of a text or a number, without and with labels |
/// | `visible_if = "mode == 'custom'"` | an `Option`, or a field with a default, that is for when the condition on the fields beside it holds: otherwise a value other than the default is refused |
/// | `required_if = "mode == 'custom'"` | an `Option` that must be given when the condition holds |
/// | `expression = never`, `only` | the value must be known before the run; must be computed |
/// | `validate = path` | a function `fn(&T) -> Result<(), impl Display>` that looks at every value that is read, in plans too when no parameter is computed; on the type: at the whole |
/// | `schema = path`, `schema = json!({ .. })` | the schema of the field's values, in place of that of its type, which then needs serde's traits only |
/// | `example = "Oslo"` | shown to people |
/// | `label = "City"` | shown to people; from the field's name when absent |
/// | `placeholder = ".."`, `group = "Advanced"`, `order = 1` | for forms: what an empty field shows, what it stands under, its place before those without one |
/// | `widget = textarea` | for forms: `text`, `textarea`, `password`, `number`, `slider`, `select`, `radio`, `checkbox`, `date`, `time`, `datetime`, `json`, `code`, `file`, `color` |
/// | `sink = "sql"` | the text is run by something else (`sql`, `shell`, `html`): plans refuse templates that put values of others into it |
/// | `item_of = "rows"` | the parameter whose items the expressions in this one see; `items` when absent |
/// | `gives = "boolean"` | what these expressions give: a type of JSON, with `?` when null is as good; also on a variant with one value |
/// | `type_of = "rows"` | of an output: its type is that of a parameter, a name or a JSON pointer |
/// | `type_rule = json!({ .. })` | of an output: a rule for its type, see [below](#types-of-outputs) |
///
/// On the type: `crate = "path"`, `validate = path`. Of serde: `rename`, `rename_all`, `rename_all_fields`, `tag`,
/// `content`, `default`, `skip`, `flatten` of a struct, and `transparent` on a newtype; what else serde has is refused, with
/// the reason. Bounds and conditions are checked by the runtime, by the schema, before the action is called.
///
/// Conditions compare fields by their names in JSON: `mode == 'custom' && (count > 3 || !fast)`, `mode in ['a', 'b']`,
/// `url != null`; what is absent has its default. They are JSON Schema (`if`, `then`), so whoever reads the schema keeps them.
///
/// # Types of outputs
///
/// Plans know the types of what expressions read from the schemas of outputs. Where an output depends on the input, say
/// how, and whatever stands behind it is known too. `type_of = "rows"` is the rule `{ "parameter": "/rows" }`; the others:
///
/// | rule | the type |
/// |---|---|
/// | `{ "parameter": P }` | of the parameter at the pointer: its default when it is not given, null without one |
/// | `{ "expression": P }` | of what the expression gives that stands at the pointer |
/// | `{ "element": R }`, `{ "list": R }` | of an element of a list; a list of such elements |
/// | `{ "nullable": R }` | the same or null; with `"if_null": P` null only where the expression at the pointer may give it |
/// | `{ "schema": S }` | what a JSON Schema says |
/// | `{ "object": { "name": R } }` | an object with these members |
/// | `{ "each": P, "of": R }` | an object with the members of the parameter at the pointer, each of the type `R`, in which pointers that begin with a dot lead on from the member: `"."`, `"./sum"` |
/// | `{ "merge": [R, R] }` | an object with the members of all |
/// | `{ "given": P, "then": R, "else": R }` | one or the other, whether or not there is a parameter at the pointer |
///
/// What a rule cannot tell can be anything; a pointer to a parameter that the input does not have panics when the action
/// is registered.
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// /// What to look through.
/// #[derive(Parameters)]
/// struct Look {
///     /// The list.
///     rows: Vec<Value>,
///     /// The condition, over `$item` and `$index`.
///     #[param(item_of = "rows", gives = "boolean")]
///     until: ItemExpr,
/// }
///
/// /// What was found.
/// #[derive(Parameters)]
/// struct Found {
///     /// The rows before it.
///     #[param(type_of = "rows")]
///     before: Vec<Value>,
///     /// The row.
///     #[param(type_rule = json!({ "element": { "parameter": "/rows" } }))]
///     row: Option<Value>,
/// }
/// # let _ = |found: Found| (found.before, found.row);
/// # let _ = |look: Look| (look.rows, look.until);
/// ```
///
/// # Example
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// /// How to send it.
/// #[derive(Parameters)]
/// #[serde(rename_all = "snake_case")]
/// enum Channel { Mail, TextMessage }
///
/// /// What to send.
/// #[derive(Parameters)]
/// struct Message {
///     /// To whom.
///     #[param(format = "email", example = "ada@example.com")]
///     to: String,
///     /// How.
///     channel: Channel,
///     /// How long to try.
///     #[param(default = "30s")]
///     patience: DurationText,
///     /// When it is not to be sent at once.
///     not_before: Option<String>,
/// }
///
/// let message: Message = serde_json::from_value(json!({ "to": "ada@example.com", "channel": "text_message" }))?;
/// assert_eq!(message.patience.as_secs(), 30);
/// # assert!(message.not_before.is_none() && matches!(message.channel, Channel::TextMessage) && !message.to.is_empty());
/// # Ok::<_, nebula_sdk::reexports::serde_json::Error>(())
/// ```
pub use nebula_derive::Parameters;

/// An expression that is checked while compiling: `expr!("$input.total > 100")`.
///
/// Gives a `&'static` [`Expression`](expression::Expression), parsed when it is first used and never again. What is
/// wrong with the text is an error of the compiler, at the text, with the place marked and in the words that every other
/// check of the language uses: mistakes of form, functions and roots that do not exist, operands that never fit.
///
/// After `=>` may stand the type of JSON that it gives: `bool`, `number`, `integer`, `string`, `object`, `list` or
/// `list<number>`, each with a `?` when null is as good. An expression of which something else is known does not
/// compile.
///
/// Nothing is known here of the data: what `$input` has, and which nodes there are, is checked by the plan of the workflow
/// that uses it. What is only probably not meant, such as a default that is never used, is not told.
///
/// ```
/// use nebula_sdk::{
///     expression::{Limits, Scope},
///     prelude::*,
/// };
///
/// struct Order(Value);
///
/// impl Scope for Order {
///     fn input(&self) -> Option<&Value> {
///         Some(&self.0)
///     }
/// }
///
/// let large = expr!("$input.total > 100" => bool);
/// assert!(large.evaluate_bool(&Order(json!({ "total": 120 })), &Limits::default())?);
/// assert_eq!(large.source(), "$input.total > 100");
///
/// // Patterns read best in raw strings, of Rust and of the language.
/// let code = expr!(r#"$input.text.extract(r"[A-Z]{3}-\d+")"# => string?);
/// let found = code.evaluate(&Order(json!({ "text": "see ABC-12" })), &Limits::default())?.into_owned();
/// assert_eq!(found, "ABC-12");
///
/// // In a definition that is put together by hand.
/// let node = json!({ "when": { "$expr": large.source() } });
/// # let _ = node;
/// # Ok::<_, nebula_sdk::expression::ExprError>(())
/// ```
///
/// ```compile_fail
/// # use nebula_sdk::expr;
/// let adult = expr!("$input.age = 18");
/// ```
///
/// ```text
/// error: there is no operator `=` [E0107]
///          | $input.age = 18
///          |            ^ not an operator here
///          = help: write `==` to compare
///  --> src/main.rs:3:19
///   |
/// 3 | let adult = expr!("$input.age = 18");
///   |                   ^^^^^^^^^^^^^^^^^
/// ```
pub use nebula_derive::expr;

/// Makes an `async fn` a test: of a workflow with a [`TestFlow`](testing::TestFlow), or of one action with an
/// [`ActionTestHarness`](testing::ActionTestHarness). Feature `testing`.
///
/// It runs on the harness's own executor: no other crate is needed, and time is the test's. A test that fails says with
/// which seed, and shows the tree of the run it was about.
///
/// | key of `#[nebula_sdk::test(..)]` | |
/// |---|---|
/// | `seed = 7` | decides ids, jitter and the order of events; 0 when absent |
/// | `seeds = 0..20` | runs the test once with each |
/// | `crate = "path"` | where nebula-sdk is, when Cargo.toml does not tell |
///
/// The function gives back nothing, or a `Result<()>`. `#[ignore]` and `#[should_panic]` stand beside it as usual.
///
/// ```
/// use nebula_sdk::{prelude::*, testing::TestFlow};
///
/// #[nebula_sdk::test(seed = 7)]
/// async fn what_is_charged_is_told(t: TestFlow) {
///     let run = t
///         .flow("{ nebula: 1, id: pay, nodes: [{ id: charge, action: shop.charge@1 }], output: !expr $nodes.charge.result }")
///         .mock_id("shop.charge", |_| Ok(json!("charged")))
///         .run(json!({}))
///         .await;
///     assert_eq!(run.output::<String>(), "charged");
/// }
/// ```
#[cfg(feature = "testing")]
pub use nebula_derive::test;

/// A template that is checked while compiling: `template!("Dear {{ $input.name }}")`.
///
/// As [`expr!`], for a text with expressions in it; gives a `&'static` [`Template`](expression::Template).
///
/// ```
/// use nebula_sdk::{
///     expression::{Limits, Scope},
///     prelude::*,
/// };
///
/// struct Person(Value);
///
/// impl Scope for Person {
///     fn input(&self) -> Option<&Value> {
///         Some(&self.0)
///     }
/// }
///
/// let letter = template!("Dear {{ $input.name }}," => string);
/// assert_eq!(letter.evaluate(&Person(json!({ "name": "Ada" })), &Limits::default())?, "Dear Ada,");
/// # Ok::<_, nebula_sdk::expression::ExprError>(())
/// ```
pub use nebula_derive::template;

/// A text with values in it, put together when the workflow runs: `text!("{} is {}", fetch.city, fetch.temp)`.
///
/// Gives a [`flow::Text`]. Each `{}` is one of the values behind the text, in their order; `{name}` is the variable of that
/// name; `{{` and `}}` are braces. Texts, numbers and bools can be put in, and of a run, what will be one; what may be
/// absent gets a value first: `.or_default(..)`.
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// # let (city, temp): (Expr<String>, Expr<f64>) = (expr_as("$input.city"), expr_as("$input.temp"));
/// let text = text!("{city} is {}", temp);
/// assert_eq!(text.template(), "{{ $input.city }} is {{ $input.temp }}");
/// ```
pub use nebula_derive::text;

/// A [`Workflow`](flow::Workflow) as one would tell it: steps with names, branches and loops.
///
/// It becomes calls of the [builder](flow), and nothing else; so the definition is the same as one that is built, derived
/// or written in YAML. Wrong names and wrong types do not compile, and fields complete in an editor.
///
/// | in a workflow | |
/// |---|---|
/// | `"id" (city: City) -> Weather { .. }` | the whole: its id, what goes in (`()` for nothing) and, behind `->`, what comes out; a doc comment before it is the description |
/// | `fetch = FetchWeather { name: city.name };` | a step: an action with its parameters; the step's fields are those of the output |
/// | `let warm = fetch.temp > 20.0;` | a name for a value |
/// | `if warm { .. } else { .. }` | branches; behind them, what their steps give is optional |
/// | `let name = if .. { .. } else { .. };` | of which each gives a value |
/// | `match day.sky { Sky::Sunny => { .. } _ => { .. } }` | a branch for each variant of an enum of plain names |
/// | `match review.port() { ReviewPort::Approved => { .. } ReviewPort::Rejected => { .. } }` | a branch for each port by which a step can be left |
/// | `match pay { Ok(pay) => { .. } Err(failure) => { .. } }` | a branch for when the step has completed, and one for its failure, with which the run goes on |
/// | `if let Err(failure) = pay { .. }` | a branch for the failure alone; behind it, what the step gives is optional |
/// | `lines = for order in input.orders { .. };` | the steps of each item of a list; `lines` is the list of what stands at the end of each |
/// | `total = with_tax() { cents: order.cents };` | a workflow that is called, with its parameters: `with_tax()` gives a [`Workflow`](flow::Workflow) |
/// | `fetch` at the end | what the workflow gives |
///
/// In values, `==`, `!=`, `<`, `<=`, `>`, `>=`, `&&`, `||`, `!`, `+`, `-`, `*` and `/` are those of the expression language
/// as soon as data of a run is involved; methods are those of [`Expr`](flow::Expr), texts are made by [`text!`], and
/// everything else is Rust, which runs when the workflow is built.
///
/// Behind a step may stand `with (..)`:
///
/// | key | |
/// |---|---|
/// | `after(audit, post)` | it waits for these steps, of which it uses nothing |
/// | `retry(max = 3, backoff = exp("200ms", max = "10s"), jitter)` | when a failed attempt is tried again; as the action says when absent |
/// | `timeout = "10s"` | limit of one attempt; as the action says when absent |
/// | `deadline = "1m"` | limit of all attempts and the waits between them |
/// | `credentials(key = "weather_api")` | which credential goes into a slot of the action |
/// | `resources(db = "main")` | which resource goes into a slot of the action |
/// | `name = "Fetch the weather"` | for people |
/// | `id = "fetch-weather"` | its id in the definition, when it is not its name here |
///
/// | `on_error = continue` | a failure does not end the run; what the step gives is optional then |
///
/// and behind a loop `with (concurrency = 8, on_item_error = skip)`: how many items at one time, 1 when absent, and what an item that
/// fails does, `fail` (the loop fails, when absent), `skip` (it is left out) or `collect` (the loop gives `results` and `errors`, as
/// [`Collected`](flow::Collected) says); of the keys above, loops have `after`, `on_error`, `name` and `id`. A loop in a loop is a
/// workflow of its own, which is called.
///
/// In the first line, before the steps, may stand `with (name = "..", timeout = "10m", max_parallel = 4, crate = "path")`: a name
/// for people, the limit of the whole run, most attempts at one time, and where nebula-sdk is, when Cargo.toml does not tell.
///
/// What types do not show is told by [`definition`](flow::Workflow::definition).
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// /// Where to look.
/// #[derive(Parameters)]
/// pub struct City {
///     /// City to look up.
///     pub name: String,
/// }
///
/// /// Weather of a day.
/// #[derive(Parameters)]
/// pub struct Weather {
///     /// Degrees Celsius.
///     pub temp: f64,
///     /// Where.
///     pub city: String,
/// }
///
/// /// Fetch the weather.
/// #[nebula_sdk::action(id = "weather.fetch", version = "1.0", pure)]
/// async fn fetch_weather(#[input] city: City) -> Result<Weather> {
///     Ok(Weather { temp: 35.0, city: city.name })
/// }
///
/// /// Post a message.
/// #[nebula_sdk::action(id = "chat.post", version = "1.0", at_most_once)]
/// async fn post(
///     /// Where to.
///     channel: String,
///     /// The text.
///     text: String,
/// ) -> Result<()> {
///     let _ = (channel, text);
///     Ok(())
/// }
///
/// fn weather_alert() -> Workflow<City, Weather> { workflow! { "weather-alert" (city: City) -> Weather {
///     fetch = FetchWeather { name: city.name };
///     if fetch.temp > 30.0 {
///         post = Post { channel: "#ops", text: text!("{} is {}", fetch.city, fetch.temp) };
///     }
///     fetch
/// } } }
///
/// let definition = weather_alert().definition()?;
/// assert_eq!(definition.connections[0].when.as_deref(), Some("$nodes.fetch.result.temp > 30"));
/// # Ok::<_, nebula_sdk::flow::FlowError>(())
/// ```
///
/// Ports, failures, loops and called workflows:
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// /// A claim.
/// #[derive(Parameters)]
/// pub struct Claim {
///     /// How much.
///     pub cents: i64,
/// }
///
/// /// Claims.
/// #[derive(Parameters)]
/// pub struct Claims {
///     /// All of them.
///     pub all: Vec<Claim>,
/// }
///
/// /// Look at a claim.
/// #[derive(Action)]
/// #[action(id = "claims.review", version = "1.0", pure, ports("approved", "rejected"))]
/// pub struct Review;
///
/// impl ProcessAction for Review {
///     type Input = Claim;
///     type Output = Claim;
///
///     async fn execute(&self, claim: Claim, _: &ActionContext<Self>) -> Result<ActionResult<Claim, ReviewPort>> {
///         let port = if claim.cents < 1000 { ReviewPort::Approved } else { ReviewPort::Rejected };
///         Ok(ActionResult::Route(port, claim))
///     }
/// }
///
/// /// Pay a claim.
/// #[nebula_sdk::action(id = "claims.pay", version = "1.0", idempotent)]
/// async fn pay(
///     /// How much.
///     cents: i64,
/// ) -> Result<String> {
///     Ok(format!("receipt of {cents}"))
/// }
///
/// fn settle() -> Workflow<Claim, String> { workflow! { "settle" (claim: Claim) -> String {
///     review = Review { cents: claim.cents };
///     match review.port() {
///         ReviewPort::Approved => {
///             pay = Pay { cents: review.cents };
///             match pay {
///                 Ok(receipt) => receipt,
///                 Err(failure) => failure.message,
///             }
///         }
///         ReviewPort::Rejected => "rejected",
///     }
/// } } }
///
/// fn settle_all() -> Workflow<Claims, Vec<String>> { workflow! { "settle-all" (claims: Claims) -> Vec<String> {
///     settled = for claim in claims.all {
///         one = settle() { cents: claim.cents };
///         one
///     } with (concurrency = 8, on_item_error = skip);
///     settled
/// } } }
///
/// let definition = settle_all().definition()?;
/// assert_eq!(definition.nodes[0].action.to_string(), "flow.for_each@1.0");
/// let settle = definition.flows.values().next().expect("the called workflow comes with it");
/// assert_eq!(settle.connections[0].from.to_string(), "review.approved");
/// # Ok::<_, nebula_sdk::flow::FlowError>(())
/// ```
pub use nebula_derive::workflow;

/// Makes a struct a [`Workflow`](flow::Workflow): its fields are the steps, in their order, each of the type of its action.
///
/// The same as [`workflow!`], for those who like attributes. The struct gets two functions, `workflow()` with the types and
/// `definition()`; values of it are not needed. Its doc comment is the description of the workflow.
///
/// | key of `#[workflow(..)]` | |
/// |---|---|
/// | `id = "weather-alert"` | required |
/// | `input = City` | what goes in, read as `input` in the attributes of the steps; nothing when absent |
/// | `output = fetch` | what comes out: a step, or something else with its type, `output = fetch.temp as f64`; nothing when absent |
/// | `name = ".."`, `timeout = "10m"`, `max_parallel = 4` | as in [`workflow!`] |
/// | `crate = "path"` | where nebula-sdk is, when Cargo.toml does not tell |
///
/// | key of `#[node(..)]` on a field | |
/// |---|---|
/// | `with(name = input.name, days = 3)` | the parameters of the action |
/// | `when = fetch.temp > 30.0` | it runs when this holds; neighbours of the same condition are in one branch |
/// | `after`, `retry`, `timeout`, `deadline`, `credentials`, `on_error`, `name`, `id` | as in [`workflow!`] |
///
/// ```
/// use nebula_sdk::prelude::*;
/// # /// Where to look.
/// # #[derive(Parameters)]
/// # pub struct City {
/// #     /// City to look up.
/// #     pub name: String,
/// # }
/// # /// Weather of a day.
/// # #[derive(Parameters)]
/// # pub struct Weather {
/// #     /// Degrees Celsius.
/// #     pub temp: f64,
/// #     /// Where.
/// #     pub city: String,
/// # }
/// # /// Fetch the weather.
/// # #[nebula_sdk::action(id = "weather.fetch", version = "1.0", pure)]
/// # async fn fetch_weather(#[input] city: City) -> Result<Weather> {
/// #     Ok(Weather { temp: 35.0, city: city.name })
/// # }
/// # /// Post a message.
/// # #[nebula_sdk::action(id = "chat.post", version = "1.0", at_most_once)]
/// # async fn post(
/// #     /// Where to.
/// #     channel: String,
/// #     /// The text.
/// #     text: String,
/// # ) -> Result<()> {
/// #     let _ = (channel, text);
/// #     Ok(())
/// # }
///
/// #[derive(Workflow)]
/// #[workflow(id = "weather-alert", input = City, output = fetch)]
/// struct WeatherAlert {
///     #[node(with(name = input.name))]
///     fetch: FetchWeather,
///     #[node(when = fetch.temp > 30.0, with(channel = "#ops", text = text!("{} is {}", fetch.city, fetch.temp)))]
///     post: Post,
/// }
///
/// let workflow: Workflow<City, Weather> = WeatherAlert::workflow();
/// let definition = workflow.definition()?;
/// assert_eq!(definition.connections[0].when.as_deref(), Some("$nodes.fetch.result.temp > 30"));
/// # Ok::<_, nebula_sdk::flow::FlowError>(())
/// ```
pub use nebula_derive::Workflow;
