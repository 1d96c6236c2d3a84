//! Keys of one field that must agree with one another and with the type, as far as it is written.

use proc_macro2::Span;
use syn::{Attribute, Type};

use super::last_segment;
use crate::{
    attr::param::{FieldParam, literal, number, place, same},
    ctxt::Ctxt,
    model::{FieldSort, KeywordValue},
};

/// What choices and a schema of its own say already.
const BOUNDS: [&str; 7] = ["minimum", "maximum", "multipleOf", "minLength", "maxLength", "pattern", "format"];

pub(super) fn check(cx: &Ctxt, param: &FieldParam, ty: &Type) {
    choices(cx, param);
    default_on_step(cx, param);
    own_schema(cx, param);
    widget(cx, param, ty);
}

/// A newtype has no place in a form, and nothing beside it.
pub(super) fn newtype(cx: &Ctxt, attrs: &[Attribute]) {
    // Read for itself: mistakes in it are told where the field is read.
    let param = FieldParam::read(&Ctxt::default(), attrs);
    let keys = [param.group.key(), param.order.key(), param.visible_if.key(), param.required_if.key()];
    for key in keys.into_iter().flatten() {
        cx.error(key, format!("`{key}` is for a field with a name: put it where the type is used"));
    }
}

/// What is chosen from is all that the value may be.
fn choices(cx: &Ctxt, param: &FieldParam) {
    let named = |name: &str| param.keywords.iter().find(|keyword| keyword.name == name);
    if let (Some(_), Some(options)) = (named("enum"), named("oneOf")) {
        cx.error(&options.key, "`one_of` names the values already: give one of the two");
    }
    let Some(values) = param.choices() else { return };
    for keyword in param.keywords.iter().filter(|keyword| BOUNDS.contains(&keyword.name)) {
        cx.error(&keyword.key, format!("the values are named already: `{}` would have no use", keyword.key));
    }
    let default = param.default.get().and_then(Option::as_ref);
    for (what, expr) in [("default", default), ("example", param.example.get())] {
        let Some((expr, value)) = expr.and_then(|expr| Some((expr, literal(expr)?))) else { continue };
        if !values.iter().any(|known| same(known, &value)) {
            cx.error_at(place(expr), format!("the {what} is none of the choices"));
        }
    }
}

fn default_on_step(cx: &Ctxt, param: &FieldParam) {
    let step = param.bound("multipleOf").map(|(step, _)| step);
    let default = param.default.get().and_then(Option::as_ref);
    let value = default.and_then(number).and_then(|value| value.as_f64());
    if let (Some(step), Some(expr), Some(value)) = (step, default, value) {
        let steps = value / step;
        if (steps - steps.round()).abs() > 1e-9 {
            cx.error_at(place(expr), format!("the default is no multiple of {step}"));
        }
    }
}

/// `schema` is the whole schema of the values.
fn own_schema(cx: &Ctxt, param: &FieldParam) {
    let Some(key) = param.schema.key() else { return };
    for keyword in param.keywords.iter().filter(|keyword| !keyword.name.starts_with("x-nebula")) {
        cx.error(&keyword.key, format!("`{key}` says all of the value: put this into it"));
    }
}

/// What the widget asks of the type; choices that the field names are enough to choose from.
pub(super) fn asked_of(param: &FieldParam) -> Option<(FieldSort, Span)> {
    let (key, widget) = param.widget.pair()?;
    let known = widget.of == FieldSort::ChoiceWidget && param.choices().is_some();
    (!known).then(|| (widget.of, key.span()))
}

fn widget(cx: &Ctxt, param: &FieldParam, ty: &Type) {
    if let (Some(key), None, "bool") = (param.placeholder.key(), param.widget.get(), last_segment(ty).as_str()) {
        cx.error(key, "a box to tick shows no placeholder");
    }
    let Some((key, widget)) = param.widget.pair() else { return };
    let name = widget.name;
    if let Some(placeholder) = param.placeholder.key().filter(|_| !widget.has_placeholder()) {
        cx.error(placeholder, format!("the widget `{name}` shows no placeholder"));
    }
    if name == "slider" && (param.bound("minimum").is_none() || param.bound("maximum").is_none()) {
        cx.error(key, "a slider has two ends: give `min` and `max`");
    }
    if name == "password" {
        let default = param.default.pair().filter(|(_, value)| value.is_some()).map(|(key, _)| key);
        for key in [default, param.example.key()].into_iter().flatten() {
            cx.error(key, format!("a password has no {key}: it would stand in schemas, forms and plans"));
        }
    }
    let format = param.keywords.iter().find(|keyword| keyword.name == "format");
    if let (Some(wanted), Some(keyword)) = (widget.format(), format)
        && !matches!(&keyword.value, KeywordValue::Text(format) if format == wanted)
    {
        cx.error(&keyword.key, format!("the widget `{name}` gives texts of the format `{wanted}`"));
    }
    if param.choices().is_some() && widget.of != FieldSort::ChoiceWidget {
        cx.error(key, "there are values to choose from: `select` and `radio` show them");
    }
}
