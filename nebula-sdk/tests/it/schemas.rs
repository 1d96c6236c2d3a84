//! Golden schemas: a change here is a change of every form and every plan.

use insta::assert_json_snapshot;
use nebula_sdk::{Output as _, Parameters as _};

use crate::parameters::{Amount, Body, Filter, HostName, Order, Place, Tree};

#[test]
fn a_struct_is_a_closed_object_with_titles_descriptions_bounds_and_defaults() {
    assert_json_snapshot!(Place::input_schema());
}

#[test]
fn what_is_written_always_has_what_has_a_default() {
    let schema = Place::output_schema();
    assert_json_snapshot!(schema["required"]);
}

#[test]
fn an_enum_of_names_is_a_text_with_options() {
    assert_json_snapshot!(Order::output_schema());
}

#[test]
fn an_enum_with_data_is_one_of_its_variants() {
    assert_json_snapshot!("internally_tagged", Body::input_schema());
    assert_json_snapshot!("adjacently_tagged", Amount::input_schema());
    assert_json_snapshot!("externally_tagged", Filter::output_schema());
}

#[test]
fn a_newtype_has_the_schema_of_what_it_holds() {
    assert_json_snapshot!(HostName::output_schema());
}

#[test]
fn a_type_that_contains_itself_is_a_reference() {
    assert_json_snapshot!(Tree::input_schema());
}

#[test]
fn plain_types_are_outputs_too() {
    assert_json_snapshot!([
        <()>::output_schema(),
        u8::output_schema(),
        i64::output_schema(),
        f64::output_schema(),
        String::output_schema(),
        Vec::<bool>::output_schema(),
        Option::<String>::output_schema(),
        serde_json::Value::output_schema(),
    ]);
}
