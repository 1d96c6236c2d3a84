//! A call of an action: its parameters, wired one by one.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use nebula_ports::model::{ActionId, ActionReference, InterfaceVersion, ParameterValue};
use serde::Serialize;
use serde_json::Value;

use super::{Definition, Fed, FlowError, Object};
use crate::{
    Action, Parameters, ProcessAction, SimpleAction,
    adapt::{IsProcess, IsSimple},
};

/// Starts a call: `FetchWeather::call()`. Every action has it; which of the two traits the action implements is found by
/// inference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no action that can be called",
    label = "not an action",
    note = "an action is `#[derive(Action)]` with an implementation of `SimpleAction` or `ProcessAction`; a trigger is added to the whole workflow: `Workflow::trigger`"
)]
pub trait Calls<Kind>: Action {
    #[doc(hidden)]
    type Input: Accepts;
    #[doc(hidden)]
    type Output;

    /// A call without parameters yet: each is given by a method of its name. One given twice has the later value.
    #[must_use]
    fn call() -> <Self::Input as Accepts>::Call<Ends<Self::Output, Self::Port>> {
        let facts = Self::metadata();
        let id = ActionId::new(facts.id).expect("the macro has checked the id");
        let version = InterfaceVersion::new(facts.version.0, facts.version.1);
        Self::Input::call(Draft::new(Some(ActionReference { id, version })))
    }
}

#[diagnostic::do_not_recommend]
impl<A: SimpleAction<Input: Accepts>> Calls<IsSimple> for A {
    type Input = A::Input;
    type Output = A::Output;
}

#[diagnostic::do_not_recommend]
impl<A: ProcessAction<Input: Accepts>> Calls<IsProcess> for A {
    type Input = A::Input;
    type Output = A::Output;
}

/// A call that can be added to a workflow: every parameter that must be given is given.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no call of an action",
    label = "not a call",
    note = "write `SomeAction::call()` and give the parameters by methods of their names"
)]
pub trait Call<O> {
    #[doc(hidden)]
    fn draft(self) -> Draft<O>;
}

/// An input whose parameters can be given one by one. Implemented by generated code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be wired",
    label = "not made by `#[derive(Parameters)]`",
    note = "write `#[derive(Parameters)]` above it"
)]
pub trait Accepts: Sized {
    /// What collects them.
    type Call<O>;

    /// Nothing is given yet.
    fn call<O>(draft: Draft<O>) -> Self::Call<O>;
}

/// How a call ends: it gives an `O`, and leaves by a port of `P`.
#[derive(Debug)]
pub struct Ends<O, P>(PhantomData<fn() -> (O, P)>);

/// Stands for a parameter that is given.
#[derive(Debug)]
pub enum Given {}

/// Stands for a parameter that must be given and is not.
#[derive(Debug)]
pub enum Missing {}

/// What was given so far.
pub struct Draft<O> {
    pub(super) action: Option<ActionReference>,
    pub(super) parameters: BTreeMap<String, ParameterValue>,
    pub(super) problems: Vec<(&'static str, String)>,
    /// The workflow that is called instead of an action.
    pub(super) called: Option<Result<Definition, FlowError>>,
    output: PhantomData<fn() -> O>,
}

/// A call of an action whose input is an enum: it is given as a whole.
pub struct WholeCall<T, O> {
    draft: Draft<O>,
    input: PhantomData<fn(T)>,
}

// === impl Draft ===

impl<O> Draft<O> {
    pub(super) const fn new(action: Option<ActionReference>) -> Self {
        Self { action, parameters: BTreeMap::new(), problems: Vec::new(), called: None, output: PhantomData }
    }

    pub(super) fn of_flow(action: ActionReference, called: Result<Definition, FlowError>) -> Self {
        Self { called: Some(called), ..Self::new(Some(action)) }
    }

    /// With one more parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Fed) -> Self {
        match value.into_value() {
            Ok(value) => {
                self.parameters.insert(name.to_owned(), value);
            }
            Err(problem) => self.problems.push((name, problem)),
        }
        self
    }
}

impl<O> Draft<O> {
    /// With the members of an object as parameters.
    #[must_use]
    pub fn spread(mut self, name: &'static str, value: Fed) -> Self {
        match value.into_value() {
            Ok(ParameterValue::Literal(Value::Object(members))) => {
                let members = members.into_iter().map(|(name, value)| (name, ParameterValue::Literal(value)));
                self.parameters.extend(members);
            }
            Ok(ParameterValue::Object(members)) => self.parameters.extend(members),
            Ok(_) => {
                let problem = "its members stand among the other parameters, so it cannot be given as a whole that only a \
                               run knows: give them one by one, with `of(|it| ..)` of its type";
                self.problems.push((name, problem.to_owned()));
            }
            Err(problem) => self.problems.push((name, problem)),
        }
        self
    }
}

impl Draft<Object> {
    /// The object of which these are the members.
    pub(super) fn into_object(self) -> Fed {
        let given = self.parameters.into_iter().map(|(name, value)| (name, Fed::of(Ok(value))));
        let missing = self.problems.into_iter().map(|(name, problem)| (name.to_owned(), Fed::of(Err(problem))));
        Fed::object(given.chain(missing))
    }
}

impl<O> Call<O> for Draft<O> {
    fn draft(self) -> Self {
        self
    }
}

impl<O> fmt::Debug for Draft<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("action", &self.action).field("parameters", &self.parameters).finish()
    }
}

impl Accepts for () {
    type Call<O> = Draft<O>;

    fn call<O>(draft: Draft<O>) -> Draft<O> {
        draft
    }
}

// === impl WholeCall ===

impl<T: Parameters + Serialize, O> WholeCall<T, O> {
    /// Nothing is given yet.
    #[must_use]
    pub const fn new(draft: Draft<O>) -> Self {
        Self { draft, input: PhantomData }
    }

    /// The whole input, as data.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a value is given, as in the methods for single parameters")]
    pub fn with(mut self, input: T) -> Draft<O> {
        const WHOLE: &str = "input";
        match serde_json::to_value(&input) {
            Ok(Value::Object(members)) => {
                let members = members.into_iter().map(|(name, value)| (name, ParameterValue::Literal(value)));
                self.draft.parameters = members.collect();
            }
            Ok(_) => self.draft.problems.push((WHOLE, "the input of an action is an object".to_owned())),
            Err(error) => self.draft.problems.push((WHOLE, format!("the value cannot be written as JSON: {error}"))),
        }
        self.draft
    }
}

impl<T, O> fmt::Debug for WholeCall<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.draft.fmt(f)
    }
}
