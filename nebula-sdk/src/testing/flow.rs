//! A whole workflow under test: the real planner and the real engine, on ports made of memory and a clock of its own.

mod actions;
mod compare;
mod crash;
mod denied;
mod everywhere;
mod fault;
mod granted;
mod journal;
mod log;
mod mock;
mod network;
mod prepare;
mod recording;
mod replay;
mod run;
mod sandbox;
mod secrets;
mod settling;
mod shown;
mod signals;
mod source;
mod tasks;
mod tree;
mod triggered;
mod unused;
mod values;
mod world;

use std::{collections::BTreeMap, future::Future, time::Duration};

use nebula_ports::model::{ActionId, CredentialName, Grant, Grants, NodeId, ResourceName, SignalName};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;

pub use everywhere::Crashed;
pub use fault::Fault;
pub use journal::TestJournal;
pub use replay::Replay;
pub use run::TestRun;
pub use sandbox::RecordedCall;
pub use shown::{TestDefinition, TestPlan};
pub use source::{FlowSource, TestFlowError};
pub use triggered::{FiredRun, TestFirings};

use self::{
    actions::Actions,
    fault::Planned,
    mock::{Mocks, Target},
    world::{Prepared, Simulated},
};
use super::{FakeHost, canary, host::FOLDER, resources::Resources};
use crate::{
    Action, ActionResult, Polled, ProcessAction, Registry, ResourceLifecycle, Result, SimpleAction, TriggerAction,
};

/// A workflow under test.
///
/// ```
/// use nebula_sdk::{prelude::*, testing::TestFlow};
///
/// /// A place.
/// #[derive(Parameters)]
/// struct City {
///     /// Its name.
///     name: String,
/// }
///
/// /// Weather of a day.
/// #[derive(Parameters)]
/// struct Weather {
///     /// Degrees Celsius.
///     temp: f64,
/// }
///
/// /// Fetch the current weather.
/// #[derive(Action)]
/// #[action(id = "weather.fetch", version = "1.0", idempotent, capabilities(net("api.example.com:443")),
///          retry(max = 3, backoff = fixed("1h")))]
/// struct FetchWeather;
///
/// impl SimpleAction for FetchWeather {
///     type Input = City;
///     type Output = Weather;
///
///     async fn execute(&self, input: City, ctx: &ActionContext<Self>) -> Result<Weather> {
///         ctx.http().get(format!("https://api.example.com/{}", input.name)).send().await?.json()
///     }
/// }
///
/// let run = TestFlow::new(7)
///     .flow(
///         r#"
///         nebula: 1
///         id: alert
///         nodes:
///           - { id: fetch, action: weather.fetch@1, parameters: { name: !expr $input.city } }
///           - { id: post, action: slack.post@1, parameters: { text: !template "{{ $nodes.fetch.result.temp }} degrees" } }
///         connections:
///           - { from: fetch, to: post, when: $nodes.fetch.result.temp > 30 }
///         output: !expr $nodes.post?.result
///         "#,
///     )
///     .mock_seq::<FetchWeather>([Err(ActionError::transient("weather.busy", "busy")), Ok(Weather { temp: 35.5 })])
///     .mock_id("slack.post", |input| Ok(json!({ "said": input["text"] })))
///     .run_blocking(json!({ "city": "Oslo" }));
///
/// assert_eq!(run.output::<Value>(), json!({ "said": "35.5 degrees" }));
/// assert_eq!(run.calls::<FetchWeather>().len(), 2);
/// assert_eq!(run.calls::<FetchWeather>()[1].name, "Oslo");
/// assert!(run.elapsed().as_secs() > 60); // up to an hour before the second attempt, and no time of yours
/// ```
///
/// A flow may be run many times: runs share nothing but what closures and the [`FakeHost`] keep. The same seed gives the
/// same ids, the same jitter and the same order of events.
///
/// Time moves only when nothing else can go on, to the next moment that somebody waits for. Actions and mocks may wait
/// for what their context offers and for nothing outside of the test: for a real socket or thread, time would not stand
/// still.
#[derive(Debug, Clone)]
pub struct TestFlow {
    seed: u64,
    source: Option<FlowSource>,
    actions: Actions,
    mocks: Mocks,
    /// For which action a node was mocked.
    mocked_nodes: BTreeMap<NodeId, ActionId>,
    grants: Grants,
    secrets: Vec<(CredentialName, SecretString)>,
    resources: Resources,
    host: FakeHost,
    faults: Vec<Planned>,
    cancel_after: Option<Duration>,
    /// Sent when a node waits for them.
    signals: Vec<(SignalName, Value)>,
    /// Whether inputs are looked at in the run only.
    is_unchecked: bool,
}

// === impl TestFlow ===

impl TestFlow {
    /// A test with this seed and no workflow yet.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            source: None,
            actions: Actions::default(),
            mocks: Mocks::default(),
            mocked_nodes: BTreeMap::new(),
            grants: Grants { items: Vec::new(), base_dir: Some(FOLDER.to_owned()) },
            secrets: Vec::new(),
            resources: Resources::default(),
            host: FakeHost::new(),
            faults: Vec::new(),
            cancel_after: None,
            signals: Vec::new(),
            is_unchecked: false,
        }
    }

    /// The workflow: the text of its file, or one built in Rust, see [`flow`](crate::flow).
    #[must_use]
    pub fn flow(mut self, definition: impl Into<FlowSource>) -> Self {
        self.source = Some(definition.into());
        self
    }

    /// Lets an action run itself, against the [`host`](Self::host) of the test.
    #[must_use]
    #[track_caller]
    pub fn action<A: Action>(mut self) -> Self {
        self.actions.add::<A>(true);
        self
    }

    /// Lets all actions of a package run themselves.
    #[must_use]
    pub fn actions(mut self, registry: Registry) -> Self {
        self.actions.extend(registry);
        self
    }

    /// Answers the calls of an action in its place. What is mocked needs no grants, and its credentials need not exist.
    #[must_use]
    #[track_caller]
    pub fn mock<A: SimpleAction>(self, answer: impl Fn(A::Input) -> Result<A::Output> + Send + Sync + 'static) -> Self {
        self.mock_action::<A>(mock::simple::<A>(answer))
    }

    /// As [`mock`](Self::mock), for a [`ProcessAction`].
    #[must_use]
    #[track_caller]
    pub fn mock_process<A: ProcessAction>(
        self,
        answer: impl Fn(A::Input) -> Result<ActionResult<A::Output, A::Port>> + Send + Sync + 'static,
    ) -> Self {
        self.mock_action::<A>(mock::process::<A>(answer))
    }

    /// Answers the calls of an action one after the other, those of repeated attempts too. A call too many fails.
    #[must_use]
    #[track_caller]
    pub fn mock_seq<A: SimpleAction>(self, answers: impl IntoIterator<Item = Result<A::Output>>) -> Self {
        self.mock_action::<A>(mock::sequence::<A>(answers))
    }

    /// Answers the polls of a trigger: each with its configuration and the cursor of the poll before. See
    /// [`run_triggers`](Self::run_triggers).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use nebula_sdk::{prelude::*, testing::TestFlow};
    ///
    /// /// Posts that are new.
    /// #[derive(Action)]
    /// #[action(id = "board.new_posts", version = "1.0", pure, poll = "1m")]
    /// struct NewPosts;
    ///
    /// impl TriggerAction for NewPosts {
    ///     type Config = ();
    ///     type Event = String;
    ///     type Cursor = u64;
    ///
    ///     async fn poll(&self, (): (), _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<String, u64>> {
    ///         Ok(Polled::unmoved())
    ///     }
    /// }
    ///
    /// let firings = TestFlow::new(7)
    ///     .flow(
    ///         r#"
    ///         nebula: 1
    ///         id: shout
    ///         triggers: [{ id: posts, action: board.new_posts@1, input: { text: !expr $trigger.event } }]
    ///         nodes: [{ id: post, action: chat.post@1, parameters: { text: !expr $input.text } }]
    ///         output: !expr $nodes.post.result
    ///         "#,
    ///     )
    ///     .mock_polls::<NewPosts>(|(), last| {
    ///         let next = last.unwrap_or(0) + 1;
    ///         Ok(Polled::up_to(next).event(next.to_string(), format!("post {next}")))
    ///     })
    ///     .mock_id("chat.post", |input| Ok(input["text"].clone()))
    ///     .crash_every_poll(Duration::from_secs(90));
    ///
    /// assert_eq!((firings.keys(), firings.polls("posts")), (vec!["1", "2"], 2));
    /// assert_eq!(firings.outputs::<String>(), ["post 1", "post 2"]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn mock_polls<T: TriggerAction>(
        self,
        answer: impl Fn(T::Config, Option<T::Cursor>) -> Result<Polled<T::Event, T::Cursor>> + Send + Sync + 'static,
    ) -> Self {
        self.mock_action::<T>(mock::polls::<T>(answer))
    }

    #[track_caller]
    fn mock_action<A: Action>(mut self, answer: mock::Mock) -> Self {
        let action = self.actions.add::<A>(false);
        self.mocks.insert(Target::Version(action.id, action.version), answer);
        self
    }

    /// Answers the calls of one node, whatever answers for its action elsewhere.
    ///
    /// # Panics
    /// When the text is no node id.
    #[must_use]
    #[track_caller]
    pub fn mock_node<A: SimpleAction>(
        mut self,
        node: &str,
        answer: impl Fn(A::Input) -> Result<A::Output> + Send + Sync + 'static,
    ) -> Self {
        let action = self.actions.add::<A>(false);
        let node = node_id(node);
        self.mocked_nodes.insert(node.clone(), action.id);
        self.mocks.insert(Target::Node(node), mock::simple::<A>(answer));
        self
    }

    /// Answers the calls of an action that this test knows by its id only. Nothing is known of what it takes and gives:
    /// any object, and any value. Repeating a call is taken to be harmless.
    ///
    /// # Panics
    /// When the text is no action id.
    #[must_use]
    #[track_caller]
    pub fn mock_id(mut self, id: &str, answer: impl Fn(&Value) -> Result<Value> + Send + Sync + 'static) -> Self {
        let id = match ActionId::new(id) {
            Ok(id) => id,
            Err(error) => panic!("{error}"),
        };
        self.mocks.insert(Target::Action(id), mock::dynamic(answer));
        self
    }

    /// Lets the mock that was given last go unused, or not be used to its end. Of any other mock that is a mistake, of the
    /// test or of the workflow, and every run is checked for it.
    ///
    /// # Panics
    /// When there is no mock yet.
    #[must_use]
    #[track_caller]
    pub fn may_be_unused(mut self) -> Self {
        assert!(
            self.mocks.last_may_be_unused(),
            "there is no mock yet: write `.may_be_unused()` behind the one it is about"
        );
        self
    }

    /// [`mock_id`](Self::mock_id), under the name that people coming from a definition in YAML look for.
    ///
    /// # Panics
    /// When the text is no action id.
    #[must_use]
    #[track_caller]
    pub fn with_mock_action(self, id: &str, answer: impl Fn(&Value) -> Result<Value> + Send + Sync + 'static) -> Self {
        self.mock_id(id, answer)
    }

    /// Grants something to the run, as in `net:api.example.com:443`. What is not granted is refused, as in production.
    ///
    /// # Panics
    /// When the text is no grant.
    #[must_use]
    #[track_caller]
    pub fn grant(mut self, grant: &str) -> Self {
        match grant.parse::<Grant>() {
            Ok(grant) => self.grants.items.push(grant),
            Err(error) => panic!("{error}"),
        }
        self
    }

    /// Sets a credential. Every run is checked for its secret, see [`TestRun::assert_no_secret`]; therefore it has at
    /// least eight characters. Where none is set, an action whose type the test knows gets one that is made up.
    ///
    /// # Panics
    /// When the name is none, or the secret is shorter.
    #[must_use]
    #[track_caller]
    pub fn credential(mut self, name: &str, secret: &str) -> Self {
        assert!(
            secret.chars().count() >= canary::SHORTEST,
            "the secret of `{name}` is too short to be told from other text: use {} characters or more",
            canary::SHORTEST
        );
        match CredentialName::new(name) {
            Ok(name) => self.secrets.push((name, SecretString::from(secret))),
            Err(error) => panic!("{error}"),
        }
        self
    }

    /// Puts something in the place of a resource, under the name that nodes use, or would use: it is given to every attempt
    /// whose slot is filled by it, and nothing is created or closed. Runs share it.
    ///
    /// ```
    /// use std::sync::Mutex;
    ///
    /// use nebula_sdk::{prelude::*, testing::TestFlow};
    ///
    /// /// Letters that are kept.
    /// #[derive(Resource)]
    /// #[resource(id = "demo.letters", exclusive)]
    /// struct Letters;
    ///
    /// /// Where letters are kept.
    /// #[derive(Parameters)]
    /// struct LettersConfig {
    ///     /// The address.
    ///     url: String,
    /// }
    ///
    /// impl ResourceLifecycle for Letters {
    ///     type Config = LettersConfig;
    ///     type Handle = Mutex<Vec<String>>;
    ///
    ///     async fn create(&self, config: LettersConfig, _: &ResourceContext<Self>) -> Result<Self::Handle> {
    ///         Err(ActionError::transient("letters.away", format!("nobody is at {}", config.url)))
    ///     }
    /// }
    ///
    /// /// Keep a letter.
    /// #[nebula_sdk::action(id = "demo.keep", version = "1.0", idempotent)]
    /// async fn keep(/** The letter. */ text: String, letters: Res<Letters>) -> Result<usize> {
    ///     let mut letters = letters.lock().unwrap();
    ///     letters.push(text);
    ///     Ok(letters.len())
    /// }
    ///
    /// let run = TestFlow::new(7)
    ///     .flow("{ nebula: 1, id: post, nodes: [{ id: keep, action: demo.keep@1, parameters: { text: hello } }] }")
    ///     .action::<Keep>()
    ///     .resource::<Letters>("letters", Mutex::new(vec!["the first".to_owned()]))
    ///     .run_blocking(json!({}));
    /// assert_eq!(run.output::<Value>(), json!({ "keep": 2 }));
    /// ```
    ///
    /// # Panics
    /// When the text is no name of a resource.
    #[must_use]
    #[track_caller]
    pub fn resource<R: ResourceLifecycle>(mut self, name: &str, handle: R::Handle) -> Self {
        resource_name(name);
        self.resources.fake::<R>(name, handle);
        self
    }

    /// Configures a resource under a name, as `--resources` does in production. It is created for each run, against the
    /// [`host`](Self::host) of the test. Its credential slots that have to be filled get secrets that are made up, under
    /// the names `<name>.<slot>`; [`credential`](Self::credential) sets others.
    ///
    /// # Panics
    /// When the text is no name of a resource, or when the configuration cannot be written as a JSON object.
    #[must_use]
    #[track_caller]
    pub fn resource_config<R: ResourceLifecycle>(mut self, name: &str, config: impl Serialize) -> Self {
        resource_name(name);
        self.resources.config::<R>(name, to_json(config));
        self
    }

    /// The host that real actions reach.
    #[must_use]
    pub fn host(mut self, host: &FakeHost) -> Self {
        self.host = host.clone();
        self
    }

    /// Lets something go wrong with the `nth` call of an action, counted from 1 over all its nodes and attempts. A run in
    /// which it did not come to that call panics. [`fault_node`](Self::fault_node) has an example.
    #[must_use]
    #[track_caller]
    pub fn fault<A: Action>(mut self, nth: usize, fault: impl Into<Fault>) -> Self {
        let id = ActionId::new(A::metadata().id).expect("the macro has checked the id");
        self.faults.push(Planned { target: Target::Action(id), nth, fault: fault.into() });
        self
    }

    /// As [`fault`](Self::fault), for the calls of a node.
    ///
    /// ```
    /// use nebula_sdk::{prelude::*, testing::{Fault, TestFlow}};
    ///
    /// let run = TestFlow::new(7)
    ///     .flow("{ nebula: 1, id: pay, nodes: [{ id: charge, action: shop.charge@1 }], output: !expr $nodes.charge.result }")
    ///     .mock_id("shop.charge", |_| Ok(json!("charged")))
    ///     .fault_node("charge", 1, Fault::CrashAfterEffect)
    ///     .run_blocking(json!({}));
    ///
    /// assert_eq!((run.output::<String>().as_str(), run.crashes()), ("charged", 1));
    /// // Another process has done it again, with the same key: the other side knows that it is the same charge.
    /// let calls = run.calls_of("charge");
    /// assert_eq!((calls.len(), calls[0].key), (2, calls[1].key));
    /// ```
    ///
    /// # Panics
    /// When the text is no node id.
    #[must_use]
    #[track_caller]
    pub fn fault_node(mut self, node: &str, nth: usize, fault: impl Into<Fault>) -> Self {
        self.faults.push(Planned { target: Target::Node(node_id(node)), nth, fault: fault.into() });
        self
    }

    /// Cancels the run when so much of the test's time has passed, if it has not ended by then.
    #[must_use]
    pub fn cancel_after(mut self, time: Duration) -> Self {
        self.cancel_after = Some(time);
        self
    }

    /// Runs the workflow to its end, or to where somebody has to decide. Needs no runtime: it never waits.
    ///
    /// # Panics
    /// As [`run_blocking`](Self::run_blocking).
    pub fn run(&self, input: impl Serialize) -> impl Future<Output = TestRun> {
        let input = to_json(input);
        async move { self.expect(self.simulate(&input)) }
    }

    /// As [`run`](Self::run), in a test that is not async.
    ///
    /// # Panics
    /// When the workflow cannot be planned or started, when a planned fault did not strike, or when a secret leaks.
    #[track_caller]
    pub fn run_blocking(&self, input: impl Serialize) -> TestRun {
        self.expect(self.simulate(&to_json(input)))
    }

    /// As [`run_blocking`](Self::run_blocking), and gives back why it could not begin.
    ///
    /// # Errors
    /// When a node calls what this test does not know, when the workflow cannot be planned, or when the input does not
    /// fit.
    ///
    /// # Panics
    /// When a planned fault did not strike, or when a secret leaks.
    #[track_caller]
    pub fn try_run(&self, input: impl Serialize) -> Result<TestRun, TestFlowError> {
        self.simulate(&to_json(input))
    }

    /// Leaves the checks of inputs to the run.
    pub(super) fn unchecked(mut self) -> Self {
        self.is_unchecked = true;
        self
    }

    #[track_caller]
    fn expect(&self, run: Result<TestRun, TestFlowError>) -> TestRun {
        match run {
            Ok(run) => run,
            Err(error) => panic!("{error}\n\n(seed {})", self.seed),
        }
    }

    #[track_caller]
    fn simulate(&self, input: &Value) -> Result<TestRun, TestFlowError> {
        let prepared = self.prepare()?;
        let simulated = prepared.simulate(input, None)?;
        Ok(self.finished(&prepared, simulated))
    }

    /// Holds a run to what every run is held to.
    #[track_caller]
    fn finished(&self, prepared: &Prepared, simulated: Simulated) -> TestRun {
        let (struck, answered) = (simulated.seen.faults, simulated.seen.answered.clone());
        let run = TestRun::new(prepared, simulated);
        run.assert_no_secret();
        if struck < self.faults.len() {
            let all = self.faults.len();
            panic!(
                "{} of {all} planned faults did not strike: there were not so many calls\n\n{}",
                all - struck,
                run.tell()
            );
        }
        let unused = unused::unused(&self.mocks, &answered, &run.calls, &run.definition, run.state.as_ref());
        if !unused.is_empty() {
            let unused = unused.join("\n");
            panic!("{unused}\n  where that is right, write  .may_be_unused()  behind the mock\n\n{}", run.tell());
        }
        run
    }
}

#[track_caller]
pub(super) fn to_json(input: impl Serialize) -> Value {
    match serde_json::to_value(input) {
        Ok(input) => input,
        Err(error) => panic!("the input cannot be written as JSON: {error}"),
    }
}

#[track_caller]
fn resource_name(text: &str) -> ResourceName {
    match ResourceName::new(text) {
        Ok(name) => name,
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn node_id(text: &str) -> NodeId {
    match NodeId::new(text) {
        Ok(id) => id,
        Err(error) => panic!("{error}"),
    }
}
