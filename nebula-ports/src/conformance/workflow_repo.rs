//! The contract of [`WorkflowRepo`] as cases.

use crate::{
    conformance::{Cx, suite},
    model::{FORMAT_VERSION, Settings, Workflow, WorkflowId},
    workflow_repo::WorkflowRepo,
};

suite! {
    /// The contract of a store of definitions.
    "workflow_repo", dyn WorkflowRepo, [
        a_definition_is_found_by_its_digest,
    ]
}

type Case = Cx<dyn WorkflowRepo>;

fn definition(id: &str, name: &str) -> Workflow {
    Workflow {
        nebula: FORMAT_VERSION,
        id: WorkflowId::new(id).expect("a slug"),
        name: Some(name.to_owned()),
        description: None,
        input: None,
        vars: Default::default(),
        nodes: Vec::new(),
        connections: Vec::new(),
        output: None,
        settings: Settings::default(),
    }
}

async fn a_definition_is_found_by_its_digest(cx: Case) {
    let scope = cx.fresh_scope();
    let definition = definition("orders", "first");
    let stored = cx.port.put(&scope, &definition).await.unwrap();
    assert_eq!(stored.digest, definition.digest());
    assert_eq!(stored.definition, definition);
    assert_eq!(cx.port.get(&scope, stored.digest).await.unwrap(), Some(stored));
}
