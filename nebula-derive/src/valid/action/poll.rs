//! The rules of `poll`, which makes an action a trigger.

use std::time::Duration;

use crate::{attr::action::ActionAttr, ctxt::Ctxt, model::Effect};

/// The shortest wait between two polls.
const SHORTEST: Duration = Duration::from_secs(1);
/// The longest one: 366 days.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3_600);

/// What breaks a rule is noted, each where it stands.
pub(super) fn check(cx: &Ctxt, attr: &ActionAttr) {
    let Some((key, every)) = attr.poll.pair() else { return };
    if *every < SHORTEST {
        cx.error(key, "a trigger is polled once in a second at most: make `poll` longer");
    } else if *every > LONGEST {
        cx.error(key, "a trigger is polled once in 366 days at least: make `poll` shorter");
    }
    if super::effect(attr) == Effect::AtMostOnce && attr.other_effect.is_none() {
        let why = "a poll is repeated after a crash: say `pure` if it only looks, or `idempotent` if repeating it is harmless";
        match attr.effect.key() {
            Some(class) => cx.error(class, format!("a trigger is not `at_most_once`: {why}")),
            None => cx.error(key, format!("this trigger says no effect class, and {why}")),
        }
    }
    let limits = &attr.limits;
    let of_nodes = [
        (attr.retry.key(), "a poll that fails is tried again by itself, after a wait that grows"),
        (attr.ports.key(), "its events start executions, and go on nowhere else"),
        (limits.deadline.key(), "one poll is bounded by `timeout`"),
        (limits.heartbeat.key(), "one poll is bounded by `timeout`"),
        (limits.concurrency.key(), "one poll of it runs at one time"),
        (limits.rate.key(), "how often it is polled, `poll` says"),
        (limits.cache.key(), "what is new is never what was"),
        (limits.max_input.key(), "its parameters stand in the definition"),
    ];
    for (key, why) in of_nodes {
        if let Some(key) = key {
            cx.error(key, format!("a trigger has no `{key}`: {why}"));
        }
    }
}
