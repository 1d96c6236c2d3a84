//! Text with `{{ expressions }}` in it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::ast::Expr;
use crate::check::{Checked, Checker, TypeScope};
use crate::cost::{Cost, Estimate, cost_of};
use crate::error::ExprError;
use crate::eval::{Eval, Forecast};
use crate::lex::MAX_ERRORS;
use crate::limits::{Limits, MAX_TEMPLATE};
use crate::parse::{parse_fragment, too_long};
use crate::path::PathRef;
use crate::reads::reads;
use crate::scope::Scope;
use crate::span::Span;
use crate::ty::Type;

/// A parsed template. Cloning is cheap.
///
/// A template that is one `{{ expression }}` and nothing else, not even a space around, has the value
/// and the type of the expression. Any other is a string; what is put into it must be a string, a
/// number or true or false. `{{` itself is written `{{ "{{" }}`.
///
/// ```
/// use nebula_expression::{Limits, Scope, Template};
/// use serde_json::{Value, json};
///
/// struct Input(Value);
/// impl Scope for Input {
///     fn input(&self) -> Option<&Value> {
///         Some(&self.0)
///     }
/// }
///
/// let scope = Input(json!({"name": "Ada", "age": 36}));
/// let value = |text: &str| Template::parse(text).unwrap().evaluate(&scope, &Limits::default());
/// assert_eq!(value("Dear {{ $input.name }},"), Ok(json!("Dear Ada,")));
/// assert_eq!(value("{{ $input.age + 1 }}"), Ok(json!(37)));
/// assert_eq!(value("{{ $input.nick ?? 'friend' }}!"), Ok(json!("friend!")));
/// ```
#[derive(Clone)]
pub struct Template {
    inner: Arc<Inner>,
}

struct Inner {
    source: Box<str>,
    pieces: Vec<Piece>,
    paths: Vec<PathRef>,
    /// Found when first asked for.
    cost: OnceLock<Cost>,
}

enum Piece {
    Text(Span),
    Expr(Expr),
}

impl Template {
    /// Parses a text; one without `{{` is a constant string.
    ///
    /// # Errors
    /// Every mistake in every expression, in the order of the text; at least one.
    pub fn parse(source: &str) -> Result<Self, Vec<ExprError>> {
        if source.len() > MAX_TEMPLATE {
            return Err(vec![too_long(source.len(), MAX_TEMPLATE, "a template")]);
        }
        let mut pieces = Vec::new();
        let mut errors = Vec::new();
        let mut at = 0;
        while let Some(open) = source[at..].find("{{").map(|found| at + found) {
            if open > at {
                pieces.push(Piece::Text(Span::new(at as u32, open as u32)));
            }
            let (expr, end) = parse_fragment(source, open + 2, &mut errors);
            pieces.push(Piece::Expr(expr));
            at = end.unwrap_or(source.len());
            if end.is_none() || errors.len() >= MAX_ERRORS {
                break;
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        if at < source.len() {
            pieces.push(Piece::Text(Span::new(at as u32, source.len() as u32)));
        }
        let paths = pieces.iter().flat_map(Piece::paths).collect();
        Ok(Self { inner: Arc::new(Inner { source: source.into(), pieces, paths, cost: OnceLock::new() }) })
    }

    /// The text it was parsed from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.inner.source
    }

    /// Every path it may read, in the order of the text.
    #[must_use]
    pub fn paths(&self) -> &[PathRef] {
        &self.inner.paths
    }

    /// Whether it has no expression in it: its value is its text.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.inner.pieces.iter().all(|piece| matches!(piece, Piece::Text(_)))
    }

    /// Whether it is one expression with nothing around it, whose type it keeps.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self.inner.pieces.as_slice(), [Piece::Expr(_)])
    }

    /// Types before the run, as [`Expression::check`](crate::Expression::check): a text, or the type of
    /// its only expression.
    #[must_use]
    pub fn check(&self, types: &dyn TypeScope) -> Checked {
        let mut checker = Checker::new(&self.inner.source, types);
        let ty = match self.inner.pieces.as_slice() {
            [Piece::Expr(expr)] => {
                let ty = checker.value(expr);
                checker.leaving(expr, &ty);
                ty
            }
            pieces => {
                for piece in pieces {
                    if let Piece::Expr(expr) = piece {
                        let ty = checker.value(expr);
                        checker.interpolated(expr, &ty);
                    }
                }
                if self.is_constant() { Type::literal(&self.inner.source) } else { Type::text() }
            }
        };
        checker.finish(ty)
    }

    /// What an evaluation takes, by the sizes of what it reads.
    #[must_use]
    pub fn cost(&self) -> &Cost {
        self.inner.cost()
    }

    /// What an evaluation over these data will take, as
    /// [`Expression::estimate`](crate::Expression::estimate).
    #[must_use]
    pub fn estimate(&self, scope: &dyn Scope) -> Estimate {
        self.cost().estimate(scope)
    }

    /// The value; the limits are for all its expressions together.
    ///
    /// # Errors
    /// As [`Expression::evaluate`](crate::Expression::evaluate), and `E0505` for null, a list or an
    /// object inside text.
    pub fn evaluate(&self, scope: &dyn Scope, limits: &Limits) -> Result<Value, ExprError> {
        let inner = &*self.inner;
        let mut eval = Eval::new(&inner.source, scope, limits).with_forecast(inner);
        if let [Piece::Expr(expr)] = inner.pieces.as_slice() {
            let value = eval.value(expr).and_then(|value| eval.json_of(&value, expr.span()));
            return value.map_err(|error| *error);
        }
        let mut out = String::new();
        for piece in &inner.pieces {
            let done = match piece {
                Piece::Text(span) => eval.append(&mut out, span.slice(&inner.source), *span),
                Piece::Expr(expr) => eval.interpolate(expr, &mut out),
            };
            done.map_err(|error| *error)?;
        }
        Ok(Value::String(out))
    }
}

impl Forecast for Inner {
    fn cost(&self) -> &Cost {
        self.cost.get_or_init(|| {
            cost_of(self.pieces.iter().filter_map(|piece| match piece {
                Piece::Expr(expr) => Some(expr),
                Piece::Text(_) => None,
            }))
        })
    }
}

impl Piece {
    fn paths(&self) -> Vec<PathRef> {
        match self {
            Self::Text(_) => Vec::new(),
            Self::Expr(expr) => reads(expr).into_iter().map(|(path, _)| path).collect(),
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({:?})", self.source())
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source())
    }
}

impl std::str::FromStr for Template {
    type Err = Vec<ExprError>;

    fn from_str(source: &str) -> Result<Self, Self::Err> {
        Self::parse(source)
    }
}
