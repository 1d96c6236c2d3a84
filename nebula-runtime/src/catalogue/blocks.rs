//! The actions that stand in every catalogue: blocks, which the engine itself carries out, and what a workflow begins with.

use std::sync::Arc;

use async_trait::async_trait;
use nebula_ports::{
    action::{ActionOutput, ArcAction, CallContext, DynAction},
    model::{
        ActionDescriptor, ActionId, ActionLimits, ActionReference, CapabilityManifest, EffectClass, Failure,
        FailureKind, InterfaceVersion, Listing, WorkflowId,
    },
};
use serde_json::{Value, json};

/// Runs its `body` for each item of a list.
pub(crate) const FOR_EACH: &str = "flow.for_each@1";
/// Runs another workflow.
pub(crate) const CALL: &str = "flow.call@1";

const FOR_EACH_ID: &str = "flow.for_each";
const CALL_ID: &str = "flow.call";
const START_ID: &str = "flow.start";

/// An action that is only described: the engine does its work.
#[derive(Debug)]
struct Block(ActionDescriptor);

/// The action with which a workflow begins that begins with conditions: these stand on its connections. It does nothing.
#[derive(Debug)]
struct Start(ActionDescriptor);

/// Whether a node runs a body for each item.
pub(crate) fn is_for_each(action: &ActionReference) -> bool {
    action.id.as_str() == FOR_EACH_ID
}

/// Whether a node runs another workflow.
pub(crate) fn is_call(action: &ActionReference) -> bool {
    action.id.as_str() == CALL_ID
}

/// Whether a node does nothing.
pub(super) fn is_start(action: &ActionReference) -> bool {
    action.id.as_str() == START_ID
}

/// What stands in every catalogue.
pub(super) fn all() -> [ArcAction; 3] {
    [Arc::new(Block(for_each())), Arc::new(Block(call(None, None))), Arc::new(Start(start()))]
}

/// `flow.call` of one workflow: its parameters are that workflow's input.
pub(crate) fn call_of(flow: &WorkflowId, input: Option<&Value>) -> ArcAction {
    Arc::new(Block(call(Some(flow), input)))
}

fn for_each() -> ActionDescriptor {
    let input = json!({
        "type": "object",
        "properties": {
            "items": { "type": "array", "description": "The list. Inside, `$item` is the item and `$index` its place." },
            "concurrency": {
                "type": "integer", "minimum": 1, "maximum": 10_000, "default": 1,
                "description": "Most items at one time."
            },
            "on_item_error": {
                "enum": ["fail", "skip", "collect"], "default": "fail",
                "description": "What the failure of an item does: the block fails, the item is left out of the result, \
                                or the result has `results`, and `errors` with the `index` of each."
            }
        },
        "required": ["items"],
        "additionalProperties": false
    });
    descriptor(FOR_EACH_ID, "For each", "Runs its body for each item of a list; gives the list of the results.", input)
}

fn call(flow: Option<&WorkflowId>, input: Option<&Value>) -> ActionDescriptor {
    let description = match flow {
        Some(flow) => format!("Runs the workflow `{flow}`."),
        None => "Runs another workflow, named by `flow`, with its parameters as the input.".to_owned(),
    };
    descriptor(CALL_ID, "Call", &description, input.cloned().unwrap_or_else(|| json!({ "type": "object" })))
}

fn start() -> ActionDescriptor {
    let input = json!({ "type": "object", "additionalProperties": false });
    let description = "Does nothing: a node to begin with, for a workflow whose first nodes run on conditions.";
    let plain = descriptor(START_ID, "Start", description, input);
    let tags = ["begin", "condition"].map(str::to_owned).into();
    ActionDescriptor { output_schema: json!({ "type": "null" }), listing: Listing { tags, ..plain.listing }, ..plain }
}

fn descriptor(id: &str, name: &str, description: &str, input_schema: Value) -> ActionDescriptor {
    ActionDescriptor {
        id: ActionId::new(id).expect("it has a namespace"),
        version: InterfaceVersion::new(1, 0),
        name: name.to_owned(),
        description: description.to_owned(),
        input_schema,
        output_schema: json!(true),
        trigger: None,
        process: true,
        ports: Vec::new(),
        capabilities: CapabilityManifest::default(),
        // Its own part can be repeated; each node inside has a class of its own.
        effect: EffectClass::Pure,
        credentials: Vec::new(),
        resources: Vec::new(),
        retry: None,
        timeout: None,
        key: Vec::new(),
        limits: ActionLimits::default(),
        listing: Listing {
            category: Some("Flow".to_owned()),
            tags: ["loop", "list", "workflow"].map(str::to_owned).into(),
            ..Listing::default()
        },
    }
}

// === impl Block ===

#[async_trait]
impl DynAction for Block {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.0
    }

    async fn run(&self, _: Value, _: CallContext) -> Result<ActionOutput, Failure> {
        let message = format!("`{}` is carried out by the engine and has no code of its own", self.0.id);
        Err(Failure::new(FailureKind::Bug, "block.called", message))
    }
}

// === impl Start ===

#[async_trait]
impl DynAction for Start {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.0
    }

    async fn run(&self, _: Value, _: CallContext) -> Result<ActionOutput, Failure> {
        Ok(ActionOutput::Done(Value::Null))
    }
}
