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
//! | have all that is known of an action as one JSON Schema | [`document`] |
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
pub mod document;
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
mod written;

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
        ActionDescriptor, ActionKind, ActionReference, CredentialScheme, EffectClass, ExecutionId, Failure,
        FailureKind, IdempotencyKey, NodeAddress, NodeId,
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
pub use written::{Workflow, text, workflow};

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
/// stored as the text itself, several as a JSON object: `{"username": "..", "password": ".."}`. Either may stand under the name
/// of the scheme, `{"basic": {"username": "..", "password": ".."}}`, as `nebula secret set --basic` stores it. No text is empty.
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
