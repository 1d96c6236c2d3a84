//! Values: Rust's own expressions, with the operators that Rust cannot give to data of a later time.
//!
//! Data of a run is read by reference, and compared and combined by methods of the builder; the methods stand at the places
//! of the operators. What has nothing to do with data of a run is passed on as it is.

mod object;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};
use syn::{BinOp, Expr, ExprBinary, ExprMethodCall, Ident, Lit, UnOp, ext::IdentExt, spanned::Spanned};

use super::{
    dots::UNFINISHED,
    names::{Found, Kind, Names},
    text,
};
use crate::ctxt::Ctxt;

/// Writes values.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) cx: &'a Ctxt,
    /// `::nebula_sdk::__private`
    pub(super) p: &'a TokenStream,
    pub(super) names: &'a Names,
}

/// A value that is written, and how it can be used.
struct Value {
    tokens: TokenStream,
    form: Form,
    /// It is told to be wrong, and of the type that fits everywhere.
    is_broken: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nothing of a run.
    Plain,
    /// Data that stays where it is.
    Place,
    /// A step, which is no expression itself.
    Step,
    /// Data that was just made.
    Made,
    /// The same, of an operator that Rust has as well, which binds less than others.
    Sum { in_parentheses: bool },
}

// === impl Writer ===

impl Writer<'_> {
    /// As an argument.
    pub(super) fn given(&self, expr: &Expr) -> TokenStream {
        self.write(expr).given()
    }

    /// As a condition.
    pub(super) fn condition(&self, expr: &Expr) -> TokenStream {
        let value = self.write(expr);
        match value.form {
            Form::Step => value.operand(),
            _ => value.given(),
        }
    }

    /// As what a `match` looks at; `None` when that is told to be wrong.
    pub(super) fn looked_at(&self, expr: &Expr) -> Option<TokenStream> {
        let value = self.write(expr);
        (!value.is_broken).then(|| value.reference())
    }

    /// As something of its own, and whether it is data of a run.
    pub(super) fn owned(&self, expr: &Expr) -> (TokenStream, Kind) {
        if let Expr::Tuple(tuple) = expr
            && !tuple.elems.is_empty()
        {
            let (elements, kinds): (Vec<_>, Vec<_>) = tuple.elems.iter().map(|element| self.owned(element)).unzip();
            let kind = [Kind::Broken, Kind::Data].into_iter().find(|kind| kinds.contains(kind)).unwrap_or(Kind::Plain);
            return (quote!((#(#elements,)*)), kind);
        }
        let value = self.write(expr);
        let kind = match value.form {
            _ if value.is_broken => Kind::Broken,
            Form::Plain => Kind::Plain,
            _ => Kind::Data,
        };
        let p = self.p;
        let tokens = match value.form {
            Form::Place | Form::Step => {
                let place = value.tokens;
                let function = at(start(&place), quote!(#p::flow::owned));
                call(function, quote!(&#place), expr)
            }
            _ => value.tokens,
        };
        (tokens, kind)
    }

    /// What stands for a value that cannot be had.
    pub(super) fn broken(&self) -> TokenStream {
        let p = self.p;
        quote!(&#p::flow::Broken)
    }

    fn write(&self, expr: &Expr) -> Value {
        match expr {
            Expr::Path(path) if path.qself.is_none() => match path.path.get_ident() {
                Some(name) => self.name(name),
                None => Value::plain(expr),
            },
            Expr::Paren(inner) => {
                let value = self.write(&inner.expr);
                match value.form {
                    Form::Plain => Value::plain(expr),
                    Form::Sum { .. } => Value { form: Form::Sum { in_parentheses: true }, ..value },
                    _ => value,
                }
            }
            Expr::Group(inner) => self.write(&inner.expr),
            Expr::Field(field) => {
                let base = self.write(&field.base);
                match base.form {
                    Form::Plain => Value::plain(expr),
                    // Nothing is known of its members.
                    _ if base.is_broken => base,
                    _ => {
                        let (dot, member, base) = (&field.dot_token, &field.member, base.receiver());
                        Value::of(Form::Place, quote!(#base #dot #member))
                    }
                }
            }
            Expr::MethodCall(call) => self.method(expr, call),
            Expr::Binary(binary) => self.binary(expr, binary),
            Expr::Unary(unary) => {
                let value = self.write(&unary.expr);
                match (&unary.op, value.form) {
                    (_, Form::Plain) => Value::plain(expr),
                    (UnOp::Not(_), _) if value.is_broken => value.before_a_method(),
                    (UnOp::Not(not), _) => {
                        let (at, inner) = (not.span, value.receiver());
                        Value::made(quote_spanned!(at=> #inner.not()))
                    }
                    (UnOp::Neg(minus), _) => {
                        let inner = value.operand();
                        let form = Form::Sum { in_parentheses: false };
                        Value { is_broken: value.is_broken, ..Value::of(form, quote!(#minus #inner)) }
                    }
                    _ => Value::of(Form::Sum { in_parentheses: true }, expr.to_token_stream()),
                }
            }
            Expr::Reference(reference) => {
                let value = self.write(&reference.expr);
                match value.form {
                    Form::Plain => Value::plain(expr),
                    _ => value,
                }
            }
            Expr::Macro(call) => self.call_of_macro(expr, call),
            Expr::Array(list) if self.names.are_meant_in(expr.to_token_stream()) => self.list(list),
            Expr::Struct(object) if object.rest.is_none() && self.names.are_meant_in(expr.to_token_stream()) => {
                self.object(object)
            }
            Expr::Assign(assign) => self.refuse(assign.eq_token.span, "write `==` to compare"),
            Expr::Cast(cast) if self.names.are_in(cast.expr.to_token_stream()) => self
                .refuse(cast.as_token.span, "data of a run has its type: a number goes where every value of it fits"),
            Expr::If(branches) if self.names.are_in(branches.cond.to_token_stream()) => self.refuse(
                branches.if_token.span,
                "a value does not branch: write the `if` as a statement, with the steps in its branches",
            ),
            Expr::Match(branches) if self.names.are_in(branches.expr.to_token_stream()) => self.refuse(
                branches.match_token.span,
                "a value does not branch: `match` is of Rust, and its data is of a run",
            ),
            Expr::Index(index) if self.names.are_in(index.expr.to_token_stream()) => self.refuse(
                index.bracket_token.span.open(),
                "an element of a list is read with `expr_as(\"$nodes.fetch.result.list[0]\")`, whose type is promised",
            ),
            other => self.as_written(other),
        }
    }

    fn name(&self, name: &Ident) -> Value {
        match self.names.find(name) {
            Found::Known(Kind::Step) => Value::of(Form::Step, name.to_token_stream()),
            Found::Known(Kind::Data | Kind::Item) => Value::of(Form::Place, name.to_token_stream()),
            Found::Known(Kind::Broken) => Value::broken(self.p),
            Found::Known(Kind::Plain) | Found::Foreign => Value::plain(name),
            Found::Elsewhere(problem) => self.refuse(name.span(), &problem),
        }
    }

    fn method(&self, expr: &Expr, call: &ExprMethodCall) -> Value {
        let receiver = self.write(&call.receiver);
        if call.method == UNFINISHED {
            // Told already; the tokens stay for editors.
            let (receiver, dot, method) = (receiver.receiver(), &call.dot_token, &call.method);
            return Value { is_broken: true, ..Value::of(Form::Place, quote!(#receiver #dot #method())) };
        }
        if receiver.is_broken {
            return receiver.before_a_method();
        }
        if receiver.form == Form::Plain {
            return self.as_written(expr);
        }
        let receiver = receiver.receiver();
        let ExprMethodCall { dot_token, method, turbofish, paren_token, .. } = call;
        let arguments = call.args.iter().map(|argument| self.given(argument));
        let mut tokens = quote!(#receiver #dot_token #method #turbofish);
        paren_token.surround(&mut tokens, |inside| inside.extend(quote!(#(#arguments),*)));
        // It gives a reference.
        let form = if method == "result" && call.args.is_empty() { Form::Place } else { Form::Made };
        Value::of(form, tokens)
    }

    fn binary(&self, expr: &Expr, binary: &ExprBinary) -> Value {
        let (left, right) = (self.write(&binary.left), self.write(&binary.right));
        if left.form == Form::Plain && right.form == Form::Plain {
            return Value::plain(expr);
        }
        let sign = binary.op.span();
        let Some(operator) = Operator::of(&binary.op) else {
            return self.refuse(sign, "data of a run has no such operator; there are `==`, `!=`, `<`, `<=`, `>`, `>=`, `&&`, `||`, `!`, `+`, `-`, `*` and `/`");
        };
        if left.is_broken && !operator.computes {
            return left.before_a_method();
        }
        if operator.computes && [&binary.left, &binary.right].into_iter().any(|side| is_text(side)) {
            return self.refuse(
                sign,
                "numbers are computed with; write `text!(\"{} is {}\", fetch.city, fetch.temp)` to put a text together",
            );
        }
        let p = self.p;
        let method = Ident::new(operator.method, sign);
        if left.form == Form::Plain {
            if right.is_broken {
                return right;
            }
            let (left, right) = (left.tokens, right.reference());
            let function = at(start(&left), quote!(#p::flow::left::#method));
            return Value::made(call(function, quote!(#left, #right), &binary.right));
        }
        if operator.computes {
            let is_broken = left.is_broken;
            let (left, right, symbol) = (left.operand(), right.argument(), &binary.op);
            let form = Form::Sum { in_parentheses: false };
            return Value { is_broken, ..Value::of(form, quote!(#left #symbol #right)) };
        }
        let (left, right) = (left.receiver(), right.given());
        Value::made(call(quote_spanned!(sign=> #left.#method), right, &binary.right))
    }

    fn call_of_macro(&self, expr: &Expr, call: &syn::ExprMacro) -> Value {
        let path = &call.mac.path;
        let name = path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default();
        if name == "text" {
            let text = text::read(self.cx, path.span(), call.mac.tokens.clone());
            return Value::made(text.expand(self.p, |value| self.write(value).shown()));
        }
        if name == "format" && self.names.are_in(call.mac.tokens.clone()) {
            return self.refuse(
                path.span(),
                "`format!` makes a text now, and the data comes when the workflow runs: write `text!` in its place",
            );
        }
        self.as_written(expr)
    }

    /// Passed on; it may be data of a run when such data is in it.
    fn as_written(&self, expr: &Expr) -> Value {
        let tokens = expr.to_token_stream();
        let is_made = match expr {
            Expr::Lit(_) => false,
            Expr::Call(call) if is_untyped(&call.func) => true,
            _ => self.names.are_in(tokens.clone()),
        };
        let form = match expr {
            _ if !is_made => Form::Plain,
            Expr::Call(_) | Expr::Macro(_) | Expr::MethodCall(_) => Form::Made,
            _ => Form::Sum { in_parentheses: true },
        };
        Value::of(form, tokens)
    }

    fn refuse(&self, at: Span, message: &str) -> Value {
        self.cx.error_at(at, message);
        Value::broken(self.p)
    }
}

// === impl Value ===

impl Value {
    const fn of(form: Form, tokens: TokenStream) -> Self {
        Self { tokens, form, is_broken: false }
    }

    fn plain(tokens: impl ToTokens) -> Self {
        Self::of(Form::Plain, tokens.to_token_stream())
    }

    const fn made(tokens: TokenStream) -> Self {
        Self::of(Form::Made, tokens)
    }

    fn broken(p: &TokenStream) -> Self {
        Self { is_broken: true, ..Self::of(Form::Place, quote!(#p::flow::Broken)) }
    }

    /// Of what is broken, all that stands before the dot of a method.
    fn before_a_method(self) -> Self {
        Self { form: Form::Made, tokens: self.receiver(), ..self }
    }

    /// As an argument.
    fn given(&self) -> TokenStream {
        let tokens = &self.tokens;
        match self.form {
            Form::Place | Form::Step => quote_spanned!(start(tokens)=> &#tokens),
            Form::Plain | Form::Made | Form::Sum { .. } => tokens.clone(),
        }
    }

    /// Before a dot.
    fn receiver(&self) -> TokenStream {
        let tokens = &self.tokens;
        match self.form {
            Form::Sum { .. } => quote!((#tokens)),
            _ => tokens.clone(),
        }
    }

    /// Before an operator that Rust has as well.
    fn operand(&self) -> TokenStream {
        let tokens = &self.tokens;
        match self.form {
            Form::Step => quote!(#tokens.result()),
            _ => self.argument(),
        }
    }

    /// Behind such an operator.
    fn argument(&self) -> TokenStream {
        let tokens = &self.tokens;
        match self.form {
            Form::Sum { in_parentheses: true } => quote!((#tokens)),
            _ => self.given(),
        }
    }

    /// As `&Expr`.
    fn reference(&self) -> TokenStream {
        let tokens = &self.tokens;
        match self.form {
            Form::Place => self.given(),
            Form::Step => quote!(#tokens.result()),
            Form::Sum { .. } => quote!(&(#tokens)),
            Form::Plain | Form::Made => quote!(&#tokens),
        }
    }

    /// As a part of a text.
    fn shown(&self) -> TokenStream {
        let tokens = &self.tokens;
        match self.form {
            Form::Sum { .. } => quote!(&(#tokens)),
            _ => quote_spanned!(start(tokens)=> &#tokens),
        }
    }
}

/// An operator, as the builder has it.
struct Operator {
    method: &'static str,
    /// Rust lets the builder have this one itself.
    computes: bool,
}

impl Operator {
    fn of(op: &BinOp) -> Option<Self> {
        let (method, computes) = match op {
            BinOp::Eq(_) => ("equals", false),
            BinOp::Ne(_) => ("not_equals", false),
            BinOp::Lt(_) => ("lt", false),
            BinOp::Le(_) => ("le", false),
            BinOp::Gt(_) => ("gt", false),
            BinOp::Ge(_) => ("ge", false),
            BinOp::And(_) => ("and", false),
            BinOp::Or(_) => ("or", false),
            BinOp::Add(_) => ("add", true),
            BinOp::Sub(_) => ("sub", true),
            BinOp::Mul(_) => ("mul", true),
            BinOp::Div(_) => ("div", true),
            _ => return None,
        };
        Some(Self { method, computes })
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)))
}

/// `expr_as::<f64>("..")`, which stands for data and names none.
fn is_untyped(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "expr_as"))
}

/// A call whose place ends with that of `last`.
pub(super) fn call(function: TokenStream, arguments: TokenStream, last: impl ToTokens) -> TokenStream {
    let mut tokens = function;
    let mut group = Group::new(Delimiter::Parenthesis, arguments);
    group.set_span(end(last.to_token_stream()).unwrap_or_else(Span::call_site));
    tokens.append(group);
    tokens
}

/// These tokens at a place, and still words of the macro.
pub(super) fn at(place: Span, tokens: TokenStream) -> TokenStream {
    let place = Span::call_site().located_at(place);
    let moved = tokens.into_iter().map(|mut token| {
        token.set_span(place);
        token
    });
    moved.collect()
}

/// The place of the last token.
fn end(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().last().map(|token| match token {
        TokenTree::Group(group) => group.span_close(),
        token => token.span(),
    })
}

/// The place of the first token.
pub(super) fn start(tokens: &TokenStream) -> Span {
    tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span())
}
