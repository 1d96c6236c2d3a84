//! What is said of mistakes that types show: the same codes as when they are met in a run, and what to write instead.

use super::Checker;
use crate::ast::{Arithmetic, Compare, Expr, Kind, Path, Step, StepKind};
use crate::code;
use crate::error::ExprError;
use crate::function::Function;
use crate::lex::{is_identifier, shorten};
use crate::nearest::nearest;
use crate::pattern::PatternError;
use crate::span::Span;
use crate::ty::Type;

/// How many members are listed.
const SHOWN: usize = 8;

impl Checker<'_> {
    pub(super) fn text(&self, span: Span) -> String {
        shorten(span.slice(self.source))
    }

    fn error(&mut self, error: ExprError) {
        // One mistake at a place is enough: the next is often its consequence.
        if self.errors.iter().all(|known| known.span != error.span) {
            self.errors.push(error);
        }
    }

    pub(super) fn report_secret(&mut self, error: ExprError) {
        self.error(error);
    }

    fn warn(&mut self, error: ExprError) {
        if self.warnings.iter().all(|known| known.span != error.span) {
            self.warnings.push(error);
        }
    }

    // === absence ===

    pub(super) fn no_root(&mut self, path: &Path) {
        let name = path.root.name();
        let error = ExprError::new(code::NO_ROOT, path.head.0, format!("`{name}` is not available here"))
            .label("not available")
            .help("read from another root, or from a node before this one");
        self.error(error);
    }

    pub(super) fn unknown_node(&mut self, path: &Path, id: &str) {
        let ids = self.types.node_ids();
        let near = nearest(id, ids.iter().map(smol_str::SmolStr::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if ids.is_empty() => "no node can be read here".to_owned(),
            None => {
                let shown: Vec<&str> = ids.iter().take(SHOWN).map(smol_str::SmolStr::as_str).collect();
                format!("there is {}", shown.join(", "))
            }
        };
        let error = ExprError::new(code::UNKNOWN_NODE, path.head.0, format!("there is no node `{}`", shorten(id)))
            .label("unknown node")
            .help(help);
        self.error(error);
    }

    pub(super) fn may_be_absent(&mut self, path: &Path, expr: &Expr) {
        let whole = self.text(expr.span());
        let head = self.text(path.head.0);
        let message = match &path.node {
            Some(node) => format!("node `{node}` may have been skipped, and then it has no result"),
            None => format!("`{head}` may be absent"),
        };
        let optional = match path.steps.first() {
            Some(Step { kind: StepKind::Field(name), .. }) => format!("`{head}?.{}` or ", shorten(name)),
            _ => String::new(),
        };
        let error = ExprError::new(code::NO_NODE_RESULT, expr.span(), message)
            .label("may be absent")
            .help(format!("write {optional}`{whole} ?? default`"));
        self.error(error);
    }

    pub(super) fn may_be_null(&mut self, base: Span, step: &Step, head: Span, steps: &[Step]) {
        let base_text = self.text(base);
        let whole = self.text(steps.last().map_or(head, |last| head.to(last.at.0)));
        let message = format!("`{base_text}` may be null, and nothing can be read from null");
        let help = format!("write `{}` for null, or `{whole} ?? default`", self.optional_form(base, step));
        self.error(
            ExprError::new(code::NULL, step.at.0, message).label(format!("`{base_text}` may be null")).help(help),
        );
    }

    pub(super) fn optional(&mut self, step: &Step, base: Span, name: &str) {
        let path = self.text(base.to(step.at.0));
        let message = format!("`{path}` may be absent: `{}` is not required", shorten(name));
        let help = format!(
            "write `{}` for null, `{path} ?? default`, or test it with `has({path})`",
            self.optional_form(base, step)
        );
        self.error(ExprError::new(code::MAY_BE_ABSENT, step.at.0, message).label("may be absent").help(help));
    }

    fn optional_form(&self, base: Span, step: &Step) -> String {
        let base = self.text(base);
        match &step.kind {
            StepKind::Field(name) if is_identifier(name) => format!("{base}?.{}", shorten(name)),
            _ => format!("{base}?.{}", self.text(step.at.0)),
        }
    }

    pub(super) fn never_null(&mut self, expr: &Expr, term: &Expr) {
        let text = self.text(term.span());
        let after = Span::new(term.span().end, expr.span().end);
        let warning = ExprError::new(code::NEVER_NULL, after, format!("`{text}` is never null or missing"))
            .label("never used")
            .help("leave the default out");
        self.warn(warning);
    }

    // === members ===

    pub(super) fn absent(
        &mut self,
        step: &Step,
        base: Span,
        name: &str,
        known: &[String],
        near: Option<&str>,
        handled: bool,
    ) {
        let path = self.text(base.to(step.at.0));
        let label = match known {
            [] => "it has no members".to_owned(),
            known => {
                let shown: Vec<&str> = known.iter().take(SHOWN).map(String::as_str).collect();
                let more = if known.len() > SHOWN { ", …" } else { "" };
                format!("it has: {}{more}", shown.join(", "))
            }
        };
        let _ = name;
        let error = ExprError::new(code::MISSING_FIELD, step.at.0, format!("`{path}` does not exist"))
            .label(label)
            .maybe_help(near.map(|near| format!("did you mean `{near}`?")));
        if handled { self.warn(error) } else { self.error(error) }
    }

    pub(super) fn perhaps_misspelt(&mut self, step: &Step, base: Span, name: &str, near: &str) {
        let base = self.text(base);
        let message = format!("`{base}` is not known to have `{}`", shorten(name));
        let warning = ExprError::new(code::MISSING_FIELD, step.at.0, message)
            .label("not in the schema")
            .help(format!("did you mean `{near}`?"));
        self.warn(warning);
    }

    pub(super) fn secret(&mut self, step: &Step, base: Span, name: &str) {
        let path = self.text(base.to(step.at.0));
        let error = ExprError::new(code::SECRET, step.at.0, format!("`{path}` is secret: no expression can read it"))
            .label(format!("`{}` is marked as secret", shorten(name)))
            .help("name the credential in the action that needs it");
        self.error(error);
    }

    pub(super) fn no_members(&mut self, ty: &Type, step: &Step, base: Span) {
        let text = self.text(base);
        let noun = ty.noun();
        let is_list = ty.element().is_some();
        let (message, help) = match &step.kind {
            StepKind::Field(name) if name == "length" || name == "size" => {
                (format!("`{text}` is {noun} and has no member `{name}`"), Some(format!("write `size({text})`")))
            }
            StepKind::Field(name) if is_list => (
                format!("`{text}` is {noun} and has no member `{}`", shorten(name)),
                Some(format!(
                    "read an element first, `{text}[0].{0}`, or `{text}.map(x => x.{0})` for all",
                    shorten(name)
                )),
            ),
            StepKind::Index(_) => (format!("`{text}` is {noun}: it has no elements"), None),
            _ => (format!("`{text}` is {noun} and has no members"), None),
        };
        let error =
            ExprError::new(code::NO_MEMBERS, step.at.0, message).label(format!("read from {noun}")).maybe_help(help);
        self.error(error);
    }

    // === values of the wrong type ===

    fn wrong(&mut self, code: &'static str, expr: &Expr, ty: &Type, need: &str, default: &str) {
        let text = self.text(expr.span());
        let rest = ty.without_null();
        if ty.has_null() {
            let only = rest == Type::Never;
            let is = if only { "is" } else { "may be" };
            let error = ExprError::new(code::NULL, expr.span(), format!("`{text}` {is} null, but {need}"))
                .label(if only { "null" } else { "may be null" })
                .help(format!("give a default: `({text} ?? {default})`"));
            self.error(error);
            return;
        }
        let help = match (ty, default) {
            (Type::Text(_), "0") => Some(format!("convert it: `number({text})`")),
            (Type::Text(_), "now()") => Some(format!("convert it: `timestamp({text})`")),
            (Type::Number | Type::Integer | Type::Bool | Type::Timestamp | Type::Duration, "\"\"") => {
                Some(format!("convert it: `string({text})`"))
            }
            (Type::Number | Type::Integer, "false") => Some(format!("compare it: `{text} != 0`")),
            (Type::Text(_), "false") => Some(format!("compare it: `{text} != \"\"`")),
            (Type::List(_), "false") => Some(format!("compare its size: `size({text}) > 0`")),
            (Type::Object(_), "false") => Some(format!("ask for it: `has({text})`")),
            _ => None,
        };
        let noun = ty.noun();
        let error = ExprError::new(code, expr.span(), format!("`{text}` is {noun}, but {need}"))
            .label(format!("this is {noun}"))
            .maybe_help(help);
        self.error(error);
    }

    pub(super) fn expect_bool(&mut self, expr: &Expr, ty: &Type) {
        if !matches!(ty, Type::Bool | Type::Any | Type::Never) {
            self.wrong(code::NOT_A_BOOL, expr, ty, "a condition is true or false", "false");
        }
    }

    pub(super) fn expect_number(&mut self, expr: &Expr, ty: &Type, need: &str) -> bool {
        let fits = matches!(ty, Type::Number | Type::Integer | Type::Any | Type::Never);
        if !fits {
            self.wrong(code::OPERAND_TYPE, expr, ty, need, "0");
        }
        fits
    }

    pub(super) fn expect_text(&mut self, expr: &Expr, ty: &Type, need: &str) {
        if !matches!(ty, Type::Text(_) | Type::Any | Type::Never) {
            self.wrong(code::OPERAND_TYPE, expr, ty, need, "\"\"");
        }
    }

    /// A value inside text.
    pub(crate) fn interpolated(&mut self, expr: &Expr, ty: &Type) {
        let rest = ty.without_null();
        let text = self.text(expr.span());
        let fits = rest.alternatives().all(|ty| {
            matches!(
                ty,
                Type::Any
                    | Type::Never
                    | Type::Text(_)
                    | Type::Number
                    | Type::Integer
                    | Type::Bool
                    | Type::Timestamp
                    | Type::Duration
            )
        });
        if fits && !ty.has_null() {
            return;
        }
        let (message, label, help) = if fits {
            let message = format!("`{text}` may be null and has no place inside text then");
            (message, "may be null".to_owned(), format!("give a default: `{text} ?? \"\"`"))
        } else {
            let noun = rest.noun();
            let help = if rest.element().is_some() {
                format!("write `{text}.join(\", \")`, or leave the text around it out to pass the list on")
            } else {
                "name the member to print, or write `json(…)`".to_owned()
            };
            (format!("`{text}` is {noun} and has no place inside text"), format!("this is {noun}"), help)
        };
        self.error(ExprError::new(code::NOT_TEXT, expr.span(), message).label(label).help(help));
    }

    // === operators ===

    pub(super) fn not_an_operand(&mut self, op: Arithmetic, expr: &Expr, ty: &Type, other: &Type) {
        let symbol = op.symbol();
        let need = if op == Arithmetic::Add {
            "`+` needs two numbers, two strings or two lists".to_owned()
        } else {
            format!("`{symbol}` needs numbers")
        };
        let default = if matches!(other, Type::Text(_)) { "\"\"" } else { "0" };
        self.wrong(code::OPERAND_TYPE, expr, ty, &need, default);
    }

    pub(super) fn cannot_calculate(&mut self, op: Arithmetic, left: (&Expr, &Type), right: (&Expr, &Type)) {
        let span = left.0.span().to(right.0.span());
        let message = format!("`{}` cannot take {} and {}", op.symbol(), left.1.noun(), right.1.noun());
        let of =
            |wanted: fn(&Type) -> bool| if wanted(left.1) { Some(left.0) } else { wanted(right.1).then_some(right.0) };
        let number = of(|ty| matches!(ty, Type::Number | Type::Integer)).map(|expr| self.text(expr.span()));
        let text = of(|ty| matches!(ty, Type::Text(_))).map(|expr| self.text(expr.span()));
        let help = match (number, text) {
            (Some(number), Some(text)) => {
                format!("write `string({number})` for text, `number({text})` for arithmetic, or a template")
            }
            (_, Some(text)) => format!("write `duration({text})` or `timestamp({text})` if that is what it is"),
            _ => "give a length of time as in `duration(\"90m\")`".to_owned(),
        };
        self.error(ExprError::new(code::OPERAND_TYPE, span, message).label("not these two").help(help));
    }

    pub(super) fn no_order(&mut self, op: Compare, expr: &Expr, ty: &Type, other: &Type) {
        let need = format!("`{}` compares two numbers, two strings, two timestamps or two durations", op.symbol());
        let default = if matches!(other, Type::Text(_)) { "\"\"" } else { "0" };
        self.wrong(code::OPERAND_TYPE, expr, ty, &need, default);
    }

    pub(super) fn cannot_compare(&mut self, op: Compare, left: (&Expr, &Type), right: (&Expr, &Type)) {
        let span = left.0.span().to(right.0.span());
        let message = format!("`{}` cannot compare {} with {}", op.symbol(), left.1.noun(), right.1.noun());
        let (text, other) = if matches!(left.1, Type::Text(_)) { (left.0, right.1) } else { (right.0, left.1) };
        let function = match other {
            Type::Timestamp => "timestamp",
            Type::Duration => "duration",
            _ => "number",
        };
        let help = format!("convert one side, for example `{function}({})`", self.text(text.span()));
        self.error(ExprError::new(code::OPERAND_TYPE, span, message).label("different types").help(help));
    }

    /// Two values that differ whatever they are: an enum's misspelt value is certainly a mistake.
    pub(super) fn never_equal(&mut self, left: (&Expr, &Type), right: (&Expr, &Type)) {
        if self.not_one_of(left, right) || self.not_one_of(right, left) {
            return;
        }
        let span = left.0.span().to(right.0.span());
        let (a, b) = (self.text(left.0.span()), self.text(right.0.span()));
        let message = match (left.1, right.1) {
            (ty, Type::Null) => format!("`{a}` is {} and never null", ty.noun()),
            (Type::Null, ty) => format!("`{b}` is {} and never null", ty.noun()),
            (x, y) if x.noun() != y.noun() => {
                format!("`{a}` is {} and `{b}` is {}: they are never equal", x.noun(), y.noun())
            }
            _ => format!("`{a}` and `{b}` are never equal"),
        };
        self.warn(ExprError::new(code::NEVER_EQUAL, span, message).label("always the same answer"));
    }

    /// A constant that an enum does not have.
    fn not_one_of(&mut self, constant: (&Expr, &Type), values: (&Expr, &Type)) -> bool {
        let (Kind::Literal(serde_json::Value::String(text)), false) =
            (&constant.0.kind, matches!(values.0.kind, Kind::Literal(_)))
        else {
            return false;
        };
        let Type::Text(known) = &values.1.without_null() else { return false };
        let Some(known) = &known.values else { return false };
        if known.iter().any(|value| value == text) {
            return false;
        }
        let shown: Vec<String> = known.iter().take(SHOWN).map(|value| format!("\"{}\"", shorten(value))).collect();
        let more = if known.len() > SHOWN { ", …" } else { "" };
        let near =
            nearest(text, known.iter().map(smol_str::SmolStr::as_str)).map(|near| format!("did you mean \"{near}\"?"));
        let path = self.text(values.0.span());
        let error =
            ExprError::new(code::NOT_IN_ENUM, constant.0.span(), format!("`{path}` is never \"{}\"", shorten(text)))
                .label(format!("it is one of {}{more}", shown.join(", ")))
                .maybe_help(near);
        self.error(error);
        true
    }

    /// Each constant of `x in ["a", "b"]` by itself.
    pub(super) fn each_is_possible(&mut self, left: (&Expr, &Type), list: &Expr) {
        let Type::Text(known) = &left.1.without_null() else { return };
        let (Some(known), Kind::Literal(serde_json::Value::Array(items))) = (&known.values, &list.kind) else { return };
        if matches!(left.0.kind, Kind::Literal(_)) {
            return;
        }
        let odd = items.iter().filter_map(|item| item.as_str()).find(|text| known.iter().all(|value| value != text));
        if let Some(text) = odd {
            let near = nearest(text, known.iter().map(smol_str::SmolStr::as_str));
            let path = self.text(left.0.span());
            let error =
                ExprError::new(code::NOT_IN_ENUM, list.span(), format!("`{path}` is never \"{}\"", shorten(text)))
                    .label("not all of these are possible")
                    .maybe_help(near.map(|near| format!("did you mean \"{near}\"?")));
            self.error(error);
        }
    }

    pub(super) fn never_equal_element(&mut self, left: (&Expr, &Type), right: (&Expr, &Type)) {
        if self.not_one_of(left, right) {
            return;
        }
        let span = left.0.span().to(right.0.span());
        let message = format!(
            "`{}` is {}, and the elements of `{}` are not",
            self.text(left.0.span()),
            left.1.noun(),
            self.text(right.0.span())
        );
        self.warn(ExprError::new(code::NEVER_EQUAL, span, message).label("always false"));
    }

    pub(super) fn no_container(&mut self, expr: &Expr, ty: &Type) {
        self.wrong(code::OPERAND_TYPE, expr, ty, "`in` looks into a list, an object or a string", "[]");
    }

    // === calls ===

    pub(super) fn null_argument(&mut self, function: &'static Function, arg: &Expr, wanted: &Type) {
        let text = self.text(arg.span());
        let message = format!("`{text}` may be null, but `{}` needs {}", function.name, wanted.noun());
        let error = ExprError::new(code::NULL, arg.span(), message)
            .label("may be null")
            .help(format!("give a default: `({text} ?? {})`", default_of(wanted)));
        self.error(error);
    }

    pub(super) fn wrong_argument(&mut self, function: &'static Function, arg: &Expr, ty: &Type, wanted: &Type) {
        // Lists differ by what is in them.
        let need = if ty.noun() == wanted.noun() { wanted.to_string() } else { wanted.noun() };
        let need = format!("`{}` needs {need}", function.name);
        let before = self.errors.len();
        self.wrong(code::ARGUMENT_TYPE, arg, ty, &need, default_of(wanted));
        if let Some(error) = self.errors.get_mut(before)
            && error.help.is_none()
        {
            error.help = Some(format!("it is written `{}`", function.signature));
        }
    }

    pub(super) fn no_common_order(&mut self, function: &'static Function, arg: &Expr, ty: &Type) {
        let message = format!("`{}` puts values of one kind in order, and these are {}", function.name, ty.noun());
        let error = ExprError::new(code::ARGUMENT_TYPE, arg.span(), message)
            .label("of more than one kind")
            .help("convert them first, for example to text with `string(x)`");
        self.error(error);
    }

    pub(super) fn wrong_result(&mut self, body: &Expr, ty: &Type, wanted: &Type) {
        let need = format!("{} is needed here", wanted.noun());
        self.wrong(code::ARGUMENT_TYPE, body, ty, &need, default_of(wanted));
    }

    pub(super) fn bad_pattern(&mut self, arg: &Expr, problem: &PatternError) {
        self.error(pattern_error(problem, arg.span(), self.source));
    }
}

/// The error at its place in the pattern, if the pattern stands in the text as it is.
pub(crate) fn pattern_error(problem: &PatternError, argument: Span, source: &str) -> ExprError {
    let quoted = argument.slice(source);
    let lead = if quoted.starts_with('r') { 2 } else { 1 };
    let plain = quoted.starts_with('r') || !quoted.contains('\\');
    let span = if plain && !quoted.is_empty() {
        let start = argument.start + lead;
        let at = |offset: usize| (start + offset as u32).min(argument.end.saturating_sub(1)).max(argument.start);
        Span::new(at(problem.at.start), at(problem.at.end).max(at(problem.at.start)))
    } else {
        argument
    };
    ExprError::new(code::BAD_PATTERN, span, problem.message.clone())
        .label("in this pattern")
        .maybe_help(problem.help.clone())
}

/// What `??` could give.
fn default_of(wanted: &Type) -> &'static str {
    match wanted.alternatives().next() {
        Some(Type::Text(_)) => "\"\"",
        Some(Type::Number | Type::Integer) => "0",
        Some(Type::Bool) => "false",
        Some(Type::List(_)) => "[]",
        Some(Type::Object(_)) => "{}",
        Some(Type::Timestamp) => "now()",
        Some(Type::Duration) => "duration(\"0s\")",
        _ => "null",
    }
}
