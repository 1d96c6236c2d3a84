//! What comes after what, in branches and beside them.

use nebula_sdk::prelude::*;

use super::{City, FetchWeather, Noop, Post, accepted, connections};

#[test]
fn data_that_is_used_connects_and_what_follows_from_it_is_left_out() {
    let workflow: Workflow<City, ()> = Workflow::new("line", |f, city: Expr<City>| {
        let first = f.add("first", FetchWeather::call().name(&city.name));
        let second = f.add("second", FetchWeather::call().name(&first.city));
        f.add("third", Post::call().channel(&first.city).text(&second.city));
        f.add("alone", Noop::call());
        f.add("last", Noop::call()).after(&second).after(&first);
    });
    assert_eq!(connections(&accepted(&workflow)), ["first → second", "second → third", "second → last"]);
}

#[test]
fn what_leaves_a_branch_is_optional_and_what_uses_it_runs_in_any_case() {
    let workflow: Workflow<City, u32> = Workflow::new("optional", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        let post = f.when(fetch.temp.gt(30), |f| f.add("post", Post::call().channel("a").text("hot")));
        f.add("log", Post::call().channel("b").text("done").weight(post.id.or_default(0_u32)));
        post.id.or_default(0_u32)
    });
    let definition = accepted(&workflow);
    assert_eq!(
        connections(&definition),
        ["fetch → post if $nodes.fetch.result.temp > 30", "fetch → log", "post → log"]
    );
    let weight = definition.nodes[2].parameters["weight"].to_json();
    assert_eq!(weight, json!({ "$expr": "$nodes.post.result?.id ?? 0" }));
    assert_eq!(definition.output.unwrap().to_json(), json!({ "$expr": "$nodes.post.result?.id ?? 0" }));
}

#[test]
fn branches_in_branches_carry_their_conditions_where_they_are_entered() {
    let workflow: Workflow<City, ()> = Workflow::new("nested", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        let outer = f.when(fetch.temp.gt(30), |f| {
            f.when(fetch.wind.mean_speed.lt(9).or(false), |f| f.add("deep", Noop::call()))
        });
        f.when(fetch.temp.gt(30), |f| {
            let first = f.add("outer", Noop::call());
            f.when(fetch.temp.gt(40), |f| f.add("inner", Noop::call()).after(&first));
        });
        f.add("end", Noop::call()).after(&outer);
    });
    assert_eq!(
        connections(&accepted(&workflow)),
        [
            r#"fetch → deep if $nodes.fetch.result.temp > 30 && ($nodes.fetch.result.wind["mean-speed"] < 9 || false)"#,
            "fetch → outer if $nodes.fetch.result.temp > 30",
            "outer → inner if $nodes.fetch.result.temp > 40",
            "fetch → end",
            "deep → end",
        ]
    );
}

#[test]
fn a_condition_of_the_input_stands_after_a_step() {
    let workflow: Workflow<City, ()> = Workflow::new("input", |f, city: Expr<City>| {
        let first = f.add("first", Noop::call());
        f.when(city.days.gt(3), |f| f.add("later", Noop::call()).after(&first));
    });
    assert_eq!(connections(&accepted(&workflow)), ["first → later if $input.days > 3"]);
}

#[test]
fn a_result_that_may_be_missing_is_null_as_a_whole() {
    let workflow: Workflow<City, Option<super::Sent>> = Workflow::new("whole", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        f.when(fetch.temp.gt(30), |f| f.add("full-post", Post::call().channel("a").text("hot")))
    });
    let output = accepted(&workflow).output.unwrap().to_json();
    assert_eq!(output, json!({ "$expr": "$nodes.full-post.result ?? null" }));
}

#[test]
fn of_two_steps_in_a_branch_that_are_read_together_one_is_after_the_other() {
    let workflow: Workflow<City, ()> = Workflow::new("together", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        f.when(fetch.temp.gt(30), |f| {
            let one = f.add("one", FetchWeather::call().name(&fetch.city));
            let two = f.add("two", FetchWeather::call().name(&fetch.city)).after(&one);
            f.add("both", Post::call().channel(&one.city).text(&two.city));
        });
    });
    assert_eq!(
        connections(&accepted(&workflow)),
        ["fetch → one if $nodes.fetch.result.temp > 30", "one → two", "two → both"]
    );
}
