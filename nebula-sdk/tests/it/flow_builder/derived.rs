//! `#[derive(Workflow)]`: the same definitions again.

use nebula_sdk::prelude::*;

use super::{City, FetchWeather, Noop, Post, Sent, accepted, connections, weather_alert_in_yaml};

#[derive(Workflow)]
#[workflow(id = "weather-alert", input = City, output = fetch)]
struct WeatherAlert {
    #[node(with(name = input.name, days = 3))]
    fetch: FetchWeather,
    #[node(when = fetch.temp > 30, with(channel = "#ops", text = fetch.city, weight = fetch.temp))]
    post: Post,
    #[node(when = fetch.temp > 30, with(channel = "#dev", text = "posted", weight = post.id))]
    tell: Post,
}

#[test]
fn the_definition_is_that_of_the_same_workflow_in_yaml() {
    assert_eq!(accepted(&WeatherAlert::workflow()).canonical_json(), weather_alert_in_yaml());
    assert_eq!(WeatherAlert::definition().unwrap().canonical_json(), weather_alert_in_yaml());
}

/// Everything at once.
#[derive(Workflow)]
#[workflow(id = "all", name = "All", timeout = "1m", max_parallel = 2, input = City, output = post.id.or_default(0_u32) as u32)]
struct All {
    noop: Noop,
    #[node(id = "no-op", name = "Nothing", after = noop, retry(max = 2), timeout = "1s", deadline = "1m")]
    #[node(credentials(key = "weather_api"))]
    other: Noop,
    #[node(after(noop, other), with(name = input.name))]
    fetch: FetchWeather,
    #[node(when = fetch.temp > 30, with(channel = "a", text = text!("{} is {}", fetch.city, fetch.temp)))]
    post: Post,
}

#[test]
fn options_are_those_of_the_definition() {
    let workflow: Workflow<City, u32> = All::workflow();
    let definition = workflow.definition().unwrap();
    assert_eq!(definition.description.as_deref(), Some("Everything at once."));
    assert_eq!(json!(definition.settings), json!({ "timeout": "1m", "max_parallel": 2 }));
    assert_eq!(
        connections(&definition),
        ["noop → no-op", "no-op → fetch", "fetch → post if $nodes.fetch.result.temp > 30"]
    );
    assert_eq!(definition.output.unwrap().to_json(), json!({ "$expr": "$nodes.post.result?.id ?? 0" }));
}

#[derive(Workflow)]
#[workflow(id = "optional", input = City, output = post)]
struct OptionalOutput {
    #[node(with(name = input.name))]
    fetch: FetchWeather,
    #[node(when = fetch.temp > 30, with(channel = "a", text = "b"))]
    post: Post,
}

#[derive(Workflow)]
#[workflow(id = "nothing")]
struct Nothing {
    _alone: Noop,
}

#[test]
fn the_output_has_the_type_of_the_step() {
    let optional: Workflow<City, Option<Sent>> = OptionalOutput::workflow();
    accepted(&optional);
    let nothing: Workflow<(), ()> = Nothing::workflow();
    accepted(&nothing);
}
