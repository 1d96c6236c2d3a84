//! Write actions for Nebula workflows: an ordinary async function over typed input and output, with everything else
//! stated once, as types, doc comments and one attribute.
//!
//! ```
//! use nebula_sdk::prelude::*;
//!
//! /// What to fetch.
//! #[derive(Parameters)]
//! pub struct City {
//!     /// City to look up.
//!     #[param(min_len = 1, example = "Oslo")]
//!     pub name: String,
//!     /// Days to look ahead.
//!     #[param(default = 1, min = 1, max = 14)]
//!     pub days: u8,
//! }
//!
//! /// Weather of a day.
//! #[derive(Parameters)]
//! pub struct Weather {
//!     /// Degrees Celsius.
//!     pub temp: f64,
//! }
//!
//! /// Fetch the current weather.
//! #[derive(Action)]
//! #[action(id = "weather.fetch", version = "1.0", idempotent, timeout = "10s",
//!          capabilities(net("api.example.com:443")), retry(max = 3, backoff = exp("200ms"), jitter))]
//! pub struct FetchWeather;
//!
//! impl SimpleAction for FetchWeather {
//!     type Input = City;
//!     type Output = Weather;
//!
//!     async fn execute(&self, input: City, ctx: &ActionContext<Self>) -> Result<Weather> {
//!         let url = format!("https://api.example.com/{}?days={}", input.name, input.days);
//!         ctx.http().get(url).send().await?.error_for_status()?.json()
//!     }
//! }
//!
//! /// What this package offers.
//! pub fn register(registry: &mut Registry) {
//!     registry.register::<FetchWeather>();
//! }
//!
//! let actions = Registry::new().with::<FetchWeather>();
//! let descriptor = actions.iter().next().unwrap().descriptor();
//! assert_eq!(descriptor.description, "Fetch the current weather.");
//! assert_eq!(descriptor.input_schema["required"], serde_json::json!(["name"]));
//! # register(&mut Registry::new());
//! ```
//!
//! | to | use |
//! |---|---|
//! | turn input into output | [`SimpleAction`] |
//! | let a node wait, durably | [`ProcessAction`] |
//! | say what goes in and out | [`Parameters`] |
//! | hold a secret | [`Credential`] in a field of type [`Cred`] |
//! | reach the world | [`ActionContext`], within what `capabilities(..)` declares |
//! | fail | [`ActionError`]: transient, rate limited, invalid, auth, permanent |
//! | offer actions | [`Registry`] |
//! | test one action | `testing::call` (feature `testing`) |
//!
//! What is not declared does not compile, what is not granted is refused: `ctx.http()` exists for actions that declare
//! `net`, and each request is checked against the grants of the run.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod action;
#[doc(hidden)]
pub mod adapt;
mod capability;
mod context;
mod credential;
mod duration;
mod error;
mod item_expr;
mod output;
mod parameters;
pub mod prelude;
mod registry;
#[doc(hidden)]
pub mod schema;

#[doc(hidden)]
pub mod __private;

#[cfg(feature = "testing")]
pub mod testing;

pub use action::{Action, ActionResult, ProcessAction, SimpleAction};
pub use capability::{Declares, cap};
pub use context::{
    ActionContext,
    env::Env,
    files::{FilesRead, FilesWrite},
    http::{Http, HttpCall, HttpResponseExt},
};
pub use credential::{Cred, Credential, SlotField};
pub use duration::DurationText;
pub use error::{ActionError, Result, ResultExt};
pub use item_expr::ItemExpr;
pub use nebula_derive::{Action, Parameters};
pub use nebula_ports::{
    action::{ActionOutput, ArcAction, DynAction},
    host::{ByteStream, HttpRequest, HttpResponse},
    model::{ActionDescriptor, EffectClass, ExecutionId, Failure, FailureKind, IdempotencyKey, NodeId},
    time::Timestamp,
};
pub use output::Output;
pub use parameters::Parameters;
pub use registry::Registry;
pub use secrecy::{ExposeSecret, SecretString};
