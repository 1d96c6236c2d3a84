//! A plan as JSON for tools.

use nebula_ports::{diagnostic::Diagnostic, model::OnError};
use serde_json::{Map, Value, json};

use super::{around, begins, called, costs, duration};
use crate::plan::{Compiled, ExecutionPlan, PlanEdge, PlanNode, PlanTrigger};

/// Everything that was decided before the run. Absent means: not limited, not set.
#[must_use]
pub fn explain_json(plan: &ExecutionPlan, notes: &[Diagnostic]) -> Value {
    let mut out = json!({
        "workflow": plan.workflow,
        "definition": plan.definition,
        "digest": plan.digest,
        "nodes": plan.nodes.iter().map(|node| self::node(plan, node)).collect::<Vec<_>>(),
        "connections": plan.edges.iter().map(|edge| connection(plan, edge)).collect::<Vec<_>>(),
        "bounds": plan.bounds,
        "notes": notes,
    });
    if let Value::Object(fields) = &mut out {
        if let Some(output) = &plan.root().output {
            fields.insert("output".to_owned(), source(&output.value));
            fields.insert("output_costs".to_owned(), steps(&output.value));
        }
        if !plan.triggers.is_empty() {
            fields.insert("triggers".to_owned(), plan.triggers.iter().map(trigger).collect());
        }
        insert(fields, "timeout", plan.timeout.map(duration));
        insert(fields, "max_parallel", plan.max_parallel);
    }
    out
}

fn node(plan: &ExecutionPlan, node: &PlanNode) -> Value {
    let reads: Vec<_> = node.reads.iter().map(|slot| &plan.node(*slot).id).collect();
    let credentials: Map<String, Value> =
        node.credentials.iter().map(|(slot, name)| (slot.to_string(), json!(name))).collect();
    let mut out = json!({
        "id": node.id,
        "action": node.reference,
        "parameters": source(&node.parameters),
        "reads": reads,
        "costs": steps(&node.parameters),
        "credentials": credentials,
    });
    if let Value::Object(fields) = &mut out {
        insert(fields, "for_each_item_of", around(plan, node).map(|block| &block.id));
        insert(fields, "calls", called(node).map(|called| explain_json(called, &[])));
        let resources = node.resources.iter().map(|(slot, resource)| {
            let descriptor = resource.descriptor();
            let told = json!({ "name": resource.name, "type": descriptor.id, "kind": descriptor.kind });
            (slot.to_string(), told)
        });
        let resources: Map<String, Value> = resources.collect();
        insert(fields, "resources", Some(resources).filter(|resources| !resources.is_empty()));
        insert(fields, "effect", node.effect);
        let key = node.action().map(|action| &action.descriptor().key);
        insert(fields, "key", key.filter(|key| !key.is_empty()));
        insert(fields, "retry", node.retry.clone());
        insert(fields, "timeout", node.timeout.map(duration));
        insert(fields, "deadline", node.deadline.map(duration));
        let own = node.limits();
        insert(fields, "max_input", own.max_input);
        insert(fields, "max_output", own.max_output);
        insert(fields, "concurrency", own.concurrency);
        insert(fields, "rate", own.rate);
        insert(fields, "cache", own.cache);
        insert(fields, "heartbeat", own.heartbeat);
        let needs = node.action().map(|action| &action.descriptor().capabilities);
        insert(fields, "capabilities", needs.filter(|needs| !needs.is_empty()));
        insert(fields, "on_error", (node.on_error != OnError::Fail).then_some(node.on_error));
    }
    out
}

fn trigger(trigger: &PlanTrigger) -> Value {
    let credentials: Map<String, Value> =
        trigger.credentials.iter().map(|(slot, name)| (slot.to_string(), json!(name))).collect();
    let mut out = json!({
        "id": trigger.id,
        "action": trigger.reference,
        "parameters": trigger.parameters,
        "credentials": credentials,
        "every": duration(trigger.every),
    });
    if let Value::Object(fields) = &mut out {
        insert(fields, "timeout", trigger.timeout.map(duration));
        insert(fields, "input", trigger.input.as_ref().map(source));
    }
    out
}

fn connection(plan: &ExecutionPlan, edge: &PlanEdge) -> Value {
    let mut out = json!({ "from": begins(plan, edge), "to": plan.node(edge.to).id });
    if let Value::Object(fields) = &mut out {
        insert(fields, "when", edge.when.as_ref().map(|when| when.source().to_owned()));
        insert(fields, "cost", edge.when.as_ref().map(nebula_expression::Expression::cost));
    }
    out
}

/// What each expression takes, by its pointer in the value.
fn steps(value: &Compiled) -> Value {
    costs(value).into_iter().map(|(place, cost)| (place, json!(cost))).collect()
}

/// As it stands in a definition.
fn source(value: &Compiled) -> Value {
    match value {
        Compiled::Literal(value) => value.clone(),
        Compiled::Expression(expression) => json!({ "$expr": expression.source() }),
        Compiled::Template(template) => json!({ "$template": template.source() }),
        Compiled::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.clone(), source(value))).collect())
        }
        Compiled::Array(items) => Value::Array(items.iter().map(source).collect()),
    }
}

fn insert(fields: &mut Map<String, Value>, key: &str, value: Option<impl serde::Serialize>) {
    if let Some(value) = value.and_then(|value| serde_json::to_value(value).ok()) {
        fields.insert(key.to_owned(), value);
    }
}
