//! A workflow that is complete.

use std::marker::PhantomData;

use super::{Definition, Expr, Feeds, Flow, FlowError, assemble};
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

    /// The definition: the same as one written in YAML.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn definition(&self) -> Result<Definition, FlowError> {
        self.definition.clone()
    }
}
