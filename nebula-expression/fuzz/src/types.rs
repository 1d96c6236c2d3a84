//! What is known before the run of the samples.

use nebula_expression::{Root, Slot, Type, TypeScope, execution_type};
use serde_json::Value;

use crate::Sample;

/// The types of one or several samples: whatever each of them has.
#[derive(Debug)]
pub struct Types {
    input: Type,
    trigger: Type,
    workflow: Type,
    vars: Type,
}

// === impl Types ===

impl Types {
    /// The narrowest types that all `samples` have.
    #[must_use]
    pub fn of(samples: &[Sample]) -> Self {
        let all = |read: fn(&Sample) -> &Value| Type::union(samples.iter().map(|sample| Type::of_value(read(sample))));
        Self {
            input: all(|sample| &sample.input),
            trigger: all(|sample| &sample.trigger),
            workflow: all(|sample| &sample.workflow),
            vars: all(|sample| &sample.vars),
        }
    }
}

impl TypeScope for Types {
    fn root(&self, root: Root) -> Option<Slot> {
        Some(Slot::always(match root {
            Root::Input | Root::Item => self.input.clone(),
            Root::Trigger => self.trigger.clone(),
            Root::Workflow => self.workflow.clone(),
            Root::Vars => self.vars.clone(),
            Root::Execution => execution_type(),
            // These have types of their own.
            Root::Nodes | Root::Index | Root::Now => Type::Any,
        }))
    }

    fn node(&self, id: &str) -> Option<Slot> {
        match id {
            "a" | "fetch" | "fetch-order" => Some(Slot::always(self.input.clone())),
            "failed" | "skipped" => Some(Slot::maybe(self.input.clone())),
            _ => None,
        }
    }
}
