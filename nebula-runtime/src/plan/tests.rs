mod cases;
mod mistakes;
mod properties;

use nebula_ports::{diagnostic::Diagnostic, model::Grants};

use super::{Planned, Policy, plan};
use crate::{catalogue::testing::catalogue, definition::parse};

pub(super) fn grants(items: &[&str]) -> Policy {
    let items = items.iter().map(|text| text.parse().unwrap()).collect();
    Policy { grants: Grants { items, base_dir: Some("/srv".to_owned()) }, grants_required: true }
}

/// Everything that the test actions need.
pub(super) fn all() -> Policy {
    grants(&["net:*:*", "net:127.0.0.1:8080", "fs_read:/work", "env:CHAT_ROOM"])
}

pub(super) fn planned(text: &str, policy: &Policy) -> Planned {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    plan(&parsed.workflow.unwrap(), &catalogue(), policy).unwrap()
}

/// What reading and planning find, with places.
pub(super) fn found(text: &str, policy: &Policy) -> Vec<Diagnostic> {
    let parsed = parse(text);
    let Some(workflow) = parsed.workflow else { return parsed.diagnostics };
    let mut found = match plan(&workflow, &catalogue(), policy) {
        Ok(planned) => planned.notes,
        Err(found) => found,
    };
    parsed.map.locate_all(&mut found);
    found.splice(0..0, parsed.diagnostics);
    found
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
