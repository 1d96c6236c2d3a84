use std::collections::BTreeSet;

use nebula_sdk::{EffectClass, testing::descriptor};

use super::*;

#[test]
fn every_action_is_registered_once_at_version_1() {
    let ids: Vec<_> = registry().iter().map(|action| action.descriptor().id.to_string()).collect();
    let distinct: BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert!(registry().iter().all(|action| action.descriptor().version.to_string() == "1.0"));
    insta::assert_snapshot!(ids.join("\n"));
}

#[test]
fn every_parameter_and_every_output_is_described() {
    for action in registry().iter() {
        let descriptor = action.descriptor();
        for schema in [&descriptor.input_schema, &descriptor.output_schema] {
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                assert!(property["description"].is_string(), "{}: {name}", descriptor.id);
            }
        }
    }
}

#[test]
fn what_reaches_the_world_is_not_pure() {
    for action in registry().iter() {
        let descriptor = action.descriptor();
        assert_eq!(
            descriptor.capabilities.is_empty(),
            descriptor.effect == EffectClass::Pure,
            "{}: {:?}",
            descriptor.id,
            descriptor.effect
        );
    }
}

#[test]
fn every_action_can_be_found_by_a_category_and_words() {
    for action in registry().iter() {
        let listing = &action.descriptor().listing;
        assert!(listing.category.is_some() && listing.icon.is_some() && !listing.tags.is_empty(), "{listing:?}");
    }
}

#[test]
fn schemas_are_stable() {
    insta::assert_json_snapshot!("http_request", descriptor::<http::HttpRequest>());
    insta::assert_json_snapshot!("data_filter", descriptor::<data::DataFilter>());
}

#[test]
fn interfaces_change_with_their_versions() {
    nebula_sdk::testing::assert_schema_lock(&registry(), "nebula.lock.json");
}

#[test]
fn every_schema_is_json_schema_by_the_book() {
    for action in registry().iter() {
        let descriptor = action.descriptor();
        for schema in [&descriptor.input_schema, &descriptor.output_schema] {
            jsonschema::meta::validate(schema).unwrap_or_else(|error| panic!("{}: {error}", descriptor.id));
        }
    }
}

#[test]
fn no_input_that_fits_its_schema_makes_an_action_panic_or_give_what_it_does_not_promise() {
    use nebula_sdk::testing::check_action;
    check_action::<data::DataSet>(60);
    check_action::<data::DataFilter>(60);
    check_action::<data::DataSort>(60);
    check_action::<data::DataAggregate>(60);
    check_action::<text::TextTemplate>(60);
    check_action::<json::JsonParse>(60);
    check_action::<csv::CsvParse>(60);
    check_action::<csv::CsvFormat>(60);
    check_action::<file::FileRead>(60);
    check_action::<file::FileWrite>(60);
    check_action::<flow::FlowFail>(60);
    check_action::<flow::FlowDelay>(60);
    check_action::<http::HttpRequest>(60);
}

#[test]
fn every_document_says_what_its_action_is() {
    nebula_sdk::testing::assert_documents(&registry());
}
