//! Codes, functions and expressions, explained.

use serde_json::json;

use super::expr;

#[test]
fn a_code_is_explained_with_an_example_and_the_way_out() {
    let page = expr(&["explain", "E0602"]).ends_with(0).stdout;
    for part in ["E0602: division by zero", "1 / 0", "write instead", "1 / 2"] {
        assert!(page.contains(part), "`{part}` is missing: {page}");
    }
    assert_eq!(expr(&["explain", "e0602"]).ends_with(0).stdout, page);
    let printed = expr(&["explain", "E0602", "--json"]).ends_with(0).json();
    let wanted = json!({"code": "E0602", "title": "division by zero", "example": "1 / 0", "instead": "1 / 2"});
    assert_eq!(printed, wanted);
}

#[test]
fn every_code_has_a_page() {
    for code in nebula_expression::codes() {
        let page = expr(&["explain", code.code]).ends_with(0).stdout;
        assert!(page.contains(code.title) && page.contains(code.instead), "{page}");
    }
}

#[test]
fn codes_of_the_planner_are_explained_too() {
    let page = expr(&["explain", "P0302"]).ends_with(0).stdout;
    assert!(page.starts_with("P0302: ") && page.contains("to mend it"), "{page}");
}

#[test]
fn a_code_that_is_not_there_is_not_found() {
    expr(&["explain", "E9999"]).ends_with(4).says(&["there is no code `E9999`"]);
}

#[test]
fn a_function_is_explained_with_an_example_and_its_value() {
    let page = expr(&["explain", "lower"]).ends_with(0).stdout;
    for part in ["lower(", "for example", "→"] {
        assert!(page.contains(part), "`{part}` is missing: {page}");
    }
    let printed = expr(&["explain", "lower", "--json"]).ends_with(0).json();
    assert_eq!(printed["name"], "lower");
    assert!(printed["signature"].is_string() && printed["example"].is_string(), "{printed}");
    expr(&["explain", "lowr"]).ends_with(4).says(&["there is no function `lowr`", "did you mean `lower`?"]);
}

#[test]
fn an_expression_is_explained_with_its_form_type_cost_and_paths() {
    let page = expr(&["explain", "$input.a   +($vars.b)"]).ends_with(0).stdout;
    for part in ["canonical  $input.a + $vars.b", "type", "cost", "reads      $input.a", "$vars.b"] {
        assert!(page.contains(part), "`{part}` is missing: {page}");
    }
    let printed = expr(&["explain", "$input.a > 1", "--json"]).ends_with(0).json();
    assert_eq!((&printed["canonical"], &printed["type"]), (&json!("$input.a > 1"), &json!("bool")));
    assert_eq!(printed["paths"], json!(["$input.a"]));
    let page = expr(&["explain", "a {{ 1 }}", "--template"]).ends_with(0).stdout;
    assert!(page.contains("nothing") && !page.contains("canonical"), "{page}");
}

#[test]
fn an_expression_that_is_wrong_is_not_explained() {
    expr(&["explain", "$input.a +"]).ends_with(2).says(&["error[E0102]"]);
    let printed = expr(&["explain", "$input.a +", "--json"]).ends_with(2).json();
    assert_eq!(printed["error"]["diagnostics"][0]["code"], "E0102");
}
