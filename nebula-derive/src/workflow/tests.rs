use proc_macro2::TokenStream;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("Rust tokens")
}

fn pretty(expansion: &TokenStream) -> String {
    let file = quote::quote! { fn f() -> Workflow<A, B> { #expansion } };
    prettyplease::unparse(&syn::parse2(file).expect("an expansion is an expression"))
}

fn items(expansion: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(expansion).expect("an expansion is a list of items"))
}

const WEATHER: &str = r##"
    /// Tells when it is hot.
    "weather-alert" (city: City) -> Weather with (name = "Weather", timeout = "10m", max_parallel = 4) {
        fetch = FetchWeather { name: city.name } with (retry(max = 3, backoff = fixed("1s")), credentials(key = "weather_api"));
        let warm = fetch.temp * 2 + 1 > 30.0 && !(fetch.wind.mean_speed < city.days || city.name == "Oslo");
        if warm {
            post = Post { channel: "#ops", text: text!("{} is {}", fetch.city, fetch.temp) };
            if post.id > 3 {
                deep = Post { channel, text: "b" } with (after(fetch), id = "deep-one");
            }
        }
        last = Noop {} with (after(post));
        fetch
    }
"##;

const SKY: &str = r#"
    "sky" (day: Day) -> String {
        let name = if day.warm {
            a = Ask { text: "a" };
            a.name
        } else if day.cold {
            b = Ask { text: "b" };
            b.name
        } else {
            "none"
        };
        if day.warm {
            c = Ask { text: name };
        } else {
            d = Ask { text: "d" };
        }
        match day.sky {
            Sky::Sunny => {
                e = Ask { text: text!("{{{name}}} {}", 2.5 * c.size) };
                e.name
            }
            Sky::HeavyRain => name,
            _ => "other",
        }
    }
"#;

const ORDERS: &str = r#"
    "orders" (input: Orders) -> Vec<Receipt> {
        review = Review { count: input.all.len() };
        match review.port() {
            ReviewPort::Approved => {}
            _ => {
                tell = Say { text: "not yet" } with (on_error = continue);
            }
        }
        all = for order in input.all {
            total = with_tax(25) { cents: order.cents };
            pay = Pay { cents: total };
            let text = match pay {
                Ok(paid) => paid.receipt,
                Err(failure) => {
                    sorry = Say { text: failure.message };
                    "none"
                }
            };
            text
        } with (concurrency = 8, on_item_error = skip, after = tell);
        if let Err(failure) = all {
            last = Say { text: failure.code };
        }
        all.or_default([])
    }
"#;

const WEEK: &str = r#"
    "week" (week: Week) -> Vec<Vec<Receipt>> {
        base = LookUpFee { of: week.base };
        days = for (place, day) in week.days {
            fee = LookUpFee { of: day.fee + base.of };
            orders = for order in day.orders {
                pay = one() { order: order.id, cents: order.cents + fee.of };
                pay
            } with (on_item_error = skip);
            last = LookUpFee { of: place };
            orders
        } with (concurrency = 2);
        days
    }
"#;

const DERIVED: &str = r##"
    /// Tells when it is hot.
    #[workflow(id = "weather-alert", input = City, output = fetch, max_parallel = 4)]
    pub struct WeatherAlert {
        #[node(with(name = input.name), retry(max = 3))]
        fetch: FetchWeather,
        #[node(when = fetch.temp > 30.0, with(channel = "#ops", text = text!("{} is {}", fetch.city, fetch.temp)))]
        post: Post,
        #[node(when = fetch.temp > 30.0, with(channel = "#dev", text = "posted", weight = post.id), after = fetch)]
        tell: Post,
    }
"##;

const ANNOUNCE: &str = r#"
    "announce" (input: Words) -> String {
        trigger lines = NewLines { path: "app.log" } with (every = "10s") => |fired| Words { text: fired.event.text };
        trigger others = NewLines { path: "other.log" };
        const room: Room = Room::Ops;
        const most = 3;
        say = Say { text: input.text, room, most };
        say
    }
"#;

const SETTLED: &str = r#"
    #[workflow(id = "settled", input = Claims, output = settled, vars(room = "ops"))]
    #[workflow(trigger(claims = NewClaims, with(board = "b"), every = "1m", input = Claims { all: fired.event.all }))]
    struct Settled {
        #[node(each(claim = input.all, index = place, gives = text), concurrency = 8, on_item_error = skip)]
        settled: Vec<String>,
        #[node(inside = settled, with(cents = claim.cents, place = place))]
        review: Review,
        #[node(inside = settled, when = let ReviewPort::Approved = review.port(), with(cents = review.cents))]
        pay: Pay,
        #[node(inside = settled, calls = tell(), with(text = pay.receipt.or_default("none"), room = room))]
        text: Workflow<Words, String>,
        #[node(when = let Err(failure) = settled, with(text = failure.message))]
        sorry: Say,
        #[node(when = input.all.is_empty(), with(text = "a"))]
        nothing: Say,
        #[node(otherwise, with(text = "b"))]
        something: Say,
    }
"#;

#[test]
fn triggers_and_constants_are_those_of_the_builder() {
    insta::assert_snapshot!("announce", pretty(&super::workflow(tokens(ANNOUNCE))));
}

#[test]
fn loops_ends_and_triggers_of_a_struct_are_those_of_the_builder() {
    insta::assert_snapshot!("settled", items(super::derive(tokens(SETTLED))));
}

#[test]
fn the_macro_becomes_calls_of_the_builder() {
    insta::assert_snapshot!(pretty(&super::workflow(tokens(WEATHER))));
}

#[test]
fn branches_leave_their_steps_and_give_values() {
    insta::assert_snapshot!(pretty(&super::workflow(tokens(SKY))));
}

#[test]
fn loops_called_workflows_ports_and_failures_are_those_of_the_builder() {
    insta::assert_snapshot!("orders", pretty(&super::workflow(tokens(ORDERS))));
}

#[test]
fn loops_stand_in_loops() {
    insta::assert_snapshot!("week", pretty(&super::workflow(tokens(WEEK))));
}

#[test]
fn a_struct_becomes_calls_of_the_builder() {
    insta::assert_snapshot!("derived", items(super::derive(tokens(DERIVED))));
    let typed = DERIVED.replace("output = fetch", "output = fetch.temp as f64");
    insta::assert_snapshot!("derived_with_a_type", items(super::derive(tokens(&typed))));
}

#[test]
fn mistakes_stand_behind_everything_that_was_understood() {
    let broken = r#""a" (city: City) -> Weather {
        fetch = FetchWeather { name: city., days };
        if fetch.temp > {
            post = Post(fetch.);
        }
        fetch.
    }"#;
    insta::assert_snapshot!(pretty(&super::workflow(tokens(broken))));
}

#[test]
fn what_comes_before_a_member_that_is_being_written_does_not_move() {
    // An editor looks for the place of the cursor in two expansions: with a made-up member there, and without.
    for (before, behind) in [
        ("fetch = Fetch { name: city", "};"),
        ("fetch = Fetch { name: \"Oslo\", days: city", ", note: 3 }; fetch"),
        ("fetch = Fetch {}; if fetch", "{}"),
        ("fetch = Fetch {}; if fetch.temp > 3 && city", "{} fetch"),
        ("fetch = Fetch {}; if (fetch", ") {}"),
        ("fetch = Fetch {}; if !(fetch", ") {}"),
        ("fetch = Fetch {}; if fetch.temp + 1 > 3 || fetch", "{}"),
        ("fetch = Fetch {}; if fetch.warm { hot = Post { channel: fetch", "}; }"),
        ("fetch = Fetch {}; post = Post { text: text!(\"{}\", fetch", ") };"),
        ("let a = city", ";"),
        ("all = for one in city", "{ fetch = Fetch { name: one.name }; };"),
        ("all = for one in city.all { fetch = Fetch { name: one", "}; };"),
        ("all = for one in city.all { fetch = Fetch {}; fetch", "};"),
        ("fetch = one() { name: city", "};"),
        ("fetch = Fetch {}; match fetch { Ok(it) => { a = A { b: it", "}; } Err(failure) => {} }"),
        ("fetch = Fetch {}; match fetch { Ok(it) => {} Err(failure) => { a = A { b: failure", "}; } }"),
        ("fetch = Fetch {}; if let Err(failure) = fetch { a = A { b: failure", "}; }"),
        ("trigger lines = Lines {} => |fired| A { b: fired.event", "}; a = A {};"),
        ("trigger lines = Lines {} => |fired| fired", "; a = A {};"),
        ("all = for (place, one) in city.all { two = for it in one", "{ fetch = Fetch { name: one.name }; }; };"),
        ("all = for (place, one) in city.all { two = for it in one.all { fetch = Fetch { name: it", "}; }; };"),
        ("fetch = Fetch {}; fetch", ""),
    ] {
        for operator in ["", "> 3", "+ 1", "* 2 > 1", "&& true", "== city.name"] {
            let of = |member: &str| {
                let text = format!("\"a\" (city: City) -> Weather {{ {before}.{member} {operator} {behind} }}");
                super::workflow(tokens(&text)).to_string()
            };
            let (finished, unfinished) = (of("marked"), of(""));
            let place = finished.find("marked").unwrap_or_else(|| panic!("{before}: {finished}"));
            assert_eq!(unfinished[..place], finished[..place], "{before} {operator}");
        }
    }
}

#[test]
fn tokens_that_are_no_workflow_are_an_error_and_no_panic() {
    for input in [
        "",
        "42",
        "\"a\"",
        "\"a\" ()",
        "\"a\" () {",
        "\"a\" () -> {}",
        "\"a\" (a: A, b: B) {}",
        "() {}",
        "{}",
        "\"a\" {}",
        "\"a\" () { = }",
        "\"a\" () { a = }",
        "\"a\" () { a = B { c: } }",
        "\"a\" () { a = B { : } with }",
        "\"a\" () { if }",
        "\"a\" () { if x }",
        "\"a\" () { if x {} else }",
        "\"a\" () { match }",
        "\"a\" () { match x { => } }",
        "\"a\" () { match x { A::B } }",
        "\"a\" () { let }",
        "\"a\" () { let x = ; y }",
        "\"a\" () { fn }",
        "\"a\" () with {}",
        "\"a\" () with (1) {}",
        "\"a\" () { x..; }",
        "#[a] \"a\" () {}",
        "\"a\" () {} \"b\"",
        "\"a\" () { a = A {} with (after(a, 1), credentials(k), retry) }",
        "\"a\" () { a.. }",
        "\"a\" () { for }",
        "\"a\" () { a = for }",
        "\"a\" () { a = for x }",
        "\"a\" () { a = for x in }",
        "\"a\" () { a = for x in y }",
        "\"a\" () { a = for x in y {} with }",
        "\"a\" () { a = for x in y { b = for z in x {}; }; c = D { e: x }; }",
        "\"a\" () { a = for (x, y, z) in y {}; }",
        "\"a\" () { a = for (x, [y]) in y {}; }",
        "\"a\" () { a = b() }",
        "\"a\" () { a = b() { : }; }",
        "\"a\" () { match a { Ok() => {} } }",
        "\"a\" () { match a { Ok(b) => {} } }",
        "\"a\" () { match a { Err(b) => {} Ok(_) => } }",
        "\"a\" () { if let Err(a) }",
        "\"a\" () { if let Err(a) = }",
        "\"a\" () { if let Err(a) = b }",
        "\"a\" () { let c = if let Err(a) = b {}; }",
        "\"a\" () { trigger }",
        "\"a\" () { trigger a }",
        "\"a\" () { trigger a = }",
        "\"a\" () { trigger a = B }",
        "\"a\" () { trigger a = B { c } with }",
        "\"a\" () { trigger a = B {} => }",
        "\"a\" () { trigger a = B {} => || 1; }",
        "\"a\" () { trigger a = B {} => |c| }",
        "\"a\" () { trigger a = B {} => |[c]| c; }",
        "\"a\" () { if a { trigger b = B {}; } }",
        "\"a\" () { const }",
        "\"a\" () { const a }",
        "\"a\" () { const a: }",
        "\"a\" () { const a = }",
        "\"a\" () { const a = b(); }",
    ] {
        let Ok(tokens) = input.parse::<TokenStream>() else { continue };
        let text = super::workflow(tokens).to_string();
        assert!(text.contains("compile_error"), "{input}: {text}");
    }
    for input in
        ["", "42", "enum E {}", "struct S;", "struct S(u8);", "fn f() {}", "struct S<T> { a: T }", "union U { a: u8 }"]
    {
        let text = super::derive(tokens(input)).to_string();
        assert!(text.contains("compile_error"), "{input}: {text}");
    }
    for keys in [
        "each",
        "each()",
        "each(a)",
        "each(a = b, c)",
        "each(a = b, index)",
        "each(a = b), with(c = 1)",
        "inside",
        "inside = a.b",
        "inside = no",
        "concurrency = 3",
        "otherwise",
        "otherwise = 1",
        "otherwise, when = true",
        "when = let A = b",
        "when = let Ok(a) = b.c",
        "calls",
    ] {
        let text = format!("#[workflow(id = \"a\")] struct S {{ #[node({keys})] a: B }}");
        let text = super::derive(tokens(&text)).to_string();
        assert!(text.contains("compile_error"), "{keys}: {text}");
    }
    for key in [
        "trigger",
        "trigger()",
        "trigger(a)",
        "trigger(a = 1)",
        "trigger(a = B, 1)",
        "trigger(a = B, no = 1)",
        "vars(1)",
    ] {
        let text = format!("#[workflow(id = \"a\", {key})] struct S {{ a: B }}");
        let text = super::derive(tokens(&text)).to_string();
        assert!(text.contains("compile_error"), "{key}: {text}");
    }
    for input in
        ["", "a", "\"{\"", "\"}\"", "\"{}\"", "\"\", 1", "\"{0}\", 1", "\"{a:b}\", 1", "\"{}\", a.", "\"{}\" a"]
    {
        let text = super::text(tokens(input)).to_string();
        assert!(text.contains("compile_error"), "{input}: {text}");
    }
}

#[test]
fn with_another_path_the_crate_is_not_named() {
    let written = WEATHER.replace("timeout = \"10m\"", "crate = \"my::sdk\"");
    let derived = DERIVED.replace("max_parallel = 4", "crate = \"my::sdk\"");
    for text in [super::workflow(tokens(&written)).to_string(), super::derive(tokens(&derived)).to_string()] {
        assert!(!text.contains("nebula_sdk"), "{text}");
        assert!(text.contains("my :: sdk"), "{text}");
    }
}
