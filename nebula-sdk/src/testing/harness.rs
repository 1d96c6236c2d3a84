//! One action under test: a workflow of this node alone, in the real engine.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    marker::PhantomData,
    time::Duration,
};

use nebula_ports::model::{
    ActionDescriptor, ActionReference, CapabilityKind, CapabilityManifest, CredentialName, FORMAT_VERSION, Node,
    NodeId, ParameterValue, ResourceName, Target, Workflow, WorkflowId,
};
use serde::Serialize;
use serde_json::Value;
use smol_str::SmolStr;

use super::{
    FakeHost, Fault, TestFlow, TestFlowError, TestRun, attribute::Harness, call::descriptor, flow::to_json, resources,
};
use crate::{Action, ResourceLifecycle};

/// One action under test, as a node `test` of a workflow that has no other.
///
/// All that the engine does for a node it does here: the input is checked against the schema, failures are tried again as
/// the action's policy says, time limits hold, and none of it takes time of yours. Every credential slot that has to be
/// filled is, with a secret that must not turn up anywhere. What the action declares is granted, and everything of a kind
/// whose bounds a parameter decides, unless [`grant`](Self::grant) says what is.
///
/// ```
/// use nebula_sdk::{prelude::*, testing::{ActionTestHarness, ExecutionStatus, FakeHost}};
/// use std::time::Duration;
///
/// /// Ask how warm it is.
/// #[nebula_sdk::action(id = "weather.now", version = "1.0", idempotent, timeout = "10s",
///     capabilities(net("api.example.com:443")), retry(max = 3, backoff = fixed("1m"), jitter = none))]
/// async fn weather_now(
///     /** City to look up. */
///     #[param(min_len = 1)]
///     city: String,
///     ctx: &Ctx,
/// ) -> Result<f64> {
///     ctx.http().get(format!("https://api.example.com/{city}")).send().await?.error_for_status()?.json()
/// }
///
/// #[nebula_sdk::test(seed = 7)]
/// async fn a_busy_service_is_asked_again(t: ActionTestHarness<WeatherNow>) {
///     let host = FakeHost::new().answer(503, "busy").answer(200, "3.5");
///     let run = t.host(&host).run(json!({ "city": "Oslo" })).await;
///     assert_eq!(run.output::<f64>(), 3.5);
///     assert_eq!((run.all_calls().len(), run.elapsed()), (2, Duration::from_mins(1)));
///     assert_eq!(run.all_calls()[0].key, run.all_calls()[1].key);
/// }
/// # let host = FakeHost::new().answer(503, "busy").answer(200, "3.5");
/// # let run = ActionTestHarness::<WeatherNow>::new(7).host(&host).run_blocking(json!({ "city": "Oslo" }));
/// # assert_eq!((run.output::<f64>(), run.all_calls().len(), run.elapsed()), (3.5, 2, Duration::from_mins(1)));
///
/// let t = ActionTestHarness::<WeatherNow>::new(7);
/// assert_eq!(t.run_blocking(json!({ "city": "" })).failure().code, "input.invalid");
/// let run = t.cancel_after(Duration::from_secs(70)).host(&FakeHost::new().answer(503, "busy").answer(503, "busy"))
///     .run_blocking(json!({ "city": "Oslo" }));
/// assert_eq!((run.status(), run.all_calls().len()), (ExecutionStatus::Cancelled, 2));
/// ```
#[must_use = "nothing is called before `run(..)`"]
pub struct ActionTestHarness<A> {
    flow: TestFlow,
    /// By slot.
    secrets: BTreeMap<SmolStr, String>,
    /// Slots that are filled by the test.
    resources: BTreeSet<SmolStr>,
    /// What the resources of the test declare.
    declared: Vec<String>,
    grants: Option<Vec<String>>,
    action: PhantomData<fn() -> A>,
}

/// The node's name.
const NODE: &str = "test";

// === impl ActionTestHarness ===

impl<A: Action> ActionTestHarness<A> {
    /// A test with this seed.
    #[track_caller]
    pub fn new(seed: u64) -> Self {
        let flow = TestFlow::new(seed).action::<A>();
        let (secrets, resources, declared) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        Self { flow, secrets, resources, declared, grants: None, action: PhantomData }
    }

    /// The host that the action reaches.
    pub fn host(mut self, host: &FakeHost) -> Self {
        self.flow = self.flow.host(host);
        self
    }

    /// Fills a credential slot. A slot that has to be filled and is not gets a secret that is made up.
    ///
    /// # Panics
    /// When the action has no such slot, or when the secret has fewer than eight characters.
    #[track_caller]
    pub fn credential(mut self, slot: &str, secret: &str) -> Self {
        let action = descriptor::<A>();
        let slots: Vec<_> = action.credentials.iter().map(|slot| slot.name.as_str()).collect();
        assert!(slots.contains(&slot), "`{}` has no credential slot `{slot}`: it has {slots:?}", action.id);
        self.flow = self.flow.credential(&credential_of(slot), secret);
        self.secrets.insert(slot.into(), secret.to_owned());
        self
    }

    /// Puts something in the place of the resource of a slot: it is given to every attempt, and nothing is created or closed.
    /// Runs share it.
    ///
    /// # Panics
    /// When the action has no such slot.
    #[track_caller]
    pub fn resource<R: ResourceLifecycle>(mut self, slot: &str, handle: R::Handle) -> Self {
        self.fill::<R>(slot);
        self.flow = self.flow.resource::<R>(&credential_of(slot), handle);
        self
    }

    /// Configures the resource of a slot: each run creates it, against the [`host`](Self::host) of the test. What it
    /// declares is granted, unless [`grant`](Self::grant) says what is. Its credential slots that have to be filled get
    /// secrets that are made up.
    ///
    /// # Panics
    /// When the action has no such slot, or when the configuration cannot be written as a JSON object.
    #[track_caller]
    pub fn resource_config<R: ResourceLifecycle>(mut self, slot: &str, config: impl Serialize) -> Self {
        self.fill::<R>(slot);
        self.declared.extend(all_that_is_declared(&R::erase().descriptor().capabilities));
        self.flow = self.flow.resource_config::<R>(&credential_of(slot), config);
        self
    }

    #[track_caller]
    fn fill<R: ResourceLifecycle>(&mut self, slot: &str) {
        resources::check_slot(&descriptor::<A>(), slot, R::metadata().id);
        self.resources.insert(slot.into());
    }

    /// Grants this and what else is granted so, and nothing more.
    ///
    /// # Panics
    /// When the text is no grant.
    #[track_caller]
    pub fn grant(mut self, grant: &str) -> Self {
        if let Err(error) = grant.parse::<nebula_ports::model::Grant>() {
            panic!("{error}");
        }
        self.grants.get_or_insert_default().push(grant.to_owned());
        self
    }

    /// Lets something go wrong with the `nth` call, counted from 1 over all attempts.
    #[track_caller]
    pub fn fault(mut self, nth: usize, fault: impl Into<Fault>) -> Self {
        self.flow = self.flow.fault::<A>(nth, fault);
        self
    }

    /// Cancels the run when so much of the test's time has passed.
    pub fn cancel_after(mut self, time: Duration) -> Self {
        self.flow = self.flow.cancel_after(time);
        self
    }

    /// Runs the action with this input, JSON or a value of its input type, until it has ended for good.
    ///
    /// # Panics
    /// As [`run_blocking`](Self::run_blocking).
    pub fn run(&self, input: impl Serialize) -> impl Future<Output = TestRun> {
        let input = to_json(input);
        let flow = self.prepared(&input);
        async move { flow.run(input).await }
    }

    /// As [`run`](Self::run), in a test that is not async.
    ///
    /// # Panics
    /// When something that it declares is not granted, when a planned fault did not strike, or when a secret leaks.
    #[track_caller]
    pub fn run_blocking(&self, input: impl Serialize) -> TestRun {
        let input = to_json(input);
        self.prepared(&input).run_blocking(input)
    }

    /// As [`run_blocking`](Self::run_blocking), and gives back why it could not begin.
    ///
    /// # Errors
    /// When something that it declares is not granted.
    ///
    /// # Panics
    /// When a planned fault did not strike, or when a secret leaks.
    #[track_caller]
    pub fn try_run(&self, input: impl Serialize) -> Result<TestRun, TestFlowError> {
        let input = to_json(input);
        self.prepared(&input).try_run(input)
    }

    #[track_caller]
    fn prepared(&self, input: &Value) -> TestFlow {
        let action = descriptor::<A>();
        let mut flow = self.flow.clone().flow(workflow(&action, input, &self.secrets, &self.resources)).unchecked();
        let declared =
            || all_that_is_declared(&action.capabilities).into_iter().chain(self.declared.iter().cloned()).collect();
        for grant in self.grants.clone().unwrap_or_else(declared) {
            flow = flow.grant(&grant);
        }
        flow
    }
}

impl<A: Action> Harness for ActionTestHarness<A> {
    fn seeded(seed: u64) -> Self {
        Self::new(seed)
    }
}

impl<A> Clone for ActionTestHarness<A> {
    fn clone(&self) -> Self {
        let Self { flow, secrets, resources, declared, grants, action } = self;
        Self {
            flow: flow.clone(),
            secrets: secrets.clone(),
            resources: resources.clone(),
            declared: declared.clone(),
            grants: grants.clone(),
            action: *action,
        }
    }
}

impl<A> fmt::Debug for ActionTestHarness<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActionTestHarness").field("flow", &self.flow).finish_non_exhaustive()
    }
}

/// The workflow: each member of the input is a parameter, which only the run knows.
#[track_caller]
fn workflow(
    action: &ActionDescriptor,
    input: &Value,
    secrets: &BTreeMap<SmolStr, String>,
    resources: &BTreeSet<SmolStr>,
) -> Workflow {
    let members = match input {
        Value::Object(members) => members.keys().cloned().collect(),
        // `()`
        Value::Null => Vec::new(),
        other => panic!("the input of an action is an object, and this is {other}"),
    };
    let parameters = members.into_iter().map(|name| {
        let quoted = Value::from(name.as_str());
        (name, ParameterValue::Expression(format!("$input[{quoted}]")))
    });
    let filled = action.credentials.iter().filter(|slot| slot.required || secrets.contains_key(&slot.name));
    let resource = |slot: &SmolStr| ResourceName::new(credential_of(slot)).expect("the name of a slot is a word");
    let credential = |slot: &SmolStr| CredentialName::new(credential_of(slot)).expect("the name of a slot is a word");
    Workflow {
        nebula: FORMAT_VERSION,
        id: WorkflowId::new(NODE).expect("a word is a workflow id"),
        name: None,
        description: None,
        input: None,
        vars: BTreeMap::new(),
        triggers: Vec::new(),
        nodes: vec![Node {
            parameters: parameters.collect(),
            resources: resources.iter().map(|slot| (slot.clone(), resource(slot))).collect(),
            credentials: filled.map(|slot| (slot.name.clone(), credential(&slot.name))).collect(),
            ..Node::new(
                NodeId::new(NODE).expect("a word is a node id"),
                ActionReference { id: action.id.clone(), version: action.version },
            )
        }],
        connections: Vec::new(),
        output: Some(ParameterValue::Expression(format!("$nodes.{NODE}.result"))),
        flows: BTreeMap::new(),
        settings: Default::default(),
    }
}

/// The name of the credential or the resource in a slot: the slot's, as names begin with a letter or a digit.
fn credential_of(slot: &str) -> String {
    if slot.starts_with('_') { format!("slot{slot}") } else { slot.to_owned() }
}

fn all_that_is_declared(capabilities: &CapabilityManifest) -> Vec<String> {
    let grants = capabilities.0.iter().filter_map(|need| match (&need.target, need.kind) {
        (Target::Exact(grant), _) => Some(grant.to_string()),
        (Target::Parameter(_), CapabilityKind::Net) => Some("net:*:*".to_owned()),
        (Target::Parameter(_), kind @ (CapabilityKind::FsRead | CapabilityKind::FsWrite)) => Some(format!("{kind}:/")),
        // There is no grant of all variables: the test names them.
        (Target::Parameter(_) | Target::Declared, _) => None,
    });
    grants.collect()
}
