//! Parameters and settings of steps.

use std::time::Duration;

use nebula_sdk::{
    flow::{Backoff, Jitter, RetryPolicy},
    prelude::*,
};

use super::{City, FetchWeather, Noop, Post, accepted};

/// What to draw.
#[derive(Parameters)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub(super) enum Shape {
    /// A circle.
    Circle {
        /// Its radius.
        radius: f64,
    },
    /// Nothing.
    Nothing,
}

/// Draw a shape.
#[derive(Action)]
#[action(id = "demo.draw", version = "1.0", pure)]
pub(super) struct Draw;

impl SimpleAction for Draw {
    type Input = Shape;
    type Output = f64;

    async fn execute(&self, input: Shape, _: &ActionContext<Self>) -> Result<f64> {
        Ok(match input {
            Shape::Circle { radius } => radius,
            Shape::Nothing => 0.0,
        })
    }
}

#[test]
fn a_parameter_takes_values_expressions_and_numbers_that_fit() {
    let workflow: Workflow<City, f64> = Workflow::new("feeds", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name("Oslo").days(&city.days).note(&city.name));
        let by =
            Post::call().channel(String::from("a")).text(city.note.or_default("none")).weight(&fetch.wind.mean_speed);
        f.add("post", by);
        f.add("two", Post::call().channel("a").text("b").weight(3));
        f.add("four", FetchWeather::call().name("Rome").note("x").days(1));
        &fetch.temp * 2 + 1
    });
    let definition = accepted(&workflow);
    let parameters: Vec<_> = definition.nodes.iter().map(|node| json!(node.parameters)).collect();
    assert_eq!(
        parameters,
        [
            json!({ "name": "Oslo", "days": { "$expr": "$input.days" }, "note": { "$expr": "$input.name" } }),
            json!({
                "channel": "a",
                "text": { "$expr": "$input.note ?? \"none\"" },
                "weight": { "$expr": "$nodes.fetch.result.wind[\"mean-speed\"]" },
            }),
            json!({ "channel": "a", "text": "b", "weight": 3 }),
            json!({ "name": "Rome", "note": "x", "days": 1 }),
        ]
    );
    assert_eq!(definition.output.unwrap().to_json(), json!({ "$expr": "$nodes.fetch.result.temp * 2 + 1" }));
}

#[test]
fn an_enum_is_given_as_a_whole() {
    let workflow: Workflow<(), f64> = Workflow::new("draw", |f, _: Expr<()>| {
        f.add("none", Draw::call().with(Shape::Nothing));
        f.add("draw", Draw::call().with(Shape::Circle { radius: 2.0 }))
    });
    let definition = accepted(&workflow);
    assert_eq!(json!(definition.nodes[1].parameters), json!({ "shape": "circle", "radius": 2.0 }));
}

#[test]
fn settings_of_steps_and_of_the_workflow_are_those_of_the_definition() {
    let policy = RetryPolicy {
        max_attempts: 3,
        backoff: Backoff::Fixed { fixed: Duration::from_secs(1).into() },
        jitter: Jitter::None,
    };
    let workflow: Workflow<(), ()> = Workflow::new("settings", |f, _: Expr<()>| {
        f.name("Settings").description("All of them.").timeout(Duration::from_mins(1)).max_parallel(2);
        f.add("noop", Noop::call())
            .name("Nothing")
            .retry(policy.clone())
            .timeout(Duration::from_secs(10))
            .deadline(Duration::from_secs(30));
    });
    let definition = accepted(&workflow);
    assert_eq!(
        (definition.name.as_deref(), definition.description.as_deref()),
        (Some("Settings"), Some("All of them."))
    );
    assert_eq!(json!(definition.settings), json!({ "timeout": "1m", "max_parallel": 2 }));
    assert_eq!(
        json!(definition.nodes[0]),
        json!({
            "id": "noop",
            "action": "demo.noop@1.0",
            "name": "Nothing",
            "retry": { "max_attempts": 3, "backoff": { "fixed": "1s" }, "jitter": "none" },
            "timeout": "10s",
            "deadline": "30s",
        })
    );
}

#[test]
fn credentials_are_names_for_slots() {
    let workflow: Workflow<(), ()> = Workflow::new("credentials", |f, _: Expr<()>| {
        f.add("noop", Noop::call()).credential("key", "weather_api");
    });
    let definition = workflow.definition().unwrap();
    assert_eq!(json!(definition.nodes[0].credentials), json!({ "key": "weather_api" }));
}
