use proc_macro2::TokenStream;
use quote::quote;

use super::{Function, Written, expand};
use crate::ctxt::Ctxt;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("Rust tokens")
}

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).expect("an expansion is a list of items"))
}

const ATTR: &str = r#"id = "weather.fetch", version = "1.0", idempotent, capabilities(net("api.example.com:443"))"#;

const FETCH: &str = r#"
    /// Fetch the current weather.
    #[allow(clippy::unused_async)]
    pub async fn fetch_weather(
        /** City to look up. */ #[param(min_len = 1)] city: String,
        /** Days. */ #[param(default = 1)] mut days: u8,
        /** The key. */ key: Cred<WeatherApi>,
        other: Option<Cred<WeatherApi>>,
        ctx: &Ctx,
    ) -> Result<Weather> {
        days += 1;
        get(city, days, &key, ctx).await
    }
"#;

const WAIT: &str = "/// Wait.
    async fn hold_on(#[input] HowLong { time }: HowLong) -> Result<ActionResult<u8>> { wait(time) }";

/// The structs with their derives, as they would be written by hand.
fn by_hand(attr: &str, item: &str) -> String {
    let (shape, cx) = (Ctxt::default(), Ctxt::default());
    let written: Written = syn::parse2(tokens(item)).expect("a function");
    let function = Function::check(&shape, &cx, tokens(attr), written).expect("a name");
    assert!(shape.is_clean() && cx.is_clean());
    let expand::ByHand { action, input, body } = expand::by_hand(&function);
    let input = input.map(|input| quote!(#[derive(Parameters)] #input));
    pretty(quote!(#[derive(Action)] #action #input #body))
}

#[test]
fn a_function_becomes_what_one_would_write_by_hand() {
    insta::assert_snapshot!("by_hand", by_hand(ATTR, FETCH));
    insta::assert_snapshot!("by_hand_with_a_whole_input", by_hand("id = \"demo.wait\", version = \"1.0\"", WAIT));
}

#[test]
fn the_derives_make_of_it_what_they_make_of_a_struct() {
    let made = super::action(tokens(ATTR), &tokens("/// Ping.\nasync fn ping() -> Result<()> { Ok(()) }"));
    let unit = tokens(&format!("/// Ping.\n#[action({ATTR})] struct Ping;"));
    let derived = crate::expand::action(unit);
    assert!(made.to_string().contains(&derived.to_string()), "{made}");
}

#[test]
fn with_another_path_the_crate_is_not_named() {
    let attr = format!("{ATTR}, crate = \"my::sdk\"");
    for item in [FETCH, WAIT, "fn broken(x: u8) {}", "struct Broken;"] {
        let text = super::action(tokens(&attr), &tokens(item)).to_string();
        assert!(!text.contains("nebula_sdk"), "{text}");
        assert!(text.contains("my :: sdk"), "{text}");
    }
}

#[test]
fn with_errors_the_function_stays_and_there_are_stand_ins() {
    let made = super::action(tokens("nope"), &tokens("fn two_words(x: u8, x: &str, ctx: Ctx) -> u8 { x }"));
    insta::assert_snapshot!("stand_in", pretty(made));
}

#[test]
fn tokens_that_are_no_function_are_an_error_and_no_panic() {
    for item in
        ["", "42", "mod m {}", "fn f();", "fn __() {}", "fn _1() {}", "fn self_() {}", "enum E {}", "async fn f"]
    {
        let text = super::action(TokenStream::new(), &tokens(item)).to_string();
        assert!(text.contains("compile_error"), "{item}: {text}");
    }
}
