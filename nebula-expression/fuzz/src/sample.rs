//! A scope with something behind every root, which also notes what is read.

use std::cell::RefCell;

use nebula_expression::{NodeView, PathRef, Root, Scope};
use serde_json::{Value, json};

/// Data behind every root; `$nodes.failed` has an error and no result, other nodes are unknown.
#[derive(Debug)]
pub struct Sample {
    pub(crate) input: Value,
    result: Value,
    error: Value,
    pub(crate) trigger: Value,
    execution: Value,
    pub(crate) workflow: Value,
    pub(crate) vars: Value,
    now: Value,
    read: RefCell<Vec<Read>>,
}

/// One call of the scope.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Read {
    root: Root,
    node: Option<String>,
}

// === impl Sample ===

impl Sample {
    /// A scope whose `$input`, `$item` and results are `document`.
    #[must_use]
    pub fn of(document: Value) -> Self {
        Self {
            result: document.clone(),
            input: document,
            error: json!({"code": "timeout", "message": "too late"}),
            trigger: json!({"kind": "http", "body": {"a": 1}}),
            execution: json!({"id": "e-1", "started_at": "2024-02-29T12:30:00Z"}),
            workflow: json!({"id": "w", "version": 3}),
            vars: json!({"limit": 10, "name": "Ada", "on": true}),
            now: json!("2024-02-29T12:34:56.789Z"),
            read: RefCell::default(),
        }
    }

    /// A scope with a bit of everything.
    #[must_use]
    pub fn fixed() -> Self {
        Self::of(json!({
            "a": {"b": {"c": 42}, "list": [3, 1, 2]},
            "d": "x",
            "email": "ada@example.com",
            "empty": {"list": [], "object": {}, "text": ""},
            "items": [
                {"id": 1, "name": "tea", "price": 2.5, "qty": 4, "tags": ["hot", "green"], "on": true},
                {"id": 2, "name": "Käse", "price": 10, "qty": 0, "tags": [], "on": false},
                {"id": 3, "name": "", "price": -0.5, "qty": 18446744073709551615_u64, "tags": null}
            ],
            "min": i64::MIN,
            "nothing": null,
            "on": true,
            "text": "Grüße, 世界 🦀\n",
            "when": "2024-02-29T23:59:59+01:00",
            "x": 1e300
        }))
    }

    /// Fails if something was read that no path had announced.
    ///
    /// # Panics
    /// When that is so: loading only what `paths` lists would have given another value.
    pub fn expect_only(&self, paths: &[PathRef]) {
        for read in self.read.borrow_mut().drain(..) {
            let announced = paths.iter().any(|path| {
                path.root == read.root && read.node.as_deref().is_none_or(|id| path.node.as_deref() == Some(id))
            });
            assert!(announced, "{read:?} is not among the paths {paths:?}");
        }
    }

    fn note<T>(&self, root: Root, value: T) -> T {
        self.read.borrow_mut().push(Read { root, node: None });
        value
    }
}

impl Scope for Sample {
    fn input(&self) -> Option<&Value> {
        self.note(Root::Input, Some(&self.input))
    }

    fn node(&self, id: &str) -> Option<NodeView<'_>> {
        self.read.borrow_mut().push(Read { root: Root::Nodes, node: Some(id.to_owned()) });
        let view = NodeView { result: Some(&self.result), error: None, status: "completed", attempts: 1, port: None };
        match id {
            "a" | "fetch" | "fetch-order" => Some(view),
            "failed" => Some(NodeView { result: None, error: Some(&self.error), status: "failed", attempts: 3, port: None }),
            "skipped" => Some(NodeView { result: None, status: "skipped", attempts: 0, ..view }),
            _ => None,
        }
    }

    fn item(&self) -> Option<&Value> {
        self.note(Root::Item, Some(&self.input))
    }

    fn index(&self) -> Option<u64> {
        self.note(Root::Index, Some(2))
    }

    fn trigger(&self) -> Option<&Value> {
        self.note(Root::Trigger, Some(&self.trigger))
    }

    fn execution(&self) -> Option<&Value> {
        self.note(Root::Execution, Some(&self.execution))
    }

    fn workflow(&self) -> Option<&Value> {
        self.note(Root::Workflow, Some(&self.workflow))
    }

    fn vars(&self) -> Option<&Value> {
        self.note(Root::Vars, Some(&self.vars))
    }

    fn now(&self) -> Option<&Value> {
        self.note(Root::Now, Some(&self.now))
    }
}
