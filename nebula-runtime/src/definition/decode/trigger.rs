//! Triggers: what is polled, how often, and what its events become.

use nebula_ports::model::{Trigger, TriggerId};
use serde_json::Value;

use super::{cursor::Decoder, node};
use crate::plan::code;

const TRIGGER: [&str; 8] = ["id", "action", "name", "parameters", "credentials", "every", "timeout", "input"];

/// Together with an error, what could not be read is made up, so that the other triggers keep their places.
pub(super) fn trigger(decoder: &mut Decoder, value: &Value, index: usize, at: String) -> Trigger {
    let id = TriggerId::new(format!("unread-{index}")).expect("letters, a dash and digits are a trigger id");
    let mut trigger = Trigger::new(id, node::made_up_action());
    let Some(fields) = decoder.fields(value, at, "a trigger", &TRIGGER) else { return trigger };
    if let Some(id) = decoder.required(&fields, "id").and_then(|(value, at)| decoder.id(value, at, false)) {
        trigger.id = id;
    }
    let action = decoder.required(&fields, "action").and_then(|(value, at)| {
        let text = decoder.text(value, at.clone())?;
        decoder.parsed(code::INVALID_REFERENCE, text, at, false)
    });
    if let Some(action) = action {
        trigger.action = action;
    }
    trigger.name = decoder.optional_text(&fields, "name");
    trigger.parameters = node::parameters(decoder, &fields);
    trigger.credentials = node::slots(decoder, &fields, "credentials");
    trigger.every = decoder.optional_duration(&fields, "every");
    trigger.timeout = decoder.optional_duration(&fields, "timeout");
    trigger.input = fields.get("input").map(|(value, at)| decoder.parameter(value, &at));
    trigger
}
