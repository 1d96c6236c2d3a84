//! What the `input` of a trigger can see.

use nebula_expression::Scope;
use nebula_ports::{model::PolledEvent, time::Timestamp};
use serde_json::{Value, json};

use crate::plan::{ExecutionPlan, PlanTrigger};

/// The values of one event.
#[derive(Debug, Clone)]
pub(super) struct EventValues {
    trigger: Value,
    vars: std::sync::Arc<Value>,
    workflow: Value,
    now: Value,
}

impl EventValues {
    pub(super) fn new(plan: &ExecutionPlan, trigger: &PlanTrigger, event: &PolledEvent, fired_at: Timestamp) -> Self {
        let now = fired_at.to_string();
        Self {
            trigger: json!({
                "id": trigger.id.as_str(),
                "key": event.key.as_str(),
                "event": event.event,
                "fired_at": now,
            }),
            vars: std::sync::Arc::clone(&plan.vars),
            workflow: json!({ "id": plan.workflow.as_str(), "version": plan.definition.to_string() }),
            now: Value::String(now),
        }
    }
}

impl Scope for EventValues {
    fn trigger(&self) -> Option<&Value> {
        Some(&self.trigger)
    }

    fn vars(&self) -> Option<&Value> {
        Some(&self.vars)
    }

    fn workflow(&self) -> Option<&Value> {
        Some(&self.workflow)
    }

    fn now(&self) -> Option<&Value> {
        Some(&self.now)
    }
}
