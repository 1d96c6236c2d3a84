//! Roots, the special spelling of `$nodes.<id>.<field>`, and everything that follows a value:
//! `.name`, `?.name`, `[index]`, `.function(…)`.

use serde_json::Value;
use smol_str::SmolStr;

use super::Parser;
use crate::ast::{At, Expr, Kind, Path, Step, StepKind, has_optional};
use crate::code;
use crate::error::ExprError;
use crate::lex::{Tok, shorten};
use crate::nearest::nearest;
use crate::number::Num;
use crate::path::{NodeField, Root};
use crate::span::Span;

impl Parser<'_> {
    // === roots ===

    pub(super) fn root(&mut self) -> Expr {
        let word = self.word();
        let span = self.bump().span;
        match Root::from_name(word) {
            Some(Root::Nodes) => self.node_root(span),
            Some(root) => self.root_path(root, span),
            None => {
                let help = match word {
                    "$json" => "did you mean `$input`?".to_owned(),
                    "$env" => "there is no environment: use `$vars` for constants of the workflow".into(),
                    "$today" => "write `$now.startOf(\"day\")`".into(),
                    "$run" => "did you mean `$execution`?".into(),
                    "$secrets" | "$credentials" => {
                        "expressions cannot read secrets: name the credential in the action".into()
                    }
                    _ => nearest(word, Root::ALL.map(Root::name)).map_or_else(
                        || format!("known are: {}", Root::ALL.map(Root::name).join(", ")),
                        |near| format!("did you mean `{near}`?"),
                    ),
                };
                let error = ExprError::new(code::UNKNOWN_ROOT, span, format!("there is no `{}`", shorten(word)))
                    .label("unknown root")
                    .help(help);
                self.report(error);
                self.invalid()
            }
        }
    }

    pub(super) fn root_path(&mut self, root: Root, span: Span) -> Expr {
        let path = Path { root, node: None, field: None, field_optional: false, steps: Vec::new(), head: At(span) };
        self.node(Kind::Path(Box::new(path)), span)
    }

    /// `$nodes` has been taken: an id and a field must follow.
    fn node_root(&mut self, root: Span) -> Expr {
        if self.at(Tok::OptionalDot) {
            let error = ExprError::new(code::INCOMPLETE_NODE, self.cur.span, "`$nodes` is always there")
                .label("not needed here")
                .help("write `?.` after the result: `$nodes.fetch.result?.name`");
            self.report(error);
            self.bump();
            self.bump();
            return self.invalid();
        }
        let Some(node) = self.node_id(root) else {
            return self.invalid();
        };
        let named = self.span_from(root.start);
        let (optional, field) = match self.cur.tok {
            Tok::Dot | Tok::OptionalDot => {
                let optional = self.bump().tok == Tok::OptionalDot;
                if !self.at(Tok::Word) {
                    self.unexpected("`result` or another field of the node");
                    return self.invalid();
                }
                let field = SmolStr::new(self.word());
                (optional, Some((field, self.bump().span)))
            }
            Tok::OpenBracket => (false, self.quoted_name()),
            _ => {
                let error = ExprError::new(
                    code::INCOMPLETE_NODE,
                    named,
                    format!("`{}` does not say what to read of the node", self.text(named)),
                )
                .label("a field is missing")
                .help(format!("write for example `{}.result`", self.text(named)));
                self.report(error);
                return self.invalid();
            }
        };
        let Some((field, place)) = field else {
            return self.invalid();
        };
        let Some(field) = NodeField::from_name(&field) else {
            self.unknown_node_field(named, &field, place);
            return self.invalid();
        };
        let span = self.span_from(root.start);
        let path = Path {
            root: Root::Nodes,
            node: Some(node),
            field: Some(field),
            field_optional: optional,
            steps: Vec::new(),
            head: At(span),
        };
        self.node(Kind::Path(Box::new(path)), span)
    }

    /// The id of the node: `.my-node` or `["my-node"]`.
    fn node_id(&mut self, root: Span) -> Option<SmolStr> {
        if self.at(Tok::OpenBracket) {
            return self.quoted_name().map(|(name, _)| name);
        }
        if self.eat(Tok::Dot) {
            if self.at(Tok::NodeId) {
                let id = SmolStr::new(self.word());
                self.bump();
                return Some(id);
            }
            self.unexpected("the id of a node");
            return None;
        }
        let error = ExprError::new(code::INCOMPLETE_NODE, root, "`$nodes` does not say which node")
            .label("a node is missing")
            .help("write for example `$nodes.fetch.result`");
        self.report(error);
        None
    }

    /// `["name"]`; anything else in the brackets is refused, because a plan must know the nodes.
    fn quoted_name(&mut self) -> Option<(SmolStr, Span)> {
        let open = self.bump().span;
        let place = self.cur.span;
        if self.at(Tok::Str) {
            let name = self.unescape(place);
            self.bump();
            if self.eat(Tok::CloseBracket) {
                return Some((SmolStr::from(name), place));
            }
            self.unexpected("`]`");
            return None;
        }
        if !self.enter() {
            return None;
        }
        self.expression();
        self.leave();
        if !self.eat(Tok::CloseBracket) {
            self.never_closed(open);
        }
        let span = self.span_from(open.start);
        let error = ExprError::new(code::DYNAMIC_NODE, span, "a node and its field must be written out")
            .label("not known before the run")
            .help("write `$nodes.<id>.result`, or choose with `condition ? $nodes.a.result : $nodes.b.result`");
        self.report(error);
        None
    }

    fn unknown_node_field(&mut self, named: Span, field: &str, place: Span) {
        let help = match nearest(field, NodeField::ALL.map(NodeField::name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let written = self.text(named);
                format!(
                    "a node has {}; what it produced is in `{written}.result.{}`",
                    NodeField::ALL.map(NodeField::name).join(", "),
                    shorten(field)
                )
            }
        };
        let message = format!("a node has no field `{}`", shorten(field));
        let error = ExprError::new(code::UNKNOWN_NODE_FIELD, place, message).label("unknown field").help(help);
        self.report(error);
    }

    // === what follows a value ===

    pub(super) fn postfix(&mut self) -> Expr {
        let start = self.cur.span.start;
        let closed = self.at(Tok::OpenParen);
        let mut base = self.primary();
        let mut mergeable = !closed || !ends_with_optional(&base);
        let mut steps = Vec::new();
        loop {
            match self.cur.tok {
                Tok::Dot | Tok::OptionalDot => {
                    let optional = self.bump().tok == Tok::OptionalDot;
                    if optional && self.at(Tok::OpenBracket) {
                        steps.extend(self.index(true));
                        continue;
                    }
                    let Some((name, span)) = self.member_name() else {
                        continue;
                    };
                    if self.at(Tok::OpenParen) {
                        if optional {
                            self.optional_call(span);
                        }
                        let function = self.function(&name, span);
                        let receiver = self.attach(base, steps, mergeable, start);
                        steps = Vec::new();
                        base = self.call(function, span, vec![receiver], start);
                        mergeable = true;
                    } else {
                        steps.push(Step { kind: StepKind::Field(name), optional, at: At(span) });
                    }
                }
                Tok::OpenBracket => steps.extend(self.index(false)),
                _ => return self.attach(base, steps, mergeable, start),
            }
        }
    }

    /// The name after a dot.
    fn member_name(&mut self) -> Option<(SmolStr, Span)> {
        let span = self.cur.span;
        let text = self.text(span);
        match self.cur.tok {
            Tok::Word => {
                self.bump();
                return Some((SmolStr::new(text), span));
            }
            Tok::Number | Tok::Str => {
                let error = ExprError::new(code::UNEXPECTED, span, "expected a name after the dot".to_owned())
                    .label("not a name")
                    .help(format!("write `[{}]` without the dot", shorten(text)));
                self.report(error);
                self.bump();
            }
            _ => self.unexpected("a name after the dot"),
        }
        None
    }

    fn optional_call(&mut self, span: Span) {
        let name = self.text(span);
        let error = ExprError::new(code::OPTIONAL_CALL, span, "`?.` cannot call a function")
            .label("a call")
            .help(format!("give a default first: `{name}(value ?? default)`"));
        self.report(error);
    }

    /// `[…]`: constants become plain members and elements.
    fn index(&mut self, optional: bool) -> Option<Step> {
        let open = self.bump().span;
        if !self.enter() {
            return None;
        }
        let outer = std::mem::replace(&mut self.no_in, false);
        let index = self.expression();
        self.no_in = outer;
        self.leave();
        if !self.eat(Tok::CloseBracket) {
            if self.at(Tok::End) {
                self.never_closed(open);
            } else {
                self.unexpected("`]`");
            }
        }
        let span = self.span_from(open.start);
        let kind = match index.literal() {
            None => StepKind::Dynamic(index),
            Some(Value::String(name)) => StepKind::Field(SmolStr::new(name)),
            Some(Value::Number(number)) if Num::of(number).index().is_some() => {
                StepKind::Index(Num::of(number).index().unwrap_or(0))
            }
            Some(other) => {
                let negative = matches!(other, Value::Number(n) if n.as_i64().is_some_and(|n| n < 0));
                let help =
                    if negative { "for the last element write `last(list)`" } else { "write `[0]` or `[\"name\"]`" };
                let error =
                    ExprError::new(code::BAD_INDEX, index.span(), "an index is a whole number from 0, or a name")
                        .label("not an index")
                        .help(help);
                self.report(error);
                return None;
            }
        };
        Some(Step { kind, optional, at: At(span) })
    }

    /// Puts the steps behind their base; a path grows, so that `(a.b).c` is the path `a.b.c`.
    fn attach(&mut self, base: Expr, more: Vec<Step>, mergeable: bool, start: u32) -> Expr {
        let Some(last) = more.last() else {
            return base;
        };
        // Not up to here: what follows may be the name of a function that has been taken already.
        let span = Span::new(start, last.at.0.end);
        match base.kind {
            Kind::Invalid => self.invalid(),
            Kind::Path(mut path) if mergeable => {
                path.steps.extend(more);
                self.check_members(&path);
                self.node(Kind::Path(path), span)
            }
            Kind::Local(mut local) if mergeable => {
                local.steps.extend(more);
                self.node(Kind::Local(local), span)
            }
            Kind::Access { base, mut steps } if mergeable => {
                steps.extend(more);
                self.node(Kind::Access { base, steps }, span)
            }
            _ => self.node(Kind::Access { base: Box::new(base), steps: more }, span),
        }
    }

    /// Members that can be known to be wrong from the text alone.
    fn check_members(&mut self, path: &Path) {
        let Some(step) = path.steps.first() else {
            return;
        };
        let head = self.text(path.head.0).to_owned();
        if let (Some(fields), StepKind::Field(name)) = (path.root.fields(), &step.kind)
            && !fields.contains(&name.as_str())
        {
            let near = nearest(name, fields.iter().copied());
            let help =
                near.map_or_else(|| format!("it has: {}", fields.join(", ")), |near| format!("did you mean `{near}`?"));
            let message = format!("`{head}` has no field `{}`", shorten(name));
            let error = ExprError::new(code::UNKNOWN_ROOT_FIELD, step.at.0, message).label("unknown field").help(help);
            self.report(error);
        }
        let what = match (path.root, path.field) {
            (Root::Index, _) | (_, Some(NodeField::Attempts)) => "a number",
            (Root::Now, _) => "a timestamp",
            (_, Some(NodeField::Status | NodeField::Port)) => "text",
            (_, Some(NodeField::Success | NodeField::Skipped)) => "true or false",
            _ => return,
        };
        let error = ExprError::new(code::NO_MEMBERS, step.at.0, format!("`{head}` is {what} and has no members"))
            .label("nothing to read here");
        self.report(error);
    }
}

/// Whether a chain of `?.` ends here because of parentheses: `(a?.b).c` is not `a?.b.c`.
fn ends_with_optional(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Path(path) => path.field_optional || has_optional(&path.steps),
        Kind::Local(local) => has_optional(&local.steps),
        Kind::Access { steps, .. } => has_optional(steps),
        _ => false,
    }
}
