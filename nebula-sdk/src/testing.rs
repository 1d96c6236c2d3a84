//! Tests of actions and of workflows. Feature `testing`.
//!
//! A whole workflow runs in a [`TestFlow`]: the real planner and the real engine, actions that are mocked or run
//! themselves, and hours that pass in no time:
//!
//! ```
//! use nebula_sdk::{prelude::*, testing::TestFlow};
//!
//! #[nebula_sdk::test(seed = 7)]
//! async fn what_is_paid_is_shipped(t: TestFlow) {
//!     let run = t
//!         .flow("{ nebula: 1, id: order, nodes: [{ id: ship, action: shop.ship@1 }], output: !expr $nodes.ship.result }")
//!         .mock_id("shop.ship", |_| Ok(json!("on its way")))
//!         .run(json!({}))
//!         .await;
//!     assert_eq!(run.output::<String>(), "on its way");
//! }
//! # what_is_paid_is_shipped_too();
//! # fn what_is_paid_is_shipped_too() {
//! #     let flow = "{ nebula: 1, id: order, nodes: [{ id: ship, action: shop.ship@1 }], output: !expr $nodes.ship.result }";
//! #     let run = TestFlow::new(7).flow(flow).mock_id("shop.ship", |_| Ok(json!("on its way"))).run_blocking(json!({}));
//! #     assert_eq!(run.output::<String>(), "on its way");
//! # }
//! ```
//!
//! | to | use |
//! |---|---|
//! | write a test | [`#[nebula_sdk::test]`](crate::test) with a [`TestFlow`] or an [`ActionTestHarness`] |
//! | answer in the place of actions | [`TestFlow::mock`], [`mock_seq`](TestFlow::mock_seq), [`mock_node`](TestFlow::mock_node), [`mock_id`](TestFlow::mock_id) |
//! | test one action with its schema, retries and limits | [`ActionTestHarness`] |
//! | call one action once | [`call`] |
//! | poll one trigger once | [`poll`](fn@poll) |
//! | let actions reach a world made of memory | [`FakeHost`] |
//! | let something go wrong | [`Fault`], [`TestFlow::crash_everywhere`], [`TestFlow::cancel_after`] |
//! | look at what happened | [`TestRun::calls`], [`TestRun::journal`], [`TestRun::denied`] |
//! | keep what happened | [`TestJournal::assert_snapshot`], [`TestFlow::plan`], [`TestFlow::definition`] |
//! | let triggers start executions | [`TestFlow::run_triggers`], [`TestFlow::crash_every_poll`] |
//! | find leaks of secrets | nothing: [every run is checked](TestRun::assert_no_secret) |
//! | run a recorded run again | [`TestFlow::replay`] |
//!
//! One attempt of one action is called with JSON against a host made of memory:
//!
//! ```
//! use nebula_sdk::{prelude::*, testing::{FakeHost, call}};
//! use serde_json::json;
//!
//! /// Where to ask.
//! #[derive(Parameters)]
//! struct Ask {
//!     /// The address.
//!     #[param(format = "uri")]
//!     url: String,
//! }
//!
//! /// Ask a service how it is.
//! #[derive(Action)]
//! #[action(id = "demo.ask", version = "1.0", pure, capabilities(net(param = "url")))]
//! struct AskService;
//!
//! impl SimpleAction for AskService {
//!     type Input = Ask;
//!     type Output = String;
//!
//!     async fn execute(&self, input: Ask, ctx: &ActionContext<Self>) -> Result<String> {
//!         Ok(ctx.http().get(input.url).send().await?.error_for_status()?.text()?.to_owned())
//!     }
//! }
//!
//! let host = FakeHost::new().answer(200, "fine").answer(503, "busy");
//! let ask = || call::<AskService>(json!({ "url": "https://example.com/health" })).host(&host);
//! assert_eq!(ask().output(), json!("fine"));
//! assert_eq!(ask().failure().kind, nebula_sdk::FailureKind::Transient);
//! assert_eq!(host.requests()[1].url, "https://example.com/health");
//! ```
//!
//! Nothing waits for real time and nothing leaves the process. The input of such a call is read as in production, but not
//! checked against its schema first; bounds such as `min` are the engine's work, and an [`ActionTestHarness`] checks them.

pub(crate) mod attribute;
mod call;
mod canary;
mod chance;
mod check;
mod denied;
pub(crate) mod documents;
mod executor;
mod flow;
mod generate;
mod guard;
mod harness;
mod host;
mod poll;
mod resources;
mod schema_lock;
mod snapshot;

pub use call::{Call, call, descriptor};
pub(crate) use canary::canary;
pub use check::{ActionCheck, Checked, check_action};
pub use denied::Denied;
pub use documents::assert_documents;
pub use flow::{
    Crashed, Fault, FiredRun, FlowSource, RecordedCall, Replay, TestDefinition, TestFirings, TestFlow, TestFlowError,
    TestJournal, TestPlan, TestRun,
};
pub use generate::{generate, generate_invalid};
pub use harness::ActionTestHarness;
pub use host::FakeHost;
pub use nebula_ports::model::{ExecutionStatus, JournalEntry, JournalRecord, Payload};
pub use poll::{FoundEvents, Poll, poll};
pub use schema_lock::assert_schema_lock;

/// A [`TestFlow`], under the name that goes with [`ActionTestHarness`].
pub type WorkflowTestHarness = TestFlow;
