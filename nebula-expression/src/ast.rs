//! The tree of an expression. It is also what is evaluated: paths are split into steps, constants
//! are folded into JSON values and chains are flat, so there is nothing left to lower.

use std::sync::OnceLock;

use serde_json::Value;
use smol_str::SmolStr;

use crate::function::Function;
use crate::path::{NodeField, Root};
use crate::pattern::{Pattern, PatternError};
use crate::span::Span;

/// A place that does not take part in comparing trees: two spellings of one expression are equal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At(pub(crate) Span);

impl PartialEq for At {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Expr {
    pub(crate) kind: Kind,
    pub(crate) at: At,
    /// Levels below this one.
    pub(crate) height: u32,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Kind {
    /// Stands where the parser has reported an error; never evaluated.
    Invalid,
    /// A constant; lists and objects of constants are folded into one.
    Literal(Value),
    Path(Box<Path>),
    /// Members of something that is not a path: `first(xs).name`, `(a?.b).c`.
    Access {
        base: Box<Expr>,
        steps: Vec<Step>,
    },
    /// A name given by `let` or a lambda, and members of its value.
    Local(Box<Local>),
    /// `f(a, b)`, or `a.f(b)` when `method`.
    Call {
        function: &'static Function,
        args: Vec<Expr>,
        method: bool,
        /// The constant pattern among the arguments, compiled when it is first used.
        pattern: Compiled,
    },
    /// `let a = x in let b = y in body`
    Let {
        bindings: Vec<(SmolStr, Expr)>,
        body: Box<Expr>,
    },
    /// `(a, b) => body`; only as an argument.
    Lambda {
        params: Vec<SmolStr>,
        body: Box<Expr>,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    /// A chain of `+ -`, or of `* / %`; never both in one.
    Arithmetic {
        first: Box<Expr>,
        rest: Vec<(Arithmetic, Expr)>,
    },
    /// A chain of one of `&&`, `||`, `??`.
    Logic {
        op: Logic,
        terms: Vec<Expr>,
    },
    Compare {
        op: Compare,
        sides: Box<(Expr, Expr)>,
    },
    /// `c1 ? a1 : c2 ? a2 : … : otherwise`.
    Choice {
        arms: Vec<(Expr, Expr)>,
        otherwise: Box<Expr>,
    },
    List(Vec<Expr>),
    Object(Vec<(SmolStr, Expr)>),
}

#[derive(Debug, PartialEq)]
pub(crate) struct Path {
    pub(crate) root: Root,
    pub(crate) node: Option<SmolStr>,
    pub(crate) field: Option<NodeField>,
    /// `$nodes.a?.result`
    pub(crate) field_optional: bool,
    pub(crate) steps: Vec<Step>,
    /// The part before the steps.
    pub(crate) head: At,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Local {
    pub(crate) name: SmolStr,
    /// How many names are bound outside of its binding: its place on the stack.
    pub(crate) slot: usize,
    pub(crate) steps: Vec<Step>,
    /// The name, without the steps.
    pub(crate) head: At,
}

/// Made when first needed; no part of what an expression says.
#[derive(Debug, Default)]
pub(crate) struct Compiled(pub(crate) OnceLock<Result<Pattern, PatternError>>);

impl Compiled {
    /// The pattern `text` spells; always the same text.
    pub(crate) fn get(&self, text: &str) -> Result<&Pattern, &PatternError> {
        self.0.get_or_init(|| Pattern::new(text)).as_ref()
    }
}

impl PartialEq for Compiled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    /// Written with `?.`
    pub(crate) optional: bool,
    pub(crate) at: At,
}

#[derive(Debug, PartialEq)]
pub(crate) enum StepKind {
    Field(SmolStr),
    Index(usize),
    Dynamic(Expr),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logic {
    Coalesce,
    Or,
    And,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

impl Expr {
    pub(crate) fn new(kind: Kind, span: Span) -> Self {
        let height = kind.height();
        Self { kind, at: At(span), height }
    }

    pub(crate) fn span(&self) -> Span {
        self.at.0
    }

    pub(crate) fn literal(&self) -> Option<&Value> {
        match &self.kind {
            Kind::Literal(value) => Some(value),
            _ => None,
        }
    }
}

impl Kind {
    fn height(&self) -> u32 {
        fn above<'a>(children: impl IntoIterator<Item = &'a Expr>) -> u32 {
            children.into_iter().map(|child| child.height + 1).max().unwrap_or(0)
        }
        match self {
            Self::Invalid | Self::Literal(_) => 0,
            Self::Path(path) => above(dynamic(&path.steps)),
            Self::Access { base, steps } => above(dynamic(steps)).max(base.height + 1),
            Self::Local(local) => above(dynamic(&local.steps)),
            Self::Call { args, .. } => above(args).max(1),
            Self::Let { bindings, body } => above(bindings.iter().map(|(_, value)| value)).max(body.height + 1),
            Self::Lambda { body, .. } => body.height + 1,
            Self::Not(inner) | Self::Negate(inner) => inner.height + 1,
            Self::Arithmetic { first, rest } => above(rest.iter().map(|(_, term)| term)).max(first.height + 1),
            Self::Logic { terms, .. } => above(terms),
            Self::Compare { sides, .. } => above([&sides.0, &sides.1]),
            Self::Choice { arms, otherwise } => {
                above(arms.iter().flat_map(|(when, then)| [when, then])).max(otherwise.height + 1)
            }
            Self::List(items) => above(items),
            Self::Object(members) => above(members.iter().map(|(_, value)| value)),
        }
    }
}

/// The expressions inside `[ ]` of a path.
pub(crate) fn dynamic(steps: &[Step]) -> impl Iterator<Item = &Expr> {
    steps.iter().filter_map(|step| match &step.kind {
        StepKind::Dynamic(index) => Some(index),
        StepKind::Field(_) | StepKind::Index(_) => None,
    })
}

/// Whether a `?.` is among the steps.
pub(crate) fn has_optional(steps: &[Step]) -> bool {
    steps.iter().any(|step| step.optional)
}

impl Arithmetic {
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }

    pub(crate) const fn is_sum(self) -> bool {
        matches!(self, Self::Add | Self::Subtract)
    }
}

impl Logic {
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Coalesce => "??",
            Self::Or => "||",
            Self::And => "&&",
        }
    }
}

impl Compare {
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
        }
    }
}
