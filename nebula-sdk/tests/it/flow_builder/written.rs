//! `workflow!`: the same definitions as the builder makes, which the same YAML gives.

use nebula_sdk::{flow::Definition, prelude::*};

use super::{
    City, FetchWeather, Noop, Post, Sent, Weather, accepted, connections,
    joined::{Kind, Place},
    weather_alert_in_yaml,
};

fn weather_alert() -> Workflow<City, Weather> {
    workflow! { "weather-alert" (city: City) -> Weather {
        fetch = FetchWeather { name: city.name, days: 3 };
        if fetch.temp > 30 {
            post = Post { channel: "#ops", text: fetch.city, weight: fetch.temp };
            tell = Post { channel: "#dev", text: "posted", weight: post.id };
        }
        fetch
    } }
}

#[test]
fn the_definition_is_that_of_the_same_workflow_in_yaml() {
    assert_eq!(accepted(&weather_alert()).canonical_json(), weather_alert_in_yaml());
}

/// The text of each expression that is the output of a workflow.
fn outputs<T>(workflow: &Workflow<City, T>) -> String {
    accepted(workflow).output.expect("an output").to_json()["$expr"].as_str().expect("an expression").to_owned()
}

#[test]
fn operators_stand_for_those_of_the_language() {
    macro_rules! of {
        ($city:ident $w:ident, $ty:ty: $($value:tt)*) => {{
            let workflow: Workflow<City, $ty> = workflow! { "w" ($city: City) -> $ty {
                $w = FetchWeather { name: $city.name };
                $($value)*
            } };
            outputs(&workflow).replace("$nodes.w.result", stringify!($w))
        }};
    }
    let limit = 30.0;
    let found = [
        of!(city w, f64: (w.temp + 1) * 2),
        of!(city w, f64: w.temp - w.temp * 2.5),
        of!(city w, f64: 1 - w.temp * (w.temp + w.temp)),
        of!(city w, f64: -w.temp / 2),
        of!(city w, f64: 2.5 * w.temp),
        of!(city w, bool: w.temp >= 1 && (w.temp <= 2 || w.city < "b")),
        of!(city w, bool: !(w.temp == 1)),
        of!(city w, bool: limit < w.temp && !(w.city != w.city)),
        of!(city w, bool: 1 + 2 == city.days + 1),
        of!(city w, bool: w.station.is_some() || w.station.or_default(city.name) == "a"),
        of!(city w, bool: expr_as::<bool>("$execution.id == 'a'") && w.temp > limit),
        of!(city w, Option<u8>: w.wind.next.mean_speed),
        of!(city w, String: w.city),
        of!(city w, Weather: w),
        of!(city w, City: city),
    ];
    assert_eq!(
        found,
        [
            "(w.temp + 1) * 2",
            "w.temp - w.temp * 2.5",
            "1 - w.temp * (w.temp + w.temp)",
            "-w.temp / 2",
            "2.5 * w.temp",
            "w.temp >= 1 && (w.temp <= 2 || w.city < \"b\")",
            "!(w.temp == 1)",
            "30 < w.temp && !(w.city != w.city)",
            "3 == $input.days + 1",
            "(w.station ?? null) != null || (w.station ?? $input.name) == \"a\"",
            "$execution.id == \"a\" && w.temp > 30",
            "w.wind.next?.[\"mean-speed\"] ?? null",
            "w.city",
            "w",
            "$input",
        ]
    );
}

#[test]
fn what_leaves_a_branch_is_optional_however_much_it_is() {
    let workflow: Workflow<City, u32> = workflow! { "optional" (city: City) -> u32 {
        fetch = FetchWeather { name: city.name };
        if fetch.temp > 30 {
            a = Post { channel: "a", text: "hot" };
            if fetch.temp > 40 {
                b = Noop {} with (after(a));
                c = Noop {} with (after(b));
                d = Noop {} with (after(c));
            }
            e = Noop {} with (after(a));
            f = Post { channel: "a", text: "hot", weight: a.id } with (after(e, b));
        }
        log = Post { channel: "b", text: "done", weight: f.id.or_default(0_u32) } with (after(d));
        a.id.or_default(0_u32)
    } };
    let definition = accepted(&workflow);
    assert_eq!(
        connections(&definition),
        [
            "fetch → a if $nodes.fetch.result.temp > 30",
            "a → b if $nodes.fetch.result.temp > 40",
            "b → c",
            "c → d",
            "a → e",
            "b → f",
            "e → f",
            "fetch → log",
            "d → log",
            "f → log",
        ]
    );
}

#[test]
fn options_are_those_of_the_definition() {
    let workflow: Workflow<(), ()> = workflow! {
        /// All of them,
        /// in one.
        "settings" () with (name = "Settings", timeout = "1m", max_parallel = 2) {
            first = Noop {};
            noop = Noop {} with (
                id = "no-op",
                name = "Nothing",
                retry(max = 3, backoff = fixed("1s"), jitter = none),
                timeout = "10s",
                deadline = "30s",
                credentials(key = "weather_api"),
                after = first,
            );
        }
    };
    let definition = workflow.definition().unwrap();
    assert_eq!(
        (definition.name.as_deref(), definition.description.as_deref()),
        (Some("Settings"), Some("All of them, in one."))
    );
    assert_eq!(json!(definition.settings), json!({ "timeout": "1m", "max_parallel": 2 }));
    assert_eq!(connections(&definition), ["first → no-op"]);
    assert_eq!(
        json!(definition.nodes[1]),
        json!({
            "id": "no-op",
            "action": "demo.noop@1.0",
            "name": "Nothing",
            "credentials": { "key": "weather_api" },
            "retry": { "max_attempts": 3, "backoff": { "fixed": "1s" }, "jitter": "none" },
            "timeout": "10s",
            "deadline": "30s",
        })
    );
}

#[test]
fn values_of_rust_are_data_and_names_in_texts_are_values() {
    fn alert(channel: &str, weight: Option<u8>) -> Definition {
        let days = 3;
        let workflow: Workflow<City, Sent> = workflow! { "values" (city: City) -> Sent {
            let hot = city.days + days > 5;
            let (note, days): (String, _) = (format!("{days} days"), days + 1);
            fetch = FetchWeather { name: city.name, days, note };
            let city = fetch.city;
            let shown = text!("{city}: {{{}}} of {} in {}", fetch.temp + 1, 2.5, channel);
            if hot && weight.is_some() {
                post = Post { channel: channel.to_owned(), text: shown } with (after(fetch));
            }
            Post::default_of(&fetch)
        } };
        accepted(&workflow)
    }
    let definition = alert("#ops", Some(1));
    assert_eq!(
        json!(definition.nodes[0].parameters),
        json!({ "name": { "$expr": "$input.name" }, "days": 4, "note": "3 days" })
    );
    let text = "{{ $nodes.fetch.result.city }}: {{ \"{\" }}{{ $nodes.fetch.result.temp + 1 }}} of 2.5 in #ops";
    assert_eq!(definition.nodes[1].parameters["text"].to_json(), json!({ "$template": text }));
    assert_eq!(connections(&definition), ["fetch → post if $input.days + 3 > 5 && true"]);
}

impl Post {
    /// A function of Rust over data of a run.
    fn default_of(_: &Step<Weather>) -> Expr<Sent> {
        expr_as("{ id: 1 }")
    }
}

/// The same, built and written.
#[track_caller]
fn same<In, Out>(built: &Workflow<In, Out>, written: &Workflow<In, Out>) {
    assert_eq!(accepted(built).canonical_json(), accepted(written).canonical_json());
}

#[test]
fn of_two_branches_one_is_taken_and_what_they_give_is_certain() {
    let built: Workflow<City, u32> = Workflow::new("either", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        let sent = f.when_else(
            fetch.temp.gt(30),
            |f| f.add("hot", Post::call().channel("a").text("hot")),
            |f| f.add("cold", Post::call().channel("a").text("cold").weight(&fetch.temp)),
        );
        f.add("log", Post::call().channel("b").text("done").weight(&sent.id));
        sent.id.clone()
    });
    let written = workflow! { "either" (city: City) -> u32 {
        fetch = FetchWeather { name: city.name };
        let sent = if fetch.temp > 30 {
            hot = Post { channel: "a", text: "hot" };
            hot
        } else {
            cold = Post { channel: "a", text: "cold", weight: fetch.temp };
            cold
        };
        log = Post { channel: "b", text: "done", weight: sent.id };
        sent.id
    } };
    same(&built, &written);
}

#[test]
fn branches_end_a_workflow_and_branches_stand_in_branches() {
    let built: Workflow<City, String> = Workflow::new("nested", |f, city: Expr<City>| {
        let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
        let (name, days) = f.when_else(
            city.days.gt(3),
            |f| {
                let far = f.add("far", FetchWeather::call().name(&fetch.city));
                (far.city.clone(), far.wind.mean_speed.clone())
            },
            |_| ("near", 1_u8),
        );
        f.when_else(
            fetch.temp.gt(1),
            |f| f.add("one", FetchWeather::call().name(&name).days(&days)).city.clone(),
            |f| {
                f.when_else(
                    fetch.temp.lt(0),
                    |f| f.add("two", FetchWeather::call().name(&fetch.city)).city.clone(),
                    |_| "none",
                )
            },
        )
    });
    let written = workflow! { "nested" (city: City) -> String {
        fetch = FetchWeather { name: city.name };
        let (name, days) = if city.days > 3 {
            far = FetchWeather { name: fetch.city };
            (far.city, far.wind.mean_speed)
        } else {
            ("near", 1_u8)
        };
        if fetch.temp > 1 {
            one = FetchWeather { name, days };
            one.city
        } else if fetch.temp < 0 {
            two = FetchWeather { name: fetch.city };
            two.city
        } else {
            "none"
        }
    } };
    same(&built, &written);
}

#[test]
fn steps_of_either_branch_are_known_behind_it() {
    let workflow: Workflow<City, u32> = workflow! { "known" (city: City) -> u32 {
        fetch = FetchWeather { name: city.name };
        if fetch.temp > 30 {
            hot = Post { channel: "a", text: "hot" };
        } else if fetch.temp < 0 {
            cold = Post { channel: "a", text: "cold" };
            colder = Noop {} with (after(cold));
        } else {
            mild = Noop {} with (after(fetch));
        }
        last = Noop {} with (after(mild, colder));
        hot.id.or_default(cold.id.or_default(0_u32))
    } };
    let definition = accepted(&workflow);
    assert_eq!(
        connections(&definition),
        [
            "fetch → hot if $nodes.fetch.result.temp > 30",
            "fetch → cold if $nodes.fetch.result.temp <= 30 && $nodes.fetch.result.temp < 0",
            "cold → colder",
            "fetch → mild if $nodes.fetch.result.temp <= 30 && $nodes.fetch.result.temp >= 0",
            "fetch → last",
            "colder → last",
            "mild → last",
        ]
    );
}

#[test]
fn a_match_has_a_branch_for_each_variant() {
    let built: Workflow<Place, String> = Workflow::new("switch", |f, place: Expr<Place>| {
        let first = f.add("first", FetchWeather::call().name(&place.name));
        let city = f
            .switch(&place.kind)
            .on_big_city(|f| f.add("big", FetchWeather::call().name(&first.city)).city.clone())
            .on_village(|f| f.add("small", FetchWeather::call().name("small")).after(&first).city.clone())
            .on_nowhere(|_| "none")
            .end();
        f.switch(&place.kind).on_village(|f| _ = f.add("noop", Noop::call()).after(&first)).otherwise(|_| ());
        f.add("last", FetchWeather::call().name(&city)).city.clone()
    });
    let written = workflow! { "switch" (place: Place) -> String {
        first = FetchWeather { name: place.name };
        let city = match place.kind {
            Kind::BigCity => {
                big = FetchWeather { name: first.city };
                big.city
            }
            Kind::Village => {
                small = FetchWeather { name: "small" } with (after(first));
                small.city
            }
            Kind::Nowhere => "none",
        };
        match place.kind {
            Kind::Village => {
                noop = Noop {} with (after(first));
            }
            _ => {}
        }
        last = FetchWeather { name: city };
        last.city
    } };
    same(&built, &written);
}
