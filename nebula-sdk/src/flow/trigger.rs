//! Triggers of a workflow that is built in Rust.

use std::{fmt, time::Duration};

use nebula_ports::{
    model::{ActionId, ActionReference, CredentialName, InterfaceVersion, ParameterValue, Trigger, TriggerId},
    time::DurationText,
};

use super::{Accepts, Call, Draft, Expr, Feeds, Problem, Workflow, reading};
use crate::{Timestamp, TriggerAction};

/// Begins a trigger of a workflow: `NewPosts::trigger(|board| board.name("ops"))`. Every [`TriggerAction`] has it.
pub trait Triggers: TriggerAction<Config: Accepts> {
    /// The trigger with this configuration, given as the parameters of a call are, but as data: nothing has run yet that
    /// could be read.
    fn trigger<C: Call<Self::Event>>(
        config: impl FnOnce(<Self::Config as Accepts>::Call<Self::Event>) -> C,
    ) -> TriggerCall<Self::Event> {
        let facts = Self::metadata();
        let id = ActionId::new(facts.id).expect("the macro has checked the id");
        let version = InterfaceVersion::new(facts.version.0, facts.version.1);
        let action = ActionReference { id, version };
        let draft = config(Self::Config::call(Draft::new(Some(action.clone())))).draft();
        TriggerCall { action, draft, name: None, credentials: Vec::new(), every: None, timeout: None }
    }
}

impl<A: TriggerAction<Config: Accepts>> Triggers for A {}

/// A trigger with its configuration, whose events are of the type `E`.
pub struct TriggerCall<E> {
    action: ActionReference,
    draft: Draft<E>,
    name: Option<String>,
    credentials: Vec<(String, String)>,
    every: Option<Duration>,
    timeout: Option<Duration>,
}

/// The event that has started an execution, as data of a later time.
#[derive(Debug)]
pub struct Fired<E> {
    /// What was found.
    pub event: Expr<E>,
    /// Its key.
    pub key: Expr<String>,
    /// When it was found.
    pub fired_at: Expr<Timestamp>,
}

// === impl TriggerCall ===

impl<E> TriggerCall<E> {
    /// The wait between two polls, as the action says when absent.
    #[must_use]
    pub const fn every(mut self, wait: Duration) -> Self {
        self.every = Some(wait);
        self
    }

    /// Limit of one poll, as the action says when absent.
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Which credential goes into a slot of the action.
    #[must_use]
    pub fn credential(mut self, slot: &str, name: &str) -> Self {
        self.credentials.push((slot.to_owned(), name.to_owned()));
        self
    }

    /// A name for people.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }
}

impl<E> fmt::Debug for TriggerCall<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TriggerCall").field("action", &self.action).field("draft", &self.draft).finish_non_exhaustive()
    }
}

// === impl Workflow ===

impl<In, Out> Workflow<In, Out> {
    /// The workflow with a trigger: each of its events starts an execution, with the input that the closure makes of it.
    /// That it is an input of this workflow, its type shows.
    ///
    /// ```
    /// use nebula_sdk::prelude::*;
    ///
    /// /// Lines of a log that are new.
    /// #[derive(Action)]
    /// #[action(id = "log.new_lines", version = "1.0", pure, poll = "10s")]
    /// struct NewLines;
    ///
    /// /// Which log.
    /// #[derive(Parameters)]
    /// struct Log {
    ///     /// Its name.
    ///     name: String,
    /// }
    ///
    /// /// A line.
    /// #[derive(Parameters)]
    /// struct Line {
    ///     /// What it says.
    ///     text: String,
    /// }
    ///
    /// impl TriggerAction for NewLines {
    ///     type Config = Log;
    ///     type Event = Line;
    ///     type Cursor = u64;
    ///
    ///     async fn poll(&self, _: Log, _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<Line, u64>> {
    ///         Ok(Polled::unmoved())
    ///     }
    /// }
    ///
    /// let workflow: Workflow<Line, String> = Workflow::new("shout", |_, line: Expr<Line>| line.text.upper())
    ///     .trigger("lines", NewLines::trigger(|log| log.name("app")), |fired| fired.event);
    /// let definition = workflow.definition()?;
    /// assert_eq!(definition.triggers[0].id.as_str(), "lines");
    /// # Ok::<_, nebula_sdk::flow::FlowError>(())
    /// ```
    #[must_use]
    pub fn trigger<E, R: Feeds<In>>(self, id: &str, call: TriggerCall<E>, input: impl FnOnce(Fired<E>) -> R) -> Self {
        let fired = Fired {
            event: Expr::of_text("$trigger.event".to_owned()),
            key: Expr::of_text("$trigger.key".to_owned()),
            fired_at: Expr::of_text("$trigger.fired_at".to_owned()),
        };
        let input = input(fired).feed();
        let mut problems = Vec::new();
        let trigger = call.build(id, input.into_value(), &mut problems);
        self.with_trigger(trigger, problems)
    }
}

impl<E> TriggerCall<E> {
    fn build(self, id: &str, input: Result<ParameterValue, String>, problems: &mut Vec<Problem>) -> Option<Trigger> {
        let Self { action, draft, name, credentials, every, timeout } = self;
        let id = TriggerId::new(id).map_err(|error| problems.push(Problem::new(error.to_string()))).ok();
        for (parameter, message) in draft.problems {
            problems.push(Problem { parameter: Some(parameter.to_owned()), ..Problem::new(message) });
        }
        for (parameter, value) in &draft.parameters {
            if !matches!(value, ParameterValue::Literal(_)) {
                let problem =
                    Problem::new("the configuration of a trigger is data: nothing has run yet that could be read");
                problems.push(Problem { parameter: Some(parameter.clone()), ..problem });
            }
        }
        let mut bound = std::collections::BTreeMap::new();
        for (slot, name) in credentials {
            match CredentialName::new(&name) {
                Ok(name) => {
                    bound.insert(slot.into(), name);
                }
                Err(error) => problems.push(Problem::new(error.to_string())),
            }
        }
        let mut reads = Vec::new();
        let input = input.map_err(Problem::new).and_then(|value| reading::value(value, &[], &mut reads));
        let input = input.map_err(|problem| problems.push(problem)).ok();
        if let Some(read) = reads.first() {
            let problem = Problem::new(format!("its input reads `{}`, and the run has not begun", read.node));
            problems.push(problem.with_help("it is made of the event that the closure is given"));
        }
        // The event itself need not be said.
        let input = input.filter(|input| *input != ParameterValue::Expression("$trigger.event".to_owned()));
        Some(Trigger {
            id: id?,
            action,
            name,
            parameters: draft.parameters,
            credentials: bound,
            every: every.map(DurationText::new),
            timeout: timeout.map(DurationText::new),
            input,
        })
    }
}
