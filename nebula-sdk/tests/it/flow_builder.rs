//! Workflows built in Rust: the same definitions as those written in YAML, which plans accept.

mod branches;
mod calls;
mod derived;
mod exits;
mod joined;
mod loops;
mod mistakes;
mod nested;
mod random;
mod starts;
mod texts;
mod triggered;
mod values;
mod written;
mod written_exits;

use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    plan::{Policy, plan},
};
use nebula_sdk::{flow::Definition, prelude::*};

/// Where to look.
#[derive(Parameters)]
pub(super) struct City {
    /// City to look up.
    pub(super) name: String,
    /// Days to look ahead.
    #[param(default = 1, min = 1, max = 14)]
    pub(super) days: u8,
    /// A note.
    pub(super) note: Option<String>,
}

/// Weather of a day.
#[derive(Parameters)]
pub(super) struct Weather {
    /// Degrees Celsius.
    pub(super) temp: f64,
    /// Where.
    pub(super) city: String,
    /// The wind.
    pub(super) wind: Wind,
    /// The station.
    pub(super) station: Option<String>,
}

/// Wind.
#[derive(Parameters)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Wind {
    /// Metres per second.
    pub(super) mean_speed: u8,
    /// Where it turns to.
    pub(super) next: Option<Box<Wind>>,
}

/// A message.
#[derive(Parameters)]
pub(super) struct Message {
    /// Where to.
    pub(super) channel: String,
    /// The text.
    pub(super) text: String,
    /// How much it matters.
    pub(super) weight: Option<f64>,
}

/// What was sent.
#[derive(Parameters)]
pub(super) struct Sent {
    /// Its number.
    pub(super) id: u32,
}

/// Fetch the weather.
#[derive(Action)]
#[action(id = "weather.fetch", version = "1.0", pure)]
pub(super) struct FetchWeather;

impl SimpleAction for FetchWeather {
    type Input = City;
    type Output = Weather;

    async fn execute(&self, input: City, _: &ActionContext<Self>) -> Result<Weather> {
        let wind = Wind { mean_speed: input.days, next: None };
        Ok(Weather { temp: 30.5, city: input.name, wind, station: input.note })
    }
}

/// Post a message.
#[derive(Action)]
#[action(id = "chat.post", version = "1.2", at_most_once)]
pub(super) struct Post;

impl ProcessAction for Post {
    type Input = Message;
    type Output = Sent;

    async fn execute(&self, input: Message, _: &ActionContext<Self>) -> Result<ActionResult<Sent>> {
        let length = input.channel.len() + input.text.len();
        Ok(ActionResult::Done(Sent { id: u32::try_from(length)? + u32::from(input.weight.is_some()) }))
    }
}

/// Do nothing.
#[derive(Action)]
#[action(id = "demo.noop", version = "1.0", pure)]
pub(super) struct Noop;

impl SimpleAction for Noop {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

/// What plans find wrong with a definition, errors only.
fn refusals(definition: &Definition) -> Vec<String> {
    let actions = Registry::new()
        .with::<FetchWeather>()
        .with::<Post>()
        .with::<Noop>()
        .with::<calls::Draw>()
        .with::<values::Echo>()
        .with::<loops::ChargeOrder>()
        .with::<loops::LookUpFee>()
        .with::<exits::Review>()
        .with::<exits::Pay>()
        .with::<exits::Say>();
    let catalogue = Catalogue::new(actions).expect("each action once");
    let found = plan(definition, &catalogue, &Policy::default()).err().unwrap_or_default();
    let errors = found.iter().filter(|diagnostic| diagnostic.is_error());
    errors.map(|diagnostic| format!("{} {}: {}", diagnostic.code, diagnostic.pointer, diagnostic.message)).collect()
}

/// The definition, which a plan accepts.
#[track_caller]
fn accepted<In, Out>(workflow: &Workflow<In, Out>) -> Definition {
    let definition = workflow.definition().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(refusals(&definition), Vec::<String>::new(), "{}", definition.canonical_json());
    definition
}

/// The definition of a text.
#[track_caller]
fn parsed(yaml: &str) -> Definition {
    let parsed = definition::parse(yaml);
    parsed.workflow.unwrap_or_else(|| panic!("{:?}", parsed.diagnostics))
}

/// The connections, as `from → to if condition`.
fn connections(definition: &Definition) -> Vec<String> {
    let connections = definition.connections.iter();
    connections
        .map(|edge| match &edge.when {
            Some(when) => format!("{} → {} if {when}", edge.from, edge.to),
            None => format!("{} → {}", edge.from, edge.to),
        })
        .collect()
}

fn weather_alert() -> Workflow<City, Weather> {
    Workflow::new("weather-alert", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name).days(3));
        f.when(fetch.temp.gt(30), |f| {
            let post = f.add("post", Post::call().channel("#ops").text(&fetch.city).weight(&fetch.temp));
            f.add("tell", Post::call().channel("#dev").text("posted").weight(&post.id));
        });
        fetch
    })
}

#[test]
fn the_definition_is_that_of_the_same_workflow_in_yaml() {
    assert_eq!(accepted(&weather_alert()).canonical_json(), weather_alert_in_yaml());
}

fn weather_alert_in_yaml() -> String {
    let input = City::input_schema();
    let yaml = format!(
        r##"
nebula: 1
id: weather-alert
input: {input}
nodes:
  - id: fetch
    action: weather.fetch@1.0
    parameters: {{ name: !expr $input.name, days: 3 }}
  - id: post
    action: chat.post@1.2
    parameters:
      channel: "#ops"
      text: !expr $nodes.fetch.result.city
      weight: !expr $nodes.fetch.result.temp
  - id: tell
    action: chat.post@1.2
    parameters: {{ channel: "#dev", text: posted, weight: !expr $nodes.post.result.id }}
connections:
  - {{ from: fetch, to: post, when: $nodes.fetch.result.temp > 30 }}
  - {{ from: post, to: tell }}
output: !expr $nodes.fetch.result
"##
    );
    parsed(&yaml).canonical_json()
}
