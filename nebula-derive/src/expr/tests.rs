use proc_macro2::TokenStream;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("Rust tokens")
}

fn pretty(expansion: &TokenStream) -> String {
    let file = quote::quote! { fn f() -> &'static T { #expansion } };
    prettyplease::unparse(&syn::parse2(file).expect("an expansion is an expression"))
}

/// The messages of the errors of an expansion.
fn errors(expansion: TokenStream) -> Vec<String> {
    let block: syn::Block = syn::parse2(expansion).expect("an expansion is a block");
    let message = |statement: &syn::Stmt| match statement {
        syn::Stmt::Macro(call) => Some(call.mac.parse_body::<syn::LitStr>().expect("a message").value()),
        _ => None,
    };
    block.stmts.iter().filter_map(message).collect()
}

#[test]
fn an_expression_is_parsed_once() {
    insta::assert_snapshot!(pretty(&super::expr(tokens(r#""$input.total > 100" => bool"#))));
}

#[test]
fn a_template_is_parsed_once() {
    insta::assert_snapshot!(pretty(&super::template(tokens(r##"r#"Dear {{ $input.name }}"#,"##))));
}

#[test]
fn a_mistake_leaves_a_stand_in() {
    insta::assert_snapshot!(pretty(&super::expr(tokens(r#""$input.total = 100""#))));
}

#[test]
fn types_fit_or_do_not() {
    for (text, ty, said) in [
        ("$input.a", "number", None),
        ("size($input.a)", "integer", None),
        ("size($input.a) / 2", "integer", None),
        ("$input.a > 1", "bool", None),
        ("now()", "string", None),
        ("[1, 2]", "list<number>", None),
        ("[[1], []]", "list<list<integer>>", None),
        ("[1, null]", "list<number?>", None),
        ("{a: 1}", "object", None),
        ("'a'.extract('b')", "string?", None),
        ("$input.a > 1", "number", Some("this is `bool`, not `number`")),
        ("null", "string", Some("this is null, not `string`")),
        ("'a'.extract('b')", "string", Some("`=> string?`")),
        ("[1, 'a']", "list<bool>", Some("`[*]` of this is")),
        ("[1]", "object", Some("this is `list<")),
        ("1 + 1", "bool", Some("[E0502]")),
    ] {
        let found = errors(super::expr(tokens(&format!("{text:?} => {ty}"))));
        match said {
            None => assert_eq!(found, [""; 0], "{text} => {ty}"),
            Some(said) => assert!(matches!(&found[..], [one] if one.contains(said)), "{text} => {ty}: {found:?}"),
        }
    }
    assert_eq!(errors(super::template(tokens(r#""{{ 1 }}" => number"#))), [""; 0]);
    assert_eq!(errors(super::template(tokens(r#""no. {{ 1 }}" => number"#))), ["this is `string`, not `number`"]);
}

#[test]
fn every_mistake_is_told() {
    let found = errors(super::expr(tokens(r#""$inptu.a + size(1) + $input.b = 3""#)));
    assert!(found.len() >= 2, "{found:?}");
    let nested = format!("\"1\" => {}bool{}", "list<".repeat(5000), ">".repeat(5000));
    assert!(errors(super::expr(tokens(&nested)))[0].contains("write `list`"));
}
