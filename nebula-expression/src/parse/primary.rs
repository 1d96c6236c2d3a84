//! Values: literals, roots, calls, parentheses, lists and objects.

use serde_json::Value;
use smol_str::SmolStr;

use super::Parser;
use crate::ast::{Compiled, Expr, Kind};
use crate::code;
use crate::error::ExprError;
use crate::function::{self, Function};
use crate::lex::Tok;
use crate::nearest::nearest;
use crate::path::Root;
use crate::span::Span;

impl Parser<'_> {
    /// Whether the token that is looked at can begin a value.
    pub(super) fn starts_value(&self) -> bool {
        matches!(
            self.cur.tok,
            Tok::Number
                | Tok::Str
                | Tok::RawStr
                | Tok::FormatStr
                | Tok::Word
                | Tok::Root
                | Tok::OpenParen
                | Tok::OpenBracket
                | Tok::OpenBrace
                | Tok::Bang
                | Tok::Minus
        )
    }

    pub(super) fn primary(&mut self) -> Expr {
        let span = self.cur.span;
        match self.cur.tok {
            Tok::Number => self.number(),
            Tok::Str => {
                self.bump();
                let text = self.unescape(span);
                self.node(Kind::Literal(Value::String(text)), span)
            }
            Tok::RawStr => {
                self.bump();
                let text = self.text(Span::new(span.start + 2, span.end - 1)).to_owned();
                self.node(Kind::Literal(Value::String(text)), span)
            }
            Tok::FormatStr => self.format(),
            Tok::Word => self.name(),
            Tok::Root => self.root(),
            Tok::OpenParen => self.parenthesis(),
            Tok::OpenBracket => self.list(),
            Tok::OpenBrace => self.object(),
            Tok::Bad => {
                self.bump();
                self.invalid()
            }
            _ => {
                self.unexpected("a value");
                self.invalid()
            }
        }
    }

    /// `true`, `false`, `null`, or the name of a function.
    fn name(&mut self) -> Expr {
        let word = self.word();
        let span = self.bump().span;
        let constant = match word {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => None,
        };
        if let Some(value) = constant {
            return self.node(Kind::Literal(value), span);
        }
        if self.at(Tok::OpenParen) {
            if word == "now" {
                return self.now(span);
            }
            let function = self.function(word, span);
            return self.call(function, span, Vec::new(), span.start);
        }
        if self.at(Tok::Arrow) {
            let error = ExprError::new(code::UNEXPECTED, span, "a function stands only among the arguments of another")
                .label("a function")
                .help("write for example `$input.items.map(x => x.id)`");
            self.report(error);
            self.bump();
            self.expression();
            return self.invalid();
        }
        if let Some(local) = self.local(word, span) {
            return local;
        }
        let root = Root::ALL.into_iter().find(|root| &root.name()[1..] == word);
        let help = match (word, root) {
            (_, Some(root)) => Some(format!("did you mean `{}`?", root.name())),
            ("None" | "nil" | "undefined" | "NULL" | "Null", _) => Some("did you mean `null`?".into()),
            ("True" | "TRUE", _) => Some("did you mean `true`?".into()),
            ("False" | "FALSE", _) => Some("did you mean `false`?".into()),
            ("if", _) => Some("write `condition ? value : other`".into()),
            ("let", _) => Some("put parentheses around `let … in …` here".into()),
            _ => nearest(word, self.locals.iter().map(SmolStr::as_str).chain(["true", "false", "null"]))
                .map(|near| format!("did you mean `{near}`?"))
                .or_else(|| Some("paths start with a root such as `$input`; text is quoted".into())),
        };
        let error = ExprError::new(code::UNKNOWN_NAME, span, format!("`{word}` means nothing on its own"))
            .label("unknown name")
            .maybe_help(help);
        self.report(error);
        self.invalid()
    }

    pub(super) fn function(&mut self, name: &str, span: Span) -> Option<&'static Function> {
        let found = function::find(name);
        if found.is_none() {
            let help = match function::foreign(name) {
                Some(ours) => format!("write `{ours}`"),
                None => nearest(name, function::functions().iter().map(|known| known.name)).map_or_else(
                    || "`nebula expr functions` lists the functions".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ),
            };
            let error = ExprError::new(code::UNKNOWN_FUNCTION, span, format!("unknown function `{name}`"))
                .label("no such function")
                .help(help);
            self.report(error);
        }
        found
    }

    /// `now()` is another spelling of `$now`.
    fn now(&mut self, name: Span) -> Expr {
        let open = self.bump().span;
        if !self.eat(Tok::CloseParen) {
            self.unexpected("`)`: `now` takes no arguments");
            self.skip_to(Tok::CloseParen, open);
            self.eat(Tok::CloseParen);
        }
        let span = self.span_from(name.start);
        self.root_path(Root::Now, span)
    }

    /// The arguments of a call, from the opening parenthesis on.
    pub(super) fn call(
        &mut self,
        function: Option<&'static Function>,
        name: Span,
        mut args: Vec<Expr>,
        start: u32,
    ) -> Expr {
        let open = self.bump().span;
        let method = !args.is_empty();
        if !self.enter() {
            return self.invalid();
        }
        let outer = std::mem::replace(&mut self.no_in, false);
        let variable = self.variable(function, &args);
        self.sequence(open, Tok::CloseParen, |parser| {
            let arg = match &variable {
                Some((name, at)) => parser.lambda(vec![name.clone()], *at),
                None => parser.argument(),
            };
            args.push(arg);
        });
        self.no_in = outer;
        self.leave();
        let span = self.span_from(start);
        let Some(function) = function else {
            return self.invalid();
        };
        if !function.takes(args.len()) {
            let error = ExprError::new(
                code::ARGUMENT_COUNT,
                name,
                format!("`{}` is called with the wrong number of arguments", function.name),
            )
            .label(format!("{} given", args.len()))
            .help(format!("it is written `{}`", function.signature));
            self.report(error);
            return self.invalid();
        }
        if !self.lambdas_fit(function, &args) {
            return self.invalid();
        }
        self.count_pattern(function, &args);
        self.node(Kind::Call { function, args, method, pattern: Compiled::default() }, span)
    }

    /// The variable of the form `xs.filter(x, x > 1)`, taken with its comma.
    fn variable(&mut self, function: Option<&'static Function>, args: &[Expr]) -> Option<(SmolStr, u32)> {
        let takes = function?.lambda_at()?;
        if takes != 1 || args.len() != 1 || !self.variable_ahead() {
            return None;
        }
        let name = SmolStr::new(self.word());
        let at = self.bump().span.start;
        self.bump();
        Some((name, at))
    }

    /// Lambdas stand where the function wants one, and nowhere else.
    fn lambdas_fit(&mut self, function: &'static Function, args: &[Expr]) -> bool {
        let mut fit = true;
        for (at, arg) in args.iter().enumerate() {
            let wanted = function.lambda_params(at);
            let error = match (&arg.kind, wanted) {
                (Kind::Invalid, _) | (_, None) if !matches!(arg.kind, Kind::Lambda { .. }) => continue,
                (Kind::Lambda { params, .. }, Some(most)) if (1..=most).contains(&params.len()) => continue,
                (Kind::Lambda { params, .. }, Some(most)) => ExprError::new(
                    code::ARGUMENT_COUNT,
                    arg.span(),
                    format!("`{}` gives {most} values to its function, not {}", function.name, params.len()),
                )
                .label("wrong number of names")
                .help(format!("it is written `{}`", function.signature)),
                (Kind::Lambda { .. }, None) => ExprError::new(
                    code::ARGUMENT_TYPE,
                    arg.span(),
                    format!("`{}` takes no function here", function.name),
                )
                .label("a value is expected")
                .help(format!("it is written `{}`", function.signature)),
                (_, _) => {
                    let text = self.text(arg.span());
                    ExprError::new(
                        code::ARGUMENT_TYPE,
                        arg.span(),
                        format!("`{}` needs a function here", function.name),
                    )
                    .label("expected `x => …`")
                    .help(format!("write for example `x => {}`", crate::lex::shorten(text)))
                }
            };
            self.report(error);
            fit = false;
        }
        fit
    }

    /// Patterns take longest to prepare: there cannot be many in one expression.
    fn count_pattern(&mut self, function: &'static Function, args: &[Expr]) {
        const MOST: usize = 16;
        let Some(arg) = function.pattern_at.and_then(|at| args.get(at)) else {
            return;
        };
        self.patterns += 1;
        if self.patterns > MOST {
            let error = ExprError::new(code::PATTERN_LIMIT, arg.span(), format!("this is more than {MOST} patterns"))
                .label("one too many")
                .help("join patterns with `|`, or split the expression over several nodes");
            self.halt(error);
        }
    }

    fn parenthesis(&mut self) -> Expr {
        let open = self.bump().span;
        if !self.enter() {
            return self.invalid();
        }
        let outer = std::mem::replace(&mut self.no_in, false);
        let mut inner = self.expression();
        self.no_in = outer;
        self.leave();
        while !self.eat(Tok::CloseParen) {
            if !self.skip_to(Tok::CloseParen, open) {
                break;
            }
            self.eat(Tok::Comma);
        }
        inner.at.0 = self.span_from(open.start);
        inner
    }

    fn list(&mut self) -> Expr {
        let open = self.bump().span;
        if !self.enter() {
            return self.invalid();
        }
        let outer = std::mem::replace(&mut self.no_in, false);
        let mut items = Vec::new();
        self.sequence(open, Tok::CloseBracket, |parser| {
            let item = parser.expression();
            items.push(item);
        });
        self.no_in = outer;
        self.leave();
        let span = self.span_from(open.start);
        if items.iter().all(|item| item.literal().is_some()) {
            let values = items.into_iter().filter_map(into_literal).collect();
            return self.node(Kind::Literal(Value::Array(values)), span);
        }
        self.node(Kind::List(items), span)
    }

    fn object(&mut self) -> Expr {
        let open = self.bump().span;
        if !self.enter() {
            return self.invalid();
        }
        let outer = std::mem::replace(&mut self.no_in, false);
        let mut members = Vec::new();
        let mut keys = Vec::new();
        self.sequence(open, Tok::CloseBrace, |parser| {
            if let Some((key, place, value)) = parser.member() {
                keys.push((key.clone(), place));
                members.push((key, value));
            }
        });
        self.no_in = outer;
        self.refuse_duplicates(keys);
        self.leave();
        let span = self.span_from(open.start);
        if members.iter().all(|(_, value)| value.literal().is_some()) {
            let map = members
                .into_iter()
                .filter_map(|(key, value)| into_literal(value).map(|value| (key.to_string(), value)))
                .collect();
            return self.node(Kind::Literal(Value::Object(map)), span);
        }
        self.node(Kind::Object(members), span)
    }

    fn refuse_duplicates(&mut self, mut keys: Vec<(SmolStr, Span)>) {
        keys.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.start.cmp(&b.1.start)));
        for pair in keys.windows(2) {
            if pair[0].0 == pair[1].0 {
                let message = format!("the key `{}` is given twice", pair[1].0);
                let error = ExprError::new(code::DUPLICATE_KEY, pair[1].1, message).label("second time");
                self.report(error);
            }
        }
    }

    /// `key: value` of an object.
    fn member(&mut self) -> Option<(SmolStr, Span, Expr)> {
        let span = self.cur.span;
        let key = match self.cur.tok {
            Tok::Word => SmolStr::new(self.word()),
            Tok::Str => SmolStr::from(self.unescape(span)),
            _ => {
                self.unexpected("a key");
                return None;
            }
        };
        self.bump();
        if !self.eat(Tok::Colon) {
            self.unexpected("`:`");
            return None;
        }
        let value = self.expression();
        Some((key, span, value))
    }

    /// Elements between commas up to `close`; a comma after the last is fine.
    fn sequence(&mut self, open: Span, close: Tok, mut element: impl FnMut(&mut Self)) {
        while !self.eat(close) {
            if self.at(Tok::End) {
                self.never_closed(open);
                return;
            }
            element(self);
            if self.eat(Tok::Comma) {
                continue;
            }
            if self.eat(close) {
                return;
            }
            if !self.skip_to(close, open) {
                return;
            }
            self.eat(Tok::Comma);
        }
    }

    /// Reports what stands where `close` should, and goes to the next comma or to `close` on this
    /// level. `false` when the bracket never ends.
    fn skip_to(&mut self, close: Tok, open: Span) -> bool {
        if !self.at(Tok::End) {
            self.unexpected(match close {
                Tok::CloseParen => "an operator or `)`",
                Tok::CloseBracket => "`,` or `]`",
                _ => "`,` or `}`",
            });
        }
        let mut inner = 0_u32;
        loop {
            match self.cur.tok {
                Tok::End => {
                    self.never_closed(open);
                    return false;
                }
                tok if inner == 0 && (tok == close || tok == Tok::Comma) => return true,
                Tok::OpenParen | Tok::OpenBracket | Tok::OpenBrace => inner += 1,
                Tok::CloseParen | Tok::CloseBracket | Tok::CloseBrace => {
                    if inner == 0 {
                        return false;
                    }
                    inner -= 1;
                }
                _ => {}
            }
            self.bump();
        }
    }

    pub(super) fn never_closed(&mut self, open: Span) {
        let bracket = self.text(open);
        let error =
            ExprError::new(code::OPEN_BRACKET, open, format!("this `{bracket}` is never closed")).label("opened here");
        self.report(error);
    }
}

/// The value of a constant.
fn into_literal(expr: Expr) -> Option<Value> {
    match expr.kind {
        Kind::Literal(value) => Some(value),
        _ => None,
    }
}
