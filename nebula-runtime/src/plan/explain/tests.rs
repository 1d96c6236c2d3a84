use super::{explain_dot, explain_json, explain_mermaid, explain_text};
use crate::plan::{
    Planned,
    tests::{WEATHER, grants, planned},
};

fn weather() -> Planned {
    planned(WEATHER, &grants(&["net:127.0.0.1:8080", "net:chat.example.com:443", "env:CHAT_ROOM"]))
}

#[test]
fn text_says_what_runs_when_and_at_what_cost() {
    let Planned { plan, notes } = weather();
    let text = explain_text(&plan, &notes);
    let rest = text.split_once("(2 nodes, 1 connection)\n").unwrap().1;
    assert_eq!(
        rest,
        "
  1. fetch  http.request@1.2
     effect: at_most_once, if its parameters do not say otherwise
     retry: up to 3 attempts, 200ms doubling to 10s apart
     limits: each attempt within 10s
  2. post  chat.post@2.1
     after fetch, when $nodes.fetch.result.status > $input.min_temp
     effect: at_most_once, if its parameters do not say otherwise
     reads: fetch
     credentials: token = chat_token

one run at most
  calls        chat.post 1×, http.request 3×
  at one time  1
  lasts        1h
  reaches      127.0.0.1:8080, chat.example.com:443
  credentials  chat_token
"
    );
}

#[test]
fn json_has_the_sources_as_a_definition_writes_them() {
    let Planned { plan, notes } = weather();
    let json = explain_json(&plan, &notes);
    assert_eq!(json["nodes"][0]["id"], "fetch");
    assert_eq!(json["nodes"][0]["parameters"]["url"]["$template"], "http://127.0.0.1:8080/{{ $input.name }}");
    assert_eq!(json["nodes"][0]["timeout"], "10s");
    assert_eq!(json["nodes"][1]["reads"][0], "fetch");
    assert_eq!(json["connections"][0]["when"], "$nodes.fetch.result.status > $input.min_temp");
    assert_eq!(json["bounds"]["max_calls"]["http.request"], 3);
    assert_eq!(json["output"]["$expr"], "$nodes.fetch.result.body");
}

#[test]
fn what_expressions_take_is_told_by_the_sizes_of_what_they_read() {
    let sizes = "\"($nodes.fetch.result.tags ?? []).map(tag => tag.size())\"";
    let text = WEATHER.replace("!expr $nodes.fetch.result.body", &format!("!expr {sizes}"));
    let Planned { plan, notes } =
        planned(&text, &grants(&["net:127.0.0.1:8080", "net:chat.example.com:443", "env:CHAT_ROOM"]));
    let (text, json) = (explain_text(&plan, &notes), explain_json(&plan, &notes));
    let cost = json["output_costs"][""].as_str().unwrap();
    assert!(cost.contains("|$nodes.fetch.result.tags|"), "{cost}");
    assert!(text.contains(&format!("\noutput\n  takes {cost} steps\n")), "{text}");
    assert!(json["nodes"][1]["costs"]["/room"].is_string(), "{json}");
    assert!(json["connections"][0]["cost"].is_string(), "{json}");
}

#[test]
fn drawings_have_nodes_and_conditions() {
    let Planned { plan, .. } = weather();
    let dot = explain_dot(&plan);
    assert!(
        dot.contains(r#""fetch" -> "post" [style=dashed, label="$nodes.fetch.result.status > $input.min_temp"];"#),
        "{dot}"
    );
    let mermaid = explain_mermaid(&plan);
    assert!(mermaid.contains("n0[\"fetch<br/>http.request@1.2<br/>"), "{mermaid}");
    assert!(mermaid.contains("n0 -. \"$nodes.fetch.result.status #gt; $input.min_temp\" .-> n1"), "{mermaid}");
}
