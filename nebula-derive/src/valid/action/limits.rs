//! The rules of an action's bounds.

use std::time::Duration;

use crate::{attr::action::limits::LimitsAttr, ctxt::Ctxt, model::Limits};

/// The model; what breaks a rule is noted. `timeout` is that of one attempt.
pub(super) fn check(cx: &Ctxt, attr: LimitsAttr, timeout: Option<Duration>) -> Limits {
    if let (Some(timeout), Some((key, deadline))) = (timeout, attr.deadline.pair())
        && *deadline < timeout
    {
        cx.error(
            key,
            "`deadline` is for all attempts together, and `timeout` gives more than that to one: make `deadline` the longer",
        );
    }
    if let (Some(timeout), Some((key, silence))) = (timeout, attr.heartbeat.pair())
        && *silence >= timeout
    {
        cx.error(
            key,
            "the attempt ends by `timeout` before it could be silent for so long: make `heartbeat` the shorter",
        );
    }
    Limits {
        deadline: attr.deadline.take(),
        max_input: attr.max_input.take(),
        max_output: attr.max_output.take(),
        concurrency: attr.concurrency.take(),
        rate: attr.rate.take(),
        cache: attr.cache.take(),
        heartbeat: attr.heartbeat.take(),
    }
}
