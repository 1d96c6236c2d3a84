//! Branches of which one is always taken give what is certain.

use nebula_sdk::{flow::either, prelude::*, testing::TestFlow};

use super::{City, FetchWeather, Noop, Post, Weather, accepted, connections};

/// A kind of place.
#[derive(Parameters)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// Many people.
    BigCity,
    /// Few people.
    Village,
    /// No people.
    Nowhere,
}

/// A place.
#[derive(Parameters)]
pub(super) struct Place {
    /// What it is called.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: Kind,
    /// What it was.
    pub(super) before: Option<Kind>,
}

fn text_of(definition: &nebula_sdk::flow::Definition) -> String {
    let output = definition.output.as_ref().unwrap().to_json();
    output["$expr"].as_str().unwrap().to_owned()
}

#[test]
fn of_two_branches_one_is_taken_and_what_they_give_is_certain() {
    let workflow: Workflow<City, u32> = Workflow::new("either", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        let sent = f.when_else(
            fetch.temp.gt(30),
            |f| f.add("hot", Post::call().channel("a").text("hot")),
            |f| f.add("cold", Post::call().channel("a").text("cold").weight(&fetch.temp)),
        );
        f.add("log", Post::call().channel("b").text("done").weight(&sent.id));
        sent.id.clone()
    });
    let definition = accepted(&workflow);
    assert_eq!(
        connections(&definition),
        [
            "fetch → hot if $nodes.fetch.result.temp > 30",
            "fetch → cold if $nodes.fetch.result.temp <= 30",
            "hot → log",
            "cold → log",
        ]
    );
    let choice = "$nodes.fetch.result.temp > 30 ? $nodes.hot.result : $nodes.cold.result";
    assert_eq!(text_of(&definition), format!("({choice}).id"));
    for (temp, wanted) in [(35.0, 4), (5.0, 6)] {
        let run = TestFlow::new(1)
            .flow(&workflow)
            .mock::<FetchWeather>(move |city| {
                let wind = super::Wind { mean_speed: 1, next: None };
                Ok(Weather { temp, city: city.name.clone(), wind, station: None })
            })
            .action::<Post>()
            .run_blocking(json!({ "name": "Oslo" }));
        assert_eq!(run.output::<u32>(), wanted);
    }
}

#[test]
fn branches_give_values_tuples_and_nothing() {
    let workflow: Workflow<City, String> = Workflow::new("tuples", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        let (name, days) = f.when_else(
            city.days.gt(3),
            |f| {
                let far = f.add("far", FetchWeather::call().name(&fetch.city));
                (far.city.clone(), far.wind.mean_speed.clone())
            },
            |_| ("near", 1_u8),
        );
        f.when_else(fetch.temp.gt(1), |_| (), |f| _ = f.add("none", Noop::call()));
        f.add("last", FetchWeather::call().name(&name).days(&days)).city.clone()
    });
    let definition = accepted(&workflow);
    assert_eq!(
        json!(definition.nodes[3].parameters),
        json!({
            "name": { "$expr": r#"$input.days > 3 ? $nodes.far.result.city : "near""# },
            "days": { "$expr": r#"$input.days > 3 ? $nodes.far.result.wind["mean-speed"] : 1"# },
        })
    );
}

#[test]
fn a_switch_has_a_branch_for_each_variant() {
    let workflow: Workflow<Place, String> = Workflow::new("switch", |f, place: Expr<Place>| {
        let first = f.add("first", FetchWeather::call().name(&place.name));
        let city = f
            .switch(&place.kind)
            .on_big_city(|f| f.add("big", FetchWeather::call().name(&first.city)).city.clone())
            .on_village(|f| f.add("small", FetchWeather::call().name("small")).after(&first).city.clone())
            .on_nowhere(|f| f.add("none", FetchWeather::call().name("none")).after(&first).city.clone())
            .end();
        f.add("last", FetchWeather::call().name(&city)).city.clone()
    });
    let definition = accepted(&workflow);
    assert_eq!(
        connections(&definition),
        [
            r#"first → big if $input.kind == "big-city""#,
            r#"first → small if $input.kind == "village""#,
            r#"first → none if $input.kind == "nowhere""#,
            "big → last",
            "small → last",
            "none → last",
        ]
    );
    assert_eq!(
        json!(definition.nodes[4].parameters["name"]),
        json!({ "$expr": r#"$input.kind == "big-city" ? $nodes.big.result.city : $input.kind == "village" ? $nodes.small.result.city : $nodes.none.result.city"# })
    );
    for (kind, wanted) in [("big-city", "Oslo"), ("village", "small"), ("nowhere", "none")] {
        let run = TestFlow::new(1)
            .flow(&workflow)
            .action::<FetchWeather>()
            .run_blocking(json!({ "name": "Oslo", "kind": kind }));
        assert_eq!(run.output::<String>(), wanted);
    }
}

#[test]
fn otherwise_is_for_all_variants_that_have_no_branch() {
    let workflow: Workflow<Place, String> = Workflow::new("otherwise", |f, place: Expr<Place>| {
        let first = f.add("first", FetchWeather::call().name(&place.name));
        f.switch(&place.before.or_default(Kind::Village))
            .on_nowhere(|f| f.add("none", FetchWeather::call().name("none")).after(&first).city.clone())
            .on_village(|_| "small")
            .otherwise(|f| f.add("other", FetchWeather::call().name("other")).after(&first).city.clone())
    });
    let definition = accepted(&workflow);
    assert_eq!(
        connections(&definition),
        [
            r#"first → none if ($input.before ?? "village") == "nowhere""#,
            r#"first → other if ($input.before ?? "village") != "nowhere" && ($input.before ?? "village") != "village""#,
        ]
    );
}

#[test]
fn branches_inside_of_branches_are_certain_there() {
    let workflow: Workflow<Place, String> = Workflow::new("nested", |f, place: Expr<Place>| {
        let first = f.add("first", FetchWeather::call().name(&place.name));
        f.when_else(
            first.temp.gt(0),
            |f| {
                let warm = f.add("warm", FetchWeather::call().name(&first.city));
                f.switch(&place.kind)
                    .on_village(|f| f.add("village", FetchWeather::call().name(&warm.city)).city.clone())
                    .otherwise(|f| f.add("else", FetchWeather::call().name(&first.city)).city.clone())
            },
            |f| {
                f.when_else(
                    place.name.equals("x"),
                    |_| "x",
                    |f| f.add("y", FetchWeather::call().name(&first.city)).city.clone(),
                )
            },
        )
    });
    let definition = accepted(&workflow);
    assert_eq!(
        text_of(&definition),
        "$nodes.first.result.temp > 0 \
         ? $input.kind == \"village\" ? $nodes.village.result.city : $nodes.else.result.city \
         : $input.name == \"x\" ? \"x\" : $nodes.y.result.city"
    );
}

#[test]
fn the_first_of_two_that_may_be_absent_may_be_absent_too() {
    let workflow: Workflow<City, String> = Workflow::new("first", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        let hot = f.when(fetch.temp.gt(30), |f| f.add("hot", FetchWeather::call().name("hot")).after(&fetch));
        let cold = f.when(fetch.temp.lt(0), |f| f.add("cold", FetchWeather::call().name("cold")).after(&fetch));
        let first = either(&hot.city, &cold.city);
        f.add("note", FetchWeather::call().name("x").note(first.or_default("mild")));
        either(&first, &city.note).or_default("none")
    });
    let definition = accepted(&workflow);
    assert_eq!(
        json!(definition.nodes[3].parameters["note"]),
        json!({ "$expr": r#"$nodes.hot.result?.city ?? $nodes.cold.result?.city ?? "mild""# })
    );
    let whole: Workflow<City, Option<Weather>> = Workflow::new("whole", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        let hot = f.when(fetch.temp.gt(30), |f| f.add("hot", FetchWeather::call().name("hot")).after(&fetch));
        let cold = f.when(fetch.temp.lt(0), |f| f.add("cold", FetchWeather::call().name("cold")).after(&fetch));
        either(&hot, &cold)
    });
    assert_eq!(text_of(&accepted(&whole)), "$nodes.hot.result ?? $nodes.cold.result ?? null");
}

#[test]
fn a_switch_without_an_end_is_told() {
    let workflow: Workflow<Place, ()> = Workflow::new("open", |f, place: Expr<Place>| {
        _ = f.switch(&place.kind).on_village(|_| ());
    });
    insta::assert_snapshot!(workflow.definition().unwrap_err(), @"the `switch` over `$input.kind` has no end (write `.end()` after all cases, or `.otherwise(..)` after some)");
}

#[test]
fn a_condition_of_the_time_is_another_where_the_value_is_read() {
    let workflow: Workflow<City, u8> = Workflow::new("time", |f, _: Expr<City>| {
        f.when_else(expr_as::<bool>("$now > timestamp('2026-01-01T00:00:00Z')"), |_| 1_u8, |_| 2_u8)
    });
    insta::assert_snapshot!(workflow.definition().unwrap_err(), @"the output: the condition of the branch reads `$now`, which is another time where the value is read: compute it in a step, or read it from `$execution.started_at`");
}
