//! What types do not show is told with the definition, all of it at once.

use nebula_sdk::prelude::*;

use super::{City, FetchWeather, Noop, Post};

/// What is wrong, a line each.
fn told(build: impl FnOnce(&mut Flow, Expr<City>)) -> String {
    let workflow: Workflow<City, ()> = Workflow::new("mistakes", build);
    workflow.definition().unwrap_err().to_string()
}

#[test]
fn ids_are_well_formed_and_each_is_there_once() {
    let all = told(|f, _| {
        f.add("a b", Noop::call());
        f.add("twice", Noop::call());
        f.add("twice", Noop::call());
    });
    insta::assert_snapshot!(all, @r#"
    step `twice`: there are two steps of this id (each has its own)
    step `a b`: `a b` is no node id: use letters, digits, `_` and `-`, starting with a letter or `_`, at most 128
    "#);
    let workflow: Workflow<(), ()> = Workflow::new("no slug!", |f, _: Expr<()>| {
        f.add("a", Noop::call()).credential("key", "not a name");
    });
    insta::assert_snapshot!(workflow.definition().unwrap_err(), @r#"
    `no slug!` is no workflow id: use letters, digits, `-`, `_` and `.`, starting with a letter or digit, at most 128
    step `a`: `not a name` is no credential name: use letters, digits, `-`, `_` and `.`, starting with a letter or digit, at most 128
    "#);
}

#[test]
fn untyped_expressions_are_parsed_and_what_they_read_is_there() {
    let all = told(|f, _| {
        f.add("first", FetchWeather::call().name(expr_as("$input.name = 1")));
        f.add("second", FetchWeather::call().name(expr_as("$nodes.frist.result.city")));
        f.add("third", FetchWeather::call().name(expr_as("$nodes.fourth.result.city")));
        f.add("fourth", Noop::call());
        f.when(expr_as::<bool>("$nodes.x.success &&"), |_| ());
    });
    insta::assert_snapshot!(all, @r#"
    the expression `($nodes.x.success &&)` cannot be read: expected a value, found `)`
    step `first`, parameter `name`: the expression `($input.name = 1)` cannot be read: there is no operator `=` (write `==` to compare)
    step `second`, parameter `name`: there is no step `frist` (did you mean `first`?)
    step `third`, parameter `name`: it reads `fourth`, which is added later (a step uses only what is added before it)
    "#);
}

#[test]
fn a_step_smuggled_out_of_its_branch_is_refused() {
    let all = told(|f, city| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        let mut smuggled = None;
        f.when(fetch.temp.gt(30), |f| smuggled = Some(f.add("post", Post::call().channel("a").text("b"))));
        let post = smuggled.unwrap();
        f.add("late", Post::call().channel("a").text("b").weight(&post.id));
    });
    insta::assert_snapshot!(all, @"step `late`, parameter `weight`: `post` is in a branch that need not be taken (return the step from the closure of `when`: what it gives is optional outside)");
}

#[test]
fn a_condition_stands_on_a_connection_that_knows_what_it_reads() {
    insta::assert_snapshot!(told(|f, city| {
        let slow = f.add("slow", FetchWeather::call().name("a"));
        let other = f.add("other", FetchWeather::call().name(&city.name));
        f.when(slow.temp.gt(3), |f| {
            f.add("post", Post::call().channel("a").text(&other.city));
        });
    }), @"step `post`: the condition of its branch reads `slow`, which need not have ended when `other` has (write `.after(&slow)` where `other` is added)");
    insta::assert_snapshot!(told(|f, _| {
        f.when(expr_as::<bool>("$nodes.later.success"), |f| {
            f.add("early", Noop::call());
        });
        f.add("later", Noop::call());
    }), @"step `early`: the condition of its branch reads a step that is added later");
}

#[test]
fn steps_of_two_workflows_do_not_meet() {
    let mut other = None;
    let _: Workflow<City, ()> = Workflow::new("one", |f, _: Expr<City>| other = Some(f.add("theirs", Noop::call())));
    let all = told(|f, _| {
        f.add("ours", Noop::call()).after(&other.unwrap());
    });
    insta::assert_snapshot!(all, @"step `ours`: it is put after a step of another workflow");
}
