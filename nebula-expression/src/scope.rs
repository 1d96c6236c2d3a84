//! Where the data behind the roots come from.

use serde_json::Value;

/// What an expression can see: one method per root, all absent by default.
///
/// The evaluator borrows from the scope and never copies what a path leads to. Methods should be
/// cheap: they are called once per path that is read, on the calling thread.
pub trait Scope {
    /// `$input`: the input of the execution, or of the node where an engine says so.
    fn input(&self) -> Option<&Value> {
        None
    }
    /// `$nodes.<id>`: what is known of a node; `None` when it is unknown or has not finished.
    fn node(&self, id: &str) -> Option<NodeView<'_>> {
        let _ = id;
        None
    }
    /// `$item`: the current element inside a loop.
    fn item(&self) -> Option<&Value> {
        None
    }
    /// `$index`: the position of `$item`, from 0.
    fn index(&self) -> Option<u64> {
        None
    }
    /// `$trigger`: what started the execution.
    fn trigger(&self) -> Option<&Value> {
        None
    }
    /// `$execution`: an object with `id` and `started_at`.
    fn execution(&self) -> Option<&Value> {
        None
    }
    /// `$workflow`: an object with `id` and `version`.
    fn workflow(&self) -> Option<&Value> {
        None
    }
    /// `$vars`: an object with the constants of the workflow.
    fn vars(&self) -> Option<&Value> {
        None
    }
    /// `$now`: the journaled instant as an RFC 3339 string, the same on replay.
    fn now(&self) -> Option<&Value> {
        None
    }
}

/// What is known of a finished node.
#[derive(Debug, Clone, Copy)]
pub struct NodeView<'a> {
    /// `.result`: absent when the node failed or was skipped.
    pub result: Option<&'a Value>,
    /// `.error`: reads as null when there is none.
    pub error: Option<&'a Value>,
    /// `.status`; `.success` is `status == "completed"`, `.skipped` is `status == "skipped"`.
    pub status: &'static str,
    /// `.attempts`: how many attempts were started.
    pub attempts: u32,
    /// `.port`: reads as null when there is none.
    pub port: Option<&'a str>,
}

impl NodeView<'_> {
    pub(crate) fn success(&self) -> bool {
        self.status == "completed"
    }

    pub(crate) fn skipped(&self) -> bool {
        self.status == "skipped"
    }
}
