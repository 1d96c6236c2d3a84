//! Conditions on fields: what they name exists, and what they decide can be absent.

use crate::{
    attr::param::{FieldParam, same},
    ctxt::Ctxt,
    model::{Condition, Field, KeywordValue, Presence, When},
    nearest,
};

/// What is there under a condition only, can be absent.
pub(super) fn possible(cx: &Ctxt, param: &FieldParam, presence: Option<&Presence>) {
    if let (Some(key), Some(Presence::Required)) = (param.visible_if.key(), presence) {
        cx.error(key, "what is not always there is an `Option`, or has a default");
    }
    if let Some(key) = param.required_if.key() {
        match presence {
            Some(Presence::Required) => cx.error(key, "it is required anyway: make it an `Option`"),
            Some(Presence::Default(_)) => cx.error(key, "it has a default, and so is never missing"),
            _ => {}
        }
    }
}

/// Conditions name fields beside theirs, and compare them with what they can be.
pub(super) fn beside(cx: &Ctxt, fields: &[Field]) {
    for field in fields {
        for when in [&field.visible_if, &field.required_if].into_iter().flatten() {
            let others: Vec<&Field> = fields
                .iter()
                .filter(|other| {
                    !std::ptr::eq(*other, field) && !matches!(other.presence, Presence::Skipped | Presence::Flattened)
                })
                .collect();
            leaves(&when.condition, &mut |name, values| leaf(cx, when, field, &others, name, values));
        }
    }
    places(cx, fields);
}

fn leaf(cx: &Ctxt, when: &When, field: &Field, others: &[&Field], name: &str, values: &[&KeywordValue]) {
    if name == field.name {
        cx.error(&when.text, format!("`{name}` cannot decide about itself"));
        return;
    }
    let Some(other) = others.iter().find(|other| other.name == name) else {
        let names: Vec<&str> = others.iter().map(|other| other.name.as_str()).collect();
        let hint = if names.is_empty() {
            ": this one is the only one".to_owned()
        } else {
            format!(" beside this one{}", nearest::hint(name, &names))
        };
        cx.error(&when.text, format!("there is no field `{name}`{hint}"));
        return;
    };
    for value in values {
        if matches!(value, KeywordValue::Null) && !matches!(other.presence, Presence::Optional) {
            cx.error(&when.text, format!("`{name}` is never null: it is no `Option`"));
        }
        let choices = other.keywords.iter().find_map(|keyword| match &keyword.value {
            KeywordValue::OneOf(values) => Some(values.iter().collect::<Vec<_>>()),
            KeywordValue::Labelled(options) => Some(options.iter().map(|(value, _)| value).collect()),
            _ => None,
        });
        if let (Some(choices), KeywordValue::Text(text)) = (choices, value)
            && !choices.iter().any(|choice| same(choice, value))
        {
            let known: Vec<&str> = choices
                .iter()
                .filter_map(|choice| match choice {
                    KeywordValue::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            cx.error(&when.text, format!("`{name}` is never `{text}`{}", nearest::hint(text, &known)));
        }
    }
}

/// What a condition compares.
pub(crate) fn leaves<'c>(condition: &'c Condition, look: &mut dyn FnMut(&'c str, &[&'c KeywordValue])) {
    match condition {
        Condition::Compare(name, _, value) => look(name, &[value]),
        Condition::OneOf(name, values) => look(name, &values.iter().collect::<Vec<_>>()),
        Condition::Not(inner) => leaves(inner, look),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| leaves(part, look)),
    }
}

/// Two fields have two places in a form.
fn places(cx: &Ctxt, fields: &[Field]) {
    let place = |field: &Field| {
        field.hints.iter().find_map(|(name, value)| match value {
            KeywordValue::Integer(place) if *name == "order" => Some(*place),
            _ => None,
        })
    };
    for (at, field) in fields.iter().enumerate() {
        let Some(own) = place(field) else { continue };
        if let Some(other) = fields[..at].iter().find(|other| place(other) == Some(own)) {
            cx.error(field.ident.as_ref(), format!("`{}` has the place {own} already", other.name));
        }
    }
}
