//! The data that every test reads.

use nebula_expression::ty::{Member, ObjectType, Rest};
use nebula_expression::{NodeView, Root, Scope, Slot, Type, TypeScope, execution_type};
use serde_json::{Value, json};

pub(crate) struct Sample {
    input: Value,
    fetch: Value,
    failure: Value,
    item: Value,
    trigger: Value,
    execution: Value,
    workflow: Value,
    vars: Value,
    now: Value,
    /// Whether `$item` and `$index` are there.
    pub(crate) in_loop: bool,
}

impl Sample {
    pub(crate) fn new() -> Self {
        Self {
            input: json!({
                "a": 1, "b": 2.5, "big": 18_446_744_073_709_551_615_u64, "min": i64::MIN,
                "s": "Grüße", "empty": "", "yes": true, "no": false, "nothing": null,
                "list": [1, 2, 3], "words": ["x", "y"], "none": [], "mixed": [1, [2]],
                "user": {"name": "Ada", "email": null, "address": {"city": "Paris"}},
                "email": "ada@example.com", "name": "Ada", "key": "name", "two words": 7, "in": "keyword",
                "whole": 3.0, "items": [{"id": 1, "name": "one"}, {"id": 2}],
            }),
            fetch: json!({"status": 200, "body": {"items": [{"id": "i1"}]}, "ok": true}),
            failure: json!({"code": "timeout", "message": "no answer"}),
            item: json!({"id": 7, "tags": ["red"]}),
            trigger: json!({"kind": "webhook"}),
            execution: json!({"id": "e1", "started_at": "2026-01-02T03:04:05Z"}),
            workflow: json!({"id": "w1", "version": 3}),
            vars: json!({"region": "eu", "limit": 10}),
            now: json!("2026-01-02T03:04:06Z"),
            in_loop: false,
        }
    }
}

impl Scope for Sample {
    fn input(&self) -> Option<&Value> {
        Some(&self.input)
    }

    fn node(&self, id: &str) -> Option<NodeView<'_>> {
        let completed = NodeView { result: None, error: None, status: "completed", attempts: 1, port: None };
        match id {
            "fetch" | "my-node" | "two words" => Some(NodeView { result: Some(&self.fetch), ..completed }),
            "review" => Some(NodeView { result: Some(&self.fetch), port: Some("approved"), ..completed }),
            "skipped" => Some(NodeView { status: "skipped", attempts: 0, ..completed }),
            "failed" => Some(NodeView { error: Some(&self.failure), status: "failed", attempts: 3, ..completed }),
            _ => None,
        }
    }

    fn item(&self) -> Option<&Value> {
        self.in_loop.then_some(&self.item)
    }

    fn index(&self) -> Option<u64> {
        self.in_loop.then_some(4)
    }

    fn trigger(&self) -> Option<&Value> {
        Some(&self.trigger)
    }

    fn execution(&self) -> Option<&Value> {
        Some(&self.execution)
    }

    fn workflow(&self) -> Option<&Value> {
        Some(&self.workflow)
    }

    fn vars(&self) -> Option<&Value> {
        Some(&self.vars)
    }

    fn now(&self) -> Option<&Value> {
        Some(&self.now)
    }
}

/// The types of [`Sample`], inferred from its data.
pub(crate) struct SampleTypes;

impl TypeScope for SampleTypes {
    fn root(&self, root: Root) -> Option<Slot> {
        let sample = Sample::new();
        let ty = match root {
            Root::Input => {
                let Type::Object(object) = Type::of_value(&sample.input).widen() else { return None };
                let mut members = object.members.clone();
                members.insert("nick".into(), Member::optional(Type::text()));
                members.insert("password".into(), Member { secret: true, ..Member::required(Type::text()) });
                let none = Member::required(Type::list(Type::Integer));
                members.insert("none".into(), none);
                Type::Object(std::sync::Arc::new(ObjectType { members, rest: Rest::Closed }))
            }
            Root::Trigger => Type::of_value(&sample.trigger).widen(),
            Root::Execution => execution_type(),
            Root::Workflow => Type::of_value(&sample.workflow).widen(),
            Root::Vars => Type::of_value(&sample.vars).widen(),
            Root::Now => Type::Timestamp,
            _ => return None,
        };
        Some(Slot::always(ty))
    }

    fn node(&self, id: &str) -> Option<Slot> {
        let result = Type::of_value(&Sample::new().fetch).widen();
        match id {
            "fetch" | "my-node" | "two words" => Some(Slot::always(result)),
            "skipped" | "failed" => Some(Slot::maybe(Type::any_object())),
            _ => None,
        }
    }

    fn node_ids(&self) -> Vec<smol_str::SmolStr> {
        ["fetch", "my-node", "two words", "skipped", "failed"].map(Into::into).to_vec()
    }
}
