use proc_macro2::TokenStream;

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).expect("an expansion is a list of items"))
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("Rust tokens")
}

const RESOURCE: &str = r#"
    /// A database.
    #[resource(id = "demo.database", pool(min = 1, max = 8, idle = "5m", max_life = "30m"), acquire_timeout = "10s",
               health_interval = "1m", teardown = "2s", capabilities(net(param = "url")))]
    pub struct Database {
        /// User and password.
        login: Cred<Login>,
    }
"#;

#[test]
fn a_resource_becomes_metadata_manifest_slots_and_adapter() {
    insta::assert_snapshot!(pretty(crate::expand::resource(tokens(RESOURCE))));
}

#[test]
fn with_errors_there_is_a_stand_in() {
    insta::assert_snapshot!("stand_in", pretty(crate::expand::resource(tokens("#[resource(nope)] struct Database;"))));
}

#[test]
fn with_another_path_the_crate_is_not_named() {
    let other = RESOURCE.replace("teardown", "crate = \"my::sdk\", teardown");
    for text in [other.as_str(), "#[resource(nope, crate = \"my::sdk\")] struct Database;"] {
        let text = crate::expand::resource(tokens(text)).to_string();
        assert!(!text.contains("nebula_sdk") && text.contains("my :: sdk"), "{text}");
    }
}
