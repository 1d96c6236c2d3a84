//! Tests of actions and of workflows. Feature `testing`.
//!
//! A whole workflow runs in a [`TestFlow`]: the real planner and the real engine, actions that are mocked or run
//! themselves, and hours that pass in no time. One action is called with JSON against a host made of memory:
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
//! checked against its schema first; bounds such as `min` are the runtime's work, and a [`TestFlow`] checks them.

pub(crate) mod attribute;
mod call;
mod canary;
mod denied;
mod executor;
mod flow;
mod guard;
mod harness;
mod host;
mod snapshot;

pub use call::{Call, call, descriptor};
pub(crate) use canary::canary;
pub use denied::Denied;
pub use flow::{
    Crashed, Fault, FlowSource, RecordedCall, TestDefinition, TestFlow, TestFlowError, TestJournal, TestPlan, TestRun,
};
pub use harness::ActionTestHarness;
pub use host::FakeHost;
pub use nebula_ports::model::{ExecutionStatus, JournalEntry};

/// A [`TestFlow`], under the name that goes with [`ActionTestHarness`].
pub type WorkflowTestHarness = TestFlow;
