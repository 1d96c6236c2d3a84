//! Texts tried at nodes.

use nebula_ports::model::{ParameterValue, Workflow};

use super::{NoPlace, TextAt, check_at};
use crate::{
    catalogue::testing::catalogue,
    definition::parse,
    plan::tests::{WEATHER, all, found},
};

fn workflow() -> Workflow {
    parse(WEATHER).workflow.unwrap()
}

fn at(node: &str, parameter: Option<&str>, text: ParameterValue) -> Result<TextAt, NoPlace> {
    check_at(&workflow(), &catalogue(), &node.parse().unwrap(), parameter, text)
}

fn expression(text: &str) -> ParameterValue {
    ParameterValue::Expression(text.to_owned())
}

#[track_caller]
fn codes(node: &str, parameter: Option<&str>, text: &str) -> Vec<&'static str> {
    at(node, parameter, expression(text)).unwrap().found.iter().map(|finding| finding.code).collect()
}

#[test]
fn the_type_is_told_when_there_is_no_mistake() {
    let of = |text: &str| at("post", None, expression(text)).unwrap().ty.map(|ty| ty.to_string());
    assert_eq!(of("$input.name").as_deref(), Some("string"));
    assert_eq!(of("$nodes.fetch.success").as_deref(), Some("bool"));
    assert_eq!(of("$nodes.fetch.result.stats"), None);
    assert_eq!(of("1 +"), None);
}

#[test]
fn what_is_found_is_what_planning_finds_there() {
    for text in ["$nodes.fetsh.result", "$nodes.post.result", "$vars.rom", "$item", "$input.name + 1", "1 +"] {
        let written = WEATHER.replace("!expr $vars.room", &format!("!expr {text:?}"));
        let planned: Vec<_> = found(&written, &all())
            .into_iter()
            .filter(|finding| finding.pointer == "/nodes/0/parameters/room")
            .map(|finding| (finding.code, finding.message, finding.inner))
            .collect();
        let tried = at("post", Some("/room"), expression(text)).unwrap().found;
        assert!(tried.iter().all(|finding| finding.pointer.is_empty()), "{text}: {tried:?}");
        let tried: Vec<_> = tried.into_iter().map(|finding| (finding.code, finding.message, finding.inner)).collect();
        assert!(!tried.is_empty(), "{text}");
        assert_eq!(tried, planned, "{text}");
    }
}

#[test]
fn the_type_has_to_fit_the_place() {
    assert!(codes("fetch", Some("/headers/accept"), "$input.name").is_empty());
    for (pointer, text) in
        [("/url", "12"), ("/retries", "'x'"), ("/headers/accept", "[1]"), ("/headers", "1"), ("/ulr", "1")]
    {
        assert_eq!(codes("fetch", Some(pointer), text).len(), 1, "{pointer}");
    }
}

#[test]
fn without_a_parameter_nothing_is_said_about_a_name() {
    assert!(codes("post", None, "$input.name").is_empty());
    assert!(codes("fetch", None, "[1, 2]").is_empty());
}

#[test]
fn other_mistakes_of_the_workflow_are_left_out() {
    let broken = WEATHER
        .replace("!expr $vars.room", "!expr $vars.rom")
        .replace("from: fetch, to: post,", "from: fetch, to: psot,");
    let workflow = parse(&broken).workflow.unwrap();
    let tried = check_at(&workflow, &catalogue(), &"post".parse().unwrap(), None, expression("$input.name")).unwrap();
    assert_eq!(tried.found, []);
}

#[test]
fn a_place_that_is_none_is_refused() {
    for pointer in ["", "room", "/room/deeper", &"/a".repeat(100_000)] {
        let refused = at("post", Some(pointer), expression("1"));
        assert!(matches!(refused, Err(NoPlace::Parameter { .. })), "{pointer:.20}: {refused:?}");
    }
    let refused = at("pots", None, expression("1")).unwrap_err();
    assert_eq!(refused.help().as_deref(), Some("did you mean `post`?"));
}
