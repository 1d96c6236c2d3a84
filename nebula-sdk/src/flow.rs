//! Workflows, typed: a definition put together in Rust, in which wrong names and wrong types do not compile.
//!
//! Nothing runs while a workflow is built. An [`Expr`] stands for data that a run will have; a [`Step`] stands for a node,
//! and its fields for what the node will give. What comes after what follows from the data that is used.
//!
//! | to | write |
//! |---|---|
//! | add a step | [`f.add("fetch", FetchWeather::call().name(&city.name))`](Flow::add) |
//! | run steps only sometimes | [`f.when(fetch.temp.gt(30), \|f\| ..)`](Flow::when); what leaves the branch is optional |
//! | run one of two branches, for a value that is certain | [`f.when_else(condition, \|f\| .., \|f\| ..)`](Flow::when_else) |
//! | run one branch for each variant of an enum | [`f.switch(&day.sky).on_sunny(\|f\| ..).on_rainy(\|f\| ..).end()`](Flow::switch) |
//! | run one branch for each port of an action | [`f.switch(&review.port()).on_approved(\|f\| ..).on_rejected(\|f\| ..).end()`](Step::port) |
//! | go another way when a step fails | [`f.on_error(pay, \|f, failure\| ..)`](Flow::on_error), [`f.when_ok_else(pay, \|f, pay\| .., \|f, failure\| ..)`](Flow::when_ok_else) |
//! | go on when a step fails | [`f.add(..).on_error_continue()`](Step::on_error_continue) |
//! | take the first value that is there | [`either(&hot, &cold)`](either), [`.or_default(..)`](Expr::or_default) |
//! | put an object together | [`Weather::of(\|w\| w.temp(&fetch.temp).city("Oslo"))`](Composes::of), [`Members`] without a type |
//! | put a list or a map together | `[&a, &b]`, `[("name", &a)]` |
//! | put a text together | [`Text`] |
//! | compute | `&fetch.temp * 2 + 1`, [`names.filter(\|name\| name.contains("x"))`](Expr::filter), and what else [`Expr`] has |
//! | say what the builder has no words for | [`expr_as("..")`](expr_as) |
//! | name a constant | [`f.var("room", "#ops")`](Flow::var) |
//!
//! ```
//! use nebula_sdk::{flow::{Expr, Workflow}, prelude::*};
//!
//! /// Where to look.
//! #[derive(Parameters)]
//! pub struct City {
//!     /// City to look up.
//!     pub name: String,
//! }
//!
//! /// Weather of a day.
//! #[derive(Parameters)]
//! pub struct Weather {
//!     /// Degrees Celsius.
//!     pub temp: f64,
//! }
//!
//! /// Fetch the weather.
//! #[derive(Action)]
//! #[action(id = "weather.fetch", version = "1.0", pure)]
//! pub struct FetchWeather;
//!
//! impl SimpleAction for FetchWeather {
//!     type Input = City;
//!     type Output = Weather;
//!
//!     async fn execute(&self, input: City, _: &ActionContext<Self>) -> Result<Weather> {
//!         Ok(Weather { temp: input.name.len() as f64 })
//!     }
//! }
//!
//! /// A message.
//! #[derive(Parameters)]
//! pub struct Message {
//!     /// The text.
//!     pub text: String,
//!     /// The temperature that it is about.
//!     pub temp: f64,
//! }
//!
//! /// Post a message.
//! #[derive(Action)]
//! #[action(id = "chat.post", version = "1.0", at_most_once)]
//! pub struct Post;
//!
//! impl SimpleAction for Post {
//!     type Input = Message;
//!     type Output = ();
//!
//!     async fn execute(&self, _: Message, _: &ActionContext<Self>) -> Result<()> {
//!         Ok(())
//!     }
//! }
//!
//! fn weather_alert() -> Workflow<City, Weather> {
//!     Workflow::new("weather-alert", |f, city: Expr<City>| {
//!         let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
//!         f.when(fetch.temp.gt(30), |f| {
//!             f.add("post", Post::call().text("hot").temp(&fetch.temp));
//!         });
//!         fetch
//!     })
//! }
//!
//! let definition = weather_alert().definition()?;
//! let connection = &definition.connections[0];
//! assert_eq!(connection.when.as_deref(), Some("$nodes.fetch.result.temp > 30"));
//! # Ok::<_, nebula_sdk::flow::FlowError>(())
//! ```

mod assemble;
mod builder;
mod call;
mod called;
mod compose;
mod each;
mod error;
mod exit;
mod expr;
mod feeds;
mod graph;
mod item;
mod join;
mod lists;
mod members;
mod operators;
mod reading;
mod refs;
mod step;
mod strings;
mod switch;
mod text;
mod trigger;
mod workflow;
mod written;

pub use builder::{Condition, Flow};
pub use call::{Call, Calls};
pub use compose::{Composed, Composes, Object};
pub use each::{Collected, Each, ItemError};
pub use error::{FlowError, Problem};
pub use exit::{FailureOptional, FailureRefs, HasPorts, MayFail};
pub use expr::{Expr, expr_as};
pub use feeds::{Fed, Feeds};
pub use join::{Gives, Joined, Outcome, either};
pub use lists::Key;
pub use members::Members;
pub use operators::{Number, Ordered};
pub use step::{Leave, Maybe, Step};
pub use text::{Shown, Text, TextPart};
pub use trigger::{Fired, TriggerCall, Triggers};
pub use workflow::Workflow;

pub use nebula_ports::model::{Backoff, Failure, FailureKind, Jitter, RetryPolicy, Workflow as Definition};

use exit::{Exit, Way};

#[doc(hidden)]
pub use call::{Accepts, Draft, Ends, Given, Missing, WholeCall};
#[doc(hidden)]
pub use join::{Decided, Decides, Undecided};
#[doc(hidden)]
pub use refs::{HasRefs, Place, is_member, members, text_of};
pub use switch::HasCases;
#[doc(hidden)]
pub use switch::{HasCase, Open, Switch};
#[doc(hidden)]
pub use written::{
    Broken, Callable, Checked, Held, IsField, as_field, checked, left, left_behind, list_as_field, owned, same,
    unfinished, unfinished_trigger,
};
