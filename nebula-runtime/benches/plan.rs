//! From text to plan: a workflow of 100 nodes in ten layers, each node reading two of the layer before.

use std::{hint::black_box, sync::Arc};

use async_trait::async_trait;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use nebula_ports::{
    action::{ActionOutput, ArcAction, CallContext, DynAction},
    model::{
        ActionDescriptor, ActionId, CapabilityKind, CapabilityManifest, CapabilityRequest, EffectClass, Failure,
        Grants, InterfaceVersion, Target,
    },
};
use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    plan::{Policy, plan},
};
use serde_json::{Value, json};

struct Request(ActionDescriptor);

#[async_trait]
impl DynAction for Request {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.0
    }

    async fn run(&self, input: Value, _: CallContext) -> Result<ActionOutput, Failure> {
        Ok(ActionOutput::Done(input))
    }
}

fn action() -> ArcAction {
    Arc::new(Request(ActionDescriptor {
        id: ActionId::new("http.request").expect("it is well formed"),
        version: InterfaceVersion::new(1, 0),
        name: "Request".to_owned(),
        description: "Sends a request.".to_owned(),
        input_schema: json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["url"],
            "properties": {
                "url": { "type": "string" },
                "method": { "enum": ["GET", "POST", "PUT", "DELETE"] },
                "headers": { "type": "object", "additionalProperties": { "type": "string" } },
                "body": true
            }
        }),
        ports: Vec::new(),
        trigger: None,
        process: false,
        output_schema: json!({
            "type": "object",
            "required": ["status", "body"],
            "properties": { "status": { "type": "integer" }, "body": true }
        }),
        capabilities: CapabilityManifest(vec![CapabilityRequest {
            kind: CapabilityKind::Net,
            target: Target::Parameter("/url".to_owned()),
        }]),
        effect: EffectClass::Idempotent,
        credentials: Vec::new(),
        resources: Vec::new(),
        retry: None,
        timeout: None,
        key: Vec::new(),
        limits: Default::default(),
        listing: Default::default(),
    }))
}

fn text() -> String {
    let mut text = String::from("nebula: 1\nid: bench\nnodes:\n");
    let mut connections = String::from("connections:\n");
    for i in 0..100 {
        let (layer, column) = (i / 10, i % 10);
        text.push_str(&format!("  - id: n{i}\n    action: http.request@1\n    parameters:\n      method: POST\n"));
        text.push_str("      headers: { Accept: application/json }\n");
        text.push_str(&format!("      url: !template \"https://api.example.com/v1/{i}/{{{{ $input.name }}}}\"\n"));
        if layer > 0 {
            let (one, two) = (i - 10, (layer - 1) * 10 + (column + 1) % 10);
            text.push_str(&format!(
                "      body: {{ one: !expr $nodes.n{one}.result.body.items, two: !expr $nodes.n{two}.result.status }}\n"
            ));
            connections.push_str(&format!("  - {{ from: n{one}, to: n{i} }}\n"));
            connections
                .push_str(&format!("  - {{ from: n{two}, to: n{i}, when: \"$nodes.n{two}.result.status < 300\" }}\n"));
        }
    }
    text + &connections
}

fn plans(c: &mut Criterion) {
    let text = text();
    let parsed = definition::parse(&text);
    assert_eq!(parsed.diagnostics, []);
    let workflow = parsed.workflow.expect("it has no errors");
    let policy = Policy {
        grants: Grants { items: vec!["net:*:443".parse().expect("it is a grant")], base_dir: None },
        grants_required: true,
    };
    let catalogue = || Catalogue::new([action()]).expect("it has one action");
    assert!(plan(&workflow, &catalogue(), &policy).is_ok());

    c.bench_function("parse, 100 nodes", |b| b.iter(|| definition::parse(black_box(&text))));
    c.bench_function("plan, 100 nodes, schemas not compiled yet", |b| {
        b.iter_batched(catalogue, |catalogue| plan(black_box(&workflow), &catalogue, &policy), BatchSize::SmallInput);
    });
    let warm = catalogue();
    c.bench_function("plan, 100 nodes, schemas compiled", |b| b.iter(|| plan(black_box(&workflow), &warm, &policy)));
}

criterion_group!(benches, plans);
criterion_main!(benches);
