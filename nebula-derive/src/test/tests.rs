use proc_macro2::TokenStream;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("Rust tokens")
}

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).expect("an expansion is a list of items"))
}

const TEST: &str = "
    /// Hot days are announced.
    #[should_panic]
    pub async fn hot_days(t: TestFlow) -> Result<()> { t.run(1).await; Ok(()) }
";

#[test]
fn a_function_becomes_a_test_around_it() {
    insta::assert_snapshot!("one_seed", pretty(super::test(tokens("seed = 7"), &tokens(TEST))));
    insta::assert_snapshot!("many_seeds", pretty(super::test(tokens("seeds = 3..=9"), &tokens(TEST))));
}

#[test]
fn without_a_seed_it_is_zero() {
    assert!(super::test(TokenStream::new(), &tokens(TEST)).to_string().contains("0u64 ..= 0u64"));
    assert!(super::test(tokens("seeds = 0..20"), &tokens(TEST)).to_string().contains("0u64 ..= 19u64"));
}

#[test]
fn with_errors_the_function_stays() {
    let item = "#[ignore] #[test] #[inline] fn broken(t: &TestFlow, more: u8) -> u8 { 3 }";
    insta::assert_snapshot!("stand_in", pretty(super::test(tokens("sed = 7, seeds = 9..3"), &tokens(item))));
}

#[test]
fn with_another_path_the_crate_is_not_named() {
    for item in [TEST, "fn broken() {}"] {
        let text = super::test(tokens("crate = \"my::sdk\""), &tokens(item)).to_string();
        assert!(!text.contains("nebula_sdk"), "{text}");
    }
    assert!(super::test(tokens("crate = \"my::sdk\""), &tokens(TEST)).to_string().contains("my :: sdk"));
}

#[test]
fn tokens_that_are_no_function_are_an_error_and_no_panic() {
    for item in
        ["", "42", "mod m {}", "fn f();", "struct S;", "async fn f", "async fn f(self) {}", "async fn f(_: ..) {}"]
    {
        for attr in ["", "seed", "seeds = ..", "seeds = 0..", "seed = 99999999999999999999999", "= 3", "seeds = 0..0"] {
            let text = super::test(tokens(attr), &tokens(item)).to_string();
            assert!(text.contains("compile_error"), "{attr} on {item}: {text}");
        }
    }
}
