//! Every mistake one can make with the macros: see `tests/ui/README.md`.

#[test]
fn mistakes_are_explained_at_the_place_where_they_are() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/action/*.rs");
    cases.compile_fail("tests/ui/credential/*.rs");
    cases.compile_fail("tests/ui/expr/*.rs");
    cases.compile_fail("tests/ui/function/*.rs");
    cases.compile_fail("tests/ui/flow/*.rs");
    cases.compile_fail("tests/ui/parameters/*.rs");
    cases.compile_fail("tests/ui/test/*.rs");
}
