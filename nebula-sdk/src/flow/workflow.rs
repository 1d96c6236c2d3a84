//! A workflow that is complete.

use std::marker::PhantomData;

use nebula_ports::model::Trigger;

use super::{Definition, Expr, Feeds, Flow, FlowError, Problem, assemble};
use crate::Parameters;

/// A workflow from an `In` to an `Out`: its definition, and the types that it keeps.
#[derive(Debug)]
pub struct Workflow<In, Out> {
    definition: Result<Definition, FlowError>,
    types: PhantomData<fn(In) -> Out>,
}

// === impl Workflow ===

impl<In: Parameters, Out> Workflow<In, Out> {
    /// Builds a workflow. The closure adds the steps and returns the result: a step, an expression or a value.
    ///
    /// What types do not show, such as an id used twice, is told by [`definition`](Self::definition).
    pub fn new<R: Feeds<Out>>(id: &str, build: impl FnOnce(&mut Flow, Expr<In>) -> R) -> Self {
        let mut flow = Flow::new();
        let output = build(&mut flow, Expr::of_text("$input".to_owned())).feed();
        let definition = assemble::assemble(id, In::input_schema(), flow.into_state(), output);
        Self::built(definition)
    }
}

impl<In, Out> Workflow<In, Out> {
    pub(super) const fn built(definition: Result<Definition, FlowError>) -> Self {
        Self { definition, types: PhantomData }
    }

    /// With one more trigger, if there is one, and what is wrong with it.
    pub(super) fn with_trigger(self, trigger: Option<Trigger>, problems: Vec<Problem>) -> Self {
        let id = trigger.as_ref().map_or_else(|| "a trigger".to_owned(), |trigger| trigger.id.to_string());
        let definition = self.definition.and_then(|mut definition| {
            let is_new =
                !definition.triggers.iter().any(|known| Some(&known.id) == trigger.as_ref().map(|new| &new.id));
            let twice =
                (!is_new).then(|| Problem::new("there are two triggers of this id").with_help("each has its own"));
            let problems: Vec<Problem> = problems.into_iter().chain(twice).map(|problem| problem.at(&id)).collect();
            match FlowError::new(problems) {
                Some(error) => Err(error),
                None => {
                    definition.triggers.extend(trigger);
                    Ok(definition)
                }
            }
        });
        Self { definition, types: PhantomData }
    }

    /// The definition: the same as one written in YAML.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn definition(&self) -> Result<Definition, FlowError> {
        self.definition.clone()
    }
}
