//! What is run: steps of every sort, a wait for a time and one for a signal, a loop, a value too large for the journal.

use std::sync::Arc;

use nebula_ports::model::{Grants, Workflow};
use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    plan::{self, ExecutionPlan, Policy},
};
use nebula_sdk::prelude::*;

const TEXT: &str = r"
nebula: 1
id: simulated
input:
  type: object
  required: [n]
  properties: { n: { type: integer } }
nodes:
  - { id: make, action: sim.make@1, parameters: { n: !expr $input.n } }
  - { id: reserve, action: sim.double@1, parameters: { n: !expr $input.n } }
  - { id: announce, action: sim.announce@1, parameters: { n: !expr $input.n } }
  - { id: pause, action: flow.delay@1, parameters: { for: 90s } }
  - { id: approval, action: flow.wait@1, parameters: { signal: go, for: 10m } }
  - id: charges
    action: flow.for_each@1
    parameters: { items: !expr $nodes.make.result, concurrency: 2 }
    body:
      nodes: [{ id: charge, action: sim.double@1, parameters: { n: !expr $item } }]
      output: !expr $nodes.charge.result
  - { id: large, action: sim.large@1, parameters: { n: !expr $input.n } }
connections:
  - { from: make, to: reserve }
  - { from: make, to: announce }
  - { from: reserve, to: pause }
  - { from: announce, to: approval }
  - { from: pause, to: charges }
  - { from: approval, to: charges }
  - { from: charges, to: large }
output:
  sum: !expr $nodes.reserve.result + $nodes.announce.result
  charged: !expr $nodes.charges.result
  size: !expr size($nodes.large.result)
";

/// Characters of what `large` gives.
const LARGE: usize = 100_000;

/// Numbers to go through.
#[nebula_sdk::action(id = "sim.make", version = "1.0", pure)]
async fn make(
    /// Where they begin.
    n: i64,
) -> Result<Vec<i64>> {
    Ok(vec![n, n + 1, n + 2])
}

/// Something that may be repeated.
#[nebula_sdk::action(id = "sim.double", version = "1.0", idempotent, retry(max = 50, backoff = fixed("2s")))]
async fn double(
    /// A number.
    n: i64,
) -> Result<i64> {
    Ok(n * 2)
}

/// Something that must not be repeated.
#[nebula_sdk::action(id = "sim.announce", version = "1.0", at_most_once)]
async fn announce(
    /// A number.
    n: i64,
) -> Result<i64> {
    Ok(n + 7)
}

/// Something large.
#[nebula_sdk::action(id = "sim.large", version = "1.0", idempotent, retry(max = 50, backoff = fixed("2s")))]
async fn large(
    /// A number.
    n: i64,
) -> Result<String> {
    Ok(format!("{n}").repeat(LARGE).chars().take(LARGE).collect())
}

/// The workflow, ready to be started.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) definition: Arc<Workflow>,
    pub(crate) plan: Arc<ExecutionPlan>,
    pub(crate) catalogue: Arc<Catalogue>,
}

pub(crate) fn prepare() -> Prepared {
    let registry = nebula_actions::registry().with::<Make>().with::<Double>().with::<Announce>().with::<Large>();
    let catalogue = Arc::new(Catalogue::new(registry).expect("the actions are the built-in ones and four more"));
    let parsed = definition::parse(TEXT);
    let definition = Arc::new(parsed.workflow.expect("the text is a workflow"));
    let policy = Policy { grants: Grants::default(), grants_required: true };
    let planned = plan::plan(&definition, &catalogue, &policy).unwrap_or_else(|found| panic!("{found:?}"));
    Prepared { definition, plan: planned.plan, catalogue }
}

/// What an execution gives that completes.
pub(crate) fn output(n: i64) -> Value {
    json!({ "sum": 2 * n + announced(n), "charged": [2 * n, 2 * n + 2, 2 * n + 4], "size": LARGE })
}

/// What `announce` gives.
pub(crate) fn announced(n: i64) -> i64 {
    n + 7
}
