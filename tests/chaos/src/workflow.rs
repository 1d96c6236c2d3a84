//! What is run: steps of every sort that call the service, a wait for a time and one for a signal, a loop, a value too large
//! for the journal.

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
id: chaos
input:
  type: object
  required: [n, service]
  properties: { n: { type: integer }, service: { type: string } }
nodes:
  - { id: make, action: chaos.make@1, parameters: { n: !expr $input.n } }
  - { id: reserve, action: chaos.double@1, parameters: { n: !expr $input.n, service: !expr $input.service } }
  - { id: announce, action: chaos.announce@1, parameters: { n: !expr $input.n, service: !expr $input.service } }
  - { id: pause, action: flow.delay@1, parameters: { for: 3s } }
  - { id: approval, action: flow.wait@1, parameters: { signal: go, for: 5s } }
  - id: charges
    action: flow.for_each@1
    parameters: { items: !expr $nodes.make.result, concurrency: 2 }
    body:
      nodes:
        - { id: charge, action: chaos.double@1, parameters: { n: !expr $item, service: !expr $input.service } }
      output: !expr $nodes.charge.result
  - { id: large, action: chaos.large@1, parameters: { n: !expr $input.n } }
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

/// What is said to the service.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Call {
    pub(crate) execution: String,
    pub(crate) node: String,
    pub(crate) attempt: u32,
    /// The key of a call that may be repeated.
    pub(crate) key: Option<String>,
    pub(crate) n: i64,
}

/// Numbers to go through.
#[nebula_sdk::action(id = "chaos.make", version = "1.0", pure)]
async fn make(
    /// Where they begin.
    n: i64,
) -> Result<Vec<i64>> {
    Ok(vec![n, n + 1, n + 2])
}

/// Something that may be repeated.
#[nebula_sdk::action(
    id = "chaos.double",
    version = "1.0",
    idempotent,
    timeout = "20s",
    capabilities(net(param = "service")),
    retry(max = 100, backoff = fixed("200ms"))
)]
async fn double(
    /// A number.
    n: i64,
    /// Whom to call.
    service: String,
    ctx: &Ctx,
) -> Result<i64> {
    let call = Call {
        execution: ctx.execution().to_string(),
        node: ctx.address().to_string(),
        attempt: ctx.attempt(),
        key: Some(ctx.idempotency_key().to_string()),
        n,
    };
    ctx.http().post(format!("{service}/double")).json(&call).send().await?.error_for_status()?.json()
}

/// Something that must not be repeated.
#[nebula_sdk::action(
    id = "chaos.announce",
    version = "1.0",
    at_most_once,
    timeout = "20s",
    capabilities(net(param = "service"))
)]
async fn announce(
    /// A number.
    n: i64,
    /// Whom to call.
    service: String,
    ctx: &Ctx,
) -> Result<i64> {
    let call = Call {
        execution: ctx.execution().to_string(),
        node: ctx.address().to_string(),
        attempt: ctx.attempt(),
        key: None,
        n,
    };
    ctx.http().post(format!("{service}/announce")).json(&call).send().await?.error_for_status()?.json()
}

/// Something large.
#[nebula_sdk::action(
    id = "chaos.large",
    version = "1.0",
    idempotent,
    retry(max = 100, backoff = fixed("200ms"))
)]
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
    pub(crate) grants: Grants,
}

/// Plans it for a service at `address`.
pub(crate) fn prepare(address: &str) -> Result<Prepared, String> {
    let registry = nebula_actions::registry().with::<Make>().with::<Double>().with::<Announce>().with::<Large>();
    let catalogue = Arc::new(Catalogue::new(registry).map_err(|error| format!("{error:?}"))?);
    let definition = Arc::new(definition::parse(TEXT).workflow.ok_or("the workflow cannot be read")?);
    let grant = format!("net:{address}").parse().map_err(|error| format!("{error}"))?;
    let grants = Grants { items: vec![grant], base_dir: None };
    let policy = Policy { grants: grants.clone(), grants_required: true };
    let planned = plan::plan(&definition, &catalogue, &policy).map_err(|found| format!("{found:?}"))?;
    Ok(Prepared { definition, plan: planned.plan, catalogue, grants })
}

/// What an execution gives that completes.
pub(crate) fn output(n: i64) -> Value {
    json!({ "sum": 2 * n + announced(n), "charged": [2 * n, 2 * n + 2, 2 * n + 4], "size": LARGE })
}

/// What `announce` gives.
pub(crate) fn announced(n: i64) -> i64 {
    n + 7
}
