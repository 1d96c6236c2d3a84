//! `#[param(..)]` as written, on a type and on a field.

mod choice;
mod condition;
mod hint;

use proc_macro2::Span;
use syn::{Attribute, Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, Path, UnOp, spanned::Spanned};

use super::{Entry, Slot, Value, entries};
use crate::{
    ctxt::Ctxt,
    model::{FieldSort, Keyword, KeywordValue, Mark, When},
    nearest,
};

/// On a type.
#[derive(Default)]
pub(crate) struct ContainerParam {
    pub(crate) krate: Slot<Path>,
    /// `validate = path`: looks at every value that is read.
    pub(crate) validate: Slot<Path>,
}

/// On a field.
#[derive(Default)]
pub(crate) struct FieldParam {
    /// `default = ..`, or `default` alone.
    pub(crate) default: Slot<Option<Expr>>,
    pub(crate) example: Slot<Expr>,
    pub(crate) label: Slot<LitStr>,
    pub(crate) keywords: Vec<Keyword>,
    /// `item_of = ".."`: the field whose items the expressions see.
    pub(crate) item_of: Slot<LitStr>,
    /// `gives = ".."`: what the expressions may give.
    pub(crate) gives: Slot<Vec<&'static str>>,
    /// `schema = ..`: a path of a function, or an expression.
    pub(crate) schema: Slot<Expr>,
    pub(crate) validate: Slot<Path>,
    pub(crate) visible_if: Slot<When>,
    pub(crate) required_if: Slot<When>,
    pub(crate) placeholder: Slot<LitStr>,
    pub(crate) group: Slot<LitStr>,
    pub(crate) order: Slot<u64>,
    pub(crate) widget: Slot<Widget>,
}

/// What must not be made of text with foreign values in it.
const SINKS: [&str; 3] = ["sql", "shell", "html"];

pub(crate) use choice::{literal, same};
pub(crate) use hint::Widget;

/// The types of JSON.
const TYPES: [&str; 7] = ["boolean", "integer", "number", "string", "array", "object", "null"];

/// Formats of JSON Schema 2020-12 that the runtime checks.
const FORMATS: [&str; 17] = [
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "uri-template",
    "iri",
    "iri-reference",
    "uuid",
    "json-pointer",
    "relative-json-pointer",
    "regex",
];

const FIELD_KEYS: [&str; 28] = [
    "default",
    "min",
    "max",
    "step",
    "min_len",
    "max_len",
    "pattern",
    "format",
    "min_items",
    "max_items",
    "unique",
    "one_of",
    "options",
    "visible_if",
    "required_if",
    "expression",
    "validate",
    "schema",
    "example",
    "label",
    "placeholder",
    "group",
    "order",
    "widget",
    "item_of",
    "gives",
    "type_of",
    "type_rule",
];

/// Not named when a key is unknown, for it is rare.
const SINK: &str = "sink";

// === impl ContainerParam ===

impl ContainerParam {
    pub(crate) fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut found = Self::default();
        for entry in entries(cx, attrs, "param") {
            match entry.word().as_str() {
                "crate" => found.krate.set(cx, &entry.key, entry.krate(cx)),
                "validate" => found.validate.set(cx, &entry.key, function(cx, &entry)),
                word if FIELD_KEYS.contains(&word) || word == SINK => {
                    cx.error(&entry.key, format!("`{word}` belongs to a field, not to the type"));
                }
                _ => entry.unknown(cx, "param", &["crate", "validate"]),
            }
        }
        found
    }
}

// === impl FieldParam ===

impl FieldParam {
    pub(crate) fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut found = Self::default();
        for entry in entries(cx, attrs, "param") {
            found.entry(cx, &entry);
        }
        found
    }

    fn entry(&mut self, cx: &Ctxt, entry: &Entry) {
        match entry.word().as_str() {
            "default" => {
                let value = match &entry.value {
                    Value::Flag => Some(None),
                    Value::Assign(value) => Some(Some(value.clone())),
                    Value::List(_) => {
                        cx.error(&entry.key, "write `default = ..`, or `default` for the type's own");
                        None
                    }
                };
                self.default.set(cx, &entry.key, value);
            }
            "example" => self.example.set(cx, &entry.key, entry.expr(cx)),
            "label" => self.label.set(cx, &entry.key, entry.text(cx)),
            "min" => self.number(cx, entry, "minimum"),
            "max" => self.number(cx, entry, "maximum"),
            "min_len" => self.length(cx, entry, "minLength", FieldSort::Text),
            "max_len" => self.length(cx, entry, "maxLength", FieldSort::Text),
            "min_items" => self.length(cx, entry, "minItems", FieldSort::List),
            "max_items" => self.length(cx, entry, "maxItems", FieldSort::List),
            "format" => {
                let Some(text) = entry.text(cx) else { return };
                let name = text.value();
                if FORMATS.contains(&name.as_str()) {
                    self.keyword(cx, entry, "format", KeywordValue::Text(name), FieldSort::Text);
                } else {
                    let hint = nearest::hint(&name, &FORMATS);
                    cx.error(&text, format!("unknown format `{name}`{hint}"));
                }
            }
            "item_of" => self.item_of.set(cx, &entry.key, entry.text(cx)),
            "gives" => self.gives.set(cx, &entry.key, gives(cx, entry)),
            "type_of" => {
                if let Some(pointer) = type_of(cx, entry) {
                    self.keyword(cx, entry, "x-nebula-type", KeywordValue::Parameter(pointer), FieldSort::Any);
                }
            }
            "type_rule" => {
                if let Some(rule) = entry.expr(cx) {
                    self.keyword(cx, entry, "x-nebula-type", KeywordValue::Expr(Box::new(rule)), FieldSort::Any);
                }
            }
            "step" => self.step(cx, entry),
            "pattern" => self.pattern(cx, entry),
            "unique" => {
                if entry.flag(cx).is_some() {
                    self.keyword(cx, entry, "uniqueItems", KeywordValue::Flag(true), FieldSort::List);
                }
            }
            "one_of" => self.one_of(cx, entry),
            "options" => self.options(cx, entry),
            "visible_if" => self.visible_if.set(cx, &entry.key, condition::read(cx, entry)),
            "required_if" => self.required_if.set(cx, &entry.key, condition::read(cx, entry)),
            "expression" => {
                if let Some(word) = hint::expression(cx, entry) {
                    self.keyword(cx, entry, "x-nebula-computed", KeywordValue::Text(word.to_owned()), FieldSort::Any);
                }
            }
            "validate" => self.validate.set(cx, &entry.key, function(cx, entry)),
            "schema" => self.schema.set(cx, &entry.key, entry.expr(cx)),
            "placeholder" => self.placeholder.set(cx, &entry.key, hint::words(cx, entry)),
            "group" => self.group.set(cx, &entry.key, hint::words(cx, entry)),
            "order" => self.order.set(cx, &entry.key, entry.whole(cx).map(|(place, _)| place)),
            "widget" => self.widget.set(cx, &entry.key, Widget::read(cx, entry)),
            SINK => {
                let Some(text) = entry.text(cx) else { return };
                let name = text.value();
                if SINKS.contains(&name.as_str()) {
                    self.keyword(cx, entry, "x-nebula-sink", KeywordValue::Text(name), FieldSort::Text);
                } else {
                    cx.error(&text, format!("unknown sink `{name}`{}", nearest::hint(&name, &SINKS)));
                }
            }
            _ => entry.unknown(cx, "param", &[&FIELD_KEYS[..], &[SINK]].concat()),
        }
    }

    /// What the expressions at the field and below are told.
    pub(crate) fn marks(&self) -> Vec<Mark> {
        let item = self.item_of.get().map(|name| Mark::Item(pointer(&name.value())));
        let result = self.gives.get().map(|names| Mark::Result(names.clone()));
        item.into_iter().chain(result).collect()
    }

    /// The keys that are given, but for `label` and `gives`.
    pub(crate) fn keys(&self) -> Vec<&Ident> {
        let slots = [
            self.default.key(),
            self.example.key(),
            self.item_of.key(),
            self.schema.key(),
            self.validate.key(),
            self.visible_if.key(),
            self.required_if.key(),
            self.placeholder.key(),
            self.group.key(),
            self.order.key(),
            self.widget.key(),
        ];
        slots.into_iter().flatten().chain(self.keywords.iter().map(|keyword| &keyword.key)).collect()
    }

    /// What forms are told.
    pub(crate) fn hints(&self) -> Vec<(&'static str, KeywordValue)> {
        let text = |text: &LitStr| KeywordValue::Text(text.value());
        let hints = [
            ("placeholder", self.placeholder.get().map(text)),
            ("group", self.group.get().map(text)),
            ("order", self.order.get().map(|place| KeywordValue::Integer((*place).into()))),
            ("widget", self.widget.get().map(|widget| KeywordValue::Text(widget.name.to_owned()))),
        ];
        hints.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn number(&mut self, cx: &Ctxt, entry: &Entry, name: &'static str) {
        let Some(expr) = entry.expr(cx) else { return };
        match number(&expr) {
            Some(KeywordValue::Integer(int)) if i64::try_from(int).is_err() && u64::try_from(int).is_err() => {
                cx.error(&expr, "JSON has no such number: integers have 64 bits");
            }
            Some(value) => self.keyword(cx, entry, name, value, FieldSort::Number),
            None => cx.error(&expr, format!("`{}` is a number, as in `{0} = 1`", entry.word())),
        }
    }

    fn length(&mut self, cx: &Ctxt, entry: &Entry, name: &'static str, of: FieldSort) {
        if let Some((length, _)) = entry.whole(cx) {
            self.keyword(cx, entry, name, KeywordValue::Integer(length.into()), of);
        }
    }

    fn keyword(&mut self, cx: &Ctxt, entry: &Entry, name: &'static str, value: KeywordValue, of: FieldSort) {
        if let Some(known) = self.keywords.iter().find(|known| known.name == name) {
            let message = if known.key == entry.key {
                format!("`{}` is given twice", entry.word())
            } else {
                format!("`{}` says it already: give one of the two", known.key)
            };
            cx.error(&entry.key, message);
        } else {
            self.keywords.push(Keyword { key: entry.key.clone(), name, value, of });
        }
    }

    /// The number of a keyword that was given.
    pub(crate) fn bound(&self, name: &str) -> Option<(f64, Span)> {
        let keyword = self.keywords.iter().find(|keyword| keyword.name == name)?;
        keyword.value.as_f64().map(|value| (value, keyword.key.span()))
    }
}

/// A literal number, with its sign.
pub(crate) fn number(expr: &Expr) -> Option<KeywordValue> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => int.base10_parse().ok().map(KeywordValue::Integer),
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) => float.base10_parse().ok().map(KeywordValue::Float),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => Some(match number(expr)? {
            KeywordValue::Integer(int) => KeywordValue::Integer(-int),
            KeywordValue::Float(float) => KeywordValue::Float(-float),
            _ => return None,
        }),
        Expr::Group(group) => number(&group.expr),
        _ => None,
    }
}

/// `gives = "number"`, or `"number?"` where null is as good.
fn gives(cx: &Ctxt, entry: &Entry) -> Option<Vec<&'static str>> {
    let text = entry.text(cx)?;
    let value = text.value();
    let (name, optional) = value.strip_suffix('?').map_or((value.as_str(), false), |name| (name, true));
    let Some(known) = TYPES.iter().find(|known| **known == name) else {
        cx.error(&text, format!("unknown type `{name}`{}", nearest::hint(name, &TYPES)));
        return None;
    };
    Some(if optional { vec![known, "null"] } else { vec![known] })
}

/// `type_of = "items"`, or a JSON pointer into the parameters.
fn type_of(cx: &Ctxt, entry: &Entry) -> Option<String> {
    let text = entry.text(cx)?;
    let value = text.value();
    if value.is_empty() || value == "/" {
        cx.error(&text, "the name of a parameter is wanted, as in `type_of = \"items\"`");
        return None;
    }
    let escapes_are_whole = value.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    if value.starts_with('/') && !escapes_are_whole {
        cx.error(&text, "this is no JSON pointer: `~` is written `~0`");
        return None;
    }
    Some(if value.starts_with('/') { value } else { pointer(&value) })
}

/// The JSON pointer of a member.
fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// `key = path::of::a_function`.
fn function(cx: &Ctxt, entry: &Entry) -> Option<Path> {
    match entry.expr(cx)? {
        Expr::Path(path) if path.qself.is_none() => Some(path.path),
        other => {
            cx.error(other, format!("the name of a function is wanted, as in `{} = check_host`", entry.word()));
            None
        }
    }
}

/// The place of an expression.
pub(crate) fn place(expr: &Expr) -> Span {
    expr.span()
}

impl KeywordValue {
    pub(crate) fn as_f64(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "only compared, to find swapped bounds")]
            Self::Integer(int) => Some(*int as f64),
            Self::Float(float) => Some(*float),
            _ => None,
        }
    }
}
