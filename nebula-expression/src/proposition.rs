//! What a condition says, in `!`, `&&` and `||` over parts that can be told apart: enough to see that one condition is
//! the opposite of another, or part of it.

use serde_json::Value;
use smol_str::SmolStr;

use crate::ast::{Compare, Expr, Kind, Logic, dynamic};
use crate::path::{NodeField, Root};
use crate::print::{canonical, compared};

/// Most arms of one choice that are looked at: each says what those before it do not.
const MAX_ARMS: usize = 64;

/// A condition in terms of parts. Two parts of the same text hold together, wherever in a run they are evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposition {
    /// Always holds, or never.
    Constant(bool),
    /// Nothing can be said: it may hold at one place and not at another, as what depends on `$now`.
    Unknown,
    /// The part of this text holds.
    Holds(String),
    /// The value of this text is this string.
    Is(String, SmolStr),
    /// The node has a result.
    Completed(SmolStr),
    /// The node has a result, and has left by this port.
    Leaves(SmolStr, SmolStr),
    /// This does not hold.
    Not(Box<Self>),
    /// All of them hold.
    All(Vec<Self>),
    /// One of them holds, or several.
    Any(Vec<Self>),
}

impl Proposition {
    /// Whether it is about an item of a list: the same text says something else of another item.
    #[must_use]
    pub fn is_of_item(&self) -> bool {
        match self {
            Self::Constant(_) | Self::Unknown | Self::Completed(_) | Self::Leaves(..) => false,
            // A text that only looks like it is taken for it as well, and less is known then.
            Self::Holds(text) | Self::Is(text, _) => text.contains("$item") || text.contains("$index"),
            Self::Not(inner) => inner.is_of_item(),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_of_item),
        }
    }

    /// That this does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Constant(holds) => Self::Constant(!holds),
            Self::Unknown => Self::Unknown,
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

/// What is said when `expr` is true, where `outside` names are bound around it.
pub(crate) fn proposition(expr: &Expr, outside: usize) -> Proposition {
    Reader { outside }.read(expr)
}

/// The opposite condition, written as people do: `a <= b` for `a > b`.
pub(crate) fn opposite(expr: &Expr) -> String {
    match &expr.kind {
        Kind::Not(inner) => canonical(inner),
        Kind::Compare { op, sides } => match op.opposite() {
            Some(op) => compared(op, &sides.0, &sides.1),
            None => format!("!({})", canonical(expr)),
        },
        Kind::Path(_) | Kind::Local(_) | Kind::Call { .. } | Kind::Access { .. } => format!("!{}", canonical(expr)),
        _ => format!("!({})", canonical(expr)),
    }
}

struct Reader {
    outside: usize,
}

impl Reader {
    fn read(&self, expr: &Expr) -> Proposition {
        if let Some(node) = of_node(expr, NodeField::Success) {
            return Proposition::Completed(node.clone());
        }
        let all = |terms: &[Expr]| terms.iter().map(|term| self.read(term)).collect();
        match &expr.kind {
            Kind::Literal(Value::Bool(holds)) => Proposition::Constant(*holds),
            Kind::Not(inner) => self.read(inner).negated(),
            Kind::Logic { op: Logic::And, terms } => Proposition::All(all(terms)),
            Kind::Logic { op: Logic::Or, terms } => Proposition::Any(all(terms)),
            Kind::Choice { arms, otherwise } => self.choice(arms, otherwise),
            Kind::Compare { op, sides } => self.comparison(*op, &sides.0, &sides.1),
            _ if self.is_settled(expr) => Proposition::Holds(canonical(expr)),
            _ => Proposition::Unknown,
        }
    }

    fn choice(&self, arms: &[(Expr, Expr)], otherwise: &Expr) -> Proposition {
        let mut before = Vec::with_capacity(arms.len());
        let mut cases = Vec::with_capacity(arms.len() + 1);
        for (when, then) in arms {
            let when = self.read(when);
            let here = before.iter().cloned().chain([when.clone(), self.read(then)]);
            cases.push(Proposition::All(here.collect()));
            before.push(when.negated());
            if before.len() > MAX_ARMS {
                return Proposition::Unknown;
            }
        }
        before.push(self.read(otherwise));
        cases.push(Proposition::All(before));
        Proposition::Any(cases)
    }

    /// Of two opposite comparisons exactly one holds, as what has no order is an error in both.
    fn comparison(&self, op: Compare, left: &Expr, right: &Expr) -> Proposition {
        let is = |of: &Expr, text: &str| match of_node(of, NodeField::Port) {
            Some(node) => Proposition::Leaves(node.clone(), text.into()),
            None if self.is_settled(of) => Proposition::Is(canonical(of), text.into()),
            None => Proposition::Unknown,
        };
        match (op, left.literal(), right.literal()) {
            (Compare::NotEqual, ..) => self.comparison(Compare::Equal, left, right).negated(),
            (Compare::Equal, None, Some(Value::String(text))) => is(left, text),
            (Compare::Equal, Some(Value::String(text)), None) => is(right, text),
            (Compare::In, None, Some(Value::Array(items))) if items.iter().all(Value::is_string) => {
                Proposition::Any(items.iter().filter_map(Value::as_str).map(|text| is(left, text)).collect())
            }
            _ if !self.is_settled(left) || !self.is_settled(right) => Proposition::Unknown,
            (Compare::Less, ..) => Proposition::Holds(compared(Compare::GreaterOrEqual, left, right)).negated(),
            (Compare::LessOrEqual, ..) => Proposition::Holds(compared(Compare::Greater, left, right)).negated(),
            _ => Proposition::Holds(compared(op, left, right)),
        }
    }

    /// Whether the value is the same wherever in a run it is evaluated: it reads neither the time nor names that are others
    /// elsewhere. Functions give the same for the same, and an item is the same for all that belongs to it: whoever compares
    /// places sees to it that they are of one item ([`Proposition::is_of_item`]).
    fn is_settled(&self, expr: &Expr) -> bool {
        match &expr.kind {
            Kind::Literal(_) => true,
            Kind::Path(path) => path.root != Root::Now && self.are_settled(dynamic(&path.steps)),
            Kind::Local(local) => local.slot >= self.outside && self.are_settled(dynamic(&local.steps)),
            Kind::Access { base, steps } => self.is_settled(base) && self.are_settled(dynamic(steps)),
            Kind::Let { bindings, body } => {
                self.is_settled(body) && self.are_settled(bindings.iter().map(|(_, value)| value))
            }
            Kind::Call { args: inner, .. } | Kind::Logic { terms: inner, .. } | Kind::List(inner) => {
                self.are_settled(inner)
            }
            Kind::Lambda { body: inner, .. } | Kind::Not(inner) | Kind::Negate(inner) => self.is_settled(inner),
            Kind::Arithmetic { first, rest } => {
                self.is_settled(first) && self.are_settled(rest.iter().map(|(_, term)| term))
            }
            Kind::Compare { sides, .. } => self.is_settled(&sides.0) && self.is_settled(&sides.1),
            Kind::Choice { arms, otherwise } => {
                self.is_settled(otherwise) && self.are_settled(arms.iter().flat_map(|(when, then)| [when, then]))
            }
            Kind::Object(members) => self.are_settled(members.iter().map(|(_, value)| value)),
            Kind::Invalid => false,
        }
    }

    fn are_settled<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> bool {
        exprs.into_iter().all(|expr| self.is_settled(expr))
    }
}

/// The node of which this is the field.
fn of_node(expr: &Expr, field: NodeField) -> Option<&SmolStr> {
    match &expr.kind {
        Kind::Path(path) if path.field == Some(field) => path.node.as_ref(),
        _ => None,
    }
}

impl Compare {
    /// The operator that holds exactly when this one does not.
    const fn opposite(self) -> Option<Self> {
        match self {
            Self::Equal => Some(Self::NotEqual),
            Self::NotEqual => Some(Self::Equal),
            Self::Less => Some(Self::GreaterOrEqual),
            Self::LessOrEqual => Some(Self::Greater),
            Self::Greater => Some(Self::LessOrEqual),
            Self::GreaterOrEqual => Some(Self::Less),
            Self::In => None,
        }
    }
}

#[cfg(test)]
mod tests;
