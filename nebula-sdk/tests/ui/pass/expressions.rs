#![deny(warnings)]
//! Expressions wherever an expression of Rust can stand.

use nebula_sdk::{
    expression::{Expression, Template},
    prelude::*,
};

struct Rule {
    when: &'static Expression,
    text: &'static Template,
}

macro_rules! rule {
    ($when:literal, $text:literal) => {
        Rule { when: expr!($when => bool), text: template!($text) }
    };
}

fn of_any<T>(_: T) -> &'static Expression {
    expr!("$input.a ?? 0")
}

fn main() {
    let rule = rule!("$input.total > 100", "{{ $input.total }} is much");
    assert_eq!(rule.when.source(), "$input.total > 100");
    assert_eq!(rule.text.source(), "{{ $input.total }} is much");
    assert!(std::ptr::eq(of_any(1), of_any(2)));

    let all = [expr!("1 + 1" => integer), expr!(r"$input.a"), expr!(r##"r"\d" + '"#'"## => string,)];
    assert_eq!(all[2].source(), r##"r"\d" + '"#'"##);
    let lists = expr!("[[1], []]" => list<list<number>>);
    let nothing = expr!("null" => object?);
    let escaped = expr!(
        "$input.a == \"\u{e9}\" && \
                         $input.b"
    );
    assert_eq!(escaped.source(), "$input.a == \"é\" && $input.b");
    let _ = (lists, nothing, template!(""));
}
