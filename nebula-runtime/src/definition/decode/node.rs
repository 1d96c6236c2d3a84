//! Nodes: action, parameters, credentials, retry.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use nebula_expression::nearest;
use nebula_ports::{
    diagnostic::Diagnostic,
    model::{ActionReference, Backoff, Body, Jitter, Node, NodeId, OnError, ParameterValue, RetryPolicy},
};
use serde_json::Value;
use smol_str::SmolStr;

use super::{
    Graph,
    cursor::{Decoder, Fields},
};
use crate::{
    catalogue::brief,
    plan::{code, pointer},
};

const NODE: [&str; 12] = [
    "id",
    "action",
    "body",
    "flow",
    "name",
    "parameters",
    "credentials",
    "resources",
    "retry",
    "timeout",
    "deadline",
    "on_error",
];
const BODY: [&str; 3] = ["nodes", "connections", "output"];
/// Bodies stand in each other this deeply at most; the planner tells earlier what is too deep to run.
const MAX_DEPTH: usize = 32;
const RETRY: [&str; 3] = ["max_attempts", "backoff", "jitter"];

/// Together with an error, what could not be read is made up, so that the other nodes keep their places.
pub(super) fn node(decoder: &mut Decoder, value: &Value, index: usize, at: String) -> Node {
    // Known first, so that every mistake in the node can name it.
    let around = decoder.node.take();
    decoder.node = value.get("id").and_then(Value::as_str).and_then(|id| NodeId::new(id).ok());
    let mut node = Node::new(made_up_id(index), made_up_action());
    if let Some(fields) = decoder.fields(value, at, "a node", &NODE) {
        read(decoder, &fields, &mut node);
    }
    decoder.node = around;
    node
}

fn made_up_id(index: usize) -> NodeId {
    NodeId::new(format!("unread-{index}")).expect("letters, a dash and digits are a node id")
}

pub(super) fn made_up_action() -> ActionReference {
    "unread.unread@0".parse().expect("it has a namespace and a version")
}

fn read(decoder: &mut Decoder, fields: &Fields<'_>, node: &mut Node) {
    if let Some(id) = decoder.required(fields, "id").and_then(|(value, at)| decoder.id(value, at, false)) {
        node.id = id;
    }
    let action = decoder.required(fields, "action").and_then(|(value, at)| {
        let text = decoder.text(value, at.clone())?;
        decoder.parsed(code::INVALID_REFERENCE, text, at, false)
    });
    if let Some(action) = action {
        node.action = action;
    }
    node.body = fields.get("body").and_then(|(value, at)| body(decoder, value, at));
    node.flow = fields.get("flow").and_then(|(value, at)| decoder.id(value, at, false));
    node.name = decoder.optional_text(fields, "name");
    node.parameters = parameters(decoder, fields);
    node.credentials = slots(decoder, fields, "credentials");
    node.resources = slots(decoder, fields, "resources");
    node.retry = fields.get("retry").and_then(|(value, at)| retry(decoder, value, at));
    node.timeout = decoder.optional_duration(fields, "timeout");
    node.deadline = decoder.optional_duration(fields, "deadline");
    node.on_error = fields.get("on_error").and_then(|(value, at)| on_error(decoder, value, at)).unwrap_or_default();
}

fn body(decoder: &mut Decoder, value: &Value, at: String) -> Option<Box<Body>> {
    if at.matches("/body").count() > MAX_DEPTH {
        decoder.report(Diagnostic::error(code::TOO_LARGE, at, "bodies stand too deeply in each other"));
        return None;
    }
    let fields = decoder.fields(value, at, "a body", &BODY)?;
    let Graph { nodes, connections, output } = super::graph(decoder, &fields);
    Some(Box::new(Body { nodes: nodes?, connections, output }))
}

pub(super) fn parameters(decoder: &mut Decoder, fields: &Fields<'_>) -> BTreeMap<String, ParameterValue> {
    let Some((value, at)) = fields.get("parameters") else { return BTreeMap::new() };
    let Value::Object(parameters) = value else {
        decoder.wrong_type(value, at, "an object");
        return BTreeMap::new();
    };
    parameters.iter().map(|(name, value)| (name.clone(), decoder.parameter(value, &pointer::join(&at, name)))).collect()
}

/// `credentials` or `resources`: slot → name.
pub(super) fn slots<T: FromStr<Err: Display>>(
    decoder: &mut Decoder,
    fields: &Fields<'_>,
    key: &str,
) -> BTreeMap<SmolStr, T> {
    let Some((value, at)) = fields.get(key) else { return BTreeMap::new() };
    let Value::Object(slots) = value else {
        decoder.wrong_type(value, at, "an object");
        return BTreeMap::new();
    };
    slots
        .iter()
        .filter_map(|(slot, value)| {
            let name = decoder.id(value, pointer::join(&at, slot), false)?;
            Some((SmolStr::new(slot), name))
        })
        .collect()
}

fn retry(decoder: &mut Decoder, value: &Value, at: String) -> Option<RetryPolicy> {
    let fields = decoder.fields(value, at, "`retry`", &RETRY)?;
    let max_attempts = decoder
        .required(&fields, "max_attempts")
        .and_then(|(value, at)| decoder.number(value, at, 1..=RetryPolicy::MAX_ATTEMPTS));
    let backoff = match fields.get("backoff") {
        Some((value, at)) => backoff(decoder, value, at),
        None => Some(Backoff::default()),
    };
    let jitter = match fields.get("jitter") {
        Some((value, at)) => jitter(decoder, value, at),
        None => Some(Jitter::default()),
    };
    Some(RetryPolicy { max_attempts: max_attempts?, backoff: backoff?, jitter: jitter? })
}

fn backoff(decoder: &mut Decoder, value: &Value, at: String) -> Option<Backoff> {
    let is_fixed = value.get("fixed").is_some();
    if is_fixed && value.get("exponential").is_none() {
        let fields = decoder.fields(value, at, "a fixed `backoff`", &["fixed"])?;
        let (value, at) = decoder.required(&fields, "fixed")?;
        return Some(Backoff::Fixed { fixed: decoder.duration(value, at)? });
    }
    if is_fixed {
        decoder.report(
            Diagnostic::error(code::WRONG_TYPE, at, "`backoff` is either `exponential` or `fixed`")
                .with_help("keep one of the two"),
        );
        return None;
    }
    let fields = decoder.fields(value, at, "an exponential `backoff`", &["exponential", "max"])?;
    let exponential = decoder.required(&fields, "exponential").and_then(|(value, at)| decoder.duration(value, at));
    let max = decoder.optional_duration(&fields, "max");
    Some(Backoff::Exponential { exponential: exponential?, max })
}

fn on_error(decoder: &mut Decoder, value: &Value, at: String) -> Option<OnError> {
    const ALL: [OnError; 3] = [OnError::Fail, OnError::Continue, OnError::Route];
    let found = value.as_str().and_then(|word| ALL.into_iter().find(|one| one.as_str() == word));
    if found.is_none() {
        let near = value.as_str().and_then(|word| nearest(word, ALL.map(OnError::as_str)));
        let help = near.map_or_else(
            || "there is `fail`, `continue` and `route`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("there is no `on_error` {}", brief(value));
        decoder.report(Diagnostic::error(code::WRONG_TYPE, at, message).with_help(help));
    }
    found
}

fn jitter(decoder: &mut Decoder, value: &Value, at: String) -> Option<Jitter> {
    match value.as_str() {
        Some("full") => Some(Jitter::Full),
        Some("none") => Some(Jitter::None),
        _ => {
            decoder.report(
                Diagnostic::error(code::WRONG_TYPE, at, format!("there is no jitter {}", brief(value)))
                    .with_help("there is `full` and `none`"),
            );
            None
        }
    }
}
