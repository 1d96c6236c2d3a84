use proc_macro2::TokenStream;

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).expect("an expansion is a list of items"))
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("Rust tokens")
}

const ACTION: &str = r#"
    /// Fetch something.
    #[action(id = "demo.fetch", version = "1.2", idempotent(key(order, r#type)), timeout = "10s", deadline = "5m",
             category = "Demo", tags("one", "two"), icon = "cloud", docs = "https://example.com/fetch",
             example(title = "Something", input = json!({ "path": "a" })), max_input = "1MiB", max_output = "10MiB",
             concurrency = 4, heartbeat = "5s", rate_limit("100/m", burst = 5),
             capabilities(net("example.com:443"), fs_read(param = "path")),
             retry(max = 3, backoff = exp("200ms", max = "10s"), jitter))]
    pub struct Fetch {
        /// The key.
        key: Cred<Key>,
    }
"#;

const TRIGGER: &str = r#"
    /// Lines that are new.
    #[action(id = "demo.lines", version = "1.0", pure, poll = "10s", timeout = "1m", max_output = "1MiB",
             capabilities(fs_read(param = "path")))]
    pub struct Lines;
"#;

const PARAMETERS: &str = r#"
    /// What to fetch.
    #[serde(rename_all = "camelCase")]
    pub struct What {
        /// A name.
        #[param(min_len = 1, example = "a")]
        the_name: String,
        /// A number.
        #[param(default = 1, max = 14)]
        days: u8,
        /// Perhaps.
        maybe: Option<String>,
    }
"#;

const UNION: &str = r#"
    /// One of two.
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Which {
        /// Nothing.
        Nothing,
        /// Something.
        Some {
            /// A number.
            number: u8,
        },
    }
"#;

const CHOICE: &str = r#"
    /// One of a few.
    #[serde(rename_all = "kebab-case")]
    enum Which {
        /// The first.
        FirstOne,
        /// The second.
        HTTPError,
        #[serde(rename = "3")]
        Third3,
    }
"#;

#[test]
fn an_action_becomes_metadata_manifest_slots_and_adapter() {
    insta::assert_snapshot!(pretty(super::action(tokens(ACTION))));
}

#[test]
fn a_trigger_is_an_action_that_is_polled() {
    insta::assert_snapshot!(pretty(super::action(tokens(TRIGGER))));
}

#[test]
fn a_struct_becomes_a_twin_for_serde_and_calls_for_its_schema() {
    insta::assert_snapshot!(pretty(super::parameters(tokens(PARAMETERS))));
}

#[test]
fn an_enum_becomes_a_twin_for_serde_and_calls_for_its_schema() {
    insta::assert_snapshot!(pretty(super::parameters(tokens(UNION))));
}

#[test]
fn an_enum_of_names_has_a_matcher_of_its_cases() {
    insta::assert_snapshot!(pretty(super::parameters(tokens(CHOICE))));
}

#[test]
fn with_errors_there_are_stand_ins() {
    insta::assert_snapshot!("stand_in_action", pretty(super::action(tokens("#[action(nope)] struct Fetch;"))));
    insta::assert_snapshot!("stand_in_parameters", pretty(super::parameters(tokens("struct What { a: u8 }"))));
}

#[test]
fn with_another_path_the_crate_is_not_named() {
    let action = ACTION.replace("timeout", "crate = \"my::sdk\", timeout");
    let parameters = PARAMETERS.replace("#[serde", "#[param(crate = \"my::sdk\")] #[serde");
    let union = UNION.replace("#[serde", "#[param(crate = \"my::sdk\")] #[serde");
    let expansions = [
        super::action(tokens(&action)),
        super::parameters(tokens(&parameters)),
        super::parameters(tokens(&union)),
        super::parameters(tokens(
            &CHOICE.replace("#[serde(rename_all", "#[param(crate = \"my::sdk\")] #[serde(rename_all"),
        )),
        super::action(tokens("#[action(nope, crate = \"my::sdk\")] struct Fetch;")),
        super::parameters(tokens("#[param(crate = \"my::sdk\")] struct What { a: u8 }")),
    ];
    for expansion in expansions {
        let text = expansion.to_string();
        assert!(!text.contains("nebula_sdk"), "{text}");
        assert!(text.contains("my :: sdk"), "{text}");
    }
}

#[test]
fn tokens_that_are_no_item_are_an_error_and_no_panic() {
    assert!(super::action(tokens("fn main() {}")).to_string().contains("compile_error"));
    assert!(super::parameters(tokens("42")).to_string().contains("compile_error"));
}
