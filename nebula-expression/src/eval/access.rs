//! Reading paths: roots, members, elements, and what to say when something is not there.

use serde_json::Value;

use super::Eval;
use crate::ast::{Expr, Local, Path, Step, StepKind};
use crate::code;
use crate::error::{ExprError, Outcome};
use crate::lex::shorten;
use crate::nearest::nearest;
use crate::number::Num;
use crate::path::{NodeField, Root};
use crate::span::Span;
use crate::time::Time;
use crate::val::{NULL, Val, View};

/// Why a path leads nowhere.
#[derive(Debug, Clone)]
pub(super) enum Gap<'a> {
    /// The root is not available.
    Root,
    /// The node is unknown, or has not finished.
    NoNode,
    /// The node has no result; its status says why.
    NoResult(&'static str),
    /// Step number `.0` is not in this object or list.
    Missing(usize, Val<'a>),
    /// Step number `.0` would read from null.
    Null(usize),
}

/// A place along a path.
type Reached<'a> = Result<Val<'a>, Gap<'a>>;

impl<'a> Eval<'a> {
    /// What a path leads to. The outer error is a wrong type, the inner one an absence.
    pub(super) fn path(&mut self, path: &'a Path) -> Outcome<Reached<'a>> {
        let start = match path.root {
            Root::Input => self.scope.input(),
            Root::Nodes => return self.node_path(path),
            Root::Item => self.scope.item(),
            Root::Index => {
                return Ok(match self.scope.index() {
                    Some(index) => Ok(Val::Num(Num::from(index))),
                    None => Err(Gap::Root),
                });
            }
            Root::Trigger => self.scope.trigger(),
            Root::Execution => self.scope.execution(),
            Root::Workflow => self.scope.workflow(),
            Root::Vars => self.scope.vars(),
            Root::Now => return self.now(path),
        };
        match start {
            Some(value) => {
                if let Some(found) = Self::straight(value, &path.steps) {
                    self.spend(path.steps.len() as u64, path.head.0)?;
                    return Ok(Ok(Val::Ref(found)));
                }
                self.follow(value, &path.steps, path.head.0)
            }
            None => Ok(absent(path, Gap::Root)),
        }
    }

    fn now(&mut self, path: &'a Path) -> Outcome<Reached<'a>> {
        let Some(now) = self.scope.now() else {
            return Ok(absent(path, Gap::Root));
        };
        match now.as_str().map(Time::parse) {
            Some(Ok(time)) => Ok(Ok(Val::Time(time))),
            Some(Err(problem)) => Err(self.bad_time(problem, path.head.0)),
            None => Ok(absent(path, Gap::Root)),
        }
    }

    fn node_path(&mut self, path: &'a Path) -> Outcome<Reached<'a>> {
        let view = path.node.as_ref().and_then(|id| self.scope.node(id));
        let Some(view) = view else {
            return Ok(absent(path, Gap::NoNode));
        };
        let value = match path.field {
            Some(NodeField::Result) => match view.result {
                Some(value) => value,
                None => return Ok(absent(path, Gap::NoResult(view.status))),
            },
            Some(NodeField::Error) => view.error.unwrap_or(&NULL),
            Some(NodeField::Status) => return Ok(Ok(Val::borrowed(view.status))),
            Some(NodeField::Success) => return Ok(Ok(Val::Bool(view.success()))),
            Some(NodeField::Attempts) => {
                return Ok(Ok(Val::Num(Num::from(u64::from(view.attempts)))));
            }
            Some(NodeField::Port) => return Ok(Ok(view.port.map_or(Val::Ref(&NULL), Val::borrowed))),
            Some(NodeField::Skipped) => return Ok(Ok(Val::Bool(view.skipped()))),
            None => return Ok(absent(path, Gap::NoNode)),
        };
        if let Some(found) = Self::straight(value, &path.steps) {
            self.spend(path.steps.len() as u64, path.head.0)?;
            return Ok(Ok(Val::Ref(found)));
        }
        self.follow(value, &path.steps, path.head.0)
    }

    /// What plain steps lead to, where everything is there: nearly every path of nearly every run.
    /// `None` leaves it to the long way, which knows what to say.
    #[inline(always)]
    pub(super) fn straight(start: &'a Value, steps: &'a [Step]) -> Option<&'a Value> {
        let mut value = start;
        for step in steps {
            value = match (&step.kind, value) {
                (StepKind::Field(name), Value::Object(members)) => members.get(name.as_str())?,
                (StepKind::Index(index), Value::Array(items)) => items.get(*index)?,
                _ => return None,
            };
        }
        Some(value)
    }

    /// The value of a name, and its members.
    #[inline]
    pub(super) fn local(&mut self, local: &'a Local, tolerant: bool) -> Outcome<Val<'a>> {
        let start = match self.locals.get(local.slot) {
            Some(Val::Ref(value)) => {
                let value = *value;
                if let Some(found) = Self::straight(value, &local.steps) {
                    self.spend(local.steps.len() as u64, local.head.0)?;
                    return Ok(Val::Ref(found));
                }
                Val::Ref(value)
            }
            Some(other) => other.clone(),
            // A part of a lambda that is looked at on its own, for a trace.
            None => return Ok(Val::NULL),
        };
        if local.steps.is_empty() {
            return Ok(start);
        }
        self.members(start, &local.steps, local.head.0, tolerant)
    }

    /// Members of something that is not a path.
    pub(super) fn access(&mut self, base: &'a Expr, steps: &'a [Step], tolerant: bool) -> Outcome<Val<'a>> {
        let optional = steps.first().is_some_and(|step| step.optional);
        let start = if tolerant || optional { self.maybe(base)? } else { self.value(base)? };
        self.members(start, steps, base.span(), tolerant)
    }

    fn members(&mut self, start: Val<'a>, steps: &'a [Step], head: Span, tolerant: bool) -> Outcome<Val<'a>> {
        let reached = match start {
            Val::Ref(value) => self.follow(value, steps, head)?,
            made => self.follow_made(made, steps, 0, head)?,
        };
        match reached {
            Ok(found) => Ok(found),
            Err(_) if tolerant => Ok(Val::NULL),
            Err(gap) => Err(self.gap(head, steps, &gap)),
        }
    }

    /// Goes down the steps. `?.` ends the path with null where there is nothing to read from, and
    /// makes a missing member null.
    fn follow(&mut self, start: &'a Value, steps: &'a [Step], head: Span) -> Outcome<Reached<'a>> {
        self.spend(steps.len() as u64, head)?;
        let mut value = start;
        for (at, step) in steps.iter().enumerate() {
            let next = match (&step.kind, value) {
                (StepKind::Field(name), Value::Object(members)) => members.get(name.as_str()),
                (StepKind::Index(index), Value::Array(items)) => items.get(*index),
                (_, Value::Null) if step.optional => return Ok(Ok(Val::NULL)),
                (_, Value::Null) => return Ok(Err(Gap::Null(at))),
                (StepKind::Dynamic(index), _) => {
                    let next = self.dynamic(&Val::Ref(value), index, step, head)?;
                    match next {
                        Some(Val::Ref(next)) => Some(next),
                        _ => None,
                    }
                }
                _ => return Err(self.no_member(View::of(value), step, head)),
            };
            value = match next {
                Some(next) => next,
                None if step.optional => &NULL,
                None if steps.get(at + 1).is_some_and(|next| next.optional) => return Ok(Ok(Val::NULL)),
                None => return Ok(Err(Gap::Missing(at, Val::Ref(value)))),
            };
        }
        Ok(Ok(Val::Ref(value)))
    }

    /// As `follow`, from a value the expression has made, until what follows is borrowed.
    fn follow_made(&mut self, start: Val<'a>, steps: &'a [Step], from: usize, head: Span) -> Outcome<Reached<'a>> {
        let mut value = start;
        for (at, step) in steps.iter().enumerate().skip(from) {
            self.spend(1, head)?;
            let next = match (&step.kind, value.view()) {
                (StepKind::Field(name), View::Object(members)) => members.get(name.as_str()),
                (StepKind::Index(index), View::List(items)) => items.get(*index),
                (_, View::Null) if step.optional => return Ok(Ok(Val::NULL)),
                (_, View::Null) => return Ok(Err(Gap::Null(at))),
                (StepKind::Dynamic(index), _) => self.dynamic(&value, index, step, head)?,
                (_, other) => return Err(self.no_member(other, step, head)),
            };
            value = match next {
                Some(next) => next,
                None if step.optional => Val::NULL,
                None if steps.get(at + 1).is_some_and(|next| next.optional) => return Ok(Ok(Val::NULL)),
                None => return Ok(Err(Gap::Missing(at, value))),
            };
        }
        Ok(Ok(value))
    }

    /// `[expr]`
    fn dynamic(&mut self, container: &Val<'a>, index: &'a Expr, step: &Step, head: Span) -> Outcome<Option<Val<'a>>> {
        let key = self.value(index)?;
        match (container.view(), key.view()) {
            (View::Object(members), View::Str(name)) => Ok(members.get(name)),
            (View::List(items), View::Num(num)) => match num.index() {
                Some(index) => Ok(items.get(index)),
                None => {
                    let message = format!("`{}` is {}, and no index", self.text(index.span()), num.text());
                    Err(Box::new(
                        ExprError::new(code::BAD_INDEX, index.span(), message)
                            .label("an index is a whole number from 0")
                            .help("for the last element write `last(list)`"),
                    ))
                }
            },
            (View::Object(_), key) => {
                Err(self.wrong_as(code::BAD_INDEX, index, key, "the members of an object have names", "\"\""))
            }
            (View::List(_), key) => {
                Err(self.wrong_as(code::BAD_INDEX, index, key, "the elements of a list have numbers", "0"))
            }
            (other, _) => Err(self.no_member(other, step, head)),
        }
    }

    // === errors ===

    #[cold]
    fn no_member(&self, container: View<'_, '_>, step: &Step, head: Span) -> Box<ExprError> {
        let base = self.text(base_of(step, head));
        let kind = container.kind();
        let (message, help) = match (container, &step.kind) {
            (View::List(_), StepKind::Field(name)) if name == "length" || name == "size" => {
                (format!("`{base}` is a list and has no member `{name}`"), Some(format!("write `size({base})`")))
            }
            (View::List(_), StepKind::Field(name)) => (
                format!("`{base}` is a list and has no member `{}`", shorten(name)),
                Some(format!("read an element first: `{base}[0].{}`", shorten(name))),
            ),
            (View::Object(_), StepKind::Index(index)) => (
                format!("`{base}` is an object: its members have names, not numbers"),
                Some(format!("write `{base}[\"{index}\"]` if that is its name")),
            ),
            (View::Str(_), StepKind::Field(name)) if name == "length" => {
                (format!("`{base}` is a string and has no members"), Some(format!("write `size({base})`")))
            }
            _ => (format!("`{base}` is {kind} and has no members"), None),
        };
        Box::new(
            ExprError::new(code::NO_MEMBERS, step.at.0, message).label(format!("read from {kind}")).maybe_help(help),
        )
    }

    #[cold]
    pub(super) fn path_gap(&self, path: &Path, gap: &Gap<'_>) -> Box<ExprError> {
        let head = path.head.0;
        let whole = path.steps.last().map_or(head, |step| head.to(step.at.0));
        let node = path.node.as_deref().unwrap_or("");
        match gap {
            Gap::Root => {
                let name = path.root.name();
                let help = match path.root {
                    Root::Item | Root::Index => "it exists inside a loop only".to_owned(),
                    _ => format!("where it may be absent write `{name} ?? default`"),
                };
                Box::new(
                    ExprError::new(code::NO_ROOT, head, format!("`{name}` is not available here"))
                        .label("not available")
                        .help(help),
                )
            }
            Gap::NoNode | Gap::NoResult(_) => {
                let (why, label) = match gap {
                    Gap::NoResult("skipped") => (format!("node `{node}` was skipped, so it has no result"), "skipped"),
                    Gap::NoResult(status) => {
                        (format!("node `{node}` has no result: its status is {status}"), "no result")
                    }
                    _ => (format!("node `{node}` is unknown here or has not finished"), "not finished"),
                };
                let optional = match path.steps.first() {
                    Some(Step { kind: StepKind::Field(name), .. }) => {
                        format!("`{}?.{}` or ", self.text(head), shorten(name))
                    }
                    _ => String::new(),
                };
                Box::new(
                    ExprError::new(code::NO_NODE_RESULT, whole, why)
                        .label(label)
                        .help(format!("write {optional}`{} ?? default`", self.text(whole))),
                )
            }
            Gap::Missing(..) | Gap::Null(_) => self.gap(head, &path.steps, gap),
        }
    }

    /// A member that is not there, with the way to it.
    #[cold]
    fn gap(&self, head: Span, steps: &[Step], gap: &Gap<'_>) -> Box<ExprError> {
        let (at, container) = match gap {
            Gap::Missing(at, container) => (*at, Some(container.view())),
            Gap::Null(at) => (*at, None),
            Gap::Root | Gap::NoNode | Gap::NoResult(_) => (0, None),
        };
        let Some(step) = steps.get(at) else {
            return Box::new(ExprError::new(code::NULL, head, "this is null").label("null"));
        };
        let base = if at == 0 { head } else { head.to(steps[at - 1].at.0) };
        let base_text = self.text(base);
        let whole = self.text(steps.last().map_or(head, |last| head.to(last.at.0)));
        let optional = match &step.kind {
            StepKind::Field(name) if crate::lex::is_identifier(name) => {
                format!("{base_text}?.{}", shorten(name))
            }
            _ => format!("{base_text}?.{}", self.text(step.at.0)),
        };
        let either = format!("write `{optional}` for null, or `{whole} ?? default`");
        match container {
            None => Box::new(
                ExprError::new(code::NULL, step.at.0, format!("`{base_text}` is null, so nothing can be read from it"))
                    .label(format!("`{base_text}` is null"))
                    .help(either),
            ),
            Some(View::List(items)) => Box::new(
                ExprError::new(
                    code::OUT_OF_RANGE,
                    step.at.0,
                    format!("`{}` does not exist", self.text(head.to(step.at.0))),
                )
                .label(format!("the list has {}", elements(items.len())))
                .help(either),
            ),
            Some(container) => {
                let (label, near) = members(container, step);
                let help = match near {
                    Some(near) => format!("did you mean `{near}`? If it may be missing, {either}"),
                    None => either,
                };
                let message = format!("`{}` does not exist", self.text(head.to(step.at.0)));
                Box::new(ExprError::new(code::MISSING_FIELD, step.at.0, message).label(label).help(help))
            }
        }
    }
}

/// An absent start, unless a `?.` takes care of it.
fn absent<'a>(path: &Path, gap: Gap<'a>) -> Reached<'a> {
    let handled = path.field_optional || path.steps.first().is_some_and(|step| step.optional);
    if handled { Ok(Val::NULL) } else { Err(gap) }
}

/// What a step reads from: everything before it.
fn base_of(step: &Step, head: Span) -> Span {
    // The step begins after its dot, or at its bracket.
    let end = match step.kind {
        StepKind::Field(_) if step.optional => step.at.0.start.saturating_sub(2),
        StepKind::Field(_) => step.at.0.start.saturating_sub(1),
        StepKind::Index(_) | StepKind::Dynamic(_) => step.at.0.start,
    };
    Span::new(head.start, end.max(head.end))
}

fn elements(len: usize) -> String {
    match len {
        1 => "1 element".to_owned(),
        len => format!("{len} elements"),
    }
}

/// What an object has, and what of it was probably meant.
fn members(container: View<'_, '_>, step: &Step) -> (String, Option<String>) {
    const SHOWN: usize = 8;
    const SEARCHED: usize = 1_000;
    let (View::Object(map), StepKind::Field(name)) = (container, &step.kind) else {
        return ("no such member".to_owned(), None);
    };
    if map.len() == 0 {
        return ("the object is empty".to_owned(), None);
    }
    let keys: Vec<_> = map.keys().take(SEARCHED).collect();
    let shown: Vec<String> = keys.iter().take(SHOWN).map(|key| shorten(key)).collect();
    let more = if map.len() > SHOWN { ", …" } else { "" };
    let label = format!("it has: {}{more}", shown.join(", "));
    (label, nearest(name, keys.iter().map(|key| key.as_str())).map(str::to_owned))
}
