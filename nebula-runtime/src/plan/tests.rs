use nebula_ports::model::Grants;

use super::{Planned, Policy, plan};
use crate::{catalogue::testing::catalogue, definition::parse};

pub(super) fn grants(items: &[&str]) -> Policy {
    let items = items.iter().map(|text| text.parse().unwrap()).collect();
    Policy { grants: Grants { items, base_dir: Some("/work".to_owned()) }, grants_required: true }
}

pub(super) fn planned(text: &str, policy: &Policy) -> Planned {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    plan(&parsed.workflow.unwrap(), &catalogue(), policy).unwrap()
}

pub(super) const WEATHER: &str = r#"
nebula: 1
id: weather-alert
input:
  type: object
  required: [name]
  properties: { name: { type: string }, min_temp: { type: number, default: 30 } }
vars: { room: "ops" }
nodes:
  - id: post
    action: chat.post@2
    parameters: { room: !expr $vars.room, text: !template "{{ $nodes.fetch.result.status }} in {{ $input.name }}" }
    credentials: { token: chat_token }
  - id: fetch
    action: http.request@1.0
    parameters: { url: !template "http://127.0.0.1:8080/{{ $input.name }}" }
    retry: { max_attempts: 3, backoff: { exponential: 200ms, max: 10s } }
    timeout: 10s
connections:
  - { from: fetch, to: post, when: "$nodes.fetch.result.status > $input.min_temp" }
output: !expr $nodes.fetch.result.body
settings: { timeout: 1h, max_parallel: 16 }
"#;

#[test]
fn a_correct_workflow_becomes_a_plan() {
    let policy = grants(&["net:127.0.0.1:8080", "net:chat.example.com:443", "env:CHAT_ROOM"]);
    let Planned { plan, notes } = planned(WEATHER, &policy);
    assert_eq!(notes, []);
    let ids: Vec<_> = plan.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["fetch", "post"]);
    assert_eq!(&*plan.nodes[1].reads, [0]);
    assert_eq!(&*plan.edges[0].reads, [0]);
    assert_eq!((plan.edges[0].from, plan.edges[0].to), (0, 1));
    assert_eq!(plan.output.as_ref().map(|output| &*output.reads), Some(&[0][..]));
    assert_eq!(plan.bounds.max_calls["http.request"], 3);
    assert_eq!(plan.bounds.hosts, ["127.0.0.1:8080", "chat.example.com:443"]);
    assert_eq!(plan.bounds.max_parallel, 1);
}
