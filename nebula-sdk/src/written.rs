//! The macros that write workflows as one would tell them.

/// A text with values in it, put together when the workflow runs: `text!("{} is {}", fetch.city, fetch.temp)`.
///
/// Gives a [`flow::Text`](crate::flow::Text). Each `{}` is one of the values behind the text, in their order; `{name}` is the variable of that
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

/// A [`Workflow`](crate::flow::Workflow) as one would tell it: steps with names, branches and loops.
///
/// It becomes calls of the [builder](crate::flow), and nothing else; so the definition is the same as one that is built, derived
/// or written in YAML. Wrong names and wrong types do not compile, and fields complete in an editor.
///
/// | in a workflow | |
/// |---|---|
/// | `"id" (city: City) -> Weather { .. }` | the whole: its id, what goes in (`()` for nothing) and, behind `->`, what comes out; a doc comment before it is the description |
/// | `fetch = FetchWeather { name: city.name };` | a step: an action with its parameters; the step's fields are those of the output |
/// | `let warm = fetch.temp > 20.0;` | a name for a value |
/// | `if warm { .. } else { .. }` | branches; behind them, what their steps give is optional. One that begins the workflow stands on a step that is made for it, `start` |
/// | `let name = if .. { .. } else { .. };` | of which each gives a value |
/// | `match day.sky { Sky::Sunny => { .. } _ => { .. } }` | a branch for each variant of an enum of plain names |
/// | `match review.port() { ReviewPort::Approved => { .. } ReviewPort::Rejected => { .. } }` | a branch for each port by which a step can be left |
/// | `match pay { Ok(pay) => { .. } Err(failure) => { .. } }` | a branch for when the step has completed, and one for its failure, with which the run goes on |
/// | `if let Err(failure) = pay { .. }` | a branch for the failure alone; behind it, what the step gives is optional |
/// | `lines = for order in input.orders { .. };` | the steps of each item of a list; `lines` is the list of what stands at the end of each |
/// | `total = with_tax() { cents: order.cents };` | a workflow that is called, with its parameters: `with_tax()` gives a [`Workflow`](crate::flow::Workflow) |
/// | `trigger lines = NewLines { path: "app.log" } with (every = "10s") => \|fired\| Words { text: fired.event.text };` | what starts the workflow by itself: a [trigger](crate::TriggerAction) with its configuration, which is data, and what goes in for each event; without `=>` the event itself |
/// | `const room = "#ops";` | a constant of the definition, `$vars.room`; `const most: u8 = 3;` where the type does not show |
/// | `fetch` at the end | what the workflow gives |
///
/// Behind a trigger may stand `with (..)`, with the keys `every` (the wait between two polls), `timeout` (limit of one), `credentials`, `name`
/// and `id`; all as the action says when absent. `fired` has [`event`, `key` and `fired_at`](crate::flow::Fired).
///
/// In values, objects are put together as they are written in Rust, `City { name: fetch.city }`, as soon as data of a run is in them, and lists
/// as well, `[fetch.city, post.city]`. In values, `==`, `!=`, `<`, `<=`, `>`, `>=`, `&&`, `||`, `!`, `+`, `-`, `*` and `/` are those of the expression language
/// as soon as data of a run is involved; methods are those of [`Expr`](crate::flow::Expr), texts are made by [`text!`], and
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
/// [`Collected`](crate::flow::Collected) says); of the keys above, loops have `after`, `on_error`, `name` and `id`. `for (index, order)
/// in ..` names the place of the item as well. Loops may stand in loops, eight deep; of items, only that of the innermost loop can be read, and
/// steps of all loops around.
///
/// In the first line, before the steps, may stand `with (name = "..", timeout = "10m", max_parallel = 4, crate = "path")`: a name
/// for people, the limit of the whole run, most attempts at one time, and where nebula-sdk is, when Cargo.toml does not tell.
///
/// What types do not show is told by [`definition`](crate::flow::Workflow::definition).
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

/// Makes a struct a [`Workflow`](crate::flow::Workflow): its fields are the steps, in their order, each of the type of its action.
///
/// The same as [`workflow!`], for those who like attributes. The struct gets two functions, `workflow()` with the types and
/// `definition()`; values of it are not needed. Its doc comment is the description of the workflow.
///
/// | key of `#[workflow(..)]` | |
/// |---|---|
/// | `id = "weather-alert"` | required |
/// | `input = City` | what goes in, read as `input` in the attributes of the steps; nothing when absent |
/// | `output = fetch` | what comes out: a step or a loop, or something else with its type, `output = fetch.temp as f64`; nothing when absent |
/// | `trigger(lines = NewLines, with(path = "app.log"), every = "10s", input = Words { text: fired.event.text })` | what starts the workflow by itself, any number of times; the other keys are those of a trigger in [`workflow!`], `input` is the event itself when absent |
/// | `vars(room = "#ops", most = 3 as u8)` | constants of the definition, each with its type where it does not show |
/// | `name = ".."`, `timeout = "10m"`, `max_parallel = 4` | as in [`workflow!`] |
/// | `crate = "path"` | where nebula-sdk is, when Cargo.toml does not tell |
///
/// | key of `#[node(..)]` on a field | |
/// |---|---|
/// | `with(name = input.name, days = 3)` | the parameters of the action |
/// | `when = fetch.temp > 30.0` | it runs when this holds; neighbours of the same condition are in one branch; given again, a branch in that branch |
/// | `otherwise` | it runs when the condition of the steps right before does not hold; neighbours are in one branch |
/// | `when = let ReviewPort::Approved = review.port()` | it runs when a step leaves by this port, or when data is this variant; what is not named leads nowhere, `_` are all others |
/// | `when = let Ok(paid) = pay`, `when = let Err(failure) = pay` | it runs when a step has completed, or when it has failed, with which the run goes on; behind it, what the step gives is optional |
/// | `each(order = input.orders, index = place, gives = line)` | it is a loop, of the type of its list, `Vec<Line>`: what an item and its place are called, and what there is of each; the last two may be absent |
/// | `inside = lines` | it is a step, or a loop, of each item of the loop `lines`, and stands right behind it |
/// | `concurrency`, `on_item_error` | of loops, as in [`workflow!`]; with `on_item_error = collect` its type is [`Collected<Line>`](crate::flow::Collected) |
/// | `calls = with_tax()` | it calls a workflow, and its type is that of the workflow: `Workflow<Order, i64>`; of a derived one, `calls = WithTax::workflow()` |
/// | `after`, `retry`, `timeout`, `deadline`, `credentials`, `resources`, `on_error`, `name`, `id` | as in [`workflow!`] |
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
///
/// Loops, ports, failures, called workflows and triggers:
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// # /// A claim.
/// # #[derive(Parameters)]
/// # pub struct Claim {
/// #     /// How much.
/// #     pub cents: i64,
/// # }
/// # /// Claims.
/// # #[derive(Parameters)]
/// # pub struct Claims {
/// #     /// All of them.
/// #     pub all: Vec<Claim>,
/// # }
/// # /// Look at a claim.
/// # #[derive(Action)]
/// # #[action(id = "claims.review", version = "1.0", pure, ports("approved", "rejected"))]
/// # pub struct Review;
/// # impl ProcessAction for Review {
/// #     type Input = Claim;
/// #     type Output = Claim;
/// #     async fn execute(&self, claim: Claim, _: &ActionContext<Self>) -> Result<ActionResult<Claim, ReviewPort>> {
/// #         Ok(ActionResult::Route(ReviewPort::Approved, claim))
/// #     }
/// # }
/// # /// Pay a claim.
/// # #[nebula_sdk::action(id = "claims.pay", version = "1.0", idempotent)]
/// # async fn pay(
/// #     /// How much.
/// #     cents: i64,
/// # ) -> Result<String> {
/// #     Ok(format!("receipt of {cents}"))
/// # }
/// # /// Claims that have come.
/// # #[derive(Action)]
/// # #[action(id = "claims.new", version = "1.0", pure, poll = "1m")]
/// # pub struct NewClaims;
/// # impl TriggerAction for NewClaims {
/// #     type Config = ();
/// #     type Event = Claim;
/// #     type Cursor = u64;
/// #     async fn poll(&self, (): (), _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<Claim, u64>> {
/// #         Ok(Polled::unmoved())
/// #     }
/// # }
/// #[derive(Workflow)]
/// #[workflow(id = "settle", input = Claim, output = pay)]
/// struct Settle {
///     #[node(with(cents = input.cents))]
///     review: Review,
///     #[node(when = let ReviewPort::Approved = review.port(), with(cents = review.cents))]
///     pay: Pay,
/// }
///
/// #[derive(Workflow)]
/// #[workflow(id = "settle-all", input = Claims, output = settled)]
/// #[workflow(trigger(claims = NewClaims, every = "10s", input = Claims { all: [fired.event] }))]
/// struct SettleAll {
///     #[node(each(claim = input.all, gives = one), concurrency = 8, on_item_error = skip)]
///     settled: Vec<Option<String>>,
///     #[node(inside = settled, calls = Settle::workflow(), with(cents = claim.cents))]
///     one: Workflow<Claim, Option<String>>,
/// }
///
/// let workflow: Workflow<Claims, Vec<Option<String>>> = SettleAll::workflow();
/// let definition = workflow.definition()?;
/// assert_eq!(definition.nodes[0].action.to_string(), "flow.for_each@1.0");
/// assert_eq!(definition.flows.len(), 1);
/// assert_eq!(definition.triggers[0].id.as_str(), "claims");
/// # Ok::<_, nebula_sdk::flow::FlowError>(())
/// ```
pub use nebula_derive::Workflow;
