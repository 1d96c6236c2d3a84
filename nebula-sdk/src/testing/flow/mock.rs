//! What stands in for actions.

use std::{collections::BTreeMap, sync::Arc};

use nebula_ports::{
    action::ActionOutput,
    model::{ActionDescriptor, ActionId, Failure, FailureKind, InterfaceVersion, NodeId},
};
use serde_json::Value;

use crate::{
    ActionResult, Output, Parameters, Polled, ProcessAction, Result, SimpleAction, TriggerAction,
    adapt::{cursor, erased, found},
};

/// Answers a call: the input, and how many calls this mock has answered before in the run.
pub(super) type Answer = Arc<dyn Fn(&Value, usize) -> Result<ActionOutput, Failure> + Send + Sync>;

/// What a mock stands for. A mock of a node goes before one of an action, and one of a version before one of all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Node(NodeId),
    Version(ActionId, InterfaceVersion),
    Action(ActionId),
}

/// What answers in the place of an action, and how much of it has to be used.
#[derive(Clone)]
pub(super) struct Mock {
    pub(super) answer: Answer,
    /// How many answers a sequence has.
    pub(super) answers: Option<usize>,
    pub(super) may_be_unused: bool,
}

/// The mocks of a flow.
#[derive(Clone, Default)]
pub(super) struct Mocks {
    all: BTreeMap<Target, Mock>,
    /// The one that was given last.
    last: Option<Target>,
}

// === impl Mocks ===

impl Mocks {
    pub(super) fn insert(&mut self, target: Target, mock: Mock) {
        self.last = Some(target.clone());
        self.all.insert(target, mock);
    }

    /// Lets the mock that was given last go unused; whether there is one.
    pub(super) fn last_may_be_unused(&mut self) -> bool {
        let last = self.last.as_ref().and_then(|last| self.all.get_mut(last));
        last.map(|mock| mock.may_be_unused = true).is_some()
    }

    /// What answers for a node that calls this action.
    pub(super) fn find(&self, node: &NodeId, action: &ActionDescriptor) -> Option<(&Target, &Mock)> {
        let targets = [
            Target::Node(node.clone()),
            Target::Version(action.id.clone(), action.version),
            Target::Action(action.id.clone()),
        ];
        targets.iter().find_map(|target| self.all.get_key_value(target))
    }

    /// Whether all versions of this action are mocked by its id.
    pub(super) fn has_id(&self, id: &ActionId) -> bool {
        self.all.contains_key(&Target::Action(id.clone()))
    }

    /// Whether this node is mocked by itself.
    pub(super) fn has_node(&self, id: &NodeId) -> bool {
        self.all.contains_key(&Target::Node(id.clone()))
    }

    /// The nodes that are mocked one by one.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &NodeId> {
        self.all.keys().filter_map(|target| match target {
            Target::Node(node) => Some(node),
            _ => None,
        })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Target, &Mock)> {
        self.all.iter()
    }
}

impl std::fmt::Debug for Mocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.all.keys()).finish()
    }
}

// === impl Mock ===

impl Mock {
    fn new(answer: Answer) -> Self {
        Self { answer, answers: None, may_be_unused: false }
    }
}

pub(super) fn simple<A: SimpleAction>(answer: impl Fn(A::Input) -> Result<A::Output> + Send + Sync + 'static) -> Mock {
    Mock::new(Arc::new(move |input, _| Ok(ActionOutput::Done(answer(A::Input::decode(input)?)?.encode()?))))
}

pub(super) fn process<A: ProcessAction>(
    answer: impl Fn(A::Input) -> Result<ActionResult<A::Output, A::Port>> + Send + Sync + 'static,
) -> Mock {
    Mock::new(Arc::new(move |input, _| Ok(erased(answer(A::Input::decode(input)?)?)?)))
}

/// The input of such a mock has the configuration and the cursor.
pub(super) fn polls<T: TriggerAction>(
    answer: impl Fn(T::Config, Option<T::Cursor>) -> Result<Polled<T::Event, T::Cursor>> + Send + Sync + 'static,
) -> Mock {
    Mock::new(Arc::new(move |input, _| {
        let config = T::Config::decode(&input["config"])?;
        let cursor = input.get("cursor").map(cursor).transpose()?;
        Ok(ActionOutput::Polled(found(answer(config, cursor)?)?))
    }))
}

pub(super) fn sequence<A: SimpleAction>(answers: impl IntoIterator<Item = Result<A::Output>>) -> Mock {
    let answers: Vec<Result<Value, Failure>> =
        answers.into_iter().map(|answer| Ok(answer.and_then(Output::encode)?)).collect();
    let count = answers.len();
    let answer: Answer = Arc::new(move |input, before| {
        A::Input::decode(input)?;
        match answers.get(before) {
            Some(answer) => answer.clone().map(ActionOutput::Done),
            None => {
                let message = format!("`mock_seq` has {} answers, and this is call {}", answers.len(), before + 1);
                Err(Failure::new(FailureKind::Bug, "testing.no_answer", message)
                    .with_help("add an answer, or use `mock` where every call gets the same"))
            }
        }
    });
    Mock { answers: Some(count), ..Mock::new(answer) }
}

pub(super) fn dynamic(answer: impl Fn(&Value) -> Result<Value> + Send + Sync + 'static) -> Mock {
    Mock::new(Arc::new(move |input, _| Ok(ActionOutput::Done(answer(input)?))))
}
