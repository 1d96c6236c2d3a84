//! Runs an action over inputs made from its own schema.

use std::panic::{AssertUnwindSafe, catch_unwind};

use nebula_ports::action::ActionOutput;
use nebula_runtime::catalogue::CompiledSchema;
use serde_json::Value;

use super::{FakeHost, call, generate, generate_invalid, resources::Resources};
use crate::{Action, ResourceLifecycle};

/// Runs the action over `runs` inputs that fit its schema, and reads as many that do not: it may fail and must not panic,
/// its output fits its output schema, and what its schema takes can be read.
///
/// ```
/// use nebula_sdk::{prelude::*, testing::check_action};
///
/// /// Cut a text.
/// #[nebula_sdk::action(id = "demo.cut", version = "1.0", pure)]
/// async fn cut(/** The text. */ text: String, /** How much of it. */ #[param(max = 10)] length: usize) -> Result<String> {
///     Ok(text.chars().take(length).collect())
/// }
///
/// assert_eq!(check_action::<Cut>(50).completed, 50);
/// ```
///
/// # Panics
/// With the input, when any of this is not so.
#[track_caller]
pub fn check_action<A: Action>(runs: usize) -> Checked {
    ActionCheck::new().runs(runs).check::<A>()
}

/// [`check_action`] with settings of one's own.
#[must_use = "nothing runs before `check`"]
#[derive(Debug, Clone)]
pub struct ActionCheck {
    runs: usize,
    seed: u64,
    host: fn() -> FakeHost,
    credentials: Vec<(String, String)>,
    resources: Resources,
}

/// How the runs ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// With an output that fits its schema.
    pub completed: usize,
    /// With more to do in another step, which is not taken here.
    pub paused: usize,
    /// With a failure, for each the code.
    pub failed: Vec<String>,
}

// === impl ActionCheck ===

impl Default for ActionCheck {
    fn default() -> Self {
        Self::new()
    }
}

impl ActionCheck {
    /// A hundred runs with the seed 0, an empty host and no credentials.
    pub fn new() -> Self {
        Self { runs: 100, seed: 0, host: FakeHost::new, credentials: Vec::new(), resources: Resources::default() }
    }

    /// Sets how many inputs there are.
    pub fn runs(mut self, runs: usize) -> Self {
        self.runs = runs;
        self
    }

    /// Sets the seed: another one gives other inputs.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the host, made anew for every run.
    pub fn host(mut self, host: fn() -> FakeHost) -> Self {
        self.host = host;
        self
    }

    /// Fills a credential slot.
    pub fn credential(mut self, slot: &str, secret: &str) -> Self {
        self.credentials.push((slot.to_owned(), secret.to_owned()));
        self
    }

    /// Puts something into a resource slot; all runs have it.
    pub fn resource<R: ResourceLifecycle>(mut self, slot: &str, handle: R::Handle) -> Self {
        self.resources.fake::<R>(slot, handle);
        self
    }

    /// Runs the action.
    ///
    /// # Panics
    /// As [`check_action`].
    #[track_caller]
    pub fn check<A: Action>(self) -> Checked {
        let action = A::erase();
        let descriptor = action.descriptor();
        let output = CompiledSchema::new(descriptor.output_schema.clone());
        let mut checked = Checked::default();
        for input in generate(&descriptor.input_schema, self.seed).take(self.runs) {
            match catch_unwind(AssertUnwindSafe(|| self.one::<A>(&input))) {
                Err(_) => panic!("`{}` panicked, see above, with the input {input}", descriptor.id),
                Ok(Err(failure)) => checked.failed.push(failure.code.to_string()),
                Ok(Ok(None)) => checked.paused += 1,
                Ok(Ok(Some(values))) => {
                    for value in values {
                        let wrong = output.check(&value);
                        let told: Vec<String> =
                            wrong.iter().map(|one| format!("{}: {}", one.pointer, one.message)).collect();
                        assert!(
                            told.is_empty(),
                            "the output of `{}` does not fit its schema: {}\n  input:  {input}\n  output: {value}",
                            descriptor.id,
                            told.join("; "),
                        );
                    }
                    checked.completed += 1;
                }
            }
        }
        for input in generate_invalid(&descriptor.input_schema, self.seed).take(self.runs) {
            if catch_unwind(AssertUnwindSafe(|| action.check(&input))).is_err() {
                panic!("`{}` panicked, see above, while it read the input {input}", descriptor.id);
            }
        }
        checked
    }

    /// The output, or the events of a trigger; `None` for a pause.
    fn one<A: Action>(&self, input: &Value) -> Result<Option<Vec<Value>>, crate::Failure> {
        let host = (self.host)();
        let mut prepared = call::<A>(input).host(&host).with_resources(&self.resources);
        for (slot, secret) in &self.credentials {
            prepared = prepared.credential(slot, secret);
        }
        prepared.run().map(|output| match output {
            ActionOutput::Done(value) | ActionOutput::DoneAt(_, value) | ActionOutput::Route(_, value) => {
                Some(vec![value])
            }
            ActionOutput::Polled(found) => Some(found.events.into_iter().map(|event| event.event).collect()),
            ActionOutput::Paused { .. } => None,
        })
    }
}
