//! The data that an expression reads: given on the command line, set in a session, or of a past execution.

use std::collections::BTreeMap;

use nebula_expression::{Limits, NodeView, Root, Scope};
use nebula_ports::clock::Clock as _;
use nebula_runtime::system::SystemClock;
use serde_json::Value;

use super::past;
use crate::{
    args::ValueArgs,
    command::App,
    data_dir::DataDir,
    error::{Result, Stop},
    input, runtime,
};

/// What each root is worth; what is absent is not available.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    pub(super) input: Option<Value>,
    pub(super) nodes: BTreeMap<String, NodeValue>,
    pub(super) item: Option<Value>,
    pub(super) index: Option<u64>,
    pub(super) trigger: Option<Value>,
    pub(super) execution: Option<Value>,
    pub(super) workflow: Option<Value>,
    pub(super) vars: Option<Value>,
    pub(super) now: Option<Value>,
}

/// What is known of a node.
#[derive(Debug, Clone)]
pub(super) struct NodeValue {
    pub(super) result: Option<Value>,
    pub(super) error: Option<Value>,
    pub(super) status: &'static str,
    pub(super) attempts: u32,
    pub(super) port: Option<String>,
}

// === impl Values ===

impl Values {
    /// Gathers what the command line gives; `stdin_taken` when the text came from standard input. Of a past execution
    /// only the nodes are there that are read.
    pub(super) fn gather(
        app: &App,
        args: &ValueArgs,
        dir: &DataDir,
        stdin_taken: bool,
        reads: &dyn Fn(&str) -> bool,
    ) -> Result<Self> {
        let given = [&args.input, &args.nodes, &args.vars, &args.item, &args.trigger];
        let readers = given.into_iter().flatten().filter(|text| *text == "@-").count() + usize::from(stdin_taken);
        if readers > 1 {
            return Err(stdin_twice());
        }
        let now = args.now.as_deref().map(instant).transpose()?;
        let mut values = match args.execution {
            Some(id) => runtime::block_on(past::values(app, dir, id, reads))?,
            None => Self::default(),
        };
        if let Some(now) = now {
            values.now = Some(now);
        }
        values.now.get_or_insert_with(|| Value::String(SystemClock::new().now().to_string()));
        if let Some(text) = &args.input {
            values.input = Some(input::read(text)?);
        }
        if let Some(text) = &args.nodes {
            values.nodes = nodes(input::read(text)?)?;
        }
        if let Some(text) = &args.vars {
            values.vars = Some(object(input::read(text)?, "`--vars`")?);
        }
        if let Some(text) = &args.item {
            values.item = Some(input::read(text)?);
        }
        if let Some(text) = &args.trigger {
            values.trigger = Some(input::read(text)?);
        }
        if args.index.is_some() {
            values.index = args.index;
        }
        Ok(values)
    }

    /// A root as a value, where it is one.
    pub(super) fn root(&self, root: Root) -> Option<Value> {
        match root {
            Root::Input => self.input.clone(),
            Root::Item => self.item.clone(),
            Root::Index => self.index.map(Value::from),
            Root::Trigger => self.trigger.clone(),
            Root::Execution => self.execution.clone(),
            Root::Workflow => self.workflow.clone(),
            Root::Vars => self.vars.clone(),
            Root::Now => self.now.clone(),
            Root::Nodes => None,
        }
    }
}

impl Scope for Values {
    fn input(&self) -> Option<&Value> {
        self.input.as_ref()
    }

    fn node(&self, id: &str) -> Option<NodeView<'_>> {
        let node = self.nodes.get(id)?;
        let NodeValue { result, error, status, attempts, port } = node;
        Some(NodeView {
            result: result.as_ref(),
            error: error.as_ref(),
            status,
            attempts: *attempts,
            port: port.as_deref(),
        })
    }

    fn item(&self) -> Option<&Value> {
        self.item.as_ref()
    }

    fn index(&self) -> Option<u64> {
        self.index
    }

    fn trigger(&self) -> Option<&Value> {
        self.trigger.as_ref()
    }

    fn execution(&self) -> Option<&Value> {
        self.execution.as_ref()
    }

    fn workflow(&self) -> Option<&Value> {
        self.workflow.as_ref()
    }

    fn vars(&self) -> Option<&Value> {
        self.vars.as_ref()
    }

    fn now(&self) -> Option<&Value> {
        self.now.as_ref()
    }
}

// === impl NodeValue ===

impl NodeValue {
    /// A node that completed at its first attempt.
    pub(super) const fn completed(result: Value) -> Self {
        Self { result: Some(result), error: None, status: "completed", attempts: 1, port: None }
    }
}

/// What one evaluation may use.
pub(super) fn limits(args: &ValueArgs) -> Limits {
    let limits = Limits::default();
    Limits { cost: args.max_cost.unwrap_or(limits.cost), ..limits }
}

/// The result of each node, by id.
fn nodes(value: Value) -> Result<BTreeMap<String, NodeValue>> {
    let Value::Object(results) = object(value, "`--nodes`")? else { return Ok(BTreeMap::new()) };
    Ok(results.into_iter().map(|(id, result)| (id, NodeValue::completed(result))).collect())
}

fn object(value: Value, name: &str) -> Result<Value> {
    if value.is_object() {
        return Ok(value);
    }
    Err(Stop::input("json", format!("{name} is no JSON object")).with_help("write an object, as in '{\"name\": 1}'"))
}

/// `$now` as the engine would give it.
fn instant(text: &str) -> Result<Value> {
    let instant: jiff::Timestamp = text.parse().map_err(|error| {
        Stop::input("instant", format!("`--now {text}` is no point in time: {error}"))
            .with_help("write it as in `2026-05-01T12:00:00Z`")
    })?;
    Ok(Value::String(instant.to_string()))
}

pub(super) fn stdin_twice() -> Stop {
    Stop::input("stdin_twice", "two things cannot both come from standard input")
}
