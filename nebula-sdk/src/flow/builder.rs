//! What collects the steps of a workflow while it is built.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};

use nebula_ports::{
    model::{ActionReference, OnError, ParameterValue, RetryPolicy, Settings},
    time::DurationText,
};

use serde::Serialize;
use serde_json::Value;

use super::{
    Call, Definition, Draft, Expr, Fed, FlowError, Leave, Problem, Step, call::Ends, expr::Source, item::LoopMark, refs,
};

/// The workflow that is being built, or one branch of it.
#[derive(Debug)]
pub struct Flow {
    state: Rc<RefCell<State>>,
    scope: usize,
}

/// A condition: an expression that is true or false.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no condition",
    label = "neither true nor false",
    note = "a condition is an `Expr<bool>`, as `fetch.temp.gt(30)` is; an optional one gets a value first: `.or_default(false)`"
)]
pub trait Condition {
    #[doc(hidden)]
    fn expression(&self) -> &Expr<bool>;
}

/// The root of the scopes.
pub(super) const ROOT: usize = 0;

/// All that was said so far.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) settings: Settings,
    pub(super) vars: BTreeMap<String, Value>,
    pub(super) nodes: Vec<NodeDraft>,
    /// What cannot be said where it is found.
    pub(super) problems: Vec<Problem>,
    /// Branches of which always exactly one is taken.
    pub(super) groups: Vec<Vec<usize>>,
    /// Branches, each after the one that it is in; the first is the workflow itself.
    pub(super) scopes: Vec<ScopeDraft>,
    /// The loop of which these are the steps of an item.
    pub(super) of_loop: Option<LoopMark>,
}

/// A branch.
#[derive(Debug)]
pub(super) struct ScopeDraft {
    pub(super) parent: usize,
    pub(super) depth: usize,
    pub(super) condition: Source,
    /// What it gives is joined with what the branches give that are taken when it is not.
    pub(super) is_joined: bool,
}

/// A step.
#[derive(Debug)]
pub(super) struct NodeDraft {
    pub(super) id: String,
    pub(super) scope: usize,
    pub(super) action: Option<ActionReference>,
    pub(super) body: Option<BodyDraft>,
    /// The workflow that it calls.
    pub(super) called: Option<Result<Definition, FlowError>>,
    pub(super) name: Option<String>,
    pub(super) parameters: BTreeMap<String, ParameterValue>,
    pub(super) problems: Vec<(&'static str, String)>,
    pub(super) credentials: Vec<(String, String)>,
    pub(super) resources: Vec<(String, String)>,
    pub(super) retry: Option<RetryPolicy>,
    pub(super) timeout: Option<DurationText>,
    pub(super) deadline: Option<DurationText>,
    /// What is said of its failures, when they do not end the run.
    pub(super) on_error: OnError,
    pub(super) after: Vec<usize>,
    /// It was put after a step of another workflow.
    pub(super) foreign: bool,
}

/// The steps of each item of a list.
#[derive(Debug)]
pub(super) struct BodyDraft {
    pub(super) state: State,
    /// What there is for each item.
    pub(super) output: Option<Fed>,
}

// === impl NodeDraft ===

impl NodeDraft {
    pub(super) fn new(id: &str, scope: usize, action: impl Into<Option<ActionReference>>) -> Self {
        Self {
            id: id.to_owned(),
            scope,
            action: action.into(),
            body: None,
            called: None,
            name: None,
            parameters: BTreeMap::new(),
            problems: Vec::new(),
            credentials: Vec::new(),
            resources: Vec::new(),
            retry: None,
            timeout: None,
            deadline: None,
            on_error: OnError::Fail,
            after: Vec::new(),
            foreign: false,
        }
    }
}

// === impl Flow ===

impl Flow {
    pub(super) fn new() -> Self {
        let root =
            ScopeDraft { parent: ROOT, depth: 0, condition: Source::made("true".to_owned(), None), is_joined: false };
        let state = State { scopes: vec![root], ..State::default() };
        Self { state: Rc::new(RefCell::new(state)), scope: ROOT }
    }

    pub(super) fn into_state(self) -> State {
        self.state.take()
    }

    /// Adds a step. Its id is its name in expressions.
    pub fn add<O, P>(&mut self, id: &str, call: impl Call<Ends<O, P>>) -> Step<O, P> {
        let Draft { action, parameters, problems, called, .. } = call.draft();
        let index = self.push(NodeDraft { parameters, problems, called, ..NodeDraft::new(id, self.scope, action) });
        Step::new(id, index, Rc::clone(&self.state))
    }

    pub(super) fn shared(&self) -> Rc<RefCell<State>> {
        Rc::clone(&self.state)
    }

    /// The branch.
    pub(super) const fn place(&self) -> usize {
        self.scope
    }

    pub(super) fn push(&mut self, node: NodeDraft) -> usize {
        let mut state = self.state.borrow_mut();
        state.nodes.push(node);
        state.nodes.len() - 1
    }

    /// A branch: its steps run when the condition holds. A step that the closure returns is a [`Maybe`](super::Maybe)
    /// outside. With a branch for when it does not hold, what they give is certain: [`when_else`](Self::when_else).
    #[expect(clippy::needless_pass_by_value, reason = "a condition is written where it is used")]
    pub fn when<R: Leave>(&mut self, condition: impl Condition, branch: impl FnOnce(&mut Self) -> R) -> R::Outside {
        branch(&mut self.open(condition.expression().source().clone(), false)).leave()
    }

    /// A branch that is taken in some way that a step ends.
    pub(super) fn branch_of(&mut self, condition: Source) -> Self {
        self.open(condition, false)
    }

    /// A branch of several of which one is always taken.
    pub(super) fn joined_branch(&mut self, condition: Source) -> Self {
        self.open(condition, true)
    }

    fn open(&mut self, condition: Source, is_joined: bool) -> Self {
        let mut state = self.state.borrow_mut();
        let depth = state.scopes[self.scope].depth + 1;
        state.scopes.push(ScopeDraft { parent: self.scope, depth, condition, is_joined });
        Self { state: Rc::clone(&self.state), scope: state.scopes.len() - 1 }
    }

    /// This branch and others, of which always exactly one is taken.
    pub(super) fn group(&self, branches: Vec<usize>) {
        self.state.borrow_mut().groups.push(branches);
    }

    /// Which branch this is.
    pub(super) const fn branch(&self) -> usize {
        self.scope
    }

    /// The same place, once more.
    pub(super) fn again(&self) -> Self {
        Self { state: Rc::clone(&self.state), scope: self.scope }
    }

    /// Something that is wrong with the workflow.
    pub(super) fn tell(&self, problem: Problem) {
        self.state.borrow_mut().problems.push(problem);
    }

    /// A constant of the workflow, read as `$vars.<name>`: what one changes in the definition without looking for its uses.
    ///
    /// ```
    /// use nebula_sdk::{flow::{Expr, Workflow}, prelude::*};
    ///
    /// let workflow: Workflow<(), String> = Workflow::new("room", |f, _: Expr<()>| {
    ///     let room: Expr<String> = f.var("room", "#ops");
    ///     room
    /// });
    /// assert_eq!(workflow.definition()?.vars["room"], "#ops");
    /// # Ok::<_, nebula_sdk::flow::FlowError>(())
    /// ```
    pub fn var<T: Serialize>(&mut self, name: &str, value: impl Into<T>) -> Expr<T> {
        match serde_json::to_value(value.into()) {
            Ok(value) => {
                if self.state.borrow_mut().vars.insert(name.to_owned(), value).is_some() {
                    let problem = Problem::new(format!("there are two constants `{name}`"));
                    self.tell(problem.with_help("each has its own name"));
                }
            }
            Err(error) => {
                self.tell(Problem::new(format!("the constant `{name}` cannot be written as JSON: {error}")));
            }
        }
        Expr::of_text(format!("$vars{}", refs::step(name, false)))
    }

    /// A name of the workflow for people.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.state.borrow_mut().name = Some(name.to_owned());
        self
    }

    /// What the workflow is for.
    pub fn description(&mut self, text: &str) -> &mut Self {
        self.state.borrow_mut().description = Some(text.to_owned());
        self
    }

    /// The run fails when it has not ended after this time.
    pub fn timeout(&mut self, limit: Duration) -> &mut Self {
        self.state.borrow_mut().settings.timeout = Some(DurationText::new(limit));
        self
    }

    /// Most attempts of one run at one time.
    pub fn max_parallel(&mut self, most: u32) -> &mut Self {
        self.state.borrow_mut().settings.max_parallel = Some(most);
        self
    }
}

// === impl Condition ===

impl Condition for Expr<bool> {
    fn expression(&self) -> &Expr<bool> {
        self
    }
}

impl Condition for &Expr<bool> {
    fn expression(&self) -> &Expr<bool> {
        self
    }
}
