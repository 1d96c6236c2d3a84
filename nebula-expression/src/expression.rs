//! A parsed expression: what it reads, what it is worth, how it is printed.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::ast::{Expr, Kind};
use crate::check::{Checked, Checker, TypeScope};
use crate::cost::{Cost, Estimate, cost_of};
use crate::error::ExprError;
use crate::eval::{Eval, Forecast};
use crate::limits::Limits;
use crate::parse::parse_expression;
use crate::path::PathRef;
use crate::print::canonical;
use crate::proposition::{Proposition, opposite, proposition};
use crate::reads::reads;
use crate::scope::Scope;
use crate::ty::Type;

/// A parsed expression. Cloning is cheap, and two are equal when they differ in spelling only.
///
/// ```
/// use nebula_expression::{Expression, Limits, Scope};
/// use serde_json::{Value, json};
///
/// struct Input(Value);
/// impl Scope for Input {
///     fn input(&self) -> Option<&Value> {
///         Some(&self.0)
///     }
/// }
///
/// let scope = Input(json!({"age": 31, "tags": ["a"]}));
/// let adult = Expression::parse("$input.age >= 18 && 'a' in $input.tags").unwrap();
/// assert!(adult.evaluate_bool(&scope, &Limits::default()).unwrap());
///
/// let errors = Expression::parse("$input.age = 18").unwrap_err();
/// assert_eq!(errors[0].help.as_deref(), Some("write `==` to compare"));
/// ```
#[derive(Clone)]
pub struct Expression {
    inner: Arc<Inner>,
}

struct Inner {
    source: Box<str>,
    expr: Expr,
    paths: Vec<PathRef>,
    /// Found when first asked for.
    cost: OnceLock<Cost>,
}

impl Expression {
    /// Parses a text.
    ///
    /// # Errors
    /// Every mistake that was found, in the order of the text; at least one.
    pub fn parse(source: &str) -> Result<Self, Vec<ExprError>> {
        let expr = parse_expression(source)?;
        let paths = reads(&expr).into_iter().map(|(path, _)| path).collect();
        Ok(Self { inner: Arc::new(Inner { source: source.into(), expr, paths, cost: OnceLock::new() }) })
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

    /// The path, if the expression is nothing else.
    #[must_use]
    pub fn as_path(&self) -> Option<&PathRef> {
        match self.inner.expr.kind {
            Kind::Path(_) => self.inner.paths.first(),
            _ => None,
        }
    }

    /// The one spelling of this expression: `parse(to_canonical(e)) == e`.
    #[must_use]
    pub fn to_canonical(&self) -> String {
        canonical(&self.inner.expr)
    }

    /// What it says as a condition, in parts that can be told apart.
    #[must_use]
    pub fn proposition(&self) -> Proposition {
        proposition(&self.inner.expr, 0)
    }

    /// The opposite condition: `a <= b` for `a > b`, `!a` for `a`.
    ///
    /// ```
    /// let hot = nebula_expression::Expression::parse("$input.temp > 30").unwrap();
    /// assert_eq!(hot.opposite(), "$input.temp <= 30");
    /// ```
    #[must_use]
    pub fn opposite(&self) -> String {
        opposite(&self.inner.expr)
    }

    /// The value. A path borrows from the scope and copies nothing; a path to null is null.
    ///
    /// # Errors
    /// The first thing that went wrong: something missing, a wrong type, a number out of range, a
    /// limit. The same expression over the same data always ends the same way.
    pub fn evaluate<'a>(&'a self, scope: &'a dyn Scope, limits: &Limits) -> Result<Cow<'a, Value>, ExprError> {
        let mut eval = self.eval(scope, limits);
        let expr = &self.inner.expr;
        eval.value(expr).and_then(|value| eval.leave(value, expr.span())).map_err(|error| *error)
    }

    /// The value of a condition, without allocation as long as nothing goes wrong.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate), and `E0502` when the value is not true or false.
    pub fn evaluate_bool(&self, scope: &dyn Scope, limits: &Limits) -> Result<bool, ExprError> {
        self.eval(scope, limits).truth(&self.inner.expr).map_err(|error| *error)
    }

    /// Types before the run: what it gives, and every mistake that the types of what it reads show.
    ///
    /// ```
    /// use nebula_expression::{AnyScope, Expression, Type};
    ///
    /// let half = Expression::parse("size($input.name) / 2").unwrap().check(&AnyScope);
    /// assert_eq!(half.ty, Type::Number);
    /// let wrong = Expression::parse("'a' + 1").unwrap().check(&AnyScope);
    /// assert_eq!(wrong.errors[0].code, "E0501");
    /// ```
    #[must_use]
    pub fn check(&self, types: &dyn TypeScope) -> Checked {
        let mut checker = Checker::new(&self.inner.source, types);
        let ty = checker.value(&self.inner.expr);
        checker.leaving(&self.inner.expr, &ty);
        checker.finish(ty)
    }

    /// As [`check`](Self::check), for a condition: it must be true or false.
    #[must_use]
    pub fn check_bool(&self, types: &dyn TypeScope) -> Checked {
        let mut checker = Checker::new(&self.inner.source, types);
        checker.condition(&self.inner.expr);
        checker.finish(Type::Bool)
    }

    /// What an evaluation takes, by the sizes of what it reads.
    #[must_use]
    pub fn cost(&self) -> &Cost {
        self.inner.cost()
    }

    /// What an evaluation over these data will take. Costs a few steps for each path whose size
    /// matters, whatever the sizes are.
    #[must_use]
    pub fn estimate(&self, scope: &dyn Scope) -> Estimate {
        self.cost().estimate(scope)
    }

    /// The value, copied, and the units that were used, also when it fails.
    pub fn evaluate_counted(&self, scope: &dyn Scope, limits: &Limits) -> (Result<Value, ExprError>, u64) {
        let mut eval = self.eval(scope, limits);
        let expr = &self.inner.expr;
        let value = eval.value(expr).and_then(|value| eval.leave(value, expr.span()));
        (value.map(Cow::into_owned).map_err(|error| *error), eval.spent())
    }

    /// The paths as written with their values: what to show when a condition was false.
    ///
    /// Each path is listed once, whether or not evaluation got to it; what is missing or cannot be
    /// read is null. Lists and objects of more than 1 KB are replaced by a short text about them.
    #[must_use]
    pub fn trace(&self, scope: &dyn Scope, limits: &Limits) -> Vec<(String, Value)> {
        let mut traced: Vec<(String, Value)> = Vec::new();
        for (path, expr) in reads(&self.inner.expr) {
            let text = path.span.slice(&self.inner.source).to_owned();
            if traced.iter().all(|(known, _)| *known != text) {
                let value = self.eval(scope, limits).brief(expr);
                traced.push((text, value));
            }
        }
        traced
    }

    fn eval<'a>(&'a self, scope: &'a dyn Scope, limits: &Limits) -> Eval<'a> {
        Eval::new(&self.inner.source, scope, limits).with_forecast(&*self.inner)
    }
}

impl Forecast for Inner {
    fn cost(&self) -> &Cost {
        self.cost.get_or_init(|| cost_of([&self.expr]))
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.inner.expr == other.inner.expr
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({:?})", self.source())
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source())
    }
}

impl std::str::FromStr for Expression {
    type Err = Vec<ExprError>;

    fn from_str(source: &str) -> Result<Self, Self::Err> {
        Self::parse(source)
    }
}
