use proc_macro2::TokenStream;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("Rust tokens")
}

fn pretty(text: &str) -> String {
    let made = crate::expand::credential(tokens(text));
    prettyplease::unparse(&syn::parse2(made).expect("an expansion is a list of items"))
}

const BASIC: &str = r#"#[credential(id = "demo.login", scheme = basic)]
    struct Login { username: String, password: SecretString }"#;

#[test]
fn a_struct_becomes_reading_redaction_and_what_a_request_carries() {
    insta::assert_snapshot!("basic", pretty(BASIC));
}

#[test]
fn with_errors_there_are_stand_ins() {
    insta::assert_snapshot!("stand_in", pretty("struct Key { key: SecretString }"));
}

#[test]
fn with_another_path_the_crate_is_not_named() {
    for text in [BASIC.replace("scheme", "crate = \"my::sdk\", scheme"), BASIC.replace("scheme =", "crate =")] {
        let text = text.replace("crate = basic", "crate = \"my::sdk\"");
        let made = crate::expand::credential(tokens(&text)).to_string();
        assert!(!made.contains("nebula_sdk") && made.contains("my :: sdk"), "{made}");
    }
}

#[test]
fn tokens_that_are_no_struct_are_an_error_and_no_panic() {
    for text in ["", "fn f() {}", "struct Key;", "struct Key {}", "union Key { a: u8 }", "enum Key {}"] {
        assert!(crate::expand::credential(tokens(text)).to_string().contains("compile_error"), "{text}");
    }
}
