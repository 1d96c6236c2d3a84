//! Every member of every output is renamed in turn: plans find each expression that read it, wherever it stands and
//! however far the value has come, and blame no other one.
//!
//! What is to be found is computed here, by a walk of its own: from the paths that expressions read, and from what the
//! actions are known to hand on.

mod origin;
mod sites;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::Arc,
};

use async_trait::async_trait;
use nebula_ports::{
    action::{ActionOutput, ArcAction, CallContext, DynAction},
    diagnostic::{Diagnostic, Severity},
    model::{ActionDescriptor, EffectClass, Failure, Workflow},
};
use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    plan::{Policy, plan},
};
use serde_json::{Map, Value, json};

use self::{
    origin::{Member, expected},
    sites::Read,
};
use crate::support::repository;

const WORKFLOWS: [&str; 6] = [
    "examples/hello/hello.yaml",
    "examples/orders/orders.yaml",
    "examples/sales/sales.yaml",
    "examples/custom-action/greet.yaml",
    "tests/it/kill/crashable.yaml",
    "tests/it/mutation/flow.yaml",
];

/// An action that is only described.
struct Described(ActionDescriptor);

#[async_trait]
impl DynAction for Described {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.0
    }

    async fn run(&self, input: Value, _: CallContext) -> Result<ActionOutput, Failure> {
        Ok(ActionOutput::Done(input))
    }
}

fn descriptors() -> BTreeMap<String, ActionDescriptor> {
    let registry = nebula_actions::registry();
    let mut all: Vec<ActionDescriptor> = registry.iter().map(|action| action.descriptor().clone()).collect();
    let plain = all[0].clone();
    let other = |id: &str, input: Value, output: Value| ActionDescriptor {
        id: id.parse().unwrap(),
        input_schema: input,
        output_schema: output,
        trigger: None,
        ports: Vec::new(),
        capabilities: Default::default(),
        ..plain.clone()
    };
    let object = |properties: Value, required: Value| json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    let text = json!({ "type": "string" });
    let customer = object(json!({ "name": text, "tier": { "enum": ["gold", "plain"] } }), json!(["name", "tier"]));
    let order = object(
        json!({ "id": text, "total": { "type": "number" }, "customer": customer, "note": text }),
        json!(["id", "total", "customer"]),
    );
    let orders = json!({ "rows": { "type": "array", "items": order }, "page": { "type": "integer" } });
    all.push(other("test.orders", object(json!({}), json!([])), object(orders, json!(["rows", "page"]))));
    let person = object(json!({ "name": text, "loud": { "type": "boolean", "default": false } }), json!(["name"]));
    all.push(other("demo.greet", person, object(json!({ "text": text }), json!(["text"]))));
    // What repeating them may do is not looked at here.
    let pure = |descriptor| ActionDescriptor { effect: EffectClass::Pure, ..descriptor };
    all.into_iter().map(|descriptor| (descriptor.id.to_string(), pure(descriptor))).collect()
}

/// What planning finds, notes left out.
fn found(workflow: &Workflow, descriptors: &BTreeMap<String, ActionDescriptor>) -> Vec<Diagnostic> {
    let actions = descriptors.values().map(|descriptor| Arc::new(Described(descriptor.clone())) as ArcAction);
    let found = match plan(workflow, &Catalogue::new(actions).unwrap(), &Policy::default()) {
        Ok(planned) => planned.notes,
        Err(found) => found,
    };
    found.into_iter().filter(|one| one.severity != Severity::Note).collect()
}

/// The members of an action's output schema; what a rule describes has its members elsewhere.
fn members(schema: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    if schema.get("x-nebula-type").is_some() {
        return;
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        path.push(name.clone());
        found.push(path.clone());
        members(property, path, found);
        path.pop();
    }
    if let Some(items) = schema.get("items") {
        path.push(origin::ELEMENT.to_owned());
        members(items, path, found);
        path.pop();
    }
}

fn renamed(name: &str) -> String {
    format!("{name}_renamed_x")
}

/// Renames a member of a schema.
fn rename_in_schema(mut schema: &mut Value, path: &[String]) {
    let (last, above) = path.split_last().unwrap();
    for step in above {
        schema = if step == origin::ELEMENT { &mut schema["items"] } else { &mut schema["properties"][step.as_str()] };
    }
    let properties = schema["properties"].as_object_mut().unwrap();
    let property = properties.remove(last).unwrap();
    properties.insert(renamed(last), property);
    for name in schema.get_mut("required").and_then(Value::as_array_mut).into_iter().flatten() {
        if name == last.as_str() {
            *name = renamed(last).into();
        }
    }
}

/// Renames a member of the parameters of a node.
fn rename_in_parameters(workflow: &Value, node: &str, pointer: &str) -> Value {
    let mut workflow = workflow.clone();
    let nodes = workflow["nodes"].as_array_mut().unwrap();
    let node = nodes.iter_mut().find(|known| known["id"] == node).unwrap();
    let (above, name) = pointer.rsplit_once('/').unwrap();
    let object: &mut Map<String, Value> = node["parameters"].pointer_mut(above).unwrap().as_object_mut().unwrap();
    let value = object.remove(name).unwrap();
    object.insert(renamed(name), value);
    workflow
}

/// Compares what was found with what should have been; returns how many expressions that were.
fn compare(what: &str, found: &[Diagnostic], expected: &BTreeSet<Read>) -> usize {
    let at = |one: &Diagnostic, read: &Read| {
        one.pointer == read.pointer && one.inner.is_some_and(|inner| inner.start < read.end && read.start < inner.end)
    };
    for read in expected {
        assert!(found.iter().any(|one| at(one, read)), "{what}: not found: {read:?}\n{found:#?}");
    }
    for one in found {
        assert!(expected.iter().any(|read| at(one, read)), "{what}: blamed for nothing: {one:#?}\n{expected:#?}");
    }
    expected.len()
}

#[test]
fn a_renamed_member_is_missed_by_everything_that_reads_it_and_by_nothing_else() {
    let descriptors = descriptors();
    let (mut mutations, mut read, mut flagged) = (0, 0, 0);
    for name in WORKFLOWS {
        let text = fs::read_to_string(repository(name)).unwrap();
        let workflow = definition::parse(&text).workflow.unwrap();
        assert_eq!(found(&workflow, &descriptors), [], "{name} as it is");
        let value = serde_json::to_value(&workflow).unwrap();
        let touched = expected(&value);
        let actions: BTreeSet<String> = workflow.nodes.iter().map(|node| node.action.id.to_string()).collect();
        let mut count = |what: String, found: &[Diagnostic], member: &Member| {
            let expected = touched.get(member).cloned().unwrap_or_default();
            mutations += 1;
            read += usize::from(!expected.is_empty());
            flagged += compare(&what, found, &expected);
        };
        for action in &actions {
            let mut paths = Vec::new();
            members(&descriptors[action].output_schema, &mut Vec::new(), &mut paths);
            for path in paths {
                let mut changed = descriptors.clone();
                rename_in_schema(&mut changed.get_mut(action).unwrap().output_schema, &path);
                let what = format!("{name}, {action} {path:?}");
                let member = Member::Declared { action: action.clone(), path };
                count(what, &found(&workflow, &changed), &member);
            }
        }
        for (node, pointer) in origin::given(&value) {
            let changed = serde_json::from_value(rename_in_parameters(&value, &node, &pointer)).unwrap();
            let what = format!("{name}, {node} {pointer}");
            count(what, &found(&changed, &descriptors), &Member::Given { node, pointer });
        }
    }
    println!("{mutations} members renamed, {read} of them read; {flagged} reads, all found, and nothing else");
    assert!(read > 60 && flagged > 100, "{read} members, {flagged} reads");
}
